"""Linear programs over some cells: a thin hand on HiGHS, and solutions in whole persons."""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from overgang.control.system import ANY, Bools, Equations, Floats, Ints

WHOLE = 1e-6
"""A solution this near whole numbers is rounded, and then checked in exact integers."""

ENDLESS = float(highspy.kHighsInf)


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

    def holds(self, x: Ints) -> bool:
        """Whether whole numbers satisfy every equation exactly."""
        balance = np.bincount(self.row, self.sign * x[self.column], len(self.low)).astype(np.int64)
        return bool(np.all(balance >= self.low) and np.all((balance <= self.high) | (self.high >= ANY // 2)))


def region(equations: Equations, cells: Ints, value: Ints) -> Region:
    """The region of `cells` when every other cell stays at `value` (one entry a cell of the system)."""
    position = np.full(len(value), -1, np.int64)
    position[cells] = np.arange(len(cells))
    inside = position[equations.cell] >= 0
    touched = np.zeros(len(equations), np.bool_)
    touched[equations.row[inside]] = True
    number = np.cumsum(touched) - 1
    outside = ~inside & touched[equations.row]
    fixed = np.bincount(
        number[equations.row[outside]],
        (equations.sign * value[equations.cell])[outside],
        int(touched.sum()),
    ).astype(np.int64)
    high = equations.high[touched]
    return Region(
        cells=cells,
        row=number[equations.row[inside]],
        column=position[equations.cell[inside]],
        sign=equations.sign[inside],
        low=equations.low[touched] - fixed,
        high=np.where(high >= ANY // 2, ANY, high - fixed),
    )


NODES = 400
"""A search for whole persons ends here; a count of nodes, not seconds, so that every machine finds the same."""

SMALL_MOVE = 1e-3
"""The price of moving a cell nobody asked to move: few cells move, in small circles, which are whole by themselves."""


class Solver(highspy.Highs):
    """HiGHS without its banner, which it prints even when told to be silent, as soon as callbacks are switched on."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """None are used."""


class Moves:
    """Ways from a base, usually a table that fits, to tables that fit, as a linear program.

    Each cell of the region may rise or fall within [low, high]. `price` is what moving each cell by one person costs,
    `pull` what each person is worth by which a cell rises.
    """

    def __init__(
        self,
        area: Region,
        base: Ints,
        low: Ints,
        high: Ints,
        *,
        price: Floats | None = None,
        pull: Floats | None = None,
    ) -> None:
        self.area, self.base = area, base
        n = len(base)
        price = np.full(n, SMALL_MOVE) if price is None else price
        pull = np.zeros(n) if pull is None else pull
        self._low = [np.zeros(2 * n)]
        self._high = [_limit(high - base), _limit(base - low)]
        self._cost = [price - pull, price + pull]
        self._rows = [self._equations()]
        self._model: highspy.Highs | None = None

    def _equations(self) -> "Rows":
        """Every equation over rises (columns 0..n-1) and falls (n..2n-1)."""
        area, n = self.area, len(self.base)
        order = np.argsort(area.row, kind="stable")
        column, sign = area.column[order], area.sign[order].astype(float)
        at_base = np.bincount(area.row, area.sign * self.base[area.column], len(area.low))
        return Rows(
            length=2 * np.bincount(area.row, minlength=len(area.low)),
            column=np.stack([column, column + n], axis=1).ravel(),
            value=np.stack([sign, -sign], axis=1).ravel(),
            low=area.low - at_base,
            high=np.where(area.high >= ANY // 2, ENDLESS, area.high - at_base),
        )

    def reward(self, cells: Ints, up: Bools, width: int, worth: Floats) -> None:
        """Pays `worth` for each person, up to `width`, by which a cell rises (`up`) or falls."""
        k, n = len(cells), len(self.base)
        first = sum(map(len, self._low))
        self._low.append(np.zeros(k))
        self._high.append(np.full(k, float(width)))
        self._cost.append(-worth)
        sign = np.where(up, 1.0, -1.0)
        self._rows.append(
            Rows(
                length=np.full(k, 3),
                column=np.stack([cells, cells + n, np.arange(first, first + k)], axis=1).ravel(),
                value=np.stack([sign, -sign, -np.ones(k)], axis=1).ravel(),
                low=np.zeros(k),
                high=np.full(k, ENDLESS),
            )
        )

    def best(self) -> Floats | None:
        """Where the cheapest way leads, in fractions of persons."""
        return self._run(self._solver())

    def reach(self, cell: int, value: int) -> tuple[bool, Ints | None]:
        """Whether `cell` can be `value` at all, and a whole table in which it is (None if none was found)."""
        solver, n = self._solver(), len(self.base)
        by = value - self.base[cell]
        old = [float(np.concatenate(self._high)[column]) for column in (cell, cell + n)]
        for column, size in ((cell, max(by, 0)), (cell + n, max(-by, 0))):
            solver.changeColBounds(int(column), float(size), float(size))
        found = self._run(solver)
        witness = self.whole_part(found)
        if found is not None and (witness is None or witness[cell] != value):
            witness = self._search_near(solver, found)
        for column, high in zip((cell, cell + n), old, strict=True):
            solver.changeColBounds(int(column), 0.0, high)
        return found is not None, witness

    def best_whole(self) -> Ints | None:
        """Where the cheapest way in whole persons leads."""
        found = self.best()
        if found is None:
            return None
        whole = self.whole(found)
        return self._search(self._solver()) if whole is None else whole

    def whole(self, found: Floats) -> Ints | None:
        """A solution in whole persons, checked in exact integers; None when it is not whole."""
        rounded = np.rint(found)
        if np.max(np.abs(found - rounded), initial=0.0) > WHOLE:
            return None
        whole = rounded.astype(np.int64)
        return whole if self.area.holds(whole) else None

    def whole_part(self, found: Floats | None) -> Ints | None:
        """The whole circles of a solution: cells that moved together by whole persons; the other cells stay at the
        base."""
        if found is None:
            return None
        moved = np.abs(found - self.base) > WHOLE
        broken = np.abs(found - np.rint(found)) > WHOLE
        for cells in groups(self.area.row, self.area.column, moved, len(self.area.low)):
            if broken[cells].any():
                moved[cells] = False
        return self.whole(np.where(moved, np.rint(found), self.base))

    def duals(self) -> Floats:
        """The price of each of the region's equations at the last solution."""
        return np.asarray(self._solver().getSolution().row_dual, dtype=np.float64)[: len(self.area.low)]

    def _search_near(self, solver: highspy.Highs, found: Floats) -> Ints | None:
        """Whole persons among the cells that moved in a fractional solution, and only if that fails among all."""
        n = len(self.base)
        still = np.flatnonzero(np.abs(found - self.base) <= WHOLE)
        columns = np.concatenate([still, still + n]).astype(np.int32)
        high = np.concatenate(self._high)[columns]
        zero = np.zeros(len(columns))
        solver.changeColsBounds(len(columns), columns, zero, zero)
        witness = self._search(solver)
        solver.changeColsBounds(len(columns), columns, zero, high)
        return self._search(solver) if witness is None else witness

    def _search(self, solver: highspy.Highs) -> Ints | None:
        """The same program in whole persons, by branching."""
        columns = np.arange(2 * len(self.base), dtype=np.int32)
        solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
        found = self._run(solver)
        solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kContinuous))
        return None if found is None else self.whole(found)

    def _solver(self) -> highspy.Highs:
        if self._model is None:
            self._model = Solver()  # type: ignore[no-untyped-call]
            self._model.silent()
            self._model.setOptionValue("threads", 1)
            self._model.setOptionValue("mip_max_nodes", NODES)
            self._model.passModel(self._lp())
        return self._model

    def _lp(self) -> highspy.HighsLp:
        low, high, cost = map(np.concatenate, (self._low, self._high, self._cost))
        rows = self._rows
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(low), sum(len(block.low) for block in rows)
        model.col_lower_, model.col_upper_, model.col_cost_ = low, high, cost
        model.row_lower_ = np.concatenate([block.low for block in rows]).astype(float)
        model.row_upper_ = np.concatenate([block.high for block in rows]).astype(float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.concatenate([block.length for block in rows]))])
        model.a_matrix_.index_ = np.concatenate([block.column for block in rows])
        model.a_matrix_.value_ = np.concatenate([block.value for block in rows])
        return model

    def _run(self, solver: highspy.Highs) -> Floats | None:
        solver.run()
        solution = solver.getSolution()
        feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not solution.value_valid or not feasible:
            return None
        moved = np.asarray(solution.col_value, dtype=np.float64)
        n = len(self.base)
        result: Floats = self.base + moved[:n] - moved[n : 2 * n]
        return result


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a sparse matrix, one after the other, with their bounds."""

    length: Ints
    column: Ints
    value: Floats
    low: Floats
    high: Floats


def _limit(room: Ints) -> Floats:
    return np.where(room >= ANY // 2, ENDLESS, np.maximum(room, 0)).astype(float)


def some_table(area: Region, low: Ints, high: Ints) -> Ints | None:
    """Whole numbers within the bounds that satisfy every equation, or None when none were found."""
    return Moves(area, low, low, high).best_whole()
