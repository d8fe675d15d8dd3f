"""What was hidden without need is shown again.

Protection buys what widens many cells, and some of it is not needed in the end. Here each cell hidden for the sake of
others is shown again, the dearest first, when every cell that must be wide stays so without it: because circles are
left that do not move it, or because a program finds others among the cells that stay hidden. Fewer hidden cells never
make room for a circle that more of them had not, so each cell is asked about once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from overgang.control.areas import Areas
from overgang.control.attack import Attack
from overgang.control.bounds import Narrowing
from overgang.control.circles import Circles
from overgang.control.program import SMALL_MOVE, Program
from overgang.control.ranges import delicate, start
from overgang.control.search import Witness
from overgang.control.sums import Sums
from overgang.control.system import Bools, Floats, Ints

SEED = 1

SHARE = 3
"""One of so many cells in need is moved at once; the others are free to move along."""

AVOID = 0.02
"""What moving a cell costs that may still be shown, as a share of its price: circles go round it where they can."""

FARTHER = 3
"""Cells that move along go up to so many times as far as the width."""

CERTAIN = 1e3
"""Pay for moving a cell in need: more than the whole way costs."""

BRANCHING = 500
"""In a region of so many cells whole persons are looked for among all of them, in a larger one where they moved."""

SMALL = 100
"""Cells of a whole system in which every other cell is tried as well."""

LARGEST = 5000
"""Cells of a region: in a larger one nothing is asked, since each answer takes too long."""


def show_again(attack: Attack, first: Bools) -> None:
    """Shows what need not be hidden of what is hidden beside the `first`, where nothing is exposed and only prices say
    what may be hidden. In a SMALL system it is also tried whether dearer cells can be shown with one more hidden."""
    found = _Shrinking(attack, attack.hidden, attack.witnesses, first).done()
    if not _taken(attack, found) or len(found.hidden) > SMALL:
        return
    for unit in _others(attack):
        hidden = found.hidden.copy()
        hidden[unit] = True
        other = _Shrinking(attack, hidden, found.witnesses, first).done()
        if other.price < found.price - SMALL_MOVE and _taken(attack, other):
            found = other


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What stays hidden, what it costs, and the witnesses that are left."""

    hidden: Bools
    price: float
    witnesses: tuple[Witness, ...]


def _taken(attack: Attack, found: Shrunk) -> bool:
    """Takes it in, unless it leaves anything exposed or in doubt."""
    before, unsure = (attack.hidden, attack.ranges, attack.witnesses), attack.unsure()
    base = attack.ranges.base
    attack.hidden, attack.witnesses = found.hidden.copy(), list(found.witnesses)
    attack.ranges = start(attack.system, found.hidden, attack.floor, base)
    for one in found.witnesses:
        value = base[one.cells] + one.by
        attack.ranges.widen(one.cells, value, value)
    if attack.exposed().any() or (attack.unsure() & ~unsure).any():
        attack.hidden, attack.ranges, attack.witnesses = before
        return False
    return True


def _others(attack: Attack) -> Iterator[Ints]:
    """What could be hidden as well and is large enough not to need protection itself, the cheapest first."""
    hidden = ~attack.hidden & np.isfinite(attack.price)
    fragile = delicate(attack.system, attack.policy, attack.ranges) | (attack.ranges.base == 0)
    yield from (unit for unit in reversed(_units(attack, hidden)) if not fragile[unit].any())


def _units(attack: Attack, may: Bools) -> list[Ints]:
    """Cells that `may` be shown or hidden, each with those that are so together with it; the dearest first."""
    bundle = attack.bundle
    alone = np.flatnonzero(may & (bundle < 0))
    units = [alone[at : at + 1] for at in range(len(alone))]
    bundled = np.flatnonzero(bundle >= 0)
    bundled = bundled[np.argsort(bundle[bundled], kind="stable")]
    split = np.split(bundled, np.flatnonzero(np.diff(bundle[bundled])) + 1) if len(bundled) else []
    units += [cells for cells in split if may[cells].all()]
    return sorted(units, key=lambda cells: (-attack.price[cells].sum(), int(cells[0])))


class _Regions:
    """Cells in regions that are asked together, each with its program, made when it is first needed."""

    def __init__(self, sums: Sums, base: Ints, regions: list[Ints]) -> None:
        self._sums, self._base, self._regions = sums, base, regions
        self._programs: dict[int, Program] = {}
        self._of_cell = np.full(len(base), -1, np.int64)
        for number, cells in enumerate(regions):
            self._of_cell[cells] = number if len(cells) <= LARGEST else -1

    def of(self, cells: Ints) -> Iterator[tuple[Ints, Program | None]]:
        """Some cells, by the region they stand in; no program where there is none."""
        for number in np.unique(self._of_cell[cells]).tolist():
            here = cells[self._of_cell[cells] == number]
            if number >= 0 and number not in self._programs:
                region = self._regions[number]
                self._programs[number] = Program(self._sums.region(region), self._base[region])
            yield here, self._programs.get(number)


