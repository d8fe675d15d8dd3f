"""People and exits counted at every level of place: unit, municipality, county, country.

A person counts once in each row of the grid, so a level is not the sum of the one below it: see `once`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from overgang.base.codes import NOT_REGISTERED, age_group, end_reason, outcome_of
from overgang.base.places import FIRST_YEAR
from overgang.compute.grid import NONE, Grid, Ints
from overgang.compute.indicators import version_for
from overgang.compute.indicators.variants import variant
from overgang.compute.once import Outdone
from overgang.compute.spells import OF_PERSON, REASONS, Spells, leaves

EXITS = "exits"
"""The indicator whose versions say what ends count, and as what, in each year."""

OLDEST = 150
"""Ages are looked up in a table that ends here: everybody older is in the oldest group."""


class Counted(NamedTuple):
    """The entries of `Exits` that count at a level, and the row of the grid each counts in."""

    entry: Ints
    row: Ints


@dataclass(frozen=True, slots=True)
class Exits:
    """Those who ended, an entry each: `code[dimension]` is the place of its code in `leaves(dimension)`."""

    at: Mapping[str, Counted]
    code: Mapping[str, Ints]

    @property
    def entries(self) -> int:
        return len(self.code["outcome"])


def people(spells: Spells, grid: Grid, answered: Ints, outdone: Mapping[str, Outdone]) -> Ints:
    """How many persons took part, by row of the grid. `answered` as in `once`."""
    units, years = answered.shape
    begun = np.bincount(spells.unit * (years + 1) + spells.first, minlength=units * (years + 1))
    over = np.bincount(spells.unit * (years + 1) + spells.last + 1, minlength=units * (years + 1))
    there = (begun - over).reshape(units, years + 1).cumsum(axis=1)[:, :years] * answered
    unit, year = np.nonzero(there)
    found = np.zeros(grid.rows + 1, dtype=np.int64)
    for level, at in grid.at.items():
        np.add.at(found, at[unit, year], there[unit, year])
        np.subtract.at(found, outdone[level].row, 1)
    return found[:NONE]


def exits(spells: Spells, grid: Grid, answered: Ints, outdone: Mapping[str, Outdone]) -> Exits:
    """Those whose exit counts, with the outcome it counts as in its year, at every level."""
    outcome = np.where(spells.ended, _outcomes(grid.years)[spells.last, spells.reason], NONE)
    ended = np.flatnonzero((outcome != NONE) & (answered[spells.unit, spells.last] > 0))
    unit, year = spells.unit[ended], spells.last[ended]
    at = {}
    for level, rows in grid.at.items():
        row = rows[unit, year]
        again = np.zeros(len(outcome), dtype=np.bool_)
        again[outdone[level].spell[outdone[level].year == spells.last[outdone[level].spell]]] = True
        entry = np.flatnonzero((row != NONE) & ~again[ended])
        at[level] = Counted(entry, row[entry])
    age = np.clip(year + FIRST_YEAR - spells.birth_year[ended], 0, OLDEST)
    code = {name: spells.code[name][ended] for name in OF_PERSON}
    return Exits(at, {**code, "age": _age_groups()[age], "outcome": outcome[ended]})


@cache
def _outcomes(years: Iterable[int]) -> Ints:
    """By year and reason, the outcome it counts as; NONE for a reason outside the official base of the year."""

    def outcome(year: int, reason: str) -> int:
        version = version_for(EXITS, year)
        if not variant(version.base_in(year)).counts(reason):
            return NONE
        return leaves("outcome").index(outcome_of(reason, version.id))

    return np.array([[outcome(year, end_reason(code or NOT_REGISTERED).code) for code in REASONS] for year in years])


@cache
def _age_groups() -> Ints:
    return np.array([leaves("age").index(age_group(age)) for age in range(OLDEST + 1)])
