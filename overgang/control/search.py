"""The search for witnesses in one region: many cells at once, and, where that is asked for, the cheapest cells to hide.

A linear program pays for each exposed cell that it moves, up or down as chance has it, and charges for each shown cell
that must move along. What moves is a witness; the shown cells in it are hidden. The pay starts low, so that what saves
many cells is hidden first, and rises until all are wide enough or nothing more can be bought.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from overgang.control.program import SMALL_MOVE, Program, Region
from overgang.control.system import Bools, Floats, Ints

IDLE = 2
"""Programs in a row that gain nothing before the pay rises, or the search ends."""

FEWER = 4
"""Where nothing moves by whole persons, so many times fewer cells are moved at once: small circles are whole."""


@dataclass(frozen=True, slots=True)
class Job:
    """A region with what is known of its cells; all arrays have an entry a cell of the region.

    `floor` is the least a hidden cell can be; `least` and `most` what it was in witnesses. `wanted` cells must come to
    lie `width` apart when they are hidden; `unsure` are zeros that may be more. Cells of one `bundle` (-1: none) are
    hidden together. `rewards` is the pay, rising; without any nothing is hidden. After `patience` programs in a row
    without a whole circle the search ends.
    """

    area: Region
    base: Ints
    floor: Ints
    least: Ints
    most: Ints
    hidden: Bools
    wanted: Bools
    unsure: Bools
    price: Floats
    bundle: Ints
    width: int
    rewards: tuple[float, ...]
    patience: int
    seed: int

    @property
    def size(self) -> int:
        return len(self.base)


class Witness(NamedTuple):
    """Another table that agrees with everything published: the cells that differ from the base, and by how much."""

    cells: Ints
    by: Ints


def widen(witnesses: Sequence[Witness], base: Ints, least: Ints, most: Ints) -> None:
    """Takes into `least` and `most`, by cell of the system, what the cells are in some witnesses."""
    if witnesses:
        cells = np.concatenate([one.cells for one in witnesses])
        values = base[cells] + np.concatenate([one.by for one in witnesses])
        np.minimum.at(least, cells, values)
        np.maximum.at(most, cells, values)


@dataclass(frozen=True, slots=True)
class Aims:
    """What the cells of a system ask for, by cell: `wanted` must be wide when hidden, `zero` must be once they are seen
    to be more, `unsure` are zeros that may be more."""

    wanted: Bools
    zero: Bools
    unsure: Bools


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: all hidden cells, the range of each, and the witnesses that show it."""

    hidden: Bools
    least: Ints
    most: Ints
    witnesses: tuple[Witness, ...]


class Seen:
    """The ranges of some cells, as witness after witness widens them."""

    def __init__(self, base: Ints, least: Ints, most: Ints) -> None:
        self.base, self.least, self.most = base, least.copy(), most.copy()
        self.witnesses: list[Witness] = []

    def take(self, move: Ints) -> int:
        """Takes in the table that lies `move` away from the base, and keeps it when it shows something new: of how many
        cells."""
        table = self.base + move
        new = int(((table < self.least) | (table > self.most)).sum())
        if new:
            cells = np.flatnonzero(move)
            self.witnesses.append(Witness(cells, move[cells]))
            self.least, self.most = np.minimum(self.least, table), np.maximum(self.most, table)
        return new


def ladder(price: Floats, *, step: float, end: float) -> tuple[float, ...]:
    """Pay that rises by the factor `step`, from what hardly buys the cheapest cell to `end`."""
    payable = price[np.isfinite(price)]
    if not len(payable) or end <= 0:
        return ()
    low = float(payable.min()) / 4
    return tuple(low * step**k for k in range(int(np.ceil(np.log(max(end / low, 1.0)) / np.log(step))) + 1))


def search(job: Job) -> Found:
    """Widens the wanted cells of a region as far as it comes."""
    hunt = _Hunt(job)
    hunt.look()
    for reward in job.rewards:
        if hunt.over():
            break
        hunt.buy(reward)
    return Found(hunt.hidden, hunt.seen.least, hunt.seen.most, tuple(hunt.seen.witnesses))


