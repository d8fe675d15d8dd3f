"""People who move: a participation in two places, and a second programme after a move.

Two kinds, neither of which changes a published count. *Split*: a participation is cut in two within one year; the first
part ended with a move, the second goes on elsewhere, so the person's last participation of that year is the same.
*Linked*: somebody who ended with a move late in a year is the one who starts elsewhere early in the next.
"""

from dataclasses import dataclass

import numpy as np

from overgang.demo.chances import LEAVES
from overgang.demo.dates import Dates, year_of
from overgang.demo.dealing import Participations
from overgang.demo.outcomes import Outcomes
from overgang.demo.people import EDUCATION, People
from overgang.demo.regimes import TRACKS, Regimes, days_of
from overgang.demo.settlement import FIRST_YEAR, Settlement
from overgang.demo.streams import stream

SPLIT, LINKED = 0.06, 0.8
"""Part of the participations that are tried for a split; part of the late moves for which a sequel is looked for."""
LONGEST_GAP, LONGEST_LINK = 120, 200
LATE, EARLY, ROUNDS = 165, 180, 4
OLDEST = 57
MONTH = np.timedelta64(30, "D")
CALM = (2016, 2017, 2022)
"""Years with published counts of places: moves then are between districts of Oslo only."""


@dataclass(frozen=True)
class Splits:
    """`which` participation is cut: its first part is in `atom`, ends on `left`; the second begins on `came`."""

    which: np.ndarray
    atom: np.ndarray
    left: np.ndarray
    came: np.ndarray


def splits(
    dealt: Participations,
    days: Dates,
    places: Settlement,
    whole: np.ndarray,
    seed: int,
    replicate: int,
) -> Splits:
    """Draws who is cut in two, when, and where the first part was. `whole`: who must not be cut."""
    rng = stream(seed, "splits", replicate)
    until, length = days.until, days.length - 1
    which = np.flatnonzero((rng.random(len(dealt)) < SPLIT) & ~dealt.shielded & ~whole & (length > 120))
    left = days.start[which] + (length[which] * (0.2 + 0.5 * rng.random(len(which)))).astype("timedelta64[D]")
    came = left + rng.integers(1, LONGEST_GAP, len(which)).astype("timedelta64[D]")
    year = year_of(left)
    fits = (year_of(came) == year) & (came + MONTH < until[which])
    which, left, came, year = which[fits], left[fits], came[fits], year[fits]
    atom = _origins_of_moves(rng, places, dealt.atom[which], year)
    allowed = _allowed(places, dealt, which, atom, year)
    return Splits(which[allowed], atom[allowed], left[allowed], came[allowed])


def _origins_of_moves(rng: np.random.Generator, places: Settlement, to: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Half within the county, half from anywhere; Oslo's within Oslo more often."""
    near = rng.random(len(to)) < np.where(places.oslo[to], 0.7, 0.5)
    atom = np.empty(len(to), dtype=np.int64)
    for t in np.unique(year).tolist():
        weights, county = places.weights_in(t), places.county_in(t)
        here = np.flatnonzero(year == t)
        atom[here] = rng.choice(len(weights), len(here), p=weights / weights.sum())
        for c in np.unique(county).tolist():
            members = np.flatnonzero(county == c)
            inside = here[near[here] & (county[to[here]] == c)]
            odds = weights[members] / weights[members].sum()
            atom[inside] = members[rng.choice(len(members), len(inside), p=odds)]
    return atom


def _allowed(
    places: Settlement, dealt: Participations, which: np.ndarray, atom: np.ndarray, year: np.ndarray
) -> np.ndarray:
    """Moves that change no published count: not in 2007, whose returns count every unit's exits."""
    to, t = dealt.atom[which], year - FIRST_YEAR
    moved = places.unit[atom, t] != places.unit[to, t]
    in_oslo = places.oslo[atom] & places.oslo[to]
    allowed = moved & (in_oslo | ~np.isin(year, CALM))
    return allowed & ((year < 2007) | ~dealt.touches(2007)[which])


def persons(
    dealt: Participations,
    days: Dates,
    who: People,
    ended: Outcomes,
    law: Regimes,
    used: np.ndarray,
    places: Settlement,
    cut: Splits,
    seed: int,
    replicate: int,
) -> np.ndarray:
    """The person of each participation: its own index, or that of the participation it is the sequel of.

    Those who left late in a year and those who came elsewhere early in the next, alike and under the same law, are
    paired. `used`: days in programme; both together keep to what the law gives.
    """
    rng = stream(seed, "links", replicate)
    free = ~dealt.shielded
    free[cut.which] = False  # those who are cut in two begin elsewhere than they are dealt to
    moved = free & (ended.leaf == LEAVES.index("moved")) & (_day_of_year(days.until) >= LATE)
    leavers = np.flatnonzero(moved & (rng.random(len(dealt)) < LINKED))
    comers = np.flatnonzero(
        free & (_day_of_year(days.start) < EARLY) & (dealt.start != 2022) & (dealt.start > FIRST_YEAR)
    )  # 2022: everybody is a first starter
    alike = ((who.origin * 2 + who.man) * len(EDUCATION) + who.education) * len(TRACKS) + law.track
    person = np.arange(len(dealt))
    for _ in range(ROUNDS):
        i, j = _paired(rng, leavers, comers, alike, used, dealt)
        gap = (days.start[j] - days.until[i]).astype(np.int64)
        year = dealt.start[j] - FIRST_YEAR
        elsewhere = places.unit[dealt.atom[i], year] != places.unit[dealt.atom[j], year]
        fits = (gap > 0) & (gap <= LONGEST_LINK) & elsewhere & (used[i] + used[j] <= days_of(law.total[i]))
        fits &= who.age[i] + dealt.start[j] - dealt.start[i] <= OLDEST
        person[j[fits]] = i[fits]
        single = np.ones(len(dealt), dtype=bool)
        single[i[fits]] = single[j[fits]] = False
        leavers, comers = leavers[single[leavers]], comers[single[comers]]
    return person


def _paired(
    rng: np.random.Generator,
    leavers: np.ndarray,
    comers: np.ndarray,
    alike: np.ndarray,
    used: np.ndarray,
    dealt: Participations,
) -> tuple[np.ndarray, np.ndarray]:
    """Leavers and comers who are alike, one to one, the comers of the year after; nobody in two pairs.

    The comers with the shortest programmes are taken first: they have used some of their time already.
    """
    left = alike[leavers] * 100 + dealt.end[leavers] + 1 - FIRST_YEAR
    came = alike[comers] * 100 + dealt.start[comers] - FIRST_YEAR
    by_left = np.lexsort((rng.random(len(leavers)), left))
    by_came = np.lexsort((used[comers] * (0.5 + rng.random(len(comers))), came))
    left, came = left[by_left], came[by_came]
    rank = np.arange(len(left)) - np.searchsorted(left, left)
    at = np.searchsorted(came, left) + rank
    found = at < np.searchsorted(came, left, side="right")
    i, j = leavers[by_left[found]], comers[by_came[at[found]]]
    single = ~np.isin(i, j) & ~np.isin(j, i)
    return i[single], j[single]


def _day_of_year(days: np.ndarray) -> np.ndarray:
    return (days - days.astype("datetime64[Y]")).astype(np.int64)
