"""Links: the equations between the place rows of the tables."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from overgang.compute.grid import FAMILIES, PERIOD, Grid, Ints
from overgang.compute.tables import TableDesign

COLUMNS = ("counts", "family", "whole_place", "whole_time", "place", "time")


def links(designs: Sequence[TableDesign], people: Ints, grid: Grid, counts: str) -> pl.DataFrame:
    """The links of one count as COLUMNS, sorted. `people` are those of its place rows; a row without any is not there.

    A family is there only if some tables hold its whole and all its parts: half an equation would be a wrong one.
    """
    mine = [design for design in designs if design.counts == counts]
    shown = {level for design in mine if design.time == "year" for level in design.levels}
    pooled = {level for design in mine if design.time == "period" for level in design.levels}
    families = [family for family, (whole, parts) in FAMILIES.items() if shown.issuperset((whole, *parts))]
    whole = pl.col("family").is_in(families) | ((pl.col("family") == PERIOD) & pl.col("level").is_in(pooled & shown))
    there = pl.Series(np.append(people, 0) > 0).gather(grid.links["row"])
    return grid.links.filter(there, whole).select(pl.lit(counts).alias("counts"), *COLUMNS[1:])
