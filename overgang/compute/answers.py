"""The annual return: whose people count in the years it decides, and the units' own numbers of participants.

"Don't know" is an answer and never zero: the unit has no number, and the sums above it are lower bounds.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from overgang.base.cube import SHIELDED
from overgang.base.places import FIRST_YEAR
from overgang.base.snapshot import Snapshot
from overgang.compute.grid import NONE, NOWHERE, Grid, Ints, grid, units
from overgang.compute.indicators import version_for
from overgang.compute.inspection import check_returns
from overgang.compute.spells import last_year

EXITS, PARTICIPANTS = "exits", "participants.year"
KNOWN = ("value", "zero")


class Answers(NamedTuple):
    """By row of the grid: the participants that units reported, and how many units there are without a number."""

    n: Ints
    unknown: Ints


def returns(snapshot: Snapshot) -> pl.DataFrame:
    """All annual returns, and the `number` of each unit. Raises BadInput when they cannot be counted."""
    number = pl.col("unit").cast(pl.Enum(units()), strict=False).to_physical().cast(pl.Int64).fill_null(0)
    found = pl.read_parquet(snapshot.path("annual_return")).with_columns(number.alias("number"))
    check_returns(snapshot, found)
    return found


def answered(returned: pl.DataFrame, grid: Grid) -> Ints:
    """Whether the people of a unit count in a year, 1 or 0: in a survey year only if the unit that carries it on then
    answered. Persons of no unit always count."""
    own = np.where(grid.at["city_district"] != NONE, grid.at["city_district"], grid.at["municipality"])
    found = np.ones_like(own)
    for year in grid.years:
        if version_for(EXITS, year).population_in(year) == "answered":
            at = year - FIRST_YEAR
            there = np.zeros(grid.rows + 1, dtype=np.int64)
            there[own[returned.filter(pl.col("year") == year)["number"], at]] = 1
            found[:, at] = there[own[:, at]]
    found[units().index(NOWHERE)] = 1
    return found


def answers(returned: pl.DataFrame, grid: Grid) -> Mapping[int, Answers]:
    """What was answered, by year in which the return is the source. Nobody answers for shielded persons."""
    surveys = {year: version_for(PARTICIPANTS, year).survey_in(year) for year in grid.years}
    return {year: _answers(returned, year, survey.item, grid) for year, survey in surveys.items() if survey}


def lacking(snapshot: Snapshot, through: int | None) -> Mapping[tuple[str, str], int]:
    """By place and year, how many units there answered but gave no number of participants: its sum is a lower bound.
    Places that lack none are not there."""
    rows = grid(last_year(snapshot, through))
    named = rows.axes["year"].rows.select("place", "time").rows()
    found: dict[tuple[str, str], int] = {}
    for answer in answers(returns(snapshot), rows).values():
        found |= {named[row]: int(answer.unknown[row]) for row in np.flatnonzero(answer.unknown)}
    return found


def participants(people: Ints, given: Mapping[int, Answers], grid: Grid) -> Ints:
    """The register's participants by row, with the answers in the years they are of. The country row adds the shielded,
    whom no unit reports."""
    found = people.copy()
    for year, answer in given.items():
        of_year = (grid.axes["year"].rows["time"] == str(year)).to_numpy()
        everybody, shielded = (grid.at[level][0, year - FIRST_YEAR] for level in ("F00", SHIELDED))
        found[of_year] = 0
        found += answer.n
        found[everybody] += people[shielded]
        found[shielded] = people[shielded]
    return found


def _answers(returned: pl.DataFrame, year: int, item: str, grid: Grid) -> Answers:
    """Units that returned anything, but no answer to the item, are without a number too."""
    asked = returned.filter(pl.col("year") == year)
    known = asked.filter(pl.col("item") == item, pl.col("answer").is_in(KNOWN))
    n, unknown = np.zeros(len(units()), dtype=np.int64), np.zeros(len(units()), dtype=np.int64)
    unknown[asked["number"]] = 1
    unknown[known["number"]] = 0
    n[known["number"]] = known["value"].fill_null(0)
    return Answers(_summed(n, year, grid), _summed(unknown, year, grid))


def _summed(by_unit: Ints, year: int, grid: Grid) -> Ints:
    """Numbers of units, at every level."""
    found = np.zeros(grid.rows + 1, dtype=np.int64)
    unit = np.flatnonzero(by_unit)
    for at in grid.at.values():
        np.add.at(found, at[unit, year - FIRST_YEAR], by_unit[unit])
    return found[:NONE]
