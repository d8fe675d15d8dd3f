"""Persons who are alone in a cell and know themselves: what could they work out about others?

Whoever is the only one in a hidden cell knows its count and that of every part of it. The witnesses in which none of
these cells moves are the tables that this reader cannot rule out either; a small count that moves in none of them may
be known to him exactly. Nearly all pairs are cleared by witnesses found already, the rest get programs of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from overgang.control.attack import Attack
from overgang.control.policy import Policy
from overgang.control.program import region
from overgang.control.search import Job, Witness, search
from overgang.control.system import Bools, Ints, System

PATIENCE = 10
"""Programs without a whole circle that are borne for one person."""


@dataclass(frozen=True, slots=True)
class Insider:
    """`own` are the cells that a lone person knows by himself; `open` the small counts he may be able to work out."""

    own: Ints
    open: Ints


class Insiders:
    """The lone persons of a system that is protected against everybody else."""

    def __init__(self, attack: Attack, policy: Policy) -> None:
        self.attack, self.policy = attack, policy
        self._parts, self._wholes = _below_and_above(attack.system)
        self._pool = _Pool(len(attack.hidden), attack.witnesses)

    def lone(self) -> Ints:
        """Hidden cells that are one person."""
        return np.flatnonzero(self.attack.hidden & (self.attack.ranges.base == 1))

    def of(self, cell: int) -> Insider:
        """The person who is `cell`, and what no known witness keeps from him."""
        base = self.attack.ranges.base
        own = np.array(sorted(_reached(cell, self._parts)), np.int64)
        others = np.setdiff1d(self._pool.moved_only_with(own), self._himself(cell))
        small = (base[others] >= 1) & (base[others] < self.policy.smallest) & self.attack.hidden[others]
        return Insider(own, others[small])

    def shut_out(self) -> None:
        """Hides more, until no lone person is known to learn a small count of somebody else."""
        for cell, regions in zip(self.lone().tolist(), self._regions(self.lone()), strict=True):
            for cells in regions:
                person = self.of(cell)
                if not len(person.open):
                    break
                self._shut_out(person, cells)

    def _regions(self, lone: Ints) -> Iterator[tuple[Ints, ...]]:
        """Where to look for each person: the small places of the county, then everything."""
        areas, free = self.attack.areas, self.attack.free()
        levels = [list(areas.within_counties(free)), list(areas.everything(free))]
        at = np.full((len(levels), len(free)), -1, np.int64)
        for level, regions in enumerate(levels):
            for number, cells in enumerate(regions):
                at[level, cells] = number
        for cell in lone.tolist():
            yield tuple(regions[at[level, cell]] for level, regions in enumerate(levels) if at[level, cell] >= 0)

    def _shut_out(self, person: Insider, cells: Ints) -> None:
        attack = self.attack
        cells = np.setdiff1d(cells, person.own)
        base, price = attack.ranges.base[cells], attack.price[cells]
        dear = 8 * float(np.max(price, initial=0.0, where=np.isfinite(price)))
        found = search(
            Job(
                area=region(attack.system.equations, cells, attack.ranges.base),
                base=base,
                floor=attack.floor[cells],
                least=base,
                most=base,
                hidden=attack.hidden[cells],
                wanted=np.isin(cells, person.open),
                unsure=np.zeros(len(cells), np.bool_),
                price=price,
                bundle=attack.bundle[cells],
                width=1,
                rewards=(dear / 64, dear / 8, dear),
                patience=PATIENCE,
                seed=int(person.own[0]),
            )
        )
        attack.take(cells, found)
        self._pool.add([Witness(cells[one.cells], one.by) for one in found.witnesses])

    def _himself(self, cell: int) -> Ints:
        """Cells that count the same one person, and their parts: whoever learns them learns of nobody else."""
        base = self.attack.ranges.base
        found, todo = {cell}, [cell]
        while todo:
            at = todo.pop()
            near = [*self._parts.get(at, ()), *(above for above in self._wholes.get(at, ()) if base[above] == 1)]
            new = set(near) - found
            found |= new
            todo += [other for other in new if base[other] == 1]
        return np.array(sorted(found), np.int64)


def _reached(cell: int, steps: dict[int, list[int]]) -> set[int]:
    """A cell, those one step from it, those a step from them, ..."""
    found, todo = {cell}, [cell]
    while todo:
        for other in steps.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _below_and_above(system: System) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The parts and the wholes of each cell by the sums that hold exactly."""
    equations = system.equations
    exact = ((equations.low == 0) & (equations.high == 0))[equations.row]
    whole_of_row = np.full(len(equations), -1, np.int64)
    whole = equations.sign > 0
    whole_of_row[equations.row[whole]] = equations.cell[whole]
    part = exact & ~whole
    parts: dict[int, list[int]] = {}
    wholes: dict[int, list[int]] = {}
    for above, below in zip(whole_of_row[equations.row[part]].tolist(), equations.cell[part].tolist(), strict=True):
        parts.setdefault(above, []).append(below)
        wholes.setdefault(below, []).append(above)
    return parts, wholes


class _Pool:
    """All witnesses, by the cells that move in them."""

    def __init__(self, cells: int, witnesses: list[Witness]) -> None:
        self._moved: list[Ints] = []
        self._of_cell: dict[int, list[int]] = {}
        self._times = np.zeros(cells, np.int64)
        self.add(witnesses)

    def add(self, witnesses: list[Witness]) -> None:
        for witness in witnesses:
            for cell in witness.cells.tolist():
                self._of_cell.setdefault(cell, []).append(len(self._moved))
            self._moved.append(witness.cells)
            self._times[witness.cells] += 1

    def moved_only_with(self, own: Ints) -> Ints:
        """Cells that move in some witness, and in none without one of `own`."""
        with_own = sorted({number for cell in own.tolist() for number in self._of_cell.get(cell, ())})
        if not with_own:
            return np.empty(0, np.int64)
        cells, times = np.unique(np.concatenate([self._moved[number] for number in with_own]), return_counts=True)
        only: Ints = cells[times == self._times[cells]]
        return only


def learnt(insiders: Insiders, cells: Ints) -> Iterator[tuple[int, Bools]]:
    """The lone persons among `cells` who may learn something, and which of their `open` cells programs for each of
    those cells alone leave fixed."""
    attack = insiders.attack
    for cell in cells.tolist():
        person = insiders.of(cell)
        if len(person.open):
            yield cell, attack.fixed(person.open, person.own)
