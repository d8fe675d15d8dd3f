"""The screens advisers and leaders use every day: work list, search, a person's page, and a form for each event.

`acts` is the table of everything one can do with a person; `entering` is the one view that shows and saves any of them;
`saving` writes it, once, and tells two editors apart. What an actor may see is found in `seen`, and nowhere else.
"""
