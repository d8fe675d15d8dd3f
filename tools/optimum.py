"""The least that must be hidden, by one integer program: how far from it protection is, on small invented tables.

The program chooses what is hidden, and beside it two witnesses for each protected cell, one in which it is more and one
in which it is less. Witnesses are in fractions of persons here, so that it solves in seconds; its price is therefore
never above that of the best pattern in whole persons, and the gap to it never too small.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Cube, Tabulation, Tree
from overgang.control import Policy, Protection, audit, known_links, protect, tables
from overgang.control.price import prices
from overgang.control.primary import primary
from overgang.control.program import Solver
from overgang.control.ranges import delicate, floors, start
from overgang.control.system import Bools, Floats, System, assemble

OUTCOMES = ("goal", "notyet", "gone")
SEXES = ("F", "M")
TREES = (Tree("outcome", {TOTAL: OUTCOMES}), Tree("sex", {TOTAL: SEXES}))
FARTHER = 3
"""In a witness no cell moves farther than so many times the width."""


def small_county(seed: int) -> Tabulation:
    """One county of municipalities of very different size by three outcomes: 6 to 9 of them, or 3 or 4 and also by sex;
    28 to 60 cells."""
    rng = np.random.default_rng(seed)
    sexes = SEXES if seed % 2 else ()
    many = int(rng.integers(3, 5) if sexes else rng.integers(6, 10))
    places = [f"K01{number:02d}" for number in range(1, many + 1)]
    people = [
        (place, SEXES[int(rng.random() < 0.5)], OUTCOMES[int(rng.choice(3, p=(0.5, 0.35, 0.15)))])
        for place in places
        for _ in range(1 + int(np.exp(rng.normal(2.2, 1.0))))
    ]
    rows = [
        (place, "2024", sex, outcome, sum(_counts(person, place, sex, outcome) for person in people))
        for place in ("F01", *places)
        for sex in (TOTAL, *sexes)
        for outcome in (TOTAL, *OUTCOMES)
    ]
    dimensions = ("place", "time", "sex", "outcome")
    frame = pl.DataFrame(rows, schema=[*dimensions, "count"], orient="row").sort(dimensions)
    names = ["counts", "family", "whole_place", "whole_time", "place", "time"]
    links = pl.DataFrame(
        [("exits", "county", "F01", "2024", place, "2024") for place in places], schema=names, orient="row"
    )
    return Tabulation((Cube("small", "exits", dimensions, frame),), TREES, links)


def _counts(person: tuple[str, str, str], *at: str) -> bool:
    return all(code in (TOTAL, "F01", own) for code, own in zip(at, person, strict=True))


@dataclass(frozen=True, slots=True)
class Compared:
    """What protection hides for the sake of others on one table, and what need be hidden: cells and their prices.
    `shrunk` is what is left when each cell is shown again where the audit lets it, the dearest first; `safe` says
    whether the least pattern survives the audit, which asks for whole persons."""

    cells: int
    least_cells: int
    price: float
    least_price: float
    shrunk_cells: int
    shrunk_price: float
    safe: bool


def compared(tabulation: Tabulation, policy: Policy) -> Compared:
    """One table protected, and by the integer program."""
    system = assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, policy))
    first = primary(system, policy)
    price = prices(system, policy, np.zeros(len(first), np.bool_))
    ours = hidden_cells(system, protect(tabulation, policy))
    best = least(system, policy, first, price)
    fewer = shrunk(tabulation, system, ours, np.where(first, 0.0, price), policy)
    return Compared(
        cells=int((ours & ~first).sum()),
        least_cells=int((best & ~first).sum()),
        price=float(price[ours & ~first].sum()),
        least_price=float(price[best & ~first].sum()),
        shrunk_cells=int((fewer & ~first).sum()),
        shrunk_price=float(price[fewer & ~first].sum()),
        safe=is_safe(tabulation, system, best, policy),
    )


def hidden_cells(system: System, protection: Protection) -> Bools:
    """Which cells of a system a protection hides."""
    hidden = pl.concat(
        [
            cube.cells.filter(pl.col("count").is_null()).select(
                pl.lit(cube.counts).alias("counts"),
                *(pl.col(name) if name in cube.dimensions else pl.lit(TOTAL).alias(name) for name in KEY[1:]),
            )
            for cube in protection.cubes
        ]
    )
    keys = set(hidden.iter_rows())
    return np.array([key in keys for key in system.cells.select(KEY).iter_rows()], np.bool_)


def is_safe(tabulation: Tabulation, system: System, hidden: Bools, policy: Policy) -> bool:
    """Whether the audit finds nothing when just these cells are hidden."""
    shown = system.cells.with_columns(count=pl.Series(np.where(hidden, -1, system.count))).with_columns(
        count=pl.when(pl.col("count") >= 0).then(pl.col("count"))
    )
    (cube,) = tabulation.cubes
    cells = shown.select(*cube.dimensions, "count")
    links = known_links(tabulation, policy)
    return audit([(cube.table, cube.counts, cube.dimensions, cells)], tabulation.trees, links, policy).safe


def shrunk(tabulation: Tabulation, system: System, hidden: Bools, price: Floats, policy: Policy) -> Bools:
    """The same with each cell that has a price shown again, the dearest first, where the audit lets it."""
    hidden = hidden.copy()
    for cell in np.argsort(-price, kind="stable").tolist():
        if hidden[cell] and price[cell] > 0:
            hidden[cell] = False
            hidden[cell] = not is_safe(tabulation, system, hidden, policy)
    return hidden


def least(system: System, policy: Policy, first: Bools, price: Floats) -> Bools:
    """The cheapest cells to hide beside the `first`, so that each cell that must be wide has witnesses for it."""
    may = first | np.isfinite(price)
    cells = np.flatnonzero(may)
    base, floor = system.count[cells].astype(float), floors(system, policy)[cells].astype(float)
    must = delicate(system, policy, start(system, first, floors(system, policy), system.count))[cells]
    program = _Program(system, cells, base, floor, price[cells], first[cells], policy.width)
    for at in np.flatnonzero(must & may[cells]).tolist():
        program.protect(at)
    return program.solve(may)


class _Program:
    """Columns: whether each cell is hidden, then a block for each witness: by how much each cell differs."""

    def __init__(
        self, system: System, cells: np.ndarray, base: Floats, floor: Floats, price: Floats, first: Bools, width: int
    ) -> None:
        self._system, self._cells, self._width = system, cells, width
        self._rise, self._fall = np.full(len(cells), float(FARTHER * width)), np.minimum(base - floor, FARTHER * width)
        self._solver = Solver()  # type: ignore[no-untyped-call]
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        self._size = len(cells)
        self._columns = self._size
        kinds = np.full(self._size, highspy.HighsVarType.kInteger)
        cost = np.where(first, 0.0, np.where(np.isfinite(price), price, 0.0))
        every = np.arange(self._size, dtype=np.int32)
        self._solver.addVars(self._size, first.astype(float), np.ones(self._size))
        self._solver.changeColsCost(self._size, every, cost)
        self._solver.changeColsIntegrality(self._size, every, kinds)
        self._sums = list(self._sums_among())

    def _sums_among(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The members of each sum among the cells, as columns and signs."""
        equations = self._system.equations
        position = np.full(len(self._system.count), -1, np.int64)
        position[self._cells] = np.arange(self._size)
        for row in range(len(equations)):
            members = (equations.row == row) & (position[equations.cell] >= 0)
            if members.any():
                yield position[equations.cell[members]], equations.sign[members].astype(float)

    def protect(self, at: int) -> None:
        """Two witnesses for a cell, `width` apart where it is hidden."""
        up, down = self._witness(), self._witness()
        self._solver.addRow(
            0.0, highspy.kHighsInf, 3, np.array([up + at, down + at, at], np.int32), np.array([1.0, -1.0, -self._width])
        )

    def _witness(self) -> int:
        """A block of columns that moves only hidden cells and keeps every sum; its first column."""
        begin, size = self._columns, self._size
        self._solver.addVars(size, -self._fall, self._rise)
        self._columns += size
        for columns, signs in self._sums:
            self._solver.addRow(0.0, 0.0, len(columns), (begin + columns).astype(np.int32), signs)
        for cell in range(size):
            pair = np.array([begin + cell, cell], np.int32)
            self._solver.addRow(-highspy.kHighsInf, 0.0, 2, pair, np.array([1.0, -self._rise[cell]]))
            self._solver.addRow(0.0, highspy.kHighsInf, 2, pair, np.array([1.0, self._fall[cell]]))
        return begin

    def solve(self, may: Bools) -> Bools:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the integer program ended with {self._solver.getModelStatus()}")
        chosen = np.asarray(self._solver.getSolution().col_value[: self._size]) > 0.5
        hidden = np.zeros(len(may), np.bool_)
        hidden[self._cells[chosen]] = True
        return hidden
