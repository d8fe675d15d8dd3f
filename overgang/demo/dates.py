"""Days for the years: when each participation starts and ends."""

from dataclasses import dataclass

import numpy as np

from overgang.demo.dealing import Participations
from overgang.demo.people import People
from overgang.demo.streams import stream

RUNNING = np.datetime64("NaT", "D")
SHORTEST = 14
COLLECTIVE = np.datetime64("2022-06-15", "D")
"""The temporary rules for people with collective protection came into force."""


@dataclass(frozen=True)
class Dates:
    """First and last day, datetime64[D]; NaT while it runs."""

    start: np.ndarray
    end: np.ndarray


def new_year(years: np.ndarray) -> np.ndarray:
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")


def dates(dealt: Participations, who: People, last_year: int, seed: int) -> Dates:
    """Any day of the start year; of those that end two calendar years on, most have had two years to the day."""
    rng = stream(seed, "dates")
    n = len(dealt)
    same = dealt.end == dealt.start
    first = rng.integers(0, np.where(same, 365 - 2 * SHORTEST, 365))
    late = (who.origin == who.origins.index("UA")) & (dealt.start == 2022) & (rng.random(n) < 0.95)
    june = int((COLLECTIVE - np.datetime64("2022-01-01")).astype(int))
    first[late] = rng.integers(june, np.where(same, 365 - 2 * SHORTEST, 365)[late])
    start = new_year(dealt.start) + first.astype("timedelta64[D]")
    last = rng.integers(np.where(same, first + SHORTEST, 0), 365)
    two_years = (dealt.end - dealt.start == 2) & (rng.random(n) < 0.6)
    last[two_years] = np.maximum(first[two_years] - 1, 0)
    end = new_year(dealt.end) + last.astype("timedelta64[D]")
    return Dates(start, np.where(dealt.end > last_year, RUNNING, end))
