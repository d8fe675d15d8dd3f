"""A place through the years: which id it had, what it was before, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from overgang.base.places import Gazetteer, Place


def last_year(place: Place) -> int | None:
    """The last year of a place that has ended. Every change falls on 1 January."""
    return place.valid_to.year - 1 if place.valid_to else None


def through_time(gazetteer: Gazetteer, place: str, years: Iterable[int]) -> dict[int, str]:
    """Year -> the id of this very place in that year; years in which it did not exist are left out.

    A renumbered place is the same place under another code, a merged or divided one is not.
    """
    wanted = tuple(years)
    ids: dict[int, str] = {}
    found: Place | None = gazetteer.place(place)
    while found is not None:
        ids |= {year: found.id for year in wanted if found.valid_in(year)}
        found = _same_before(gazetteer, found)
    return dict(sorted(ids.items()))


def _same_before(gazetteer: Gazetteer, place: Place) -> Place | None:
    began = [change for change in gazetteer.predecessors(place.id) if change.day == place.valid_from]
    if len(began) == 1 and began[0].kind == "renumber":
        return gazetteer.place(began[0].old)
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened on one day: the places one came from, or became."""

    day: date
    kind: str
    places: tuple[Place, ...]


def came_from(gazetteer: Gazetteer, place: str) -> tuple[Turn, ...]:
    """The days on which a place took over from others, latest first.

    A merger into a place that went on is an intake; what was divided, when others were merged whole, gave a part.
    """
    itself = gazetteer.place(place)
    changes = [
        (change.day, "intake" if change.kind == "merge" and itself.valid_from < change.day else change.kind, old)
        for change in gazetteer.predecessors(place)
        if (old := gazetteer.place(change.old)).valid_in(change.day.year - 1)
    ]
    merged = {day for day, kind, _ in changes if kind == "merge"}
    return _turns((day, "part" if kind == "split" and day in merged else kind, old) for day, kind, old in changes)


def carries_on(gazetteer: Gazetteer, place: Place) -> Place | None:
    """The same place under its next number; None if it has ended otherwise, or not at all."""
    changes = [change for change in gazetteer.successors(place.id) if change.day == place.valid_to]
    if len(changes) == 1 and changes[0].kind == "renumber":
        return gazetteer.place(changes[0].new)
    return None


def became(gazetteer: Gazetteer, place: str) -> tuple[Turn, ...]:
    """The days on which others took over from a place, latest first."""
    itself = gazetteer.place(place)
    return _turns(
        (change.day, change.kind, gazetteer.place(change.new))
        for change in gazetteer.successors(place)
        if itself.valid_in(change.day.year - 1)
    )


def _turns(changes: Iterable[tuple[date, str, Place]]) -> tuple[Turn, ...]:
    by_day: dict[tuple[date, str], list[Place]] = {}
    for day, kind, other in changes:
        by_day.setdefault((day, kind), []).append(other)
    return tuple(
        Turn(day, kind, tuple(sorted(places, key=lambda place: place.code)))
        for (day, kind), places in sorted(by_day.items(), key=lambda entry: entry[0], reverse=True)
    )
