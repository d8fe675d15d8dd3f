"""The hunt for circles by walks, seen from outside: cells instead of classes, witnesses instead of circles."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from overgang.control.classes import Classes, classes
from overgang.control.program import Region, region
from overgang.control.search import Aims, Witness
from overgang.control.sums import slices
from overgang.control.system import Bools, Equations, Floats, Ints
from overgang.control.walks import Book, Circles, Net, desk, hunt, mend, queue, spare

SEED = 88172645463325252
"""Where chance sets out; the same edition, the same walks."""

FARTHER = 3
"""Cells that move along go up to so many times as far as the width."""

CENT = 1024
"""Prices are counted in whole parts of one, so that their sums are the same everywhere."""

AVOID = 5
"""Moving a cell that may still be shown costs one part in so many of its price."""

MENDING = 100
"""Steps for each cell of a table that does not add up yet."""

TOO_DEAR = 1 << 50
"""The cost of moving what may not be hidden now."""


class Hunter:
    """Some cells of a system that may move, and walks between them.

    Arrays have an entry a cell of the system. `price` is infinite where nothing may be hidden, `bundle` -1 for a cell
    that is hidden alone. Every cell lies at `base` in the table around which circles are looked for.
    """

    def __init__(
        self, equations: Equations, base: Ints, floor: Ints, free: Bools, price: Floats, bundle: Ints, width: int
    ) -> None:
        self.width, self._base = width, base
        self.cells = np.flatnonzero(free)
        area = region(equations, self.cells, base)
        self._classes = classes(area, base[self.cells])
        self._rise, self._fall = self._bounds((base - floor)[self.cells])
        self._net = _net(self._classes, self._rise, self._fall)
        self._desk, self._queue = desk(self._net, SEED), queue(self._net)
        self._rng = np.random.default_rng(SEED)
        here = price[self.cells]
        self._price = np.rint(CENT * np.where(np.isfinite(here), here, 0.0)).astype(np.int64)
        self._bundle, self._bundle_cells = _numbered(bundle[self.cells])
        bundles = int(self._bundle.max(initial=-1)) + 1
        self._bundle_first = np.searchsorted(self._bundle[self._bundle_cells], np.arange(bundles + 1))
        self._class_order = np.argsort(self._classes.of_cell, kind="stable")
        moving = self._classes.of_cell[self._class_order]
        self._class_first = np.searchsorted(moving, np.arange(self._classes.number + 1))

    def _bounds(self, room: Ints) -> tuple[Ints, Ints]:
        """How far each class may rise and fall: as far as all its cells can."""
        far = FARTHER * self.width
        down, up = np.minimum(room, far), np.full(len(room), far)
        alike, other = self._classes.sense > 0, self._classes.sense < 0
        rise, fall = np.full(self._classes.number, far), np.full(self._classes.number, far)
        for bound, of_alike, of_other in ((rise, up, down), (fall, down, up)):
            np.minimum.at(bound, self._classes.of_cell[alike], of_alike[alike])
            np.minimum.at(bound, self._classes.of_cell[other], of_other[other])
        return rise, fall

    def hunt(
        self,
        hidden: Bools,
        least: Ints,
        most: Ints,
        aims: Aims,
        may: Bools,
        pay: float,
        steps: int,
        tries: int,
    ) -> list[Witness]:
        """Witnesses for what is too narrow; cells that `may` be are hidden for them, in `hidden`, where that costs no
        more than `pay` for a cell that becomes wide."""
        book = self._book(hidden, aims)
        book.cost[self._any(~may[self.cells] & ~book.hidden)] += TOO_DEAR
        low, high = self._by_class(least - self._base, most - self._base)
        unsure = self._any(aims.unsure[self.cells] & book.hidden)
        found = hunt(
            self._net,
            self._desk,
            self._queue,
            book,
            low,
            high,
            unsure,
            self._rng.permutation(np.flatnonzero((book.need > 0) | (book.zeros > 0) | unsure)),
            round(CENT * pay),
            self.width,
            steps,
            tries,
        )
        hidden[self.cells] = book.hidden
        return list(self._witnesses(found))

    def spare(
        self,
        hidden: Bools,
        aims: Aims,
        witnesses: Sequence[Witness],
        units: Sequence[Ints],
        steps: int,
        *,
        swapping: bool = False,
    ) -> Iterator[Witness]:
        """Shows, in `hidden`, units of cells that need not be hidden, where walks of so many steps find other circles;
        the witnesses that are left. When `swapping`, cells of this hunter that are not hidden are hidden instead where
        that costs less; without, there must be none."""
        book = self._book(hidden, aims)
        still = self._any((aims.zero & ~aims.wanted)[self.cells])
        net = self._net._replace(rise=np.where(still, 0, self._rise), fall=np.where(still, 0, self._fall))
        position = np.full(len(hidden), -1, np.int64)
        position[self.cells] = np.arange(len(self.cells))
        cells = np.concatenate([*(position[unit] for unit in units), np.empty(0, np.int64)])
        first = np.cumsum([0, *(len(unit) for unit in units)])
        cost = book.cost if swapping else self._avoided(cells)
        circles = self._circles(witnesses, position)
        left = spare(net, self._desk, self._queue, book, circles, first, cells, cost, self.width, CENT, steps, swapping)
        hidden[self.cells] = book.hidden
        return self._witnesses(left)

    def _avoided(self, cells: Ints) -> Ints:
        """The cost of moving each class when some cells, positions among those of this hunter, may still be shown."""
        cells = cells[self._classes.of_cell[cells] >= 0]
        return np.bincount(self._classes.of_cell[cells], self._price[cells] // AVOID, self._classes.number).astype(
            np.int64
        )

    def _book(self, hidden: Bools, aims: Aims) -> Book:
        own, of_cell, number = self.cells, self._classes.of_cell, self._classes.number
        here, moving = hidden[own], of_cell >= 0
        wanted, zero = aims.wanted[own], aims.zero[own]

        def summed(what: Ints | Bools) -> Ints:
            return np.bincount(of_cell[moving], what[moving], number).astype(np.int64)

        return Book(
            of_cell=of_cell,
            price=self._price,
            hidden=here,
            wanted=wanted,
            zero=zero,
            bundle=self._bundle,
            bundle_first=self._bundle_first,
            bundle_cells=self._bundle_cells,
            class_first=self._class_first,
            class_cells=self._class_order,
            cost=summed(np.where(here, 0, self._price)),
            need=summed(wanted & here),
            zeros=summed(zero & here),
        )

    def _any(self, cells: Bools) -> Bools:
        """The classes that have one of some cells."""
        found = np.zeros(self._classes.number, np.bool_)
        found[self._classes.of_cell[cells & (self._classes.of_cell >= 0)]] = True
        return found

    def _by_class(self, least: Ints, most: Ints) -> tuple[Ints, Ints]:
        """How far each class was seen to fall and rise."""
        low, high = np.zeros(self._classes.number, np.int64), np.zeros(self._classes.number, np.int64)
        of_cell, sense = self._classes.of_cell, self._classes.sense
        for way, down, up in ((1, least, most), (-1, -most, -least)):
            here = (sense == way) & (of_cell >= 0)
            np.minimum.at(low, of_cell[here], down[self.cells][here])
            np.maximum.at(high, of_cell[here], up[self.cells][here])
        return low, high

    def _witnesses(self, circles: Circles) -> Iterator[Witness]:
        which, at = slices(self._class_first, circles.one)
        cells = self._class_order[at]
        by, own = circles.by[which] * self._classes.sense[cells], self.cells[cells]
        ends = np.searchsorted(which, circles.first).tolist()
        for begin, end in pairwise(ends):
            yield Witness(own[begin:end], by[begin:end])

    def _circles(self, witnesses: Sequence[Witness], position: Ints) -> Circles:
        """Witnesses as moves of classes."""
        nothing, number = np.empty(0, np.int64), max(self._classes.number, 1)
        which = np.repeat(np.arange(len(witnesses)), [len(one.cells) for one in witnesses])
        at = position[np.concatenate([nothing, *(one.cells for one in witnesses)])]
        by = np.concatenate([nothing, *(one.by for one in witnesses)]) * self._classes.sense[at]
        key, once = np.unique(which * number + self._classes.of_cell[at], return_index=True)
        first = np.searchsorted(key, number * np.arange(len(witnesses) + 1))
        return Circles(first, key % number, by[once])


def mended(area: Region, start: Ints, low: Ints, high: Ints, seed: int) -> Ints | None:
    """A table within the bounds that satisfies every equation, by steps from `start`; None when none was found."""
    order, at_start, every = np.argsort(area.row, kind="stable"), area.balance(start), np.arange(len(start))
    cells = Classes(
        of_cell=every,
        sense=np.ones(len(start), np.int64),
        row=area.row[order],
        column=area.column[order],
        sign=area.sign[order],
        low=area.low - at_start,
        high=area.high - at_start,
    )
    net = _net(cells, high - start, start - low)
    on = desk(net, seed)
    return start + on.move if mend(net, on, MENDING * len(start)) else None


def _numbered(bundle: Ints) -> tuple[Ints, Ints]:
    """Bundles numbered from 0 on, and the cells that stand in one, by bundle."""
    _, number = np.unique(bundle[bundle >= 0], return_inverse=True)
    found = np.full(len(bundle), -1, np.int64)
    found[bundle >= 0] = number
    cells = np.flatnonzero(bundle >= 0)
    return found, cells[np.argsort(found[cells], kind="stable")]


def _net(of: Classes, rise: Ints, fall: Ints) -> Net:
    by_class = np.argsort(of.column, kind="stable")
    return Net(
        row_first=np.searchsorted(of.row, np.arange(len(of.low) + 1)).astype(np.uint32),
        row_class=of.column.astype(np.uint32),
        row_sign=of.sign.astype(np.int32),
        class_first=np.searchsorted(of.column[by_class], np.arange(of.number + 1)).astype(np.uint32),
        class_row=of.row[by_class].astype(np.uint32),
        class_sign=of.sign[by_class].astype(np.int32),
        low=of.low,
        high=of.high,
        rise=rise,
        fall=fall,
    )
