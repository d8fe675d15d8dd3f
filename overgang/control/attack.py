"""The attack: what a reader who holds every published table can work out about each hidden cell.

A *witness* is a whole table, in whole persons, that agrees with everything published. Every value a hidden cell
takes in some witness is a value no reader can rule out. Walks find nearly all of them; a few linear programs move what
is left, and the cells they cannot move are settled one by one, exactly. Protection is the same search, only that it may
hide more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from overgang.control.areas import TOP, Areas, areas
from overgang.control.bounds import propagate
from overgang.control.crew import Crew
from overgang.control.policy import Policy
from overgang.control.primary import OUTER, bundles
from overgang.control.program import SMALL_MOVE, Program, Region, region
from overgang.control.ranges import Ranges, delicate, exposed
from overgang.control.search import Aims, Found, Job, Seen, Witness, ladder, search, widen
from overgang.control.system import ANY, Bools, Floats, Ints, System

if TYPE_CHECKING:
    from overgang.control.hunter import Hunter

SEED = 1
"""Chance only decides which witnesses are tried first; the same edition is attacked the same way every time."""

PATIENT, IMPATIENT = 40, 3
"""Programs without a whole circle that are borne in a small region, and in one where each takes long."""

MIDDLING = 0.7
"""Within a county the pay rises as far as this quantile of the prices: higher is quicker and hides a little more."""

BUYING = 200
"""Steps of a walk for each cell and pay where more may be hidden."""

BUYING_LAST = ((2_000, 4), (20_000, 4))
"""The same, and walks for each cell, at the highest pay for what is left."""

LOOKING = ((400, 1), (2_000, 1), (10_000, 1), (20_000, 4), (100_000, 8))
"""Steps of a walk and walks for each cell where nothing may: ever longer ones for what is left."""

FARTHER = 4
"""A cell that nothing moved by the width is tried up to so many times as far, where a rounded share is told."""

CERTAIN = 1e3
"""Pay for moving one cell for certain: more than the whole way costs."""


class Attack:
    """An attack on one system: what is hidden, and what a reader has seen possible.

    With `price` (one entry a cell, infinite where nothing may be hidden) it is protection: where a cell is exposed, the
    cheapest shown cells that would let it vary are hidden. Without `walking` programs do all of it.
    """

    def __init__(
        self,
        system: System,
        hidden: Bools,
        floor: Ints,
        ranges: Ranges,
        policy: Policy,
        crew: Crew,
        price: Floats | None = None,
        *,
        walking: bool = True,
    ) -> None:
        self.system, self.hidden, self.floor, self.ranges = system, hidden.copy(), floor, ranges
        self.policy, self.crew = policy, crew
        self.price = np.full(len(hidden), np.inf) if price is None else price
        self.bundle = np.where(hidden | np.isfinite(self.price), bundles(system, policy), -1)
        self.areas: Areas = areas(system, OUTER)
        self._rng = np.random.default_rng(SEED)
        self.witnesses: list[Witness] = []
        self._walking = walking
        self._hunter: Hunter | None = None

    def exposed(self) -> Bools:
        """Hidden cells that this reader can narrow too far."""
        return exposed(self.system, self.ranges, self.hidden, self.policy)

    def run(self) -> None:
        """Looks for witnesses, the cheap ways first; hides more where it has a price for it.

        Within the counties only what is worth its price is hidden: two counties may do it cheaper between them.
        """
        if self._walking:
            self._walk()
        payable = self.price[np.isfinite(self.price)]
        cheap = float(np.quantile(payable, MIDDLING)) if len(payable) else 0.0
        dear = 4 * float(np.max(self.price, initial=0.0, where=np.isfinite(self.price)))
        areas = self.areas
        self._search(areas.within_counties(self.free()), cheap, PATIENT)
        self._search(areas.everything(self.free()), dear, IMPATIENT)
        for wave in areas.county_by_county(self.free()) if self._wanted().any() else ():
            self._search(wave, dear, PATIENT)

    @property
    def hunter(self) -> "Hunter":
        """Walks between all cells that are hidden or may be."""
        if self._hunter is None:
            self._hunter = self.hunter_among(self.free())
        return self._hunter

    def hunter_among(self, free: Bools) -> "Hunter":
        """Walks between some cells."""
        from overgang.control.hunter import Hunter  # its compiler takes a second to import

        base, width = self.ranges.base, self.policy.width
        return Hunter(self.system.equations, base, self.floor, free, self.price, self.bundle, width)

    def _walk(self) -> None:
        """Walks for what is too narrow: where more may be hidden, for each pay among small places, counties and all;
        where nothing may, ever longer."""
        payable, anywhere = self.price[~self.hidden & np.isfinite(self.price)], np.ones(len(self.hidden), np.bool_)
        if not len(payable):
            for steps, tries in LOOKING:
                self._hunt(anywhere, 0.0, steps, tries)
            return
        dear = 4 * float(payable.max())
        for pay in (0.0, *ladder(payable, step=self.policy.price.step, end=dear)):
            for may in (self.areas.inner, self.areas.area != TOP, anywhere):
                self._hunt(may, pay, BUYING, 1)
        for steps, tries in BUYING_LAST:
            self._hunt(anywhere, dear, steps, tries)

    def _hunt(self, may: Bools, pay: float, steps: int, tries: int) -> None:
        needy, unsure = self._wanted(), self.unsure()
        if (needy | unsure).any():
            wanted = needy | delicate(self.system, self.policy, self.ranges)
            aims = Aims(wanted, self.ranges.base == 0, unsure)
            least, most = self.ranges.least, self.ranges.most
            self.see(self.hunter.hunt(self.hidden, least, most, aims, may, pay, steps, tries))

    def see(self, witnesses: Sequence[Witness]) -> None:
        """Takes in witnesses."""
        widen(witnesses, self.ranges.base, self.ranges.least, self.ranges.most)
        self.witnesses += witnesses

    def learn(self) -> None:
        """What arithmetic says of the cells as they are hidden now. A witness stays one when more is hidden."""
        self.ranges.low, self.ranges.high = propagate(self.system, self.hidden, self.floor)

    def settle(self) -> None:
        """A program for each end of each cell that is still narrow: afterwards its range is exact."""
        wanted = self._wanted()
        unknown = self.hidden & (self.ranges.low < self.ranges.high)
        jobs = [self._last(cells, wanted) for cells in self.areas.everything(unknown) if wanted[cells].any()]
        for job, found in zip(jobs, self.crew.map(settle, jobs), strict=True):
            self.take(job.area.cells, found)

    def fixed(self, wanted: Ints, known: Ints) -> Bools:
        """Which of some cells can be nothing else than in the base for a reader who knows the cells `known` as well."""
        hidden = self.hidden.copy()
        hidden[known] = False
        low, high = propagate(self.system, hidden, self.floor)
        still = np.ones(len(wanted), np.bool_)
        for cells in self.areas.everything(hidden & (low < high)):
            here = np.flatnonzero(np.isin(wanted, cells))
            if len(here):
                base = self.ranges.base[cells]
                at = np.searchsorted(cells, wanted[here])
                area = region(self.system.equations, cells, self.ranges.base)
                found = settle(Last(area, base, low[cells], high[cells], base, base, at, width=1))
                still[here] = found.least[at] == found.most[at]
        return still

    def free(self) -> Bools:
        """What may move: what is hidden, and what may be hidden. Where no more may be, arithmetic pins some cells."""
        opening = np.isfinite(self.price)
        pinned = (self.ranges.low >= self.ranges.high) & ~opening.any()
        free: Bools = (self.hidden & ~pinned) | opening
        return free

    def _wanted(self) -> Bools:
        narrow = self.hidden & (self.ranges.width < self.policy.width)
        found: Bools = self.exposed() | (narrow & delicate(self.system, self.policy, self.ranges))
        return found

    def _search(self, regions: "Iterator[Ints] | Sequence[Ints]", end: float, patience: int) -> None:
        """Searches every region that holds a cell in need, and takes in what was found."""
        needy, unsure = self._wanted(), self.unsure()
        wanted = needy | delicate(self.system, self.policy, self.ranges)
        jobs = [self._job(cells, wanted, unsure, end, patience) for cells in regions if (needy | unsure)[cells].any()]
        for job, found in zip(jobs, self.crew.map(search, jobs), strict=True):
            self.take(job.area.cells, found)
        opened = self.bundle[self.hidden]
        self.hidden |= np.isin(self.bundle, opened[opened >= 0])

    def take(self, cells: Ints, found: Found) -> None:
        """Takes in what was found in the region of `cells`."""
        self.ranges.widen(cells, found.least, found.most)
        self.hidden[cells] |= found.hidden
        self.witnesses += [Witness(cells[one.cells], one.by) for one in found.witnesses]

    def unsure(self) -> Bools:
        """Hidden zeros that arithmetic lets be more and no witness has shown to be. A zero that can be nothing else may
        be known; 0 or 1 is too narrow, and whether it is so must not hang on which witnesses were found."""
        ranges = self.ranges
        found: Bools = self.hidden & (ranges.base == 0) & (ranges.most == 0) & (ranges.high > 0)
        return found

    def _job(self, cells: Ints, wanted: Bools, unsure: Bools, end: float, patience: int) -> Job:
        ranges, price = self.ranges, self.price[cells]
        return Job(
            area=region(self.system.equations, cells, ranges.base),
            base=ranges.base[cells],
            floor=self.floor[cells],
            least=ranges.least[cells],
            most=ranges.most[cells],
            hidden=self.hidden[cells],
            wanted=wanted[cells],
            unsure=unsure[cells],
            price=price,
            bundle=self.bundle[cells],
            width=self.policy.width,
            rewards=ladder(price[~self.hidden[cells]], step=self.policy.price.step, end=end),
            patience=patience,
            seed=int(self._rng.integers(1 << 32)),
        )

    def _last(self, cells: Ints, wanted: Bools) -> "Last":
        ranges = self.ranges
        return Last(
            area=region(self.system.equations, cells, ranges.base),
            base=ranges.base[cells],
            low=ranges.low[cells],
            high=ranges.high[cells],
            least=ranges.least[cells],
            most=ranges.most[cells],
            wanted=np.flatnonzero(wanted[cells]),
            width=self.policy.width,
        )


@dataclass(frozen=True, slots=True)
class Last:
    """A region some cells of which nothing has moved yet; positions are the region's."""

    area: Region
    base: Ints
    low: Ints
    high: Ints
    least: Ints
    most: Ints
    wanted: Ints
    width: int

    @property
    def size(self) -> int:
        return len(self.base)


