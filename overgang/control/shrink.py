"""What was hidden without need is shown again.

Protection buys what widens many cells, and some of it is not needed in the end. Here each cell hidden for the sake of
others is shown again, the dearest first, when every cell that must be wide stays so without it: because circles are
left that do not move it, or because others are found. With FEW cells programs look for them among those that stay
hidden: fewer hidden cells never make room for a circle that more of them had not, so each is asked about once. With
more, walks do, pass after pass and ever longer.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from overgang.control.areas import Areas
from overgang.control.attack import Attack
from overgang.control.bounds import Learnt, Narrowing
from overgang.control.circles import Circles
from overgang.control.program import SMALL_MOVE, Program
from overgang.control.ranges import delicate, start
from overgang.control.search import Aims, Witness
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

NOTHING = np.empty(0, np.int64)

TOGETHER = 64
"""So many cells are shown at once; nearly all are refused by arithmetic or can be shown."""

SMALL = 100
"""Cells of a whole system in which every other cell is tried as well."""

FEW = 2_000
"""Hidden cells of a system: with more of them programs are not asked, since that takes too long, and walks do it."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Steps of a walk; the share of the cells that are asked about, the dearest, at first and when the pass is gone
    over `again`; and whether what is cheaper may be hidden instead."""

    steps: int
    share: float = 1.0
    again: float = 1.0
    swapping: bool = False


LADDER = (Pass(20_000, share=0.03, again=0.03), Pass(400, swapping=True), Pass(1_600), Pass(6_400, again=0.5))
"""For the dearest cells it is looked longest while there is most room."""

LAST = Pass(25_600)
"""Only where the pass before showed GOING_ON of the cells at first, and MANY are left: else it is not worth its time.
With still longer walks an attack, whose own begin at another table, hardly finds the circles that are left."""

GOING_ON = 0.1

MANY = 1_200

WORTH = 0.15
"""What share of the cells must be shown in a pass for it to be gone over again."""

LARGEST = 5000
"""Cells of a region: in a larger one nothing is asked, since each answer takes too long."""

WORK = 1_000_000
"""Cells of all regions asked, each time it is asked: then only what arithmetic and the circles at hand allow is shown.
A count, not seconds, so that every machine shows the same."""


def show_again(attack: Attack, first: Bools) -> None:
    """Shows what need not be hidden of what is hidden beside the `first`, where nothing is exposed and only prices say
    what may be hidden. In a SMALL system it is also tried whether dearer cells can be shown with one more hidden."""
    if attack.hidden.sum() > FEW:
        _taken(attack, _by_walks(attack, first), mending=True)
        return
    found = _Shrinking(attack, attack.hidden, attack.witnesses, first).done()
    if not _taken(attack, found) or len(found.hidden) > SMALL:
        return
    for unit in _others(attack):
        hidden = found.hidden.copy()
        hidden[unit] = True
        other = _Shrinking(attack, hidden, found.witnesses, first).done(last=unit)
        if other.price < found.price - SMALL_MOVE and _taken(attack, other):
            found = other


def _by_walks(attack: Attack, first: Bools) -> "Shrunk":
    """Shows again as far as walks come."""
    hidden, zero, witnesses = attack.hidden.copy(), attack.ranges.base == 0, attack.witnesses
    may = ~first & np.isfinite(attack.price)
    wide = attack.ranges.width >= attack.policy.width
    wanted = (delicate(attack.system, attack.policy, attack.ranges) | zero) & (wide | ~hidden)
    aims = Aims(wanted, zero, np.zeros(len(hidden), np.bool_))
    shown = list[float]()
    for one in (*LADDER, LAST):
        if one is LAST and (max(shown, default=0.0) < GOING_ON or (may & hidden).sum() < MANY):
            break
        share, shown = one.share, []
        while units := _units(attack, may & hidden):
            asked, share = units[: math.ceil(share * len(units))], one.again
            before, hunter = hidden.sum(), attack.hunter if one.swapping else attack.hunter_among(hidden)
            witnesses = list(hunter.spare(hidden, aims, witnesses, asked, one.steps, swapping=one.swapping))
            shown.append(float(before - hidden.sum()) / len(units))
            if shown[-1] <= WORTH:
                break
    return Shrunk(hidden, float(attack.price[may & hidden].sum()), tuple(witnesses))


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What stays hidden, what it costs, and the witnesses that are left."""

    hidden: Bools
    price: float
    witnesses: tuple[Witness, ...]


