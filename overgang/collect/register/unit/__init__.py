"""The unit as a whole: its overview, its deadlines by law, its lists, the files it takes out, and what supervisors see.

`figures` counts; `lists` says what a list or a file may hold, and lets no graded person into one; `supervision` counts
units for those who see no person.
"""