class _Hunt:
    """A search under way."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.hidden, self.seen = job.hidden.copy(), Seen(job.base, job.least, job.most)
        self._program: Program | None = None
        self._rng = np.random.default_rng(job.seed)
        self._room = np.minimum(job.base - job.floor, job.width)
        self._may_open = np.isfinite(job.price)
        self._broken = 0
        self._crowd = len(job.base)

    def needy(self) -> Bools:
        """Hidden cells that are too narrow. A zero seen to be one too becomes wanted: 0 or 1 is no range."""
        wanted = self.job.wanted | ((self.job.base == 0) & (self.seen.most > 0))
        narrow: Bools = self.hidden & wanted & (self.seen.most - self.seen.least < self.job.width)
        return narrow

    def over(self) -> bool:
        return self._broken >= self.job.patience or not self.needy().any()

    def look(self) -> None:
        """Programs that hide nothing, for the cells in need and for zeros that may be more, until several in a row gain
        nothing."""
        self._go_on(1.0, opening=False, aims=lambda: self.needy() | (self.job.unsure & (self.seen.most == 0)))

    def buy(self, reward: float) -> None:
        """The same for one pay, for the cells in need."""
        self._go_on(reward, opening=True, aims=self.needy)

    def _go_on(self, reward: float, *, opening: bool, aims: Callable[[], Bools]) -> None:
        idle, left = 0, aims()
        while idle < IDLE and left.any() and self._broken < self.job.patience:
            broken, before = self._broken, left.sum()
            self._see(self._moved(reward, opening, left))
            left = aims()
            idle = 0 if left.sum() < before else idle + (self._broken <= broken)

    def _moved(self, reward: float, opening: bool, aims: Bools) -> Ints:
        """Where the cheapest move leads that pays about `reward` for each person by which one of the aims moves.

        The pay is unequal, so that cells with one fixed sum do not hold each other.
        """
        job, needy = self.job, self._some(aims)
        up, pay = self._upwards(), reward * (1 + 0.3 * self._rng.random(len(job.base)))
        cost = np.where(self.hidden, SMALL_MOVE, np.where(self._may_open, job.price, 0.0))
        free = self.hidden | (self._may_open if opening else False)
        if self._program is None:
            self._program = Program(job.area, job.base)
        found = self._program.move(
            np.where(free & ~(needy & ~up), job.width, 0),
            np.where(free & ~(needy & up), self._room, 0),
            cost - np.where(needy & up, pay, 0.0),
            cost - np.where(needy & ~up, pay, 0.0),
        )
        return (
            np.zeros(len(job.base), np.int64) if found is None else self._kept(self._program, found, int(needy.sum()))
        )

    def _kept(self, program: Program, found: Floats, at_once: int) -> Ints:
        whole = program.whole_part(found)
        if not found.any():
            return whole
        broken = not whole.any()
        self._broken = self._broken + 1 if broken else 0
        self._crowd = max(1, at_once // FEWER) if broken else 2 * self._crowd
        return whole

    def _some(self, needy: Bools) -> Bools:
        """As many of them as are moved at once."""
        cells = np.flatnonzero(needy)
        if len(cells) <= self._crowd:
            return needy
        some = np.zeros(len(needy), np.bool_)
        some[self._rng.choice(cells, self._crowd, replace=False)] = True
        return some

    def _upwards(self) -> Bools:
        """Which cells shall rise: by chance, rather the way they have not gone yet, and never below the floor."""
        risen, fallen = self.seen.most > self.job.base, self.seen.least < self.job.base
        chance = np.where(risen & ~fallen, 0.2, np.where(fallen & ~risen, 0.8, 0.5))
        up: Bools = (self._rng.random(len(chance)) < chance) | (self._room <= 0)
        return up

    def _see(self, move: Ints) -> None:
        """Takes in a witness, and hides what had to move for it."""
        self.seen.take(move)
        self.hidden |= move != 0
        opened = self.job.bundle[self.hidden]
        self.hidden |= np.isin(self.job.bundle, opened[opened >= 0])
