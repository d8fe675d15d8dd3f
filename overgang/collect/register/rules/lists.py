"""Rules that are not about one case: two lists against one another, what a list may hold, a unit as a whole.

Where they are called: `reconciled` when a file from a local case system is held against the register
(`batches.compared`); `no_shielded` before a list, an export or a table with a place is written; `whole_unit` by the
night run. None of them knows the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A participation as one of two lists has it: whose (any mark that both lists use, never a number), first day, last
    day, end reason, and how many measures."""

    person: str
    start: date
    end: date | None = None
    end_reason: str | None = None
    measures: int = 0


@rule(
    "DQ30",
    Severity.WARNING,
    ("start", "end", "end_reason", "measure"),
    source="spec 5.6",
    stage=Stage.ELSEWHERE,
    needs="a list from the local case system with the same marks of persons",
)
def reconciled(local: Iterable[Entry], register: Iterable[Entry]) -> Iterator[Found]:
    """What the local case system and the register disagree on, participation by participation."""
    there = {(entry.person, entry.start): entry for entry in local}
    here = {(entry.person, entry.start): entry for entry in register}
    for key in sorted(there.keys() | here.keys()):
        yield from _differences(there.get(key), here.get(key))


def _differences(there: Entry | None, here: Entry | None) -> Iterator[Found]:
    known = there or here
    if known is None:
        return
    subject = f"{known.person}:{known.start.isoformat()}"
    values = {"start": known.start.isoformat()}
    if here is None or there is None:
        yield Found(subject, {WHAT: "only_there" if here is None else "only_here", **values})
        return
    if there.end != here.end:
        if here.end is None and there.end is not None:
            yield Found(f"{subject}.end", {WHAT: "ended_there", **values, "there": there.end.isoformat()})
        elif there.end is None and here.end is not None:
            yield Found(f"{subject}.end", {WHAT: "ended_here", **values, "here": here.end.isoformat()})
        elif there.end is not None and here.end is not None:
            ends = {"there": there.end.isoformat(), "here": here.end.isoformat()}
            yield Found(f"{subject}.end", {WHAT: "ends", **values, **ends})
    if there.end_reason != here.end_reason:
        if here.end_reason is None and there.end_reason is not None:
            yield Found(f"{subject}.end_reason", {WHAT: "reason_there", **values, "there": there.end_reason})
        elif there.end_reason is None and here.end_reason is not None:
            yield Found(f"{subject}.end_reason", {WHAT: "reason_here", **values, "here": here.end_reason})
        elif there.end_reason is not None and here.end_reason is not None:
            both = {"there": there.end_reason, "here": here.end_reason}
            yield Found(f"{subject}.end_reason", {WHAT: "reasons", **values, **both})
    if there.measures != here.measures:
        numbers = {"there": there.measures, "here": here.measures}
        yield Found(f"{subject}.measure", {WHAT: "numbers", **values, **numbers})


@rule(
    "DQ34",
    Severity.ERROR,
    ("address_grade", "unit"),
    source="spec 5.5; the printed results of 2016",
    stage=Stage.ELSEWHERE,
    needs="rows with their address grade, and whether they show a place",
    due_months=0,
)
def no_shielded(rows: Iterable[tuple[str, int, str | None]]) -> Iterator[Found]:
    """Rows of a list, an export or a cell, each (mark, address grade, place or None): no grade beside a place."""
    for subject, grade, place in rows:
        if grade and place:
            yield Found(subject, {"grade": grade})


@rule(
    "DQ35",
    Severity.WARNING,
    ("end", "end_reason"),
    source="spec 5.6; five per cent is ours",
    stage=Stage.ELSEWHERE,
    needs="the unit's counts of a year that is over",
)
def whole_unit(year: int, participants: int, exits: int, without_reason: int) -> Iterator[Found]:
    """`without_reason`: exits of the year, on or after 1 September 2007, that have no reason."""
    if participants and not exits:
        yield Found(f"year:{year}", {WHAT: "no_exits", "year": str(year), "participants": participants})
    if 100 * without_reason > LIMITS.percent_without_reason * exits:
        values = {"year": str(year), "exits": exits, "without": without_reason}
        yield Found(f"year:{year}.end_reason", {WHAT: "without", **values, "most": LIMITS.percent_without_reason})
