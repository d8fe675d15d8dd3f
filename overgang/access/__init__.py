"""Who may do what: users, the roles they hold at a place and for a time, and the log of all they saw and changed.

Deny by default: a page says what it demands (`policies`), a role says what it gives (`roles.toml`), and an `Actor` is
one person acting in one role at one place. Identity numbers are encrypted with `keys`, which lie outside the database.
"""
