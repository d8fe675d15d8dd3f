"""Recalculation: counts of one year by the borders of a later one, so that a series can follow today's places.

Exact where whole places went into one. Nothing says where the people of a divided place were: its parts are estimated,
and say so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from overgang.base.errors import BadInput
from overgang.base.places.gazetteer import Weights
from overgang.base.places.place import Change, Kind
from overgang.base.places.reader import gazetteer


class Certainty(StrEnum):
    """How well a recalculated count is known: counted, divided by population, or not at all."""

    EXACT = "exact"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recalculated:
    """What a place of the later year would have counted, surely between `least` and `most`, as far as those are known.

    `divided` are the places of which it got a part, `missing` those of its places without a number. `disregarded` are
    the boundary changes that gave it or took from it too few people for anybody to say how many.
    """

    place: str
    count: int | None
    least: int
    most: int | None
    divided: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    disregarded: tuple[Change, ...] = ()

    @property
    def certainty(self) -> Certainty:
        if self.missing:
            return Certainty.UNKNOWN
        return Certainty.ESTIMATED if self.divided else Certainty.EXACT


def recalculated(counts: Mapping[str, int | None], year: int, target_year: int) -> tuple[Recalculated, ...]:
    """The counts of the places of a year, by the places of a later year that have anything of them; by id.

    None is a number that is hidden or was never given; a place that is not in `counts` had nobody. The counts add up to
    the same as before, level by level, and so count a person of two merged places twice, as all sums of places do.
    Raises BadInput for a place that was none in the year, for a number below zero, and for an earlier target year.

    >>> nordre_follo, = recalculated({"K0213": 10, "K0217": 5}, 2019, 2020)
    >>> nordre_follo.place, nordre_follo.count, nordre_follo.certainty.value
    ('K3020', 15, 'exact')
    """
    borders = {place: gazetteer().to_borders(place, year, target_year) for place in counts}
    _check(counts)
    came: dict[str, list[str]] = defaultdict(list)
    for place, parts in borders.items():
        for heir, _ in parts:
            came[heir].append(place)
    shares = {place: _shares(n or 0, borders[place]) for place, n in counts.items()}
    changes = _disregarded({gazetteer().place(place).kind for place in counts}, year, target_year)
    return tuple(_recalculated(heir, sorted(came[heir]), counts, shares, changes[heir]) for heir in sorted(came))


def _check(counts: Mapping[str, int | None]) -> None:
    for place, n in counts.items():
        if n is not None and n < 0:
            raise BadInput(f"{place} has the count {n}, which is below zero: give a count of persons, or none.")


def _shares(n: int, parts: Weights) -> dict[str, int]:
    """A count divided by weight into whole persons that sum to it: the largest remainders get the rest."""
    shares = {heir: int(n * weight) for heir, weight in parts}
    by_remainder = sorted(parts, key=lambda part: (int(n * part[1]) - n * part[1], part[0]))
    for heir, _ in by_remainder[: n - sum(shares.values())]:
        shares[heir] += 1
    return shares


def _recalculated(
    heir: str,
    came: Iterable[str],
    counts: Mapping[str, int | None],
    shares: Mapping[str, Mapping[str, int]],
    changes: Iterable[Change],
) -> Recalculated:
    missing = tuple(place for place in came if counts[place] is None)
    divided = tuple(place for place in came if len(shares[place]) > 1)
    whole = sum(counts[place] or 0 for place in came if place not in divided)
    return Recalculated(
        place=heir,
        count=None if missing else sum(shares[place][heir] for place in came),
        least=whole,
        most=None if missing else whole + sum(counts[place] or 0 for place in divided),
        divided=divided,
        missing=missing,
        disregarded=tuple(changes),
    )


def _disregarded(kinds: Iterable[Kind], year: int, target_year: int) -> Mapping[str, tuple[Change, ...]]:
    """The boundary changes of unknown size after `year`, by each place of the target year that they may concern."""
    found: dict[str, tuple[Change, ...]] = defaultdict(tuple)
    for change in _unknown_in_size(kinds, year, target_year):
        happened = change.day.year
        gave = gazetteer().to_borders(change.old, happened - 1, target_year)
        got = gazetteer().to_borders(change.new, happened, target_year)
        for place in sorted({heir for heir, _ in (*gave, *got)}):
            found[place] = (*found[place], change)
    return found


def _unknown_in_size(kinds: Iterable[Kind], year: int, target_year: int) -> Iterator[Change]:
    for before in range(year, target_year):
        for place in (place for kind in sorted(kinds) for place in gazetteer().in_year(before, kind)):
            for change in gazetteer().successors(place.id):
                if change.day.year == before + 1 and change.kind == "boundary" and change.weight == 0:
                    yield change
