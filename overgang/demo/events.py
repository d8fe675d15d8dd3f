"""What happens in a programme: measures with hours, absence by quarter, stops; and at its end: hours, transfers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from overgang.base.codes import codelist
from overgang.demo.chances import EDU, WORK
from overgang.demo.dates import RUNNING
from overgang.demo.programmes import YEAR
from overgang.demo.reasons import REASONS
from overgang.demo.regimes import INTRO, REGIMES
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

MEASURES = codelist("measure").leaves
NORWEGIAN, LIFE_MASTERY, COURSE = (MEASURES.index(code) for code in ("norwegian", "life_mastery", "course"))
MIX: Mapping[str, Mapping[str, float]] = {
    "work_directed": {
        "language_practice": 0.45, "work_practice": 0.35, "public_work": 0.06, "private_work": 0.1,
        "occupational_approval": 0.04,
    },
    "education_directed": {
        "primary_school_subjects": 0.6, "upper_secondary_subjects": 0.3, "education_approval": 0.1,
    },
}  # fmt: skip
"""What the measures of each direction are: chosen."""
PHASE, PHASES = 180, 6
"""A measure besides Norwegian lasts half a year or so."""
SHARE_YEAR = 2017
ABSENT = 0.65
"""Part of the quarters in which somebody is absent at all."""
STOPPED = 0.015
TRANSFERS = ("social_assistance", "national_insurance", "other_support")
TRANSFER_CHANCES = {"transition": (0.07, 0.02, 0.03), "none": (0.30, 0.06, 0.08)}
FULL_TIME = 30


@dataclass(frozen=True)
class Measures:
    """One entry a measure: row, index into MEASURES, first and last day (NaT while it runs), hours a week."""

    of: np.ndarray
    kind: np.ndarray
    first: np.ndarray
    last: np.ndarray
    hours: np.ndarray


def measures(rows: Spells) -> Measures:
    """Norwegian all the way, one thing after another beside it, together full time; under the new law life mastery.

    As many are directed to work and to education as published of 2017, among those of that year and the others alike.
    """
    rng = stream(rows.plan.seed, "measures", rows.replicate)
    n, length = len(rows), rows.length
    phases = np.clip((length + PHASE // 2) // PHASE, 1, PHASES)
    beside = np.repeat(np.arange(n), phases)
    number = np.arange(len(beside)) - np.repeat(np.cumsum(phases) - phases, phases)
    parts = np.stack([number, number + 1]) * length[beside] // phases[beside]
    taught = np.flatnonzero((rows.law.regime[rows.person] != REGIMES.index(INTRO)) & (length > 60))
    norwegian = rng.integers(12, 19, n, dtype=np.int8)
    total = rng.integers(FULL_TIME, 38, len(beside), dtype=np.int8)
    of = np.concatenate([np.arange(n), taught, beside])
    begin = np.concatenate([np.zeros(n, dtype=np.int64), rng.integers(0, 15, len(taught)), parts[0]])
    stop = np.concatenate([length, np.full(len(taught), 56), parts[1]])
    hours = np.concatenate([norwegian, np.full(len(taught), 3, dtype=np.int8), total - norwegian[beside]])
    first = rows.start[of] + begin.astype("timedelta64[D]")
    last = rows.start[of] + (stop - 1).astype("timedelta64[D]")
    in_year = (first <= np.datetime64(f"{SHARE_YEAR}-12-31")) & (last >= np.datetime64(f"{SHARE_YEAR}-01-01"))
    fixed = n + len(taught)
    kind = np.full(len(of), NORWEGIAN, dtype=np.int8)
    kind[n:fixed] = LIFE_MASTERY
    for pool in (in_year, ~in_year):
        open_ = np.flatnonzero(pool[fixed:]) + fixed
        kind[open_] = rng.permutation(_pack(rows.plan.targets.facts, int(pool.sum()), len(open_)))
    last = np.where((stop == length[of]) & rows.running[of], RUNNING, last)
    order = np.argsort(of, kind="stable")
    return Measures(of[order], kind[order], first[order], last[order], hours[order])


def _pack(facts: Mapping[tuple[int, str], int], total: int, open_: int) -> np.ndarray:
    """The kinds of `open_` measures such that the published parts of all `total` are directed to work and education."""
    pack = []
    for direction, mix in MIX.items():
        left = round(total * facts[SHARE_YEAR, f"{direction}_percent"] / 100)
        for code, share in mix.items():
            pack.append(np.full(round(left * share), MEASURES.index(code), dtype=np.int8))
    found = np.concatenate(pack)[:open_]
    return np.concatenate([found, np.full(open_ - len(found), COURSE, dtype=np.int8)])


@dataclass(frozen=True)
class Absences:
    """One entry a quarter in which somebody was absent: row, first day of the quarter, hours with leave and without."""

    of: np.ndarray
    quarter: np.ndarray
    authorised: np.ndarray
    unauthorised: np.ndarray


def absences(rows: Spells) -> Absences:
    rng = stream(rows.plan.seed, "absence", rows.replicate)
    begun, ended = _quarter(rows.start), _quarter(rows.until)
    many = ended - begun + 1
    of = np.repeat(np.arange(len(rows), dtype=np.int32), many)
    number = np.arange(len(of), dtype=np.int32) - np.repeat((np.cumsum(many) - many).astype(np.int32), many)
    luck = rng.random(len(of), dtype=np.float32)
    there = np.flatnonzero(luck < ABSENT)
    of, luck = of[there], luck[there] / np.float32(ABSENT)
    quarter = ((begun[of] + number[there]) * 3).astype("datetime64[M]").astype("datetime64[D]")
    more = rng.random(len(of), dtype=np.float32)
    authorised = (1 + 60 * luck * luck * more).astype(np.int16)
    unauthorised = np.maximum(60 * more - 40, 0).astype(np.int16)
    return Absences(of, quarter, authorised, unauthorised)


def _quarter(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[M]").astype(np.int64) // 3


@dataclass(frozen=True)
class Stops:
    """One entry a stop decided by the municipality: row, whether for good, first and last day (NaT if for good)."""

    of: np.ndarray
    permanent: np.ndarray
    decided: np.ndarray
    first: np.ndarray
    last: np.ndarray


def stops(rows: Spells) -> Stops:
    """For good: whose reason says so, from the day after the programme. For a time: a few of the longer ones."""
    rng = stream(rows.plan.seed, "stops", rows.replicate)
    codes = [number for number, code in enumerate(REASONS) if code.startswith("PS_")]
    good = np.flatnonzero(np.isin(rows.reason, codes) & ~rows.running)
    there = rows.leave.days(len(rows)) == 0
    some = np.flatnonzero(there & (rows.length > 150) & (rng.random(len(rows)) < STOPPED))
    begun = rows.start[some] + rng.integers(30, 90, len(some)).astype("timedelta64[D]")
    day = np.timedelta64(1, "D")
    first = np.concatenate([rows.until[good] + day, begun])
    last = np.concatenate(
        [np.full(len(good), RUNNING), begun + rng.integers(7, 56, len(some)).astype("timedelta64[D]")]
    )
    of = np.concatenate([good, some])
    decided = np.maximum(first - rng.integers(1, 15, len(of)).astype("timedelta64[D]"), rows.start[of])
    permanent = np.arange(len(of)) < len(good)
    order = np.lexsort((first, of))
    return Stops(of[order], permanent[order], decided[order], first[order], last[order])


def hours_at_work(rows: Spells) -> np.ndarray:
    """Hours a week of those who ended with work; 0 for the others."""
    rng = stream(rows.plan.seed, "hours", rows.replicate)
    full = np.isin(rows.reason, [REASONS.index(code) for code in ("CO_WORK_GT29", "PS_WORK_GT29")])
    part = np.isin(rows.reason, [REASONS.index(code) for code in ("CO_WORK_LT30", "PS_WORK_LT30")])
    long, short = rng.integers(FULL_TIME, 41, len(rows)), rng.integers(4, FULL_TIME, len(rows))
    return np.select([full, part], [long, short], 0).astype(np.int8)


def transfers(rows: Spells) -> np.ndarray:
    """[rows, TRANSFERS]: what each received at the exit. 2007: as many as published in county and country."""
    rng = stream(rows.plan.seed, "transfers", rows.replicate)
    leaf = rows.leaf
    transition = (leaf == WORK) | (leaf == EDU)
    chances = np.where(transition[:, None], TRANSFER_CHANCES["transition"], TRANSFER_CHANCES["none"])
    found = (rng.random((len(rows), len(TRANSFERS))) < chances) & ~rows.running[:, None]
    ended = np.flatnonzero(rows.plan.deal.time_class >= 0)
    found[ended] = False
    waiting = rng.random(len(ended)) * np.where(transition[ended], 3, 1)
    county = np.array(rows.plan.places.counties)[rows.plan.places.county_in(YEAR)[rows.atom[ended]]]
    chosen = []
    for code, number in rows.plan.transfers.items():
        here = np.flatnonzero(county == code)
        chosen.append(ended[here[np.argsort(waiting[here], kind="stable")[:number]]])
    at = rng.permutation(np.concatenate(chosen))
    begin = 0
    for column, name in enumerate(TRANSFERS):
        number = rows.plan.targets.facts[YEAR, name]
        found[at[(begin + np.arange(number)) % len(at)], column] = True
        begin += number
    return found
