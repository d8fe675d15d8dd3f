"""Linear programs over some cells: a thin hand on HiGHS, and solutions in whole persons."""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from overgang.control.system import ANY, Bools, Equations, Floats, Ints

WHOLE = 1e-6
"""A solution this near whole numbers is rounded, and then checked in exact integers."""

ENDLESS = float(highspy.kHighsInf)

SMALL_MOVE = 1e-3
"""The price of moving a cell nobody asked to move: few cells move, in small circles, which are whole by themselves."""

NODES = 400
"""A search for whole persons ends here; a count of nodes, not seconds, so that every machine finds the same."""


def groups(row: Ints, cell: Ints, among: Bools, rows: int) -> Iterator[Ints]:
    """The cells `among` in groups that no equation joins; (row, cell) are the members of all equations."""
    kept = among[cell]
    row, cell = row[kept], cell[kept]
    label = np.arange(len(among))
    while True:
        of_row = np.full(rows, len(among), np.int64)
        np.minimum.at(of_row, row, label[cell])
        before = label.copy()
        np.minimum.at(label, cell, of_row[row])
        label = label[label]
        if np.array_equal(before, label):
            break
    cells = np.flatnonzero(among)
    cells = cells[np.argsort(label[cells], kind="stable")]
    yield from np.split(cells, np.flatnonzero(np.diff(label[cells])) + 1) if len(cells) else ()


@dataclass(frozen=True, slots=True)
class Region:
    """Some cells that vary together and every equation among them, the fixed cells moved to the bounds.

    `cells` are numbers of the system; the other arrays speak of positions in it.
    """

    cells: Ints
    row: Ints
    column: Ints
    sign: Ints
    low: Ints
    high: Ints

    def balance(self, x: Ints) -> Ints:
        """The left side of every equation."""
        return np.bincount(self.row, self.sign * x[self.column], len(self.low)).astype(np.int64)

    def holds(self, x: Ints) -> bool:
        """Whether whole numbers satisfy every equation exactly."""
        balance = self.balance(x)
        return bool(np.all(balance >= self.low) and np.all((balance <= self.high) | (self.high >= ANY // 2)))


def region(equations: Equations, cells: Ints, value: Ints) -> Region:
    """The region of `cells` when every other cell stays at `value` (one entry a cell of the system)."""
    position = np.full(len(value), -1, np.int64)
    position[cells] = np.arange(len(cells))
    column = position[equations.cell]
    is_inside = column >= 0
    inside = np.flatnonzero(is_inside)
    row_inside = equations.row[inside]
    touched = np.zeros(len(equations), np.bool_)
    touched[row_inside] = True
    number = np.cumsum(touched) - 1
    outside = np.flatnonzero(~is_inside & touched[equations.row])
    fixed = np.bincount(
        number[equations.row[outside]],
        equations.sign[outside] * value[equations.cell[outside]],
        int(touched.sum()),
    ).astype(np.int64)
    high = equations.high[touched]
    return Region(
        cells=cells,
        row=number[row_inside],
        column=column[inside],
        sign=equations.sign[inside],
        low=equations.low[touched] - fixed,
        high=np.where(high >= ANY // 2, ANY, high - fixed),
    )


class Solver(highspy.Highs):
    """HiGHS without its banner, which it prints even when told to be silent, as soon as callbacks are switched on."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """None are used."""


class Program:
    """The moves of a region's cells away from `base` that keep every equation.

    Made once and asked often: each question has its own bounds and costs, and the solver starts from its last answer.
    """

    def __init__(self, area: Region, base: Ints) -> None:
        self.area, self.base = area, base
        self._size = len(base)
        self._every = np.arange(2 * self._size, dtype=np.int32)
        self._solver = Solver()  # type: ignore[no-untyped-call]
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("mip_max_nodes", NODES)
        self._solver.passModel(self._model())
        self._upper, self._cost = np.zeros(2 * self._size), np.zeros(2 * self._size)

    def _model(self) -> highspy.HighsLp:
        """Every equation over rises (columns 0..n-1) and falls (n..2n-1)."""
        area, n = self.area, self._size
        order = np.argsort(area.row, kind="stable")
        column, sign = area.column[order], area.sign[order].astype(float)
        at_base = area.balance(self.base)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 2 * n, len(area.low)
        model.col_lower_ = model.col_upper_ = model.col_cost_ = np.zeros(2 * n)
        model.row_lower_ = (area.low - at_base).astype(float)
        model.row_upper_ = np.where(area.high >= ANY // 2, ENDLESS, area.high - at_base).astype(float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(2 * np.bincount(area.row, minlength=len(area.low)))])
        model.a_matrix_.index_ = np.stack([column, column + n], axis=1).ravel()
        model.a_matrix_.value_ = np.stack([sign, -sign], axis=1).ravel()
        return model

    def move(self, rise: Ints, fall: Ints, cost_rise: Floats, cost_fall: Floats) -> Floats | None:
        """The cheapest move, in fractions of persons, when each cell may rise and fall so far and a person costs so
        much; None when there is none at all."""
        self._ask(rise, fall, cost_rise, cost_fall)
        return self._answer()

    def whole_move(self, rise: Ints, fall: Ints, cost_rise: Floats, cost_fall: Floats) -> Ints | None:
        """The same in whole persons, by branching; None when none is found within NODES."""
        self._ask(rise, fall, cost_rise, cost_fall)
        kinds = highspy.HighsVarType
        self._solver.changeColsIntegrality(len(self._every), self._every, np.full(len(self._every), kinds.kInteger))
        found = self._answer()
        self._solver.changeColsIntegrality(len(self._every), self._every, np.full(len(self._every), kinds.kContinuous))
        return None if found is None else self._checked(found)

    def whole_part(self, move: Floats) -> Ints:
        """The whole circles of a move: cells that moved together by whole persons; the others stay. Exact."""
        moved = np.abs(move) > WHOLE
        broken = np.abs(move - np.rint(move)) > WHOLE
        if broken.any():
            for cells in groups(self.area.row, self.area.column, moved, len(self.area.low)):
                if broken[cells].any():
                    moved[cells] = False
        found = self._checked(np.where(moved, move, 0.0))
        return np.zeros(self._size, np.int64) if found is None else found

    def duals(self) -> Floats:
        """The price of each of the region's equations at the last answer."""
        return np.asarray(self._solver.getSolution().row_dual, dtype=np.float64)

    def _ask(self, rise: Ints, fall: Ints, cost_rise: Floats, cost_fall: Floats) -> None:
        far = np.concatenate([rise, fall])
        upper = np.where(far >= ANY // 2, ENDLESS, far).astype(float)
        moved = self._every[upper != self._upper]
        self._solver.changeColsBounds(len(moved), moved, np.zeros(len(moved)), upper[moved])
        cost = np.concatenate([cost_rise, cost_fall])
        dearer = self._every[cost != self._cost]
        self._solver.changeColsCost(len(dearer), dearer, cost[dearer])
        self._upper, self._cost = upper, cost

    def _answer(self) -> Floats | None:
        self._solver.run()
        solution = self._solver.getSolution()
        feasible = self._solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not solution.value_valid or not feasible:
            return None
        moved = np.asarray(solution.col_value, dtype=np.float64)
        result: Floats = moved[: self._size] - moved[self._size :]
        return result

    def _checked(self, move: Floats) -> Ints | None:
        """A move in whole persons, if it is one and keeps every equation."""
        rounded = np.rint(move)
        if np.max(np.abs(move - rounded), initial=0.0) > WHOLE:
            return None
        whole: Ints = rounded.astype(np.int64)
        return whole if self.area.holds(self.base + whole) else None