def settle(job: Last) -> Found:
    """The ranges of the job's cells after programs of its own for each that is wanted."""
    seen, program = Seen(job.base, job.least, job.most), Program(job.area, job.base)
    for cell in job.wanted.tolist():
        for value in _worth_trying(job, cell):
            if seen.most[cell] - seen.least[cell] >= job.width:
                break
            if not seen.least[cell] <= value <= seen.most[cell]:
                seen.take(_reached(program, job, cell, value))
    return Found(np.ones(job.size, np.bool_), seen.least, seen.most, tuple(seen.witnesses))


def _worth_trying(job: Last, cell: int) -> Iterator[int]:
    """Values of a cell, the farthest first, up and then down; what a step finds decides how far the next must go.

    At last farther ones: beside a rounded share a number may leap from 3 to 6.
    """
    base = int(job.base[cell])
    yield from (base + step for step in range(job.width, 0, -1) if base + step <= job.high[cell])
    yield from (base - step for step in range(job.width, 0, -1) if base - step >= job.low[cell])
    leaps = np.abs(job.area.sign).max(initial=1) > 1
    for step in range(job.width + 1, FARTHER * job.width + 1) if leaps else ():
        yield from (value for value in (base + step, base - step) if job.low[cell] <= value <= job.high[cell])


def _reached(program: Program, job: Last, cell: int, value: int) -> Ints:
    """A move in whole persons that brings a cell to `value`, or as near as one was found."""
    by = value - int(job.base[cell])
    rise = np.where(job.high >= ANY // 2, ANY, job.high - job.base)
    fall = job.base - job.low
    rise[cell], fall[cell] = max(by, 0), max(-by, 0)
    cost_rise, cost_fall = np.full(len(rise), SMALL_MOVE), np.full(len(rise), SMALL_MOVE)
    (cost_rise if by > 0 else cost_fall)[cell] = -CERTAIN
    found = program.move(rise, fall, cost_rise, cost_fall)
    if found is None or abs(found[cell]) < abs(by) - SMALL_MOVE:
        return np.zeros(len(rise), np.int64)
    whole = program.whole_part(found)
    if whole[cell] == by:
        return whole
    moved = np.abs(found) > SMALL_MOVE  # whole persons among the cells that moved, and only if that fails among all
    for among in (moved, np.ones(len(moved), np.bool_)):
        branched = program.whole_move(np.where(among, rise, 0), np.where(among, fall, 0), cost_rise, cost_fall)
        if branched is not None and branched[cell] == by:
            return branched
    return whole
