"""Everybody once: who took part twice in a year counts, in each row, by the last participation there only.

Few persons have more than one participation, so all are counted first and those few corrected.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from overgang.compute.grid import Grid, Ints
from overgang.compute.spells import Spells


class Outdone(NamedTuple):
    """Participations, by number, that do not count in a `row` in a year, since a later one of the person does."""

    spell: Ints
    year: Ints
    row: Ints


def outdone(spells: Spells, grid: Grid, answered: Ints) -> Mapping[str, Outdone]:
    """What must not be counted, by level. `answered[unit, year]` is 0 where nobody of the unit counts in the year."""
    spell, year = _again(spells, answered)
    person_year = spells.person[spell] * len(grid.years) + year
    return {level: _outdone(spell, year, person_year, at[spells.unit[spell], year], grid.rows)
            for level, at in grid.at.items()}  # fmt: skip


def _again(spells: Spells, answered: Ints) -> tuple[Ints, Ints]:
    """All participations and years, a pair each, of the persons who have several; each person's last comes last."""
    several = np.flatnonzero(np.bincount(spells.person)[spells.person] > 1)
    keys = (spells.reason, spells.unit, spells.end, spells.start, spells.person)
    in_order = several[np.lexsort([key[several] for key in keys])]
    length = np.maximum(spells.last - spells.first + 1, 0)[in_order]
    spell = np.repeat(in_order, length)
    year = spells.first[spell] + np.arange(len(spell)) - np.repeat(np.cumsum(length) - length, length)
    counts = answered[spells.unit[spell], year] > 0
    return spell[counts], year[counts]


def _outdone(spell: Ints, year: Ints, person_year: Ints, row: Ints, rows: int) -> Outdone:
    """Of those of one person, year and row, given in order, all but the last."""
    key = np.where(row >= 0, person_year * rows + row, -1 - np.arange(len(row)))
    by_key = np.argsort(key, kind="stable")
    before = by_key[:-1][key[by_key[:-1]] == key[by_key[1:]]]
    return Outdone(spell[before], year[before], row[before])
