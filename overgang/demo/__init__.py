"""A synthetic country to play with: invented people whose counts are the published ones.

`country.generate` makes the whole register 2004-2024 from a seed; `loading` puts it into the database, with accounts to
try the internal site. Every figure of `targets/` comes out; nothing else in it says anything about Norway.
"""
