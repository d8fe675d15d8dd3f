"""How places and times add up: the equations that hold between the place rows of the tables."""

from collections.abc import Iterable, Sequence

import polars as pl

from overgang.base.cube import COUNTRY, COUNTRY_OPEN
from overgang.base.periods import period_of, years_of
from overgang.compute.tables import TableDesign
from overgang.compute.units import larger, pooled_into

COLUMNS = ("counts", "family", "whole_place", "whole_time", "place", "time")

FAMILIES = {
    "county": ("county", ("municipality",)),
    "districts": ("municipality", ("city_district",)),
    "country": ("F00U", ("county",)),
    "shielded": ("F00", ("F00U", "F00S")),
}
"""Family -> the level of the whole and the levels that hold all its parts."""

Row = tuple[str, ...]


def links(designs: Sequence[TableDesign], rows: pl.DataFrame, pooled: pl.DataFrame, counts: str) -> Iterable[Row]:
    """The links of one count, each as COLUMNS. `rows` and `pooled` are the place rows of its tables by year and period.

    A family is there only if some tables hold its whole and all its parts: half an equation would be a wrong one.
    """
    mine = [design for design in designs if design.counts == counts]
    shown = {level for design in mine if design.time == "year" for level in design.levels}
    for place, year, level in rows.select("place", "year", "level").iter_rows():
        for family, (whole, parts) in FAMILIES.items():
            if level in parts and shown.issuperset((whole, *parts)):
                yield counts, family, whole_of(family, place, year), str(year), place, str(year)
    pooled_levels = {level for design in mine if design.time == "period" for level in design.levels}
    for place, year, level, target, period in pooled.iter_rows():
        if level in pooled_levels & shown:
            yield counts, "period", target, period, place, str(year)


def whole_of(family: str, place: str, year: int) -> str:
    """The place this one is a part of in a family."""
    match family:
        case "county":
            return f"F{place[1:3]}"
        case "districts":
            return larger(place, year)[1]
        case "country":
            return COUNTRY_OPEN
        case _:
            return COUNTRY


def pooled_rows(rows: pl.DataFrame, through: int) -> pl.DataFrame:
    """For each municipality and district and each year of a whole period: `place`, `year`, `level`, and the
    `target` and `period` it counts in. Places that are in no pooled table are not there."""
    found = []
    for place, year, level in rows.select("place", "year", "level").iter_rows():
        if level in ("municipality", "city_district"):
            period = period_of(year)
            last = years_of(period)[-1]
            target = pooled_into(place, last) if last <= through else None
            if target is not None:
                found.append((place, year, level, target, period))
    names = {"place": pl.String, "year": pl.Int64, "level": pl.String, "target": pl.String, "period": pl.String}
    return pl.DataFrame(found, schema=names, orient="row")
