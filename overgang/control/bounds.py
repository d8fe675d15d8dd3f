"""Bounds by arithmetic alone: what each equation says of each hidden cell, repeated until nothing new is learnt.

Valid but not always tight: a cell that these bounds pin down is known to any reader with a pencil; the others need the
linear programs of `attack`.
"""

import numpy as np

from overgang.control.sums import Sums
from overgang.control.system import ANY, Bools, Equations, Ints, System

ROUNDS = 60


def propagate(system: System, hidden: Bools, floor: Ints) -> tuple[Ints, Ints]:
    """Lower and upper bound of every cell from the shown counts and the least (`floor`) a hidden one can be."""
    low = np.where(hidden, floor, system.count)
    high = np.where(hidden, ANY, system.count)
    members = _only(system.equations, hidden)
    for _ in range(ROUNDS):
        tighter_low, tighter_high = _round(members, low, high)
        if np.array_equal(tighter_low, low) and np.array_equal(tighter_high, high):
            break
        low, high = tighter_low, tighter_high
    return low, high


def _only(equations: Equations, hidden: Bools) -> Equations:
    """The equations that touch a hidden cell."""
    touched = np.zeros(len(equations), np.bool_)
    touched[equations.row[hidden[equations.cell]]] = True
    kept, number = touched[equations.row], np.cumsum(touched) - 1
    return Equations(
        row=number[equations.row[kept]],
        cell=equations.cell[kept],
        sign=equations.sign[kept],
        low=equations.low[touched],
        high=equations.high[touched],
        names=(),
    )


def _round(equations: Equations, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """One pass: each member of each equation is bounded by all the other members."""
    member = members_bounds(equations, low, high)
    new_low, new_high = low.copy(), high.copy()
    np.maximum.at(new_low, equations.cell, member[0])
    np.minimum.at(new_high, equations.cell, member[1])
    return np.maximum(new_low, -ANY), np.minimum(new_high, ANY)


def members_bounds(equations: Equations, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """What each member's equation says of its cell, in whole persons: the least and the most, by member."""
    row, cell, weight = equations.row, equations.cell, equations.sign
    positive, size = weight > 0, np.abs(weight)
    least = weight * np.where(positive, low[cell], high[cell])
    most = weight * np.where(positive, high[cell], low[cell])
    upper = equations.high[row] - _others(least, row, len(equations), -ANY)
    lower = equations.low[row] - _others(most, row, len(equations), ANY)
    limit = np.where(upper >= ANY // 2, ANY, upper // size)
    floor = np.where(lower <= -(ANY // 2), -ANY, -(-lower // size))
    return np.where(positive, floor, -limit), np.where(positive, limit, -floor)


def _others(term: Ints, row: Ints, rows: int, unlimited: np.int64) -> Ints:
    """For each member the sum of the other members' terms; `unlimited` when any of them is."""
    endless = np.abs(term) >= ANY // 2  # a bound a few persons below no bound is none either
    finite = np.where(endless, 0, term)
    total = np.bincount(row, finite, rows).astype(np.int64)
    endless_in_row = np.bincount(row, endless, rows).astype(np.int64)
    rest = total[row] - finite
    return np.where(endless_in_row[row] - endless > 0, unlimited, rest)


Learnt = list[tuple[Ints, Ints, Ints]]
"""Cells and the bounds that they had before."""


class Narrowing:
    """The bounds by arithmetic while cells are shown one after another: each time only what changes is worked out."""

    def __init__(self, system: System, hidden: Bools, floor: Ints, sums: Sums) -> None:
        self._count, self._sums = system.count, sums
        self.low, self.high = propagate(system, hidden, floor)

    def show(self, cells: Ints, must: Bools, width: int) -> Learnt | None:
        """What follows when `cells` are shown; nothing when a cell that `must` be wide becomes narrower than `width`:
        then all is as before."""
        learnt: Learnt = []
        self._set(learnt, cells, self._count[cells], self._count[cells])
        changed = cells
        for _ in range(ROUNDS):
            sums = self._sums.members_of(np.unique(self._sums.rows_of(changed)[1]))
            least, most = members_bounds(sums, self.low, self.high)
            tighter = (least > self.low[sums.cell]) | (most < self.high[sums.cell])
            changed, at = np.unique(sums.cell[tighter], return_inverse=True)
            if not len(changed):
                break
            low, high = self.low[changed], self.high[changed]
            np.maximum.at(low, at, least[tighter])
            np.minimum.at(high, at, most[tighter])
            self._set(learnt, changed, low, high)
            if np.any(must[changed] & (high - low < width)):
                self.take_back(learnt)
                return None
        return learnt

    def take_back(self, learnt: Learnt) -> None:
        """Forgets it; what was learnt last must be forgotten first."""
        for cells, low, high in reversed(learnt):
            self.low[cells], self.high[cells] = low, high

    def _set(self, learnt: Learnt, cells: Ints, low: Ints, high: Ints) -> None:
        learnt.append((cells, self.low[cells], self.high[cells]))
        self.low[cells], self.high[cells] = low, high
