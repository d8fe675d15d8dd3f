"""The nearest table whose numbers are all allowed, for the few cells of one place and time.

A beam search in whole numbers: cells are decided one by one, sum by sum from the smallest parts upwards, and of all
tables begun the BEAM nearest are kept. What a whole can still become bounds what is kept, so that sums close.
"""

from dataclasses import dataclass

import numpy as np

from overgang.control.program import Program, Region
from overgang.control.system import ANY, Bools, Floats, Ints

BEAM = 60
"""Tables kept at a time. In the demo's edition 160 find none that are nearer to speak of, and take twice as long."""

PULL = 0.5
"""What a person too many in a sum above costs beside one in the cell itself."""

JITTER = 1e-3
"""Chance decides between tables that are as near as each other, and nothing else."""


@dataclass(frozen=True, slots=True)
class Sum:
    """`whole - sum(parts)` lies in [low, high]; it is a true sum where both are 0."""

    whole: int
    parts: tuple[int, ...]
    low: int = 0
    high: int = 0

    @property
    def exact(self) -> bool:
        return self.low == self.high == 0


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that are decided together, all arrays with an entry a cell.

    `allowed` are the values each may take. Of sums above it that are not decided yet, `above` says how far each is off
    already: a row a cell, as many columns as it has sums above at most, empty ones not a number.
    """

    count: Ints
    allowed: tuple[Ints, ...]
    above: Floats
    sums: tuple[Sum, ...]
    smallest: int
    seed: int


def nearest(block: Block, beam: int = BEAM) -> Ints | None:
    """The nearest table the search finds, or None when it finds none that is allowed."""
    begun = _Begun(block, beam)
    for one in block.sums:
        begun.close(one)
        if not begun.any:
            return None
    begun.rest()
    return begun.best() if begun.any else None


def nearest_by_program(block: Block) -> Ints | None:
    """The same by an integer program, for large tables in which the search loses its way: every small count is first
    put on the side it is nearer to. None when there is no such table, or none within the program's nodes."""
    low, high = _sides(block)
    base = np.clip(block.count, low, high)
    row = np.repeat(np.arange(len(block.sums)), [1 + len(one.parts) for one in block.sums])
    area = Region(
        cells=np.arange(len(base)),
        row=row,
        column=np.array([cell for one in block.sums for cell in (one.whole, *one.parts)], np.int64),
        sign=np.array([sign for one in block.sums for sign in (1, *(-1 for _ in one.parts))], np.int64),
        low=np.array([one.low for one in block.sums], np.int64),
        high=np.array([one.high for one in block.sums], np.int64),
    )
    alike = np.ones(len(base))
    move = Program(area, base).whole_move(high - base, base - low, alike, alike)
    if move is None:
        return None
    found: Ints = base + move
    return None if np.any((found > 0) & (found < block.smallest)) else found


def _sides(block: Block) -> tuple[Ints, Ints]:
    """The least and the most of each cell, without the gap between 0 and the smallest count allowed."""
    low = np.array([values[0] for values in block.allowed], np.int64)
    high = np.array([values[-1] for values in block.allowed], np.int64)
    gap = (low == 0) & (high > 0)
    few = gap & (2 * block.count < block.smallest) & (high < ANY)
    return np.where(gap & ~few & (block.count > 0), np.minimum(block.smallest, high), low), np.where(few, 0, high)


