"""Measures: that there are some, for enough hours, and lying within the programme."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from overgang.base.law import Span, months_after, registered_from
from overgang.collect.register.rules.facts import LAWS, WORK_DIRECTED, complete, track_of
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import WHAT, Found, Severity, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier
    from overgang.collect.register.models import Measure

DAY = timedelta(days=1)
REGISTERED_FROM = registered_from("measures")


@rule(
    "DQ21",
    Severity.WARNING,
    ("measure", "hours"),
    source="Introduction Act § 4 (full time); 30 hours: the national circular; four weeks are ours",
    needs="any trace of the case besides its first and last day (offer, decision, plan, measure), or `complete_from`; "
    "hours are added up only where every running measure has them",
)
def has_measures(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, limit = file.participation, 7 * LIMITS.weeks_idle
    until = own.end or today
    if (until - own.start).days < limit or until < REGISTERED_FROM:
        return
    if not (file.measures or file.decisions or file.plans or file.case.asked or complete(file)):
        return
    if not _covered(file, until):
        for first, last in _idle(file, until):
            if (last - first).days + 1 > limit:
                weeks = LIMITS.weeks_idle
                yield Found(f"{mark(own)}.{first:%Y%m%d}", {WHAT: "idle", "first": first.isoformat(), "weeks": weeks})
    if own.end is None and (law := LAWS.get(file.case.regime)) is not None and not _away(file, today):
        running = [each for each in file.measures if each.start <= today and (each.end is None or each.end >= today)]
        if running and all(each.hours is not None for each in running):
            hours = sum(each.hours for each in running)
            if hours < law.least_hours.value:
                yield Found(mark(own), {WHAT: "hours", "hours": str(hours), "least": int(law.least_hours.value)})


def _covered(file: CaseFile, until: date) -> bool:
    """Whether one measure lasts all the way, as Norwegian mostly does."""
    start = file.participation.start
    return any(each.start <= start and (each.end is None or each.end >= until) for each in file.measures)


def _away(file: CaseFile, day: date) -> bool:
    return any(leave.start <= day and (leave.end is None or leave.end >= day) for leave in file.leaves)


def _idle(file: CaseFile, until: date) -> Iterator[Span]:
    """The times between first day and last without measure, leave or stop."""
    busy = [(each.start, each.end or until) for each in file.measures]
    busy += [(leave.start, leave.end or until) for leave in file.leaves]
    stops = [decision for decision in file.decisions if decision.kind == "stop_temporary"]
    busy += [(stop.since or stop.decided, stop.until or until) for stop in stops]
    free = file.participation.start
    for first, last in sorted(busy):
        if first > until:
            break
        if first > free:
            yield free, first - DAY
        free = max(free, last + DAY)
    if free <= until:
        yield free, until


@rule(
    "DQ22",
    Severity.WARNING,
    ("measure", "hours"),
    source="Integration Act (2026) § 14 a",
    needs="a programme that qualifies for work (track or end goal), and hours of every work-directed measure",
)
def work_directed_hours(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """The average over the time after the third month (with upper secondary education) or the sixth."""
    law = LAWS.get(file.case.regime)
    if law is None or law.work_directed is None or not _qualifies_for_work(file, law.work_directed.track):
        return
    wanted, own = law.work_directed, file.participation
    able = dossier.person.upper_secondary
    months = wanted.after_months_with_upper_secondary if able else wanted.after_months
    first, last = months_after(own.start, months), own.end or today
    days = (last - first).days + 1
    if days < LIMITS.days_to_judge_hours or not file.measures:
        return
    directed = [each for each in file.measures if _to_work(each)]
    if any(each.hours is None for each in directed):
        return
    total = sum(each.hours * _days_within(each.start, each.end or last, first, last) for each in directed)
    if total < wanted.hours * days:
        values = {"hours": int(total / days), "least": int(wanted.hours), "months": months}
        yield Found(mark(own), {**values, "first": first.isoformat()})


def _to_work(measure: Measure) -> bool:
    """What a measure is directed to is said of it, or else follows from its kind."""
    return measure.directed_to == "work" if measure.directed_to else measure.kind in WORK_DIRECTED


def _qualifies_for_work(file: CaseFile, work: str) -> bool:
    track = track_of(file)
    if track is not None:
        return track.id == work
    return bool(file.plans) and file.plans[-1].end_goal == "work"


def _days_within(start: date, end: date, first: date, last: date) -> int:
    return max(0, (min(end, last) - max(start, first)).days + 1)


@rule(
    "DQ23",
    Severity.ERROR,
    ("start", "end"),
    source="spec 5.6",
    needs="measures, leave or absence",
)
def within_participation(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Of absence, which is counted by quarters, some day must lie in the participation."""
    own = file.participation
    start, end = own.start, own.end or date.max
    for rows in (file.measures, file.leaves):
        for row in rows:
            if row.start < start or (row.end or (row.start if end is date.max else date.max)) > end:
                yield Found(mark(row, rows), _outside(row.start, row.end, own.start, own.end))
    for absence in file.absences:
        if absence.end < start or absence.start > end:
            values = _outside(absence.start, absence.end, own.start, own.end)
            yield Found(mark(absence, file.absences), values)
    for earlier, later in zip(file.leaves, file.leaves[1:], strict=False):
        if later.start <= (earlier.end or date.max):
            values = {WHAT: "leaves", "start": later.start.isoformat(), "other": earlier.start.isoformat()}
            yield Found(f"{mark(later, file.leaves)}.start", values)


def _outside(first: date, last: date | None, start: date, end: date | None) -> dict[str, str]:
    values = {"first": first.isoformat(), "start": start.isoformat()}
    if end is None:
        return {WHAT: "before", **values}
    if last is None:
        return {WHAT: "still", **values, "end": end.isoformat()}
    return {WHAT: "outside", **values, "last": last.isoformat(), "end": end.isoformat()}
