"""Small counts rounded to a base, with tables that still add up: the statistics office's way.

A count of 1 or 2 becomes 0 or 3 (base 3). The cells of one place and time are decided together, from the smallest
places upwards, so that every sum inside a place holds; a sum of places or years is then computed, never rounded by
itself. A cell that breaks down no further moves little; sums move by what their parts do, and each place is rounded so
as to bring the sums above it back to where they should be.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl

from overgang.base.errors import BadInput
from overgang.control.nearest import BEAM, Block, Sum, in_order, nearest, nearest_by_program
from overgang.control.system import ANY, Equations, Floats, Ints, System

SEED = 3
"""Chance decides between roundings that are as near; the same system is rounded the same way every time."""

FARTHER = (1, 2, 4)
"""So many times farther a cell of a county or the country may be moved that is in no table of smaller places: it has to
follow sums that were made below."""

HARDER = 8
"""So many times more tables are kept, and more values of a sum tried, where the search finds none that closes."""

Search = Callable[[Block], Ints | None]

WAYS: tuple[tuple[Search, int, int], ...] = (
    *((nearest, 1, farther) for farther in FARTHER),
    (nearest_by_program, HARDER, FARTHER[-1]),
    *((partial(nearest, beam=BEAM * harder), harder, FARTHER[-1]) for harder in (HARDER, HARDER * HARDER)),
)
"""How a table is looked for, one after the other; with how much harder it looks, and how far cells may be moved."""

FAR = np.array([0, ANY], np.int64)
"""The ends of what a sum may be that is bound by its parts alone."""


def round_counts(system: System, base: int, moved: int) -> Ints:
    """Every cell 0 or at least `base`, every equation with its bounds kept, the counts as near as possible.

    No cell is moved farther than `limits` says, and zeros stay zeros. Raises BadInput naming a place where no such
    table is found: `moved` is small, or the overlap with other places is told too exactly.
    """
    work = _Work(system, base, moved)
    for cells in work.order():
        work.decide(cells)
    return work.value


def limits(system: System, moved: int) -> Ints:
    """By how much each cell may be moved: `moved` in the smallest places, farther in a county's or the country's own
    breakdowns, and without a limit in a sum of others, which moves as its parts do."""
    equations = system.equations
    bound = equations.high >= ANY // 2
    _, block = _blocks(system)
    whole = np.zeros(len(equations), np.int64)
    whole[equations.row[equations.sign > 0]] = equations.cell[equations.sign > 0]
    across = block[equations.cell] != block[whole[equations.row]]
    above = np.isin(block, block[whole[equations.row[across]]])
    found = np.where(above, FARTHER[-1] * moved, moved)
    found[equations.cell[(equations.sign > 0) & ~bound[equations.row]]] = ANY
    return found


class _Work:
    """The places and times decided so far, and how far the sums above them are off."""

    def __init__(self, system: System, base: int, moved: int) -> None:
        self._system, self._base = system, base
        self._moved = moved
        self.value = system.count.copy()
        self._decided = np.zeros(len(system.count), np.bool_)
        self._drift = np.zeros(len(system.count), np.int64)
        self._blocks, self._block = _blocks(system)
        self._inside, self._links = _by_block(system.equations, self._block)
        self._wholes = _wholes(self._links)
        self._undivided = (system.cells["breakdown"] == "none").to_numpy()
        self._limit = limits(system, moved)

    def order(self) -> Iterator[Ints]:
        """The cells of each place and time; parts before their whole, the smaller before the larger, which can take up
        what the smaller ones left."""
        below: dict[int, set[int]] = defaultdict(set)
        for whole, one in self._links.items():
            below[int(self._block[whole])].update(self._block[list(one.parts)].tolist())
        depth: dict[int, int] = {}

        def height(block: int) -> int:
            if block not in depth:
                depth[block] = 1 + max((height(part) for part in below[block]), default=0)
            return depth[block]

        size = np.bincount(self._block, self._system.count, len(self._blocks)).tolist()
        numbers = sorted(range(len(self._blocks)), key=lambda block: (height(block), size[block], block))
        yield from (self._blocks[block] for block in numbers)

    def decide(self, cells: Ints) -> None:
        """Rounds the cells of one place and time: first those made of other places or times, then what is left."""
        sums = self._inside.get(int(self._block[cells[0]]), [])
        linked = np.array([cell in self._links for cell in cells.tolist()], np.bool_)
        first = linked & self._undivided[cells]
        for group in (cells[first], *_joined(cells[linked & ~first], sums), *_joined(cells[~linked], sums)):
            if len(group) and (linked.any() or self._system.count[group].any()):
                self._settle(group, sums)
            self._decided[group] = True

    def _settle(self, group: Ints, sums: list[Sum]) -> None:
        """Rounds cells that must be decided together, while what is decided stays."""
        inside = set(group.tolist())
        among = [one for one in sums if all(cell in inside or self._decided[cell] for cell in (one.whole, *one.parts))]
        touched = [one for one in among if inside & {one.whole, *one.parts}]
        cells = np.array(sorted(inside.union(*((one.whole, *one.parts) for one in touched))), np.int64)
        self.value[cells] = self._rounded(cells, touched)
        for cell in group.tolist():
            self._above_moved(cell)

    def _above_moved(self, cell: int) -> None:
        """Tells the sums above a cell by how much it differs from what they knew of it."""
        more = self.value[cell] - self._system.count[cell] - self._drift[cell]
        for whole in self._wholes.get(cell, ()):
            self._drift[whole] += more

    def _rounded(self, cells: Ints, sums: list[Sum]) -> Ints:
        at = {cell: number for number, cell in enumerate(cells.tolist())}
        local = [Sum(at[one.whole], tuple(at[part] for part in one.parts), one.low, one.high) for one in sums]
        for search, harder, farther in WAYS:
            allowed = tuple(self._allowed(cell, farther, harder) for cell in cells.tolist())
            if not all(map(len, allowed)):
                continue
            block = Block(
                count=self._system.count[cells],
                allowed=allowed,
                above=self._above(cells),
                sums=in_order(local, allowed),
                smallest=self._base,
                seed=SEED + int(cells[0]),
            )
            found = search(block)
            if found is not None:
                return found
        raise BadInput(
            f"No table rounded to base {self._base} was found for {self._system.name(int(cells[0]))}: let counts be "
            "moved farther (moved), or publish fewer breakdowns."
        )

    def _allowed(self, cell: int, farther: int, harder: int) -> Ints:
        """What a cell may become: 0 stays 0, and no value between 0 and the base is left. Of what a sum of other places
        may become the values near its count are tried first."""
        if self._decided[cell]:
            return self.value[cell : cell + 1]
        count = int(self._system.count[cell])
        reach = min(farther * self._moved, int(self._limit[cell]))
        link = self._links.get(cell)
        if link:
            added = int(self.value[list(link.parts)].sum())
            low, high = added + link.low, added + link.high
            nearest_to = low if count < low else min(count, high)
            return self._printable(max(low, nearest_to - reach * harder), min(high, nearest_to + reach * harder))
        if self._limit[cell] >= ANY:
            return FAR if count else FAR[:1]
        return self._printable(count - reach, count + reach) if count else FAR[:1]

    def _printable(self, low: int, high: int) -> Ints:
        values = np.arange(max(low, 0), high + 1)
        found: Ints = values[(values == 0) | (values >= self._base)]
        return found

    def _above(self, cells: Ints) -> Floats:
        wholes = [self._wholes.get(cell, ()) for cell in cells.tolist()]
        above = np.full((len(cells), max(map(len, wholes), default=0)), np.nan)
        for number, found in enumerate(wholes):
            above[number, : len(found)] = self._drift[list(found)]
        return above


def _blocks(system: System) -> tuple[list[Ints], Ints]:
    """The cells of each place and time, and for each cell the number of its block."""
    block = system.cells.select(pl.struct("place", "time").rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    order = np.argsort(block, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(block[order])) + 1), block


def _by_block(equations: Equations, block: Ints) -> tuple[dict[int, list[Sum]], dict[int, Sum]]:
    """The sums inside each block, and for each cell that is made of other places or times the sum that makes it."""
    inside: dict[int, list[Sum]] = defaultdict(list)
    links: dict[int, Sum] = {}
    starts = np.flatnonzero(np.diff(equations.row)) + 1
    for number, (members, signs) in enumerate(
        zip(np.split(equations.cell, starts), np.split(equations.sign, starts), strict=True)
    ):
        whole = int(members[signs > 0][0])
        parts = members[signs < 0]
        one = Sum(whole, tuple(parts.tolist()), int(equations.low[number]), int(equations.high[number]))
        if np.all(block[parts] == block[whole]):
            inside[int(block[whole])].append(one)
        else:
            links[whole] = one
    return inside, links


def _joined(cells: Ints, sums: list[Sum]) -> list[Ints]:
    """Cells in groups that no sum joins."""
    root = {cell: cell for cell in cells.tolist()}

    def find(cell: int) -> int:
        while root[cell] != cell:
            cell = root[cell]
        return cell

    for one in sums:
        members = [find(cell) for cell in (one.whole, *one.parts) if cell in root]
        for member in members[1:]:
            root[find(member)] = find(members[0])
    found: dict[int, list[int]] = defaultdict(list)
    for cell in cells.tolist():
        found[find(cell)].append(cell)
    return [np.array(group, np.int64) for group in found.values()]


def _wholes(links: dict[int, Sum]) -> dict[int, list[int]]:
    """For each cell every sum above it, through all levels."""
    direct: dict[int, list[int]] = defaultdict(list)
    for whole, one in links.items():
        for part in one.parts:
            direct[part].append(whole)

    def above(cell: int) -> list[int]:
        return [found for whole in direct.get(cell, ()) for found in (whole, *above(whole))]

    return {cell: above(cell) for cell in list(direct)}
