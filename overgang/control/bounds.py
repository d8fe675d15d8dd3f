"""Bounds by arithmetic alone: what each equation says of each hidden cell, repeated until nothing new is learnt.

Valid but not always tight: a cell that these bounds pin down is known to any reader with a pencil; the others need the
linear programs of `attack`.
"""

import numpy as np

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
    row, cell, sign = equations.row, equations.cell, equations.sign
    least = np.where(sign > 0, low[cell], -high[cell])
    most = np.where(sign > 0, high[cell], -low[cell])
    upper = equations.high[row] - _others(least, row, len(equations), -ANY)
    lower = equations.low[row] - _others(most, row, len(equations), ANY)
    new_low, new_high = low.copy(), high.copy()
    positive = sign > 0
    np.maximum.at(new_low, cell, np.where(positive, lower, -upper))
    np.minimum.at(new_high, cell, np.where(positive, upper, -lower))
    return np.maximum(new_low, -ANY), np.minimum(new_high, ANY)


def _others(term: Ints, row: Ints, rows: int, unlimited: np.int64) -> Ints:
    """For each member the sum of the other members' terms; `unlimited` when any of them is."""
    endless = np.abs(term) >= ANY // 2  # a bound a few persons below no bound is none either
    finite = np.where(endless, 0, term)
    total = np.bincount(row, finite, rows).astype(np.int64)
    endless_in_row = np.bincount(row, endless, rows).astype(np.int64)
    rest = total[row] - finite
    return np.where(endless_in_row[row] - endless > 0, unlimited, rest)
