"""Secondary suppression: what must be hidden too, so that nothing hidden can be worked out.

Two steps. `close` looks at one equation at a time, which settles nearly everything cheaply. `repair` takes what the
attack still finds and hides the cheapest set that lets those cells vary, by a linear program over a whole area.
"""

import numpy as np
import polars as pl

from overgang.base.periods import is_period
from overgang.control.attack import regions
from overgang.control.policy import Policy
from overgang.control.primary import (
    OUTER,
    hides_zero,
    kept,
    protected_whatever_its_size,
    whole_breakdowns,
    whole_group,
)
from overgang.control.program import SMALL_MOVE, WHOLE, Moves, region
from overgang.control.system import ANY, Bools, Floats, Ints, System

KEPT = 2e4
"""The price of a cell that the policy keeps: above every other price, so that it goes only where nothing else helps."""

LAST_RESORT = 5
"""Rounds of repair before a kept cell may be hidden."""

REWARD = 1e6
"""For letting an exposed cell vary by one person: more than hiding anything costs."""


def prices(system: System, policy: Policy, spare_kept: bool) -> Floats:
    """What hiding each cell costs the reader; infinite for zeros where zeros are shown, since a hidden one would be
    known not to be 0."""
    cells = system.cells
    level = (
        pl.when(pl.col("time").map_elements(is_period, return_dtype=pl.Boolean))
        .then(pl.lit("period"))
        .otherwise("level")
    )
    factors = cells.select(
        level=level.replace_strict(policy.price.level, default=1.0, return_dtype=pl.Float64),
        breakdown=pl.col("breakdown").replace_strict(policy.price.breakdown, default=1.0, return_dtype=pl.Float64),
        outcome=pl.col("outcome").replace_strict(policy.price.outcome, default=1.0, return_dtype=pl.Float64),
    )
    price: Floats = (factors["level"] * factors["breakdown"] * factors["outcome"]).to_numpy()
    price = price * (1 + np.log2(1 + system.count))
    shown_zero = (system.count == 0) & ~hides_zero(system, policy)
    return np.where(shown_zero, np.inf, np.where(kept(system, policy), np.inf if spare_kept else KEPT, price))


def close(system: System, hidden: Bools, floor: Ints, policy: Policy, tried: int = 0) -> Bools:
    """Hides until no single equation gives a cell away, or nothing is left to hide. Returns all hidden cells."""
    hidden, price = hidden.copy(), prices(system, policy, spare_kept=tried < LAST_RESORT)
    delicate = _delicate(system, policy)
    while True:
        more = _cheapest_in(system, _open(system, hidden, floor, delicate, policy), hidden, price)
        if not len(more):
            return hidden
        hidden[more] = True
        hidden = whole_breakdowns(system, policy, hidden)


def _delicate(system: System, policy: Policy) -> Bools:
    """Cells that would be exposed if a reader knew them."""
    group = system.count[whole_group(system)]
    part = whole_group(system) != np.arange(len(group))
    none_of_few = (system.count == 0) & part & (group >= 1) & (group < policy.group)
    small = (system.count >= 1) & (system.count < policy.smallest)
    found: Bools = small | none_of_few | protected_whatever_its_size(system, policy, system.count)
    return found


def _open(system: System, hidden: Bools, floor: Ints, delicate: Bools, policy: Policy) -> Bools:
    """Equations that by themselves leave a delicate hidden cell fewer than `width` + 1 values."""
    equations = system.equations
    rows, row, cell = len(equations), equations.row, equations.cell
    inside = hidden[cell]
    n = np.bincount(row, inside, rows)
    whole_hidden = np.bincount(row, inside & (equations.sign > 0), rows) > 0
    slack = np.bincount(row, np.where(inside & (equations.sign < 0), system.count[cell] - floor[cell], 0), rows)
    at_stake = np.bincount(row, inside & delicate[cell], rows) > 0
    exact = equations.high < ANY // 2
    tight = (n == 1) | ((n > 1) & ~whole_hidden & (slack < policy.width))
    found: Bools = exact & at_stake & tight
    return found


def _cheapest_in(system: System, rows: Bools, hidden: Bools, price: Floats) -> Ints:
    """For each of these equations its cheapest shown cell that may be hidden."""
    equations = system.equations
    candidate = rows[equations.row] & ~hidden[equations.cell] & np.isfinite(price[equations.cell])
    row, cell = equations.row[candidate], equations.cell[candidate]
    order = np.lexsort((cell, price[cell], row))
    row, cell = row[order], cell[order]
    first = np.ones(len(row), np.bool_)
    first[1:] = row[1:] != row[:-1]
    return np.unique(cell[first])


def repair(system: System, hidden: Bools, exposed: Bools, floor: Ints, policy: Policy, tried: int) -> Bools:
    """Hides the cheapest cells that let the exposed ones vary, up or down by chance. Returns all hidden cells.

    The first two times small places are mended within their county; what that does not mend (`tried` > 1) may change
    the numbers of counties too.
    """
    hidden, price = hidden.copy(), prices(system, policy, spare_kept=tried < LAST_RESORT)
    outer = system.cells["level"].is_in(list(OUTER)).to_numpy()
    rng = np.random.default_rng(tried)
    inner = ~outer if tried < 2 else np.zeros(len(outer), np.bool_)
    for scope, among in ((inner, exposed & inner), (np.ones(len(outer), np.bool_), exposed & ~inner)):
        if among.any():
            free = scope & (hidden | np.isfinite(price))
            for cells in regions(system.equations, free):
                if among[cells].any():
                    hidden[_opened(system, cells, among, hidden, floor, price, policy, rng)] = True
    return hidden


def _opened(
    system: System,
    cells: Ints,
    exposed: Bools,
    hidden: Bools,
    floor: Ints,
    price: Floats,
    policy: Policy,
    rng: np.random.Generator,
) -> Ints:
    """The shown cells of one area that a cheapest joint move of its exposed cells would change."""
    truth, shown = system.count[cells], ~hidden[cells]
    near = np.maximum(floor[cells], truth - policy.width), truth + policy.width
    targets = exposed[cells]
    sign = np.where(rng.random(len(cells)) < 0.5, -1.0, 1.0)
    worth = REWARD * (1 + rng.random(len(cells)))  # unequal, so that cells with one fixed sum do not hold each other
    pull = np.where(targets, np.where(truth == near[0], 1.0, sign) * worth, 0.0)
    cost = np.where(shown, price[cells], SMALL_MOVE)
    found = Moves(region(system.equations, cells, system.count), truth, *near, price=cost, pull=pull).best()
    if found is None:
        return np.empty(0, np.int64)
    return cells[shown & (np.abs(found - truth) > WHOLE)]
