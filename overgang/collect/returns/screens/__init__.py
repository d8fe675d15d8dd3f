"""The screens of the annual return, a folder for each kind of work."""
