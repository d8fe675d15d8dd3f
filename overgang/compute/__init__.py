"""From a snapshot to cubes: facts, indicators, tabulation. Values in, values out: no clock, no network, no Django.

`tabulate` is the fast engine, `reference` the slow one that says the same in plain loops; they must agree cell by cell.
"""

from overgang.compute.tabulate import link_overlaps, overlaps, tabulate

__all__ = ["link_overlaps", "overlaps", "tabulate"]
