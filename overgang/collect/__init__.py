"""Gets data in and makes it trustworthy: the register, the annual returns, and the snapshot that leaves.

`cells` and `files` read what municipalities send and write what they get back; `register` keeps persons and
participations; `returns` is where the annual returns will be answered; `export` freezes both, without a name or
identity number, for everything downstream.
"""
