"""From a snapshot to cubes: one pass over the Parquet, then arrays. Values in, values out: no clock, no Django.

`spells` reads the participations as numbers, `once` and `levels` count people and exits by the rows of the `grid`,
`rollup` makes a table's cells of them, by a design of `tables` and the definitions of `indicators`.

`tabulate` is the fast engine, `reference` the slow one that says the same in plain loops; they must agree cell by cell.
"""

from overgang.compute.tabulate import link_overlaps, overlaps, tabulate

__all__ = ["link_overlaps", "overlaps", "tabulate"]
