"""The attack: what a reader who holds every published table can work out about each hidden cell.

A *witness* is a whole table, in whole persons, that agrees with everything published. Every value a hidden cell
takes in some witness is a value no reader can rule out. A few linear programs move thousands of cells at once; the
cells they cannot move are settled one by one, exactly.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from multiprocessing import get_context
from typing import Protocol

import numpy as np

from overgang.control.bounds import propagate
from overgang.control.exchange import Grid, exchange, wander
from overgang.control.policy import Policy
from overgang.control.primary import OUTER, hides_zero, protected_whatever_its_size, whole_group
from overgang.control.program import Moves, Region, groups, region
from overgang.control.system import Bools, Equations, Ints, System

SWEEPS = 3
"""Tables reached by exchanges at random before the linear programs begin."""

PUSHES = 2
"""Joint programs a region and round."""

FAIR = 8
"""Rounds of joint programs go on while each settles more than this part, an eighth, of what is left."""

SEED = 1
"""Chance only decides which witnesses are tried first; the same edition is attacked the same way every time."""


class Crew(Protocol):
    """Who runs the jobs: this process, or several. The answers do not depend on it."""

    def map[T](self, run: "Callable[[Job], T]", jobs: "Sequence[Job]", /) -> Iterable[T]: ...


class Alone:
    """This process."""

    def map[T](self, run: "Callable[[Job], T]", jobs: "Sequence[Job]", /) -> Iterable[T]:
        return [run(job) for job in jobs]


class Several:
    """A pool of processes, the largest jobs first."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def map[T](self, run: "Callable[[Job], T]", jobs: "Sequence[Job]", /) -> Iterable[T]:
        order = sorted(range(len(jobs)), key=lambda number: -len(jobs[number].base))
        answers = dict(zip(order, self._pool.map(run, [jobs[number] for number in order]), strict=True))
        return [answers[number] for number in range(len(jobs))]


@contextmanager
def crew(workers: int) -> Iterator[Crew]:
    """As many processes as asked; one means this one."""
    if workers < MANY:
        yield Alone()
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield Several(pool)


MANY = 2


@dataclass
class Ranges:
    """What is known of every cell: outer bounds by arithmetic, and the values seen in witnesses (inner bounds).

    A shown cell has all four at its count. After `widen` a cell still narrower than was asked for has exact inner
    bounds.
    """

    low: Ints
    high: Ints
    least: Ints
    most: Ints
    base: Ints

    def see(self, witness: Ints) -> None:
        """Takes in a witness."""
        self.least, self.most = np.minimum(self.least, witness), np.maximum(self.most, witness)

    def widen(self, cells: Ints, least: Ints, most: Ints) -> None:
        """Takes in values that some of the cells have in witnesses."""
        self.least[cells] = np.minimum(self.least[cells], least)
        self.most[cells] = np.maximum(self.most[cells], most)

    @property
    def width(self) -> Ints:
        return self.most - self.least


def floors(system: System, policy: Policy) -> Ints:
    """The least a hidden cell can be: 1 where zeros are shown, since the reader knows that too."""
    unknown = np.full(len(system.count), -1, np.int64)
    shown_zero = ~hides_zero(system, policy) & ~protected_whatever_its_size(system, policy, unknown)
    shown_zero &= (system.cells["level"] != "shielded").to_numpy()
    floor: Ints = shown_zero.astype(np.int64)
    return floor


def start(system: System, hidden: Bools, floor: Ints, witness: Ints) -> Ranges:
    """The ranges before any program ran: arithmetic, and one witness (the truth, or any table that fits)."""
    low, high = propagate(system, hidden, floor)
    return Ranges(low=low, high=high, least=witness.copy(), most=witness.copy(), base=witness)


def regions(equations: Equations, free: Bools) -> Iterator[Ints]:
    """The free cells in groups that no equation joins."""
    yield from groups(equations.row, equations.cell, free, len(equations))


