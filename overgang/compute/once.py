"""Everybody once: who took part twice in a year counts, in each row, by the last participation there only.

Few persons have more than one participation, so all are counted first and those few corrected.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from overgang.compute.grid import NONE, Flags, Grid, Ints
from overgang.compute.spells import Spells


class Outdone(NamedTuple):
    """Participations, by number, that do not count in a `row` in a year, since a later one of the person does."""

    spell: Ints
    year: Ints
    row: Ints


def outdone(spells: Spells, grid: Grid, answered: Ints) -> Mapping[str, Outdone]:
    """What must not be counted, by level. `answered[unit, year]` is 0 where nobody of the unit counts in the year."""
    spell, year, person_year = _several(spells, answered)
    found = {}
    for level, at in grid.at.items():
        row = at[spells.unit[spell], year]
        again = _have_a_later(person_year, row) & (row != NONE)
        found[level] = Outdone(spell[again], year[again], row[again])
    return found


def _several(spells: Spells, answered: Ints) -> tuple[Ints, Ints, Ints]:
    """Participation, year, and a number for person and year, wherever a person counts several times in a year.

    In the order of the number, and there of the participations.
    """
    many = np.flatnonzero(np.bincount(spells.person)[spells.person] > 1)
    length = np.maximum(spells.last[many] - spells.first[many] + 1, 0)
    spell = np.repeat(many, length)
    year = spells.first[spell] + np.arange(len(spell)) - np.repeat(np.cumsum(length) - length, length)
    person_year = spells.person[spell] * answered.shape[1] + year
    counts = np.flatnonzero(answered[spells.unit[spell], year] > 0)
    several = counts[pl.Series(person_year[counts]).is_duplicated().to_numpy()]
    turn = {"start": spells.start, "end": spells.end, "unit": spells.unit, "reason": spells.reason}
    there = {name: found[spell[several]] for name, found in turn.items()}
    by_turn = pl.DataFrame({"person_year": person_year[several], **there}).select(
        pl.arg_sort_by("person_year", *turn, maintain_order=True)
    )
    order = several[by_turn.to_series().to_numpy()]
    return spell[order], year[order], person_year[order]


def _have_a_later(person_year: Ints, row: Ints) -> Flags:
    """Which entries have a later one of the same person and year, which stand together, in the same row."""
    found = np.zeros(len(row), dtype=np.bool_)
    apart = 1
    while (same := person_year[:-apart] == person_year[apart:]).any():
        found[:-apart] |= same & (row[:-apart] == row[apart:])
        apart += 1
    return found
