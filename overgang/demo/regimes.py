"""The law each participation is under, and the track that decides how long it may last."""

from dataclasses import dataclass

import numpy as np

from overgang.base.law import regime
from overgang.demo.people import EDUCATION, People
from overgang.demo.streams import stream

INTRO, INTEGR, COLLECTIVE = REGIMES = ("INTRO_2004", "INTEGR_2021", "COLLECTIVE_PROTECTION_2022")
TRACKS = tuple((name, track.id) for name in REGIMES for track in regime(name).tracks)
COLLECTIVE_FROM = np.datetime64("2022-06-15", "D")
"""The temporary rules for people with collective protection came into force."""
INTEGR_FROM, INTRO_UNTIL = np.datetime64("2021-03-01", "D"), np.datetime64("2021-09-01", "D")
"""First start under the Integration Act, last under the old one: who had the permit before 2021 keeps to that."""
WHOLE_SCHOOL = 0.25
"""Part of those whose goal is complete upper secondary education."""
YOUNG = 25


def days_of(months: np.ndarray) -> np.ndarray:
    """The most days that many months may have."""
    return -(-months * 366 // 12) - (months > 12) * (months // 12 - 1)


@dataclass(frozen=True)
class Regimes:
    """One entry a participation: index into REGIMES and into TRACKS, months without and with an extension."""

    regime: np.ndarray
    track: np.ndarray
    months: np.ndarray
    total: np.ndarray


def regimes(start: np.ndarray, who: People, length: np.ndarray, seed: int, replicate: int) -> Regimes:
    """By start and permit; `length` in days: whoever needs longer than 36 months has the goal that gives 48."""
    rng = stream(seed, "regimes", replicate)
    old = start < INTEGR_FROM
    old |= (start < INTRO_UNTIL) & (rng.random(len(start)) < 0.6)
    ukraine = who.origin == who.origins.index("UA")
    name = np.where(old, 0, np.where(ukraine & (start >= COLLECTIVE_FROM), 2, 1)).astype(np.int8)
    able = np.isin(who.education, [EDUCATION.index("upper_secondary"), EDUCATION.index("higher")])
    whole = (rng.random(len(start)) < WHOLE_SCHOOL) | (length > days_of(np.array(36)))
    track = np.select(
        [name == 0, name == 2, able, who.age < YOUNG],
        [
            _track(INTRO, "all"),
            np.where(able, _track(COLLECTIVE, "default"), _track(COLLECTIVE, "without_upper_secondary")),
            _track(INTEGR, "has_upper_secondary"),
            np.where(whole, _track(INTEGR, "under25_complete_upper_secondary"), _track(INTEGR, "under25_other_goal")),
        ],
        np.where(whole, _track(INTEGR, "over25_complete_upper_secondary"), _track(INTEGR, "over25_work_or_school")),
    ).astype(np.int8)
    rows = [track_ for code in REGIMES for track_ in regime(code).tracks]
    return Regimes(
        name, track, np.array([row.max for row in rows])[track], np.array([row.total for row in rows])[track]
    )


def _track(name: str, id: str) -> int:
    return TRACKS.index((name, id))
