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
    protected_whatever_its_size,
    whole_breakdowns,
    whole_group,
)
from overgang.control.program import SMALL_MOVE, WHOLE, Moves, region
from overgang.control.system import ANY, Bools, Floats, Ints, System

KEPT = 2e4
"""The price of a cell that the policy keeps: above every other price, so that it goes only where nothing else helps."""

REWARD = 1e6
"""For letting an exposed cell vary by one person: more than hiding anything costs."""


def prices(system: System, policy: Policy) -> Floats:
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
    kept = np.zeros(len(price), np.bool_)
    for keep in policy.keep:
        in_table = pl.col("tables").str.split(" ").list.contains(keep.table)
        kept |= cells.select(in_table & pl.col("level").is_in(list(keep.levels))).to_series().to_numpy()
    shown_zero = (system.count == 0) & ~hides_zero(system, policy)
    return np.where(shown_zero, np.inf, np.where(kept, KEPT, price))


def close(system: System, hidden: Bools, floor: Ints, policy: Policy) -> Bools:
    """Hides until no single equation gives a cell away. Returns all hidden cells."""
    hidden, price = hidden.copy(), prices(system, policy)
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
    """Hides the cheapest cells that let the exposed ones vary, up and down by turns. Returns all hidden cells.

    The first two times small places are mended within their county; what that does not mend (`tried` > 1) may change
    the numbers of counties too.
    """
    hidden, price = hidden.copy(), prices(system, policy)
    outer = system.cells["level"].is_in(list(OUTER)).to_numpy()
    inner = ~outer if tried < 2 else np.zeros(len(outer), np.bool_)
    for scope, among in ((inner, exposed & inner), (np.ones(len(outer), np.bool_), exposed & ~inner)):
        if among.any():
            free = scope & (hidden | np.isfinite(price))
            for cells in regions(system.equations, free):
                if among[cells].any():
                    hidden[_opened(system, cells, among, hidden, floor, price, policy, tried % 2 == 0)] = True
    return hidden


def _opened(
    system: System, cells: Ints, exposed: Bools, hidden: Bools, floor: Ints, price: Floats, policy: Policy, up: bool
) -> Ints:
    """The shown cells of one area that a cheapest joint move of its exposed cells would change."""
    truth, shown = system.count[cells], ~hidden[cells]
    area = region(system.equations, cells, system.count)
    cost = np.where(shown, price[cells], SMALL_MOVE)
    moves = Moves(area, truth, floor[cells], np.full(len(cells), ANY), price=cost)
    targets = np.flatnonzero(exposed[cells])
    moves.reward(targets, np.full(len(targets), up), policy.width, np.full(len(targets), REWARD))
    found = moves.best()
    if found is None:
        return np.empty(0, np.int64)
    return cells[shown & (np.abs(found - truth) > WHOLE)]
