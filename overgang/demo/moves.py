"""People who move: a participation in two places, and a second programme after a move.

Two kinds, neither of which changes a published count. *Split*: a participation is cut in two within one year; the first
part ended with a move, the second goes on elsewhere, so the person's last participation of that year is the same.
*Linked*: somebody who ended with a move late in a year is the one who starts elsewhere early in the next.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from overgang.demo.chances import LEAVES
from overgang.demo.dates import Dates
from overgang.demo.dealing import Participations
from overgang.demo.outcomes import Outcomes
from overgang.demo.people import People
from overgang.demo.programmes import Programmes
from overgang.demo.settlement import FIRST_YEAR, LAST_YEAR, Settlement
from overgang.demo.streams import stream

SPLIT, LINKED = 0.06, 0.8
"""Part of the participations that are tried for a split; part of the late moves for which a sequel is looked for."""
LONGEST_GAP = 120
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


def splits(dealt: Participations, days: Dates, places: Settlement, programmes_2007: Programmes, seed: int) -> Splits:
    """Draws who is cut in two, when, and where the first part was."""
    rng = stream(seed, "splits")
    until = np.where(np.isnat(days.end), np.datetime64(f"{LAST_YEAR}-12-31"), days.end)
    length = (until - days.start).astype(int)
    which = np.flatnonzero((rng.random(len(dealt)) < SPLIT) & ~dealt.shielded & (length > 120))
    left = days.start[which] + (length[which] * (0.2 + 0.5 * rng.random(len(which)))).astype("timedelta64[D]")
    came = left + rng.integers(1, LONGEST_GAP, len(which)).astype("timedelta64[D]")
    year = left.astype("datetime64[Y]").astype(int) + 1970
    fits = (came.astype("datetime64[Y]") == left.astype("datetime64[Y]")) & (came + MONTH < until[which])
    which, left, came, year = which[fits], left[fits], came[fits], year[fits]
    atom = _origins_of_moves(rng, places, dealt.atom[which], year)
    allowed = _allowed(places, programmes_2007, dealt, which, atom, year)
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
    places: Settlement,
    programmes_2007: Programmes,
    dealt: Participations,
    which: np.ndarray,
    atom: np.ndarray,
    year: np.ndarray,
) -> np.ndarray:
    to, t = dealt.atom[which], year - FIRST_YEAR
    moved = places.unit[atom, t] != places.unit[to, t]
    in_oslo = places.oslo[atom] & places.oslo[to]
    allowed = moved & (in_oslo | ~np.isin(year, CALM))
    answered = np.isin(places.unit_in(2007), programmes_2007.unit[programmes_2007.answered])
    same_county = places.county[atom, t] == places.county[to, t]
    in_2007 = (year < 2007) | ((year == 2007) & same_county & answered[atom] & answered[to])
    return allowed & (in_2007 | ~dealt.touches(2007)[which])


def persons(
    dealt: Participations, days: Dates, who: People, ended: Outcomes, places: Settlement, cut: Splits, seed: int
) -> np.ndarray:
    """The person of each participation: its own index, or that of the participation it is the sequel of."""
    person = np.arange(len(dealt))
    rng = stream(seed, "links")
    late = (ended.leaf == LEAVES.index("moved")) & ~dealt.shielded & (rng.random(len(dealt)) < LINKED)
    sequels = _sequels(dealt, days, who)
    taken = set(cut.which.tolist())  # those who are cut in two begin elsewhere than they are dealt to
    for i in np.flatnonzero(late).tolist():
        if i in taken:  # one sequel a person is enough
            continue
        year = int(dealt.end[i]) + 1
        age = who.age[i] + year - dealt.start[i]
        for j in sequels.get((year, *_alike(who, i)), ()):
            gap = int((days.start[j] - days.end[i]).astype(int))
            elsewhere = places.unit[dealt.atom[i], year - FIRST_YEAR] != places.unit[dealt.atom[j], year - FIRST_YEAR]
            if j not in taken and 0 < gap <= 200 and elsewhere and age <= 57:
                person[j] = i
                taken.update((i, j))
                break
    return person


def _alike(who: People, i: int) -> tuple[int, int, int]:
    return int(who.origin[i]), int(who.man[i]), int(who.education[i])


def _sequels(dealt: Participations, days: Dates, who: People) -> dict[tuple[int, ...], list[int]]:
    """Participations that may be a sequel, by start year and what must be alike. 2022: everybody is a first starter."""
    day = (days.start - days.start.astype("datetime64[Y]")).astype(int)
    able = np.flatnonzero((day < 180) & ~dealt.shielded & (dealt.start != 2022) & (dealt.start > FIRST_YEAR))
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for j in able.tolist():
        found[int(dealt.start[j]), *_alike(who, j)].append(j)
    return found