def exposed(system: System, ranges: Ranges, hidden: Bools, policy: Policy) -> Bools:
    """Hidden cells that a reader can narrow too far: the one definition that protection and audit share.

    Wide enough is safe, and so is a cell that is known to be large. A zero may be known, unless it says "none of them"
    of a small group and does not just follow from the zero of a larger one that is shown. What is protected whatever
    its size is safe only when wide enough.
    """
    at_least = np.where(hidden, ranges.least, system.count)
    always = protected_whatever_its_size(system, policy, at_least) & hidden
    narrow = hidden & (ranges.width < policy.width)
    large = ranges.least >= policy.smallest
    group = at_least[whole_group(system)]
    part_of_group = whole_group(system) != np.arange(len(group))
    none_of_few = part_of_group & (group >= 1) & (group < policy.group)
    harmless_zero = (ranges.most == 0) & ~(none_of_few & ~_within_a_shown_zero(system, hidden, at_least))
    found: Bools = narrow & (always | ~(large | harmless_zero))
    return found


def _within_a_shown_zero(system: System, hidden: Bools, count: Ints) -> Bools:
    """Cells that are parts, or parts of parts, of a zero that is shown; and sums of nothing but such cells."""
    equations = system.equations
    row, cell, part = equations.row, equations.cell, equations.sign < 0
    closed = (equations.low == 0) & (equations.high == 0)  # with an overlap the parts of a zero need not be zeros
    zero: Bools = ~hidden & (count == 0)
    while True:
        whole_is_zero = np.bincount(row, ~part & zero[cell], len(equations)) > 0
        parts_are_zero = np.bincount(row, part & ~zero[cell], len(equations)) == 0
        more = zero.copy()
        more[cell[part & (closed & whole_is_zero)[row]]] = True
        more[cell[~part & (closed & parts_are_zero)[row]]] = True
        if np.array_equal(more, zero):
            return zero
        zero = more


