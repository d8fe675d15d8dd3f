"""Days for the years: when each participation starts and ends."""

from dataclasses import dataclass

import numpy as np

from overgang.demo.dealing import Participations
from overgang.demo.durations import OVER, TWO, UNDER
from overgang.demo.people import EDUCATION, NEW_LAW, People
from overgang.demo.regimes import COLLECTIVE_FROM
from overgang.demo.settlement import LAST_YEAR
from overgang.demo.streams import stream

RUNNING = np.datetime64("NaT", "D")
AS_OF = np.datetime64(f"{LAST_YEAR}-12-31", "D")
SHORTEST = 14
YEAR = 365
MIDDLE = (716, 731)
"""Days in programme that count as two years in 2007."""


@dataclass(frozen=True)
class Dates:
    """First and last day, datetime64[D]; NaT while it runs. `whole`: two years to the day."""

    start: np.ndarray
    end: np.ndarray
    whole: np.ndarray

    @property
    def until(self) -> np.ndarray:
        """The last day, or the day the register stands at."""
        return np.where(np.isnat(self.end), AS_OF, self.end)

    @property
    def length(self) -> np.ndarray:
        return (self.until - self.start).astype(np.int64) + 1


def new_year(years: np.ndarray) -> np.ndarray:
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")


def year_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def dates(dealt: Participations, who: People, seed: int, replicate: int) -> Dates:
    """Any day of the start year; of those that end two calendar years on, most have had two years to the day."""
    rng = stream(seed, "dates", replicate)
    n = len(dealt)
    span, same = dealt.end - dealt.start, dealt.end == dealt.start
    first = _first(rng, dealt, who, span)
    last = _between(rng, np.where(same, first + SHORTEST, 0), _latest(rng, dealt, who, span, first))
    whole = (span == 2) & (rng.random(n) < 0.6) & (dealt.time_class < 0)
    last[whole] = np.maximum(first[whole] - 1, 0)
    _fit_classes(rng, dealt, span, first, last)
    end = new_year(dealt.end) + last.astype("timedelta64[D]")
    start = new_year(dealt.start) + first.astype("timedelta64[D]")
    return Dates(start, np.where(dealt.end > LAST_YEAR, RUNNING, end), whole)


def _between(rng: np.random.Generator, low: np.ndarray | int, high: np.ndarray) -> np.ndarray:
    """Whole numbers from low to high, high not included."""
    return rng.integers(low, np.maximum(high, np.asarray(low) + 1))


def _first(rng: np.random.Generator, dealt: Participations, who: People, span: np.ndarray) -> np.ndarray:
    """Day of the start year. The longest start late, so that leave can make up for what the law does not give."""
    n = len(dealt)
    latest = np.where(span == 0, YEAR - 2 * SHORTEST, YEAR)
    first = rng.integers(np.select([span >= 5, span == 4], [250, 200], 0), latest)
    late = (who.origin == who.origins.index("UA")) & (dealt.start == 2022) & (rng.random(n) < 0.95)
    june = int((COLLECTIVE_FROM - np.datetime64("2022-01-01")).astype(int))
    first[late] = rng.integers(june, latest[late])
    return first


def _latest(
    rng: np.random.Generator, dealt: Participations, who: People, span: np.ndarray, first: np.ndarray
) -> np.ndarray:
    """The day of the end year before which it ends: people with upper secondary have a year under the new law."""
    n = len(dealt)
    able = np.isin(who.education, [EDUCATION.index("upper_secondary"), EDUCATION.index("higher")])
    year_only = able & (dealt.start >= NEW_LAW) & (span == 1)
    within_three = (span == 3) & ((rng.random(n) < 0.85) | (dealt.asked >= 0))
    return np.select([year_only, within_three, span == 4, span >= 5], [first, first, 120, 60], YEAR)


def _fit_classes(
    rng: np.random.Generator, dealt: Participations, span: np.ndarray, first: np.ndarray, last: np.ndarray
) -> None:
    """Moves days of those who ended in 2007 until each is in its class of time in programme."""

    def draw(class_: int, years: int, lows: tuple[int, int], highs: tuple[int, int]) -> None:
        """First day from `lows`; last day from `highs`, counted from the first day when it may be negative."""
        at = np.flatnonzero((dealt.time_class == class_) & (span == years))
        first[at] = rng.integers(*lows, len(at))
        low, high = (np.clip(first[at] + days, 0, YEAR - 1) for days in highs)
        last[at] = _between(rng, low, high + 1)

    draw(UNDER, 1, (10, YEAR), (-YEAR, 340))
    draw(UNDER, 2, (30, YEAR), (-YEAR, -20))
    draw(TWO, 1, (0, 8), (352, 358))
    draw(TWO, 2, (1, YEAR), (-1, -1))
    draw(TWO, 3, (353, YEAR), (-YEAR, -352))
    draw(OVER, 2, (0, 320), (16, YEAR))
    draw(OVER, 3, (1, 350), (-YEAR, 0))
