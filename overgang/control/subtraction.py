"""The linear core: what must be hidden so that no hidden cell is a sum and difference of shown ones.

It is all that many tools look at, and a first guess for a table nobody knows yet, in a fraction of the time. It does
not protect: whoever knows that counts are whole and not negative narrows most of what it leaves (see `protect`).
"""

import numpy as np

from overgang.base.errors import BadInput
from overgang.control.hunter import Hunter
from overgang.control.search import Aims, Witness, ladder, widen
from overgang.control.system import Bools, Floats, System

ANYWHERE = 3
"""How far a cell may move, up or down and below 0 too: a reader who only subtracts knows no more."""

LOOKING, BUYING, SHOWING = (400, 2), (400, 1), 1_600
"""Steps of a walk, and walks for each cell."""

LAST = ((4_000, 8), (100_000, 8))
"""For what is left at the end."""

RISE = 3.0
"""The pay rises by this factor."""


def against_subtraction(system: System, first: Bools, price: Floats) -> Bools:
    """The `first` cells and what has to be hidden beside them, at `price` (infinite where nothing may be). Raises
    BadInput when something can be worked out even so."""
    base, nothing = system.count, np.zeros(len(first), np.bool_)
    hidden, may = first.copy(), np.ones(len(first), np.bool_)
    least, most = base.copy(), base.copy()
    alone, witnesses = np.full(len(first), -1, np.int64), list[Witness]()

    def among(free: Bools) -> Hunter:
        return Hunter(system.equations, base, base - ANYWHERE, free, price, alone, 1)

    hunter = among(first | np.isfinite(price))
    payable = price[~first & np.isfinite(price)]
    pays = ladder(payable, step=RISE, end=4 * float(payable.max(initial=0.0)))
    rungs = [(0.0, *LOOKING), *((pay, *BUYING) for pay in pays), *((pays[-1], *more) for more in LAST if pays)]
    aims = Aims(first, nothing, nothing)
    for pay, steps, tries in rungs:
        if np.all(most[first] > least[first]):
            break
        found = hunter.hunt(hidden, least, most, aims, may, pay, steps, tries)
        widen(found, base, least, most)
        witnesses += found
    fixed = np.flatnonzero(first & (most == least))
    if len(fixed):
        raise BadInput(
            f"{len(fixed)} cells can be worked out whatever else is hidden, the first {system.name(int(fixed[0]))}: "
            "keep fewer tables in the policy, or publish fewer breakdowns."
        )
    left = np.flatnonzero(hidden & ~first)
    units = np.split(left[np.argsort(-price[left], kind="stable")], np.arange(1, len(left)))
    if len(left):
        among(hidden).spare(hidden, aims, witnesses, units, SHOWING)
    return hidden