def _taken(attack: Attack, found: Shrunk, *, mending: bool = False) -> bool:
    """Takes it in, unless it leaves anything exposed or in doubt; `mending` hides more where it does."""
    before, unsure = (attack.hidden, attack.ranges, attack.witnesses), attack.unsure()
    base = attack.ranges.base
    attack.hidden, attack.witnesses = found.hidden.copy(), []
    attack.ranges = start(attack.system, found.hidden, attack.floor, base)
    attack.see(found.witnesses)

    def in_doubt() -> bool:
        return bool(attack.exposed().any() or (attack.unsure() & ~unsure).any())

    if mending and in_doubt():
        attack.run()
        attack.learn()
    if in_doubt():
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One unit shown: what arithmetic knew before, the circles that are gone, and the cells that they moved."""

    unit: Ints
    known: Learnt
    gone: list[int]
    touched: Ints


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
        self.work = 0

    def done(self, last: Ints | None = None) -> Shrunk:
        """What is left when each cell was asked about, `last` at the end."""
        units = _units(self.attack, self.may_go)
        if last is not None:
            units.sort(key=lambda unit: bool(np.array_equal(unit, last)))
        for at in range(0, len(units), TOGETHER):
            self._show_all(units[at : at + TOGETHER])
        price = float(self.attack.price[self.may_go & self.hidden].sum())
        return Shrunk(self.hidden, price, tuple(self.circles.witnesses()))

    def _show_all(self, units: Sequence[Ints]) -> None:
        """Shows all of some cells that arithmetic lets be shown, if circles are found for all in need at once. Those
        that took the circles of a cell for which there are no others are asked about one by one."""
        together, alone = list(units), list[Ints]()
        while together:
            steps = [step for unit in together if (step := self._shown(unit))]
            stuck = self._stuck(steps)
            if not len(stuck):
                break
            for step in reversed(steps):
                self._take_back(step)
            guilty = [step.unit for step in steps if np.isin(stuck, step.touched).any()]
            known = {int(unit[0]) for unit in guilty}
            together = [unit for unit in together if int(unit[0]) not in known]
            alone += guilty
        if len(units) > 1:
            for unit in alone:
                self._show_all([unit])
        elif alone:
            self.cost[alone[0]] = SMALL_MOVE

    def _shown(self, unit: Ints) -> "_Step | None":
        """Shows a unit for the time being, unless arithmetic forbids it."""
        self.hidden[unit] = False
        known = self.arithmetic.show(unit, self.must & self.hidden, self.width)
        if known is None:
            self.hidden[unit] = True
            return None
        gone = self.circles.moving(unit)
        return _Step(unit, known, gone, self.circles.drop(gone))

    def _take_back(self, step: "_Step") -> None:
        self.hidden[step.unit] = True
        self.arithmetic.take_back(step.known)
        self.circles.restore(step.gone)

    def _stuck(self, steps: Sequence[_Step]) -> Ints:
        """Cells for which no other circles were found, after some steps: none when all are wide again."""
        touched = np.unique(np.concatenate([*(step.touched for step in steps), NOTHING]))
        needy = touched[self.must[touched] & self.hidden[touched]]
        left = [needy[~self.circles.wide(needy)]]
        for level in self.levels:
            asked = level.of(np.concatenate([*left, NOTHING]))
            left = [self._left(cells, program) if program and self.work < WORK else cells for cells, program in asked]
        return np.array([cells[0] for cells in left if len(cells)], np.int64)

    def _left(self, needy: Ints, program: Program) -> Ints:
        """The cells in need for which a region has no circle, as far as it was asked: the first one ends it."""
        alone = False
        while len(needy):
            aims = self.rng.permutation(needy)[: 1 if alone else max(1, len(needy) // SHARE)]
            up = self.rng.random(len(aims)) < 1 / 2
            moved = any(self._moved(program, aims, way) for way in (up, ~up))
            if not moved and len(aims) == 1:
                return np.concatenate([aims, needy[needy != aims[0]]])
            alone = not moved
            needy = needy[~self.circles.wide(needy)]
        return needy

    def _moved(self, program: Program, aims: Ints, up: Bools) -> bool:
        """Looks for circles that move the aims up or down; whether one of them is wide then."""
        cells = program.area.cells
        self.work += len(cells)
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
