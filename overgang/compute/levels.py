"""People and exits counted at every level of place: unit, municipality, county, country.

A person counts once in each row of the grid, so a level is not the sum of the one below it: see `once`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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
"""Ages are looked up in a table from 0 to here: everybody younger or older is in the first or the last group."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Those who ended, an entry each: `row[level]` is the row of the grid they count in, NONE for none;
    `code[dimension]` the place of their code in `leaves(dimension)`."""

    row: Mapping[str, Ints]
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
    spell, unit_year, outcome = _ended(spells, answered)
    entry = np.full(len(spells.ended), NONE)
    entry[spell] = np.arange(len(spell))
    row = {level: at.ravel().take(unit_year) for level, at in grid.at.items()}
    for level, again in outdone.items():
        ends = entry[again.spell[again.year == spells.last[again.spell]]]
        row[level][ends[ends != NONE]] = NONE
    person = spells.person.take(spell)
    code = {name: spells.code[name].take(person) for name in OF_PERSON}
    age = spells.last.take(spell) + FIRST_YEAR - spells.birth_year.take(person)
    return Exits(row, {**code, "age": _age_groups().take(age, mode="clip"), "outcome": outcome})


def _ended(spells: Spells, answered: Ints) -> tuple[Ints, Ints, Ints]:
    """Participations that ended, the place of unit and year in `answered`, and the outcome, if the exit counts."""
    spell = np.flatnonzero(spells.ended)
    year = spells.last.take(spell)
    unit_year = spells.unit.take(spell) * answered.shape[1] + year
    outcome = _outcomes(answered.shape[1]).ravel().take(year * len(REASONS) + spells.reason.take(spell))
    counts = (outcome != NONE) & (answered.ravel().take(unit_year) > 0)
    return spell[counts], unit_year[counts], outcome[counts]


@cache
def _outcomes(years: int) -> Ints:
    """By year and reason the outcome it counts as, NONE for a reason outside the official base of the year."""

    def outcome(year: int, reason: str) -> int:
        version = version_for(EXITS, year)
        if not variant(version.base_in(year)).counts(reason):
            return NONE
        return leaves("outcome").index(outcome_of(reason, version.id))

    return np.array(
        [
            [outcome(year, end_reason(code or NOT_REGISTERED).code) for code in REASONS]
            for year in range(FIRST_YEAR, FIRST_YEAR + years)
        ]
    )


@cache
def _age_groups() -> Ints:
    return np.array([leaves("age").index(age_group(age)) for age in range(OLDEST + 1)])
