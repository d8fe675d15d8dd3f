"""Cells that always move together: what is left of a region when sums of two moving cells are taken out.

Where a sum has one cell that may move, that cell cannot; where it has two, one moves as the other does. In sparse
tables that leaves a third fewer, and a walk from class to class finds its way home where one from cell to cell gets
lost.
"""

from dataclasses import dataclass

import numpy as np

from overgang.control.compiled import compiled
from overgang.control.program import Region
from overgang.control.system import ANY, Bools, Ints


@dataclass(frozen=True, slots=True)
class Classes:
    """`of_cell`: for each cell of the region its class, -1 when it cannot move; `sense`: 1 when it moves as its class
    does, -1 when the other way. `row`, `column`, `sign` are the members of the equations between classes, sorted by
    row; `low` and `high` how far each equation's left side may move."""

    of_cell: Ints
    sense: Ints
    row: Ints
    column: Ints
    sign: Ints
    low: Ints
    high: Ints

    @property
    def number(self) -> int:
        return int(self.of_cell.max(initial=-1)) + 1


def classes(area: Region, base: Ints) -> Classes:
    """The classes of a region around the table `base`, which satisfies its equations."""
    rows, at_base = len(area.low), area.balance(base)
    low = area.low - at_base
    high = np.where(area.high >= ANY // 2, ANY, area.high - at_base)
    order = np.argsort(area.row, kind="stable")
    row, column, sign = area.row[order], area.column[order], area.sign[order]
    first = np.searchsorted(row, np.arange(rows + 1))
    parent, sense = np.arange(len(base)), np.ones(len(base), np.int64)
    _join(first, column, sign, (low == 0) & (high == 0), parent, sense)
    roots = np.flatnonzero((parent == np.arange(len(base))) & (sense != 0))
    number = np.full(len(base), -1, np.int64)
    number[roots] = np.arange(len(roots))
    of_cell = np.where(sense != 0, number[parent], -1)
    moving = np.flatnonzero(of_cell[column] >= 0)
    column = column[moving]
    keys, at = np.unique(row[moving] * max(len(roots), 1) + of_cell[column], return_inverse=True)
    weight = np.bincount(at, sign[moving] * sense[column], len(keys)).astype(np.int64)
    keys, weight = keys[weight != 0], weight[weight != 0]
    row, column = np.divmod(keys, max(len(roots), 1))
    new = np.diff(row, prepend=-1) > 0
    return Classes(
        of_cell=of_cell,
        sense=sense,
        row=np.cumsum(new) - 1,
        column=column,
        sign=weight,
        low=low[row[new]],
        high=high[row[new]],
    )


@compiled
def _root(parent: Ints, sense: Ints, cell: int) -> tuple[int, int]:
    """The cell that stands for a class, and how `cell` moves beside it: 0 when neither can."""
    way = 1
    while parent[cell] != cell:
        way *= sense[cell]
        cell = parent[cell]
    return cell, way * sense[cell]


@compiled
def _join(first: Ints, column: Ints, sign: Ints, tight: Bools, parent: Ints, sense: Ints) -> None:
    """Joins cells that move together, until no equation says more. A root's `sense` is 1, or 0 when it cannot move;
    afterwards every cell's `parent` is its root."""
    weight, met = np.zeros(len(parent), np.int64), np.empty(len(parent), np.int64)
    inside = np.zeros(len(parent), np.bool_)
    again = True
    while again:
        again = False
        for row in range(len(first) - 1):
            if not tight[row]:
                continue
            number = 0
            for at in range(first[row], first[row + 1]):
                root, way = _root(parent, sense, column[at])
                if way == 0:
                    continue
                if not inside[root]:
                    inside[root] = True
                    met[number] = root
                    number += 1
                weight[root] += way * sign[at]
            moving, one, other = 0, -1, -1
            for at in range(number):
                if weight[met[at]] != 0:
                    moving += 1
                    one, other = met[at], one
            if moving == 1:
                sense[one] = 0
                again = True
            elif moving == 2 and abs(weight[one]) == abs(weight[other]):
                parent[one] = other
                sense[one] = -1 if weight[one] == weight[other] else 1
                again = True
            for at in range(number):
                weight[met[at]] = 0
                inside[met[at]] = False
    for cell in range(len(parent)):
        root, way = _root(parent, sense, cell)
        if parent[cell] != cell:
            sense[cell] = way
            parent[cell] = root
