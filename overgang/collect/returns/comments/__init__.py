"""The comments round: units say why, and are told apart as "Kommune 1..n" only.

A text is searched for what would tell whose it is (`scan`); a person answers every sign that is found, and only then is
it released (`release`). The number of a unit says nothing (`numbering`).
"""
