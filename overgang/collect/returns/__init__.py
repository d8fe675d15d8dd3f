"""The annual returns: what each unit answered once a year, and which units were asked."""