class _Begun:
    """Tables of which some cells are decided, with the cost of those."""

    def __init__(self, block: Block, beam: int) -> None:
        self._block, self._beam = block, beam
        self._value = np.array([[values[0] for values in block.allowed]], np.int64)
        self._cost = np.zeros(1)
        self._known = np.array([len(values) == 1 for values in block.allowed], np.bool_)
        self._rng = np.random.default_rng(block.seed)
        self._drifts = [[drift for drift in row if drift == drift] for row in block.above.tolist()]

    @property
    def any(self) -> bool:
        return len(self._cost) > 0

    def best(self) -> Ints:
        found: Ints = self._value[int(np.argmin(self._cost))]
        return found

    def close(self, one: Sum) -> None:
        """Decides the cells of a sum that are not decided yet; last those that can become most, which take up the
        rest."""
        open_parts = [part for part in one.parts if not self._known[part]]
        open_parts.sort(key=lambda part: len(self._block.allowed[part]))
        least, most = self._room(open_parts)
        for number, part in enumerate(open_parts):
            self._decide(part)
            self._keep_closable(one, least[number + 1], most[number + 1])
            self._prune(one)
        self._close_whole(one)

    def rest(self) -> None:
        """Decides cells that no sum holds."""
        for cell in np.flatnonzero(~self._known).tolist():
            self._decide(cell)
            self._select(np.argsort(self._cost, kind="stable")[: self._beam])

    def _room(self, parts: list[int]) -> tuple[Ints, Ints]:
        """The least and the most that the parts after each can add."""
        allowed = self._block.allowed
        least = np.array([*(allowed[part][0] for part in parts), 0], np.int64)[::-1].cumsum()[::-1]
        most = np.array([*(allowed[part][-1] for part in parts), 0], np.int64)[::-1].cumsum()[::-1]
        return least, most

    def _close_whole(self, one: Sum) -> None:
        added = self._added(one)
        if self._known[one.whole]:
            self._select(_within(self._value[:, one.whole] - added, one))
        elif one.exact:
            allowed = self._block.allowed[one.whole]
            here = (added >= allowed[0]) & (added <= allowed[-1]) & ((added == 0) | (added >= self._block.smallest))
            self._value[:, one.whole] = added
            self._cost = self._cost + self._price(one.whole, added)
            self._known[one.whole] = True
            self._select(here)
        else:
            self._decide(one.whole)
            self._select(_within(self._value[:, one.whole] - self._added(one), one))
        self._prune(one)

    def _keep_closable(self, one: Sum, least: np.int64, most: np.int64) -> None:
        """Keeps tables in which the parts to come can still make the whole."""
        added, allowed = self._added(one), self._block.allowed[one.whole]
        whole = self._value[:, one.whole]
        low, high = (whole, whole) if self._known[one.whole] else (allowed[0], allowed[-1])
        self._select((high - one.low >= added + least) & (low - one.high <= added + most))

    def _decide(self, cell: int) -> None:
        """Every begun table once with each value that a cell may take."""
        values = self._block.allowed[cell]
        price = self._price(cell, values) + JITTER * self._rng.random(len(values))
        self._cost = (self._cost[:, None] + price).ravel()
        self._value = np.repeat(self._value, len(values), axis=0)
        self._value[:, cell] = np.tile(values, len(self._value) // max(len(values), 1))
        self._known[cell] = True

    def _price(self, cell: int, value: Ints) -> Floats:
        off = value - self._block.count[cell]
        price: Floats = np.abs(off).astype(np.float64)
        for drift in self._drifts[cell]:
            price += PULL * np.abs(drift + off)
        return price

    def _prune(self, one: Sum) -> None:
        """Keeps the nearest, and of those begun the ones whose sum so far is where it should be by now."""
        if len(self._cost) > self._beam:
            parts = [part for part in one.parts if self._known[part]]
            off = self._added(one) - self._block.count[parts].sum()
            if self._known[one.whole] and one.exact:
                whole = self._value[:, one.whole] - self._block.count[one.whole]
                free = sum(len(self._block.allowed[part]) > 1 for part in one.parts)
                off = off - whole * (len(parts) - len(one.parts) + free) / max(free, 1)
            self._select(np.argsort(self._cost + np.abs(off), kind="stable")[: self._beam])

    def _added(self, one: Sum) -> Ints:
        parts = [part for part in one.parts if self._known[part]]
        found: Ints = self._value[:, parts].sum(axis=1)
        return found

    def _select(self, which: Bools | Ints) -> None:
        self._value, self._cost = self._value[which], self._cost[which]


def _within(balance: Ints, one: Sum) -> Bools:
    found: Bools = (balance >= one.low) & (balance <= one.high)
    return found


def in_order(sums: list[Sum], allowed: tuple[Ints, ...]) -> tuple[Sum, ...]:
    """True sums, each after those that make its parts where only those bind them. First, whenever there is one, a sum
    whose parts are all known by then, next one whose whole is. Last what only bounds."""
    endless = {one.whole for one in sums if allowed[one.whole][-1] >= ANY}
    known = {cell for cell, values in enumerate(allowed) if len(values) == 1}
    left = [one for one in sums if one.exact]
    found: list[Sum] = []
    while left:
        waiting = endless & {one.whole for one in left}
        ready = [one for one in left if not waiting & set(one.parts)]
        if not ready:
            raise ValueError("sums in a circle")
        following = min(ready, key=lambda one: (not known.issuperset(one.parts), one.whole not in known))
        left.remove(following)
        found.append(following)
        known.update((following.whole, *following.parts))
    return (*found, *(one for one in sums if not one.exact))
