"""The follow-up desk: whom to ask first, what the sources say, contacts and corrections."""
