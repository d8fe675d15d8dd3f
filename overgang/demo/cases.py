"""What comes before a programme: arrival, permit, settlement, offer or claim, decision."""

from dataclasses import dataclass

import numpy as np

from overgang.demo.regimes import COLLECTIVE, INTEGR, INTRO, REGIMES
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

DAY = np.timedelta64(1, "D")
FIRST_PERMIT = {
    INTEGR: np.datetime64("2021-01-01", "D"),
    COLLECTIVE: np.datetime64("2022-03-11", "D"),
}
LAST_OLD_PERMIT = np.datetime64("2020-12-31", "D")
FIRST_SETTLED = np.datetime64("2003-09-01", "D")
DEADLINE, LATEST = 90, 200
LATE = 0.1
"""Part of the programmes that start later than three months after settlement."""
CLAIMED = 0.15
"""Part of the cases that begin with a claim; the others with an offer."""


@dataclass(frozen=True)
class Cases:
    """One entry a row of the spells: days in their order, and whether it began with a claim."""

    arrived: np.ndarray
    permit: np.ndarray
    settled: np.ndarray
    asked: np.ndarray
    decided: np.ndarray
    claimed: np.ndarray


def cases(rows: Spells) -> Cases:
    """Those who go on after a move settle between the two programmes and keep permit and arrival."""
    rng = stream(rows.plan.seed, "cases", rows.replicate)
    n, start, before = len(rows), rows.start, rows.before
    late = rng.random(n) < LATE
    waited = np.where(late, rng.integers(DEADLINE, LATEST, n), rng.integers(10, DEADLINE, n))
    settled = np.maximum(start - waited * DAY, FIRST_SETTLED)
    permit = settled - rng.integers(20, 300, n) * DAY
    regime = rows.law.regime[rows.person]
    for name, earliest in FIRST_PERMIT.items():
        permit = np.where(regime == REGIMES.index(name), np.maximum(permit, earliest), permit)
    permit = np.where(regime == REGIMES.index(INTRO), np.minimum(permit, LAST_OLD_PERMIT), permit)
    settled = np.maximum(settled, permit)
    arrived = permit - rng.integers(0, 500, n) * DAY
    again = np.flatnonzero(before >= 0)
    left = rows.until[before[again]] + DAY
    settled[again] = left + _part(rng, start[again] - left)
    permit[again], arrived[again] = permit[before[again]], arrived[before[again]]
    asked = settled + _part(rng, (start - settled) // 2)
    decided = asked + _part(rng, start - asked)
    return Cases(arrived, permit, settled, asked, decided, rng.random(n) < CLAIMED)


def _part(rng: np.random.Generator, whole: np.ndarray) -> np.ndarray:
    """A random part of so many days, both ends included."""
    return rng.integers(0, whole.astype(np.int64) + 1) * DAY
