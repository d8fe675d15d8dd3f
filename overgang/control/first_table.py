"""Some whole table that agrees with what is published: where an attack begins that does not know the true one.

In a large region it is found from a point in the middle of all tables, rounded and then mended step by step until every
sum holds: a thousand times as fast as by branching, and with many other tables near by.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from overgang.control.program import ENDLESS, SMALL_MOVE, Program, Region, Solver
from overgang.control.system import ANY, Floats, Ints

SEEDS = (1, 2, 3)
"""Where chance sets out, one after another; the same edition, the same tables."""

LARGE = 5000
"""Cells of a region in which whole numbers are better found by mending than by branching."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A region, and the least and the most that each of its cells can be."""

    area: Region
    low: Ints
    high: Ints

    @property
    def size(self) -> int:
        return len(self.low)


def whole_table(of: Bounded) -> Ints | None:
    """Whole numbers within the bounds that satisfy every equation; None when there are none.

    The table of fewest persons has most zeros, and leaves least to ask about; in a LARGE region it takes too long.
    """
    found = _near_the_middle(of.area, of.low, of.high) if of.size >= LARGE else None
    return _least(of.area, of.low, of.high) if found is None else found


def _near_the_middle(area: Region, low: Ints, high: Ints) -> Ints | None:
    from overgang.control.hunter import mended  # its compiler takes a second to import

    middle = _middle(area, low, high)
    if middle is None:
        return None
    near = np.clip(np.rint(middle).astype(np.int64), low, high)
    tables = (mended(area, near, low, high, seed) for seed in SEEDS)
    return next((table for table in tables if table is not None), None)


def _middle(area: Region, low: Ints, high: Ints) -> Floats | None:
    """A point well inside: where a method that comes from within ends when nothing draws it to a corner."""
    solver = Solver()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    model, order = highspy.HighsLp(), np.argsort(area.column, kind="stable")
    model.num_col_, model.num_row_ = len(low), len(area.low)
    model.col_cost_, model.col_lower_ = np.zeros(len(low)), low.astype(float)
    model.col_upper_ = np.where(high >= ANY // 2, ENDLESS, high).astype(float)
    model.row_lower_ = area.low.astype(float)
    model.row_upper_ = np.where(area.high >= ANY // 2, ENDLESS, area.high).astype(float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(area.column, minlength=len(low)))])
    model.a_matrix_.index_, model.a_matrix_.value_ = area.row[order], area.sign[order].astype(float)
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return np.asarray(solution.col_value, dtype=np.float64) if solution.value_valid and feasible else None


def _least(area: Region, low: Ints, high: Ints) -> Ints | None:
    """The table of fewest persons if a program without branching finds it whole, else one found by branching."""
    program, cost = Program(area, low), np.full(len(low), SMALL_MOVE)
    room, stay = np.where(high >= ANY // 2, ANY, high - low), np.zeros_like(low)
    move = program.move(room, stay, cost, cost)
    if move is None:
        return None
    table = low + program.whole_part(move)
    if area.holds(table):
        return table
    found = program.whole_move(room, stay, cost, cost)
    return None if found is None else low + found