@dataclass(frozen=True, slots=True)
class Job:
    """One region with what is known of its cells; positions are the region's."""

    area: Region
    low: Ints
    high: Ints
    base: Ints
    least: Ints
    most: Ints
    wanted: Bools
    width: int
    seed: int


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on one system: what is hidden, what a reader has seen possible, and whom he has to help him."""

    system: System
    hidden: Bools
    floor: Ints
    ranges: Ranges
    grid: Grid | None
    policy: Policy
    crew: Crew

    def narrow(self) -> Bools:
        """Hidden cells not yet seen to be wide enough, nor known to be large."""
        always = protected_whatever_its_size(
            self.system, self.policy, np.where(self.hidden, self.ranges.least, self.system.count)
        )
        unknown = self.hidden & (self.ranges.low < self.ranges.high)
        narrow: Bools = unknown & (self.ranges.width < self.policy.width)
        return narrow & (always | (self.ranges.low < self.policy.smallest))

    def exposed(self) -> Bools:
        """Hidden cells that this reader can narrow too far."""
        return exposed(self.system, self.ranges, self.hidden, self.policy)

    def run(self, thorough: bool) -> None:
        """Looks for witnesses, the cheap ways first. Afterwards a cell that is still narrow has, if `thorough`, no
        wider range; otherwise its own programs have not been run yet."""
        rng = np.random.default_rng(SEED)
        self._wander(rng)
        for scope in self._scopes():
            self._push(scope, rng)
        if thorough:
            for scope in self._scopes():
                self._settle(scope)

    def _scopes(self) -> Iterator[Bools]:
        """What may vary while all else is held: small places, then counties and country, then everything. A witness
        with something held is a witness."""
        outer = self.system.cells["level"].is_in(list(OUTER)).to_numpy()
        unknown = self.hidden & (self.ranges.low < self.ranges.high)
        yield unknown & ~outer
        yield unknown & outer
        yield unknown

    def _wander(self, rng: np.random.Generator) -> None:
        """Exchanges of persons between small places, from a few tables reached by exchanging at random."""
        ranges, base = self.ranges, self.ranges.base
        for _ in range(SWEEPS if self.grid else 0):
            self._exchange(base)
            base = wander(self.grid, self.hidden, base, self.floor, rng) if self.grid else base
            ranges.see(base)
        self._exchange(base)

    def _exchange(self, base: Ints) -> None:
        if self.grid:
            exchange(self.grid, self.hidden, base, self.floor, self.ranges.least, self.ranges.most, self.policy.width)

    def _push(self, scope: Bools, rng: np.random.Generator) -> None:
        """Joint programs, as long as they settle a fair part of what is left."""
        before = int((self.narrow() & scope).sum())
        while before:
            todo = list(self._jobs(scope, rng))
            for witness in zip_longest(*self.crew.map(push, todo)):
                table = self.ranges.base.copy()
                for job, moved in zip(todo, witness, strict=True):
                    if moved is not None:
                        table[job.area.cells] = moved
                self.ranges.see(table)
                self._exchange(table)
            left = int((self.narrow() & scope).sum())
            if before - left <= before // FAIR:
                return
            before = left

    def _settle(self, scope: Bools) -> None:
        """A program for each end of each cell that is still narrow."""
        todo = list(self._jobs(scope, np.random.default_rng(SEED)))
        for job, (least, most) in zip(todo, self.crew.map(settle, todo), strict=True):
            self.ranges.widen(job.area.cells, least, most)

    def _jobs(self, scope: Bools, rng: np.random.Generator) -> Iterator[Job]:
        """A job for each region of the scope that holds a narrow cell."""
        wanted, ranges = self.narrow() & scope, self.ranges
        for cells in regions(self.system.equations, scope):
            if wanted[cells].any():
                yield Job(
                    area=region(self.system.equations, cells, ranges.base),
                    low=ranges.low[cells],
                    high=ranges.high[cells],
                    base=ranges.base[cells],
                    least=ranges.least[cells],
                    most=ranges.most[cells],
                    wanted=wanted[cells],
                    width=self.policy.width,
                    seed=int(rng.integers(1 << 32)),
                )


def push(job: Job) -> list[Ints]:
    """A few witnesses near the base, each taking the cells that are still narrow up or down, as chance has it.

    No cell may move farther than is asked for, so the movement is spread over many cells instead of heaped on a few.
    """
    low, high = np.maximum(job.low, job.base - job.width), np.minimum(job.high, job.base + job.width)
    least, most, found = job.least.copy(), job.most.copy(), []
    rng = np.random.default_rng(job.seed)
    for _ in range(PUSHES):
        narrow = np.flatnonzero(job.wanted & (most - least < job.width))
        if not len(narrow):
            break
        pull = np.zeros(len(job.base))
        pull[narrow] = rng.choice((-1.0, 1.0), len(narrow)) * (1 + rng.random(len(narrow)))
        moves = Moves(job.area, job.base, low, high, pull=np.where(job.base == low, np.abs(pull), pull))
        witness = moves.whole_part(moves.best())
        if witness is not None:
            least, most = np.minimum(least, witness), np.maximum(most, witness)
            found.append(witness)
    return found


def settle(job: Job) -> tuple[Ints, Ints]:
    """Least and most of the job's cells after a program of its own for each that is narrow."""
    least, most = job.least.copy(), job.most.copy()
    moves = Moves(job.area, job.base, job.low, job.high)
    for cell in map(int, np.flatnonzero(job.wanted)):
        for value in _worth_trying(job, cell):
            if most[cell] - least[cell] >= job.width:
                break
            if not least[cell] <= value <= most[cell]:
                _, witness = moves.reach(cell, value)
                if witness is not None:
                    least, most = np.minimum(least, witness), np.maximum(most, witness)
    return least, most


def _worth_trying(job: Job, cell: int) -> Iterator[int]:
    """Values of a cell, the farthest first, up and then down; what a step finds decides how far the next must go."""
    base = int(job.base[cell])
    for step in range(job.width, 0, -1):
        if base + step <= job.high[cell]:
            yield base + step
    for step in range(job.width, 0, -1):
        if base - step >= job.low[cell]:
            yield base - step
