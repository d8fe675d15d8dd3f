"""The model behind the outcomes: how likely each is for each person who ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from overgang.demo import exact
from overgang.demo.dealing import Participations
from overgang.demo.people import EDUCATION, People
from overgang.demo.settlement import Settlement
from overgang.demo.streams import stream

LEAVES = (
    "work", "education", "primary_school", "measures", "no_activity", "health", "moved", "other", "not_registered",
)  # fmt: skip
OTHERS = ("death", "behaviour", "unknown")
"""What "other" is made of in 2007."""
WORK, EDU, OTHER = 0, 1, LEAVES.index("other")
LUCK = 0.2
"""Spread (log odds) of what a place's year adds to its lasting effects."""


@dataclass(frozen=True)
class Ended:
    """Those who ended in a year: `rows`, indices into the participations, with their chances [n, leaves]."""

    year: int
    places: Settlement
    dealt: Participations
    who: People
    rows: np.ndarray
    chances: np.ndarray

    @cached_property
    def unit(self) -> np.ndarray:
        return self.places.unit_in(self.year)[self.dealt.atom[self.rows]]

    @cached_property
    def county(self) -> np.ndarray:
        return np.array(self.places.counties)[self.places.county_in(self.year)[self.dealt.atom[self.rows]]]

    @cached_property
    def shielded(self) -> np.ndarray:
        return self.dealt.shielded[self.rows]

    @cached_property
    def man(self) -> np.ndarray:
        return self.who.man[self.rows]

    @cached_property
    def cumulated(self) -> np.ndarray:
        return np.cumsum(self.chances, axis=1)

    def given(
        self, rng: np.random.Generator, rows: np.ndarray, cell: np.ndarray, counts: np.ndarray, leaves: Sequence[int]
    ) -> np.ndarray:
        """Which of `leaves` each of `rows` gets (-1: none) so that cell c has exactly counts[c, j] with leaves[j].

        Everybody waits, the likely ones shorter; the first to come get it. So chances still decide who.
        """
        got = np.full(len(rows), -1)
        for j, chosen in enumerate(leaves):
            free = np.flatnonzero(got < 0)
            chance = np.clip(self.chances[rows[free], min(chosen, OTHER)], 1e-6, 1 - 1e-6)
            waiting = exact.exponential(rng, len(free)) * (1 - chance) / chance
            order = np.lexsort((waiting, cell[free]))
            sorted_cell = cell[free][order]
            rank = np.arange(len(order)) - np.searchsorted(sorted_cell, sorted_cell)
            got[free[order[rank < counts[sorted_cell, j]]]] = chosen
        return got


def ended_in(year: int, places: Settlement, dealt: Participations, who: People, shares: np.ndarray, seed: int) -> Ended:
    """Everybody who ended in a year; the chances have the year's `shares` of the leaves as their means."""
    rows = np.flatnonzero(dealt.end == year)
    chances = _calibrated(_logits(places, dealt, who, rows, shares, seed, year), shares)
    return Ended(year, places, dealt, who, rows, chances)


def luck(places: Settlement, seed: int, year: int) -> np.ndarray:
    """What the year adds to the lasting effects of each place, in log odds."""
    return LUCK * exact.normal(stream(seed, f"outcome effects {year}"), len(places.effects))


def _logits(
    places: Settlement,
    dealt: Participations,
    who: People,
    ended: np.ndarray,
    shares: np.ndarray,
    seed: int,
    year: int,
) -> np.ndarray:
    """Log odds against no transition, before calibration."""
    man, age = who.man[ended], who.age[ended]
    schooling = who.education[ended]
    place = places.effects + places.labour + luck(places, seed, year)
    country = 0.25 * exact.normal(stream(seed, "country effects"), len(who.origins))
    country[who.origins.index("SO")] -= 0.5
    common = place[dealt.atom[ended]] + country[who.origin[ended]]
    none, higher = schooling == EDUCATION.index("none"), schooling == EDUCATION.index("higher")
    logits = exact.log(np.maximum(shares, 1e-4))[None, :].repeat(len(ended), axis=0)
    logits[:, WORK] += common + 0.85 * man - 0.9 * none + 0.5 * higher + 0.2 * ((age > 25) & (age < 45))
    logits[:, EDU] += common + 0.1 * man - 1.6 * none + 0.4 * higher - 0.06 * (age - 30)
    logits[:, LEAVES.index("primary_school")] += 1.2 * none - 1.5 * higher - 0.08 * (age - 30)
    logits[:, LEAVES.index("health")] += 0.05 * (age - 35)
    return logits


def _calibrated(logits: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Chances whose means are the year's shares: the odds of each outcome scaled until they are."""
    odds = exact.exp((logits - logits.max(axis=1, keepdims=True)).T)
    for _ in range(30):
        means = (odds / odds.sum(axis=0)).mean(axis=1)
        odds *= (np.maximum(shares, 1e-9) / np.maximum(means, 1e-9))[:, None]
    return np.ascontiguousarray((odds / odds.sum(axis=0)).T)


def drawn(rng: np.random.Generator, cumulated: np.ndarray) -> np.ndarray:
    """A leaf for each row of cumulated chances."""
    return np.minimum((rng.random(len(cumulated))[:, None] > cumulated).sum(axis=1), len(LEAVES) - 1)
