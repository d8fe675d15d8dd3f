"""Some whole table that agrees with what is published: where an attack begins that does not know the true one.

In a large region it is found by jumping from cell to cell until every sum holds, a hundred times as fast as by
branching, and near the middle of all tables, where there are many.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from overgang.control.program import ENDLESS, SMALL_MOVE, WHOLE, Program, Region, Solver
from overgang.control.system import ANY, Floats, Ints

SEED = 1
"""Chance decides from which corner each search sets out; the same edition, the same tables."""

CORNERS = 3
"""From so many corners in a row a table is looked for before the middle is given up."""

LARGE = 5000
"""Cells of a region in which whole numbers are better found by jumps than by branching."""

QUESTIONS = 2
"""So often HiGHS 1.16 asks whether to go on before its jumps are over."""


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
    middle = _middle(area, low, high)
    if middle is None:
        return None
    floor = np.clip(np.floor(middle + WHOLE).astype(np.int64), low, high)
    ceiling = np.clip(np.ceil(middle - WHOLE).astype(np.int64), low, high)
    rng = np.random.default_rng(SEED)
    corners = (np.where(rng.random(len(low)) < middle - floor, ceiling, floor) for _ in range(CORNERS))
    tables = (_jump(area, floor, ceiling, corner) for corner in corners)
    return next((table for table in tables if table is not None), None)


def _middle(area: Region, low: Ints, high: Ints) -> Floats | None:
    """A point well inside: where a method that comes from within ends when nothing draws it to a corner."""
    solver = Solver()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    return _found(solver, area, low, high, low)


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


def _jump(area: Region, low: Ints, high: Ints, start: Ints) -> Ints | None:
    """Whole numbers within the bounds that satisfy every equation, by jumps from `start`; None when none are found."""
    solver = Solver()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("mip_max_improving_sols", 1)
    solver.setOptionValue("mip_max_nodes", 1)
    solver.setOptionValue("mip_lp_solver", "ipm")
    _nothing_but_jumps(solver)
    found = _found(solver, area, low, high, start, whole=True)
    if found is None:
        return None
    table: Ints = np.rint(found).astype(np.int64)
    return table if area.holds(table) and bool(np.all((low <= table) & (table <= high))) else None


def _nothing_but_jumps(solver: Solver) -> None:
    """Ends a search that is still going on when jumps are over: what follows takes a hundred times as long. HiGHS asks
    twice before and while it jumps; by a count of questions, not of seconds, every machine finds the same."""
    asked = 0

    def ask(_kind: object, _text: str, _out: object, answer: highspy.cb.HighsCallbackInput, _data: object) -> None:
        nonlocal asked
        asked += 1
        answer.user_interrupt = asked > QUESTIONS

    solver.setCallback(ask, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)


def _found(solver: Solver, area: Region, low: Ints, high: Ints, start: Ints, *, whole: bool = False) -> Floats | None:
    """The columns are rises and falls from `start`, of the cells that can: jumps begin where all columns are 0."""
    rises, falls = np.flatnonzero(high > start), np.flatnonzero(low < start)
    size = len(rises) + len(falls)
    model, at_start = highspy.HighsLp(), area.balance(start)
    model.num_col_, model.num_row_ = size, len(area.low)
    model.col_lower_ = model.col_cost_ = np.zeros(size)
    far = np.concatenate([(high - start)[rises], (start - low)[falls]])
    model.col_upper_ = np.where(far >= ANY // 2, ENDLESS, far).astype(float)
    model.row_lower_ = (area.low - at_start).astype(float)
    model.row_upper_ = np.where(area.high >= ANY // 2, ENDLESS, area.high - at_start).astype(float)
    column = np.full((2, len(start)), -1)
    column[0, rises], column[1, falls] = np.arange(len(rises)), len(rises) + np.arange(len(falls))
    members = [(column[way][area.column], area.row, by * area.sign) for way, by in ((0, 1), (1, -1))]
    of, row, sign = (np.concatenate(parts) for parts in zip(*members, strict=True))
    order = np.argsort(of, kind="stable")[np.count_nonzero(of < 0) :]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(of[order], minlength=size))])
    model.a_matrix_.index_, model.a_matrix_.value_ = row[order], sign[order].astype(float)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * size
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not solution.value_valid or not feasible:
        return None
    moved = np.zeros((2, len(start)))
    values = np.asarray(solution.col_value, dtype=np.float64)
    moved[0, rises], moved[1, falls] = values[: len(rises)], values[len(rises) :]
    found: Floats = start + moved[0] - moved[1]
    return found
