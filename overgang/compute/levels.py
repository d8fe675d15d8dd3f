"""The finest cells, counted at every level of place: unit, municipality, county, country.

A person counts once at each level, so a level is not the sum of the one below it; the facts say who stands where.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from overgang.base.codes import NOT_REGISTERED, codelist, end_reasons, outcome_of
from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED
from overgang.base.places import FIRST_YEAR
from overgang.compute.indicators import version_for
from overgang.compute.indicators.variants import variant
from overgang.compute.tables import BREAKDOWNS
from overgang.compute.units import unit_years

Ints = NDArray[np.int64]

EXITS = "exits"
"""The indicator whose versions say what ends count, and as what, in each year."""

LEVELS: dict[str, tuple[pl.Expr, pl.Expr, str]] = {
    "F00": (pl.lit(True), pl.lit(COUNTRY), "in_country"),
    "F00U": (~pl.col("shielded"), pl.lit(COUNTRY_OPEN), "in_country"),
    "F00S": (pl.col("shielded"), pl.lit(SHIELDED), "in_country"),
    "county": (~pl.col("shielded"), pl.col("county"), "in_county"),
    "municipality": (~pl.col("shielded"), pl.col("municipality"), "in_municipality"),
    "city_district": (pl.col("district").is_not_null(), pl.col("district"), "in_unit"),
}
"""Level -> who is there, the place they count in, and the column that counts each of them once there."""

CODES = (*BREAKDOWNS, "outcome")
UNIT = ("year", "unit", "shielded")
ONCE = ("in_unit", "in_municipality", "in_county", "in_country")


@dataclass(frozen=True, slots=True)
class Exits:
    """Those who ended, an entry a cell: `row` of the place rows, the number of its leaf in each of CODES, `n`."""

    row: Ints
    code: dict[str, Ints]
    n: Ints


def leaves(dimension: str) -> tuple[str, ...]:
    """The codes of a dimension that every person has one of, in the order that numbers them."""
    return tuple(sorted(codelist(dimension).leaves))


def place_rows(cells: pl.DataFrame, through: int) -> pl.DataFrame:
    """The places that had a participant, by year: `place`, `year`, `level`, `n` persons; sorted, numbered by `row`."""
    units = _with_places(cells.group_by(UNIT).agg(pl.col(ONCE).sum()), through)
    at_levels = (
        units.filter(there, pl.col(once) > 0).select(
            place.alias("place"), "year", pl.lit(level).alias("level"), pl.col(once).cast(pl.Int64).alias("n")
        )
        for level, (there, place, once) in LEVELS.items()
    )
    rows = pl.concat(at_levels).group_by("place", "year", "level").agg(pl.col("n").sum())
    return rows.sort("place", "year").with_row_index("row")


def exits(cells: pl.DataFrame, rows: pl.DataFrame, through: int) -> Exits:
    """Those of the cells whose exit counts, with the outcome it counts as in its year, at every level."""
    numbers = [pl.col(name).cast(pl.Enum(leaves(name))).to_physical() for name in CODES]
    ended = (
        cells.filter(pl.col("ended") == 1)
        .join(_outcomes(range(FIRST_YEAR, through + 1)), on=["year", "reason"])
        .with_columns(numbers)
        .join(_rows_by_unit(cells, rows, through), on=UNIT)
    )
    at_levels = (
        ended.filter(pl.col(f"row of {level}").is_not_null(), pl.col(once) > 0).select(
            pl.col(f"row of {level}").alias("row"), *CODES, pl.col(once).alias("n")
        )
        for level, (_, _, once) in LEVELS.items()
    )
    found = pl.concat(at_levels).cast(pl.Int64)
    return Exits(
        row=found["row"].to_numpy(), code={name: found[name].to_numpy() for name in CODES}, n=found["n"].to_numpy()
    )


def _rows_by_unit(cells: pl.DataFrame, rows: pl.DataFrame, through: int) -> pl.DataFrame:
    """For each unit and year the number of its place row at each level; empty where it is not in the level."""
    units = _with_places(cells.select(UNIT).unique(), through)
    for level, (there, place, _) in LEVELS.items():
        numbered = rows.filter(pl.col("level") == level).select(pl.col("place").alias("at"), "year", "row")
        units = units.with_columns(pl.when(there).then(place).alias("at"))
        units = units.join(numbered.rename({"row": f"row of {level}"}), on=["at", "year"], how="left")
    return units.select(*UNIT, *(f"row of {level}" for level in LEVELS))


def _with_places(units: pl.DataFrame, through: int) -> pl.DataFrame:
    places = unit_years(through).select("unit", "year", "district", "municipality", "county").unique()
    return units.join(places, on=["unit", "year"], how="left")


def _outcomes(years: Iterable[int]) -> pl.DataFrame:
    """The outcome each reason counts as in each year; reasons outside the official base of the year are not there."""
    found = [
        (year, code, outcome_of(reason.code, version_for(EXITS, year).id))
        for year in years
        for reason in end_reasons()
        if variant(version_for(EXITS, year).base_in(year)).counts(reason.code)
        for code in ((reason.code, "") if reason.code == NOT_REGISTERED else (reason.code,))
    ]
    return pl.DataFrame(found, schema={"year": pl.Int64, "reason": pl.String, "outcome": pl.String}, orient="row")