class _Shrinking:
    """The state of it: what is hidden now, the circles left, and what arithmetic says."""

    def __init__(self, attack: Attack, hidden: Bools, witnesses: Iterable[Witness], first: Bools) -> None:
        self.attack, self.hidden, self.width = attack, hidden.copy(), attack.policy.width
        system, policy, base = attack.system, attack.policy, attack.ranges.base
        self.may_go: Bools = hidden & ~first & np.isfinite(attack.price)
        self.sums = Sums(system.equations, base)
        self.circles = Circles(self.sums, self.may_go, self.width, witnesses)
        self.arithmetic = Narrowing(system, hidden, attack.floor, self.sums)
        ranges = replace(attack.ranges, low=np.minimum(attack.ranges.low, self.arithmetic.low))
        must = hidden & (delicate(system, policy, ranges) | (base == 0))
        self.must: Bools = must & self.circles.wide(np.arange(len(base)))
        self.levels = [_Regions(self.sums, base, regions) for regions in _regions(attack.areas, hidden)]
        self.cost: Floats = np.maximum(AVOID * np.where(self.may_go, attack.price, 0.0), SMALL_MOVE)
        self.rng = np.random.default_rng(SEED)

    def done(self) -> Shrunk:
        """What is left when each cell was asked about."""
        for unit in _units(self.attack, self.may_go):
            if not self.show(unit):
                self.cost[unit] = SMALL_MOVE
        price = float(self.attack.price[self.may_go & self.hidden].sum())
        return Shrunk(self.hidden, price, tuple(self.circles.witnesses()))

    def show(self, unit: Ints) -> bool:
        """Shows cells again if that may be; whether it was so."""
        gone = self.circles.moving(unit)
        touched = self.circles.drop(gone)
        self.hidden[unit] = False
        needy = touched[self.must[touched] & self.hidden[touched]]
        needy = needy[~self.circles.wide(needy)]
        known = self.arithmetic.show(unit, self.must & self.hidden, self.width)
        if known and self._recovered(needy):
            return True
        if known:
            self.arithmetic.take_back()
        self.hidden[unit] = True
        self.circles.restore(gone)
        return False

    def _recovered(self, needy: Ints) -> bool:
        """Whether other circles were found for all cells in need."""
        for level in self.levels:
            left = [self._left(cells, program) if program else cells for cells, program in level.of(needy)]
            needy = np.concatenate([*left, np.empty(0, np.int64)])
        return not len(needy)

    def _left(self, needy: Ints, program: Program) -> Ints:
        """The cells in need for which a region has no circle, as far as it was asked: the first one ends it."""
        alone = False
        while len(needy):
            aims = needy[:1] if alone else self.rng.permutation(needy)[: max(1, len(needy) // SHARE)]
            up = self.rng.random(len(aims)) < 1 / 2
            moved = any(self._moved(program, aims, way) for way in (up, ~up))
            if not moved and len(aims) == 1:
                break
            alone = not moved
            needy = needy[~self.circles.wide(needy)]
        return needy

    def _moved(self, program: Program, aims: Ints, up: Bools) -> bool:
        """Looks for circles that move the aims up or down; whether one of them is wide then."""
        cells = program.area.cells
        free, at = self.hidden[cells], np.searchsorted(cells, aims)
        rise = np.where(free, FARTHER * self.width, 0)
        fall = np.minimum(rise, program.base - self.attack.floor[cells])
        rise[at], fall[at] = np.where(up, self.width, 0), np.where(up, 0, np.minimum(fall[at], self.width))
        cost_rise, cost_fall = self.cost[cells], self.cost[cells]
        pay = CERTAIN * (1 + 0.3 * self.rng.random(len(at)))
        cost_rise[at[up]] -= pay[up]
        cost_fall[at[~up]] -= pay[~up]
        move = program.move(rise, fall, cost_rise, cost_fall)
        if move is None:
            return False
        whole = program.whole_part(move)
        if len(at) == 1 and not whole[at[0]] and abs(move[at[0]]) > 1 - SMALL_MOVE:
            among = np.abs(move) > SMALL_MOVE if len(cells) > BRANCHING else free
            branched = program.whole_move(np.where(among, rise, 0), np.where(among, fall, 0), cost_rise, cost_fall)
            whole = whole if branched is None else branched
        moved = np.flatnonzero(whole)
        if len(moved):
            self.circles.take(Witness(cells[moved], whole[moved]))
        return bool(self.circles.wide(aims).any())


def _regions(areas: Areas, hidden: Bools) -> Iterator[list[Ints]]:
    """Where circles are looked for: among the small places of a county, then in whatever is larger than that."""
    counties = list(areas.within_counties(hidden))
    yield counties
    known = {(int(cells[0]), len(cells)) for cells in counties}
    yield [cells for cells in areas.everything(hidden) if (int(cells[0]), len(cells)) not in known]
