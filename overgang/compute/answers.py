"""Participants of the years in which the annual return is the source: the units' own numbers, not the register's.

"Don't know" is an answer and never zero: the unit has no number, and the sums above it are lower bounds.
"""

import polars as pl

from overgang.base.cube import COUNTRY, SHIELDED
from overgang.base.snapshot import Snapshot
from overgang.compute.indicators import version_for
from overgang.compute.levels import LEVELS
from overgang.compute.units import larger

PARTICIPANTS = "participants.year"
KNOWN = ("value", "zero")


def participants(rows: pl.DataFrame, answered: pl.DataFrame) -> pl.DataFrame:
    """Place rows of the table of participants: the register's, with the answers in the years that were surveyed.

    `rows` as `place_rows`, `answered` as `answers`. The country row adds the shielded, whom no unit reports.
    """
    surveyed = rows["year"].is_in(answered["year"].unique().to_list())
    shielded = rows.filter(surveyed & (rows["level"] == "F00S"))
    kept = pl.concat([rows.filter(~surveyed), shielded]).select("place", "year", "level", "n")
    numbers = answered.filter(pl.col("n") > 0).select("place", "year", "level", "n")
    extra = shielded.select(pl.lit(COUNTRY).alias("place"), "year", pl.lit("F00").alias("level"), "n")
    return (
        pl.concat([kept, numbers, extra])
        .group_by("place", "year", "level")
        .agg(pl.col("n").sum())
        .sort("place", "year")
    )


def answers(snapshot: Snapshot, through: int) -> pl.DataFrame:
    """What was answered, at every level but F00S: `place`, `year`, `level`, `n`, and `unknown` units without a number.

    A row for each place with a unit that answered, in the years up to `through` in which the return is the source.
    """
    known = pl.col("answer").is_in(KNOWN)
    numbers = (
        _returned(snapshot, through)
        .with_columns(
            pl.when(known).then(pl.col("value").fill_null(0)).otherwise(0).alias("n"),
            (~known.fill_null(False)).cast(pl.Int64).alias("unknown"),
        )
        .with_columns(pl.lit(False).alias("shielded"))
    )
    levels = ((level, *how) for level, how in LEVELS.items() if level != SHIELDED)
    return pl.concat(
        numbers.filter(there)
        .group_by(place.alias("place"), "year", pl.lit(level).alias("level"))
        .agg(pl.col("n").sum(), pl.col("unknown").sum())
        for level, there, place, _ in levels
    ).sort("place", "year")


def _returned(snapshot: Snapshot, through: int) -> pl.DataFrame:
    """Each unit that returned anything, with its places and its answer to the item of the year, if it gave one."""
    found = pl.read_parquet(snapshot.path("annual_return")).with_columns(pl.col("year").cast(pl.Int64))
    years = [year for year in found["year"].unique().sort() if year <= through]
    items = {year: survey.item for year in years if (survey := version_for(PARTICIPANTS, year).survey_in(year))}
    asked = pl.DataFrame(list(items.items()), schema={"year": pl.Int64, "item": pl.String}, orient="row")
    units = found.select("year", "unit").unique().join(asked, on="year").sort("year", "unit")
    places = [larger(unit, year) for year, unit in units.select("year", "unit").iter_rows()]
    named = pl.DataFrame(places, schema=dict.fromkeys(("district", "municipality", "county"), pl.String), orient="row")
    return pl.concat([units, named], how="horizontal").join(
        found.select("year", "unit", "item", "value", "answer"), on=["year", "unit", "item"], how="left"
    )
