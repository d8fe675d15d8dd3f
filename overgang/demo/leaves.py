"""Leave: what makes a participation last longer than the law gives, what others take, and who was away in 2007."""

from dataclasses import dataclass

import numpy as np

from overgang.demo.dates import MIDDLE, Dates
from overgang.demo.dealing import Participations
from overgang.demo.durations import TWO
from overgang.demo.people import People
from overgang.demo.programmes import Programmes
from overgang.demo.regimes import Regimes, days_of
from overgang.demo.streams import stream

KINDS = ("welfare_leave", "long_sickness", "care_leave")
WELFARE_DAYS, CARE_DAYS, SICK_DAYS = 14, 300, 365
"""Two weeks of working days, ten months, a year: as long as each kind may last."""
TAKEN = 0.3
"""Part of the longer participations in which somebody takes leave without need."""
TURN = np.datetime64("2007-12-31", "D")
AFTER_TURN = np.datetime64("2008-01-05", "D")
MARGIN = 15


@dataclass(frozen=True)
class Leaves:
    """One entry a leave, by participation and day: whose (index), first and last day, day of the decision, kind."""

    of: np.ndarray
    first: np.ndarray
    last: np.ndarray
    decided: np.ndarray
    kind: np.ndarray

    def days(self, number: int) -> np.ndarray:
        """Days of leave of each of `number` participations."""
        lengths = (self.last - self.first).astype(np.int64) + 1
        return np.bincount(self.of, lengths, minlength=number).astype(np.int64)


def leaves(
    dealt: Participations,
    days: Dates,
    who: People,
    needed: np.ndarray,
    away: np.ndarray,
    cut: np.ndarray,
    seed: int,
    replicate: int,
) -> Leaves:
    """Those who need leave, those who were `away` at the turn of 2007 (nobody else of their units then), and others.

    Participations that are `cut` in two have none.
    """
    rng = stream(seed, "leaves", replicate)
    first, second = np.minimum(needed, CARE_DAYS), np.maximum(needed - CARE_DAYS, 0)
    start = _placed(rng, dealt, days, first, second)
    at = np.flatnonzero(away)
    first[at], start[at] = _over_the_turn(rng, days.start[at], days.until[at], first[at])
    free = np.flatnonzero(_may_take(rng, dealt, days, (needed > 0) | away | cut))
    first[free], start[free] = _short(rng, days.start[free], days.length[free])
    one, two = np.flatnonzero(first > 0), np.flatnonzero(second > 0)
    again = start[two] + (first[two] + MARGIN).astype("timedelta64[D]")
    of, begun = np.concatenate([one, two]), np.concatenate([start[one], again])
    length = np.concatenate([first[one], second[two]])
    order = np.lexsort((begun, of))
    of, begun, length = of[order], begun[order], length[order]
    decided = np.maximum(begun - rng.integers(2, 30, len(of)).astype("timedelta64[D]"), days.start[of])
    ill = who.man[of] | (rng.random(len(of)) < 0.3) | (length > CARE_DAYS)
    kind = np.where(length <= WELFARE_DAYS, 0, np.where(ill, 1, 2)).astype(np.int8)
    return Leaves(of, begun, begun + (length - 1).astype("timedelta64[D]"), decided, kind)


def needed_days(dealt: Participations, days: Dates, law: Regimes) -> np.ndarray:
    """Days that the law does not give, or the class of 2007 does not."""
    most = np.where(dealt.time_class == TWO, MIDDLE[1], days_of(law.total))
    return np.maximum(days.length - most, 0)


def away_at_turn(
    dealt: Participations, needed: np.ndarray, programmes_2007: Programmes, seed: int, replicate: int
) -> np.ndarray:
    """Who is on leave at the turn of 2007: as many in each unit as it answered (item 3), those without need first."""
    rng = stream(seed, "away", replicate)
    stock = np.flatnonzero(dealt.asked >= 0)
    unit = dealt.asked[stock]
    order = stock[np.lexsort((rng.random(len(stock)), needed[stock] > 0, unit))]
    of_unit = dealt.asked[order]
    rank = np.arange(len(order)) - np.searchsorted(of_unit, of_unit)
    away = np.zeros(len(dealt), dtype=bool)
    away[order[rank < programmes_2007.reported[of_unit, 2]]] = True
    return away


def _placed(
    rng: np.random.Generator, dealt: Participations, days: Dates, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """First day of the leave that is needed; for those in a programme at the turn of 2007 before or after it."""
    slack = np.maximum(days.length - first - second - 3 * MARGIN, 0)
    where = (rng.random(len(slack)) * slack).astype(np.int64)
    early = days.start + np.timedelta64(MARGIN, "D")
    start = early + where.astype("timedelta64[D]")

    def covers(begun: np.ndarray) -> np.ndarray:
        whole = first + second + MARGIN
        return (begun <= TURN) & (begun + whole.astype("timedelta64[D]") > TURN)

    wrong = (dealt.asked >= 0) & (first > 0) & covers(start)
    start = np.where(wrong, early, start)
    return np.where(wrong & covers(start), np.maximum(AFTER_TURN, early), start)


def _over_the_turn(
    rng: np.random.Generator, start: np.ndarray, until: np.ndarray, needed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    whole = (until - start).astype(np.int64) + 1
    length = np.clip(np.maximum(needed, rng.integers(20, 150, len(start))), 1, np.maximum(whole - 2, 1))
    begun = TURN - (rng.random(len(start)) * length).astype(np.int64).astype("timedelta64[D]")
    latest = until - length.astype("timedelta64[D]")
    return length, np.maximum(np.minimum(begun, latest), start)


def _may_take(rng: np.random.Generator, dealt: Participations, days: Dates, bound: np.ndarray) -> np.ndarray:
    bound = bound | days.whole | (dealt.asked >= 0) | (dealt.time_class >= 0)
    return ~bound & (days.length > 200) & (rng.random(len(dealt)) < TAKEN)


def _short(rng: np.random.Generator, start: np.ndarray, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    luck = rng.random(len(start))
    taken = np.minimum((5 + 240 * luck * luck).astype(np.int64), length // 3)
    where = (rng.random(len(start)) * (length - taken - 2 * MARGIN)).astype(np.int64) + MARGIN
    return taken, start + where.astype("timedelta64[D]")
