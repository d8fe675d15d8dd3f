"""What the world sees: pages and open data, read from editions and from nothing else.

`serve` imports `overgang.base` only. It keeps no state: the same edition and address give the same bytes.
"""
