"""Everybody once: who took part twice in a year counts, in each row, by the last participation there only.

Few persons have more than one participation, so all are counted first and those few corrected.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from overgang.compute.grid import NONE, Grid, Ints
from overgang.compute.spells import Spells


class Outdone(NamedTuple):
    """Participations, by number, that do not count in a `row` in a year, since a later one of the person does."""

    spell: Ints
    year: Ints
    row: Ints


def outdone(spells: Spells, grid: Grid, answered: Ints) -> Mapping[str, Outdone]:
    """What must not be counted, by level. `answered[unit, year]` is 0 where nobody of the unit counts in the year."""
    spell, year, person_year = _several(spells, answered)
    unit = spells.unit[spell]
    return {
        level: Outdone(*(found[_but_the_last(person_year, row, grid.rows)] for found in (spell, year, row)))
        for level, row in ((level, at[unit, year]) for level, at in grid.at.items())
    }


def _several(spells: Spells, answered: Ints) -> tuple[Ints, Ints, Ints]:
    """Participation, year, and a number for person and year, wherever a person counts several times in a year.

    In the order of the number, and there of the participations.
    """
    many = np.flatnonzero(np.bincount(spells.person)[spells.person] > 1)
    keys = (spells.reason, spells.unit, spells.end, spells.start, spells.person)
    many = many[np.lexsort([key[many] for key in keys])]
    length = np.maximum(spells.last - spells.first + 1, 0)[many]
    spell = np.repeat(many, length)
    year = spells.first[spell] + np.arange(len(spell)) - np.repeat(np.cumsum(length) - length, length)
    counts = answered[spells.unit[spell], year] > 0
    spell, year = spell[counts], year[counts]
    person_year = spells.person[spell] * answered.shape[1] + year
    several = np.flatnonzero(pl.Series(person_year).is_duplicated())
    order = several[np.argsort(person_year[several], kind="stable")]
    return spell[order], year[order], person_year[order]


def _but_the_last(person_year: Ints, row: Ints, rows: int) -> Ints:
    """Which entries have a later one of the same person, year and row; those in no row have none."""
    key = np.where(row != NONE, person_year * rows + row, NONE - np.arange(len(row)))
    by_key = np.argsort(key, kind="stable")
    found: Ints = by_key[:-1][key[by_key[:-1]] == key[by_key[1:]]]
    return found
