"""The last resort of protection: one exposed cell at a time, in whole persons.

Programs in fractions buy nothing where only whole persons fit, as beside a rounded percentage. Here an integer program
looks for the cheapest table in which one cell differs, and what must move for it is hidden.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

from overgang.control.attack import FARTHER, Attack
from overgang.control.program import Program, region
from overgang.control.search import Found, Witness
from overgang.control.system import Ints

PAY = 1e7
"""For moving the cell: more than any table costs."""


def buy_one_by_one(attack: Attack) -> None:
    """Hides what lets each exposed cell vary, where whole persons can do it."""
    for cell in np.flatnonzero(attack.exposed()).tolist():
        for cells in _regions(attack, cell):
            if not attack.exposed()[cell]:
                break
            for up, farther in product((True, False), range(attack.policy.width * (FARTHER - 1))):
                if attack.exposed()[cell]:
                    _buy(attack, cells, cell, farther, up=up)


def _regions(attack: Attack, cell: int) -> Iterator[Ints]:
    """The small places of its county, the county with all above it, and at last everything."""
    free = attack.free()
    for cells in attack.areas.within_counties(free):
        if cell in cells:
            yield cells
    for wave in attack.areas.county_by_county(free):
        yield from (cells for cells in wave if cell in cells)
    for cells in attack.areas.everything(free):
        if cell in cells:
            yield cells


def _buy(attack: Attack, cells: Ints, cell: int, farther: int, *, up: bool) -> None:
    """Moves `cell` up or down as far as it must go to lie wide enough, or so much `farther`, at the least price, and
    hides what moved."""
    ranges, width = attack.ranges, attack.policy.width
    base, at = ranges.base[cells], int(np.searchsorted(cells, cell))
    goal = int(ranges.least[cell] + width - base[at] if up else base[at] - (ranges.most[cell] - width))
    goal += farther
    room = base - attack.floor[cells]
    if goal <= farther or (not up and goal > room[at]):
        return
    rise = np.full(len(cells), FARTHER * width, np.int64)
    fall = np.minimum(room, FARTHER * width)
    rise[at], fall[at] = (goal, 0) if up else (0, goal)
    cost = np.where(attack.hidden[cells], 0.0, np.where(np.isfinite(attack.price[cells]), attack.price[cells], PAY))
    cost += 1.0  # a person moved for nothing
    pay = np.where(np.arange(len(cells)) == at, PAY, 0.0)
    move = Program(region(attack.system.equations, cells, ranges.base), base).whole_move(
        rise, fall, cost - (pay if up else 0.0), cost - (0.0 if up else pay)
    )
    if move is None or abs(move[at]) < goal:
        return
    moved = np.flatnonzero(move)
    hidden = attack.hidden[cells] | (move != 0)
    hidden |= np.isin(attack.bundle[cells], attack.bundle[cells][hidden & (attack.bundle[cells] >= 0)])
    witness = Witness(moved, move[moved])
    table = base + move
    attack.take(cells, Found(hidden, np.minimum(base, table), np.maximum(base, table), (witness,)))
