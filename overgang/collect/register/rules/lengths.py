"""How long a programme may last, and how long this one does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from overgang.base.law import last_day
from overgang.collect.register.rules.facts import (
    LAWS,
    decided,
    end_after,
    most_months,
    overridden,
    programme,
    track_of,
)
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

DAY = timedelta(days=1)
SURELY_WITHIN = {id: 30 * min(track.total for track in law.tracks) for id, law in LAWS.items()}
"""Days that no programme of a regime is too long with; most have not lasted longer."""


@rule(
    "DQ16",
    Severity.WARNING,
    ("start", "end", "leave", "decision"),
    source="Introduction Act § 5, Integration Act § 13",
    needs="nothing but start and end; with no track the most generous of the regime is held against it. Registered "
    "absence is not added to the length, leave is",
)
def within_length(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, law = file.participation, LAWS.get(file.case.regime)
    last = own.end or _clock_stopped(file) or today
    if law is None or (own.previous_id is None and (last - own.start).days < SURELY_WITHIN[law.id]):
        return
    months = most_months(law, file)
    files = programme(dossier, file)
    if last <= last_day(files[0].participation.start, months) or overridden(file, "grant", "extension"):
        return
    limit = end_after(dossier, file, months, last)
    if last > limit:
        values = {"start": files[0].participation.start.isoformat(), "limit": limit.isoformat(), "months": months}
        if own.end is None:
            yield Found(mark(own), {WHAT: "running", **values})
        else:
            yield Found(mark(own), {WHAT: "ended", **values, "end": own.end.isoformat()})


def _clock_stopped(file: CaseFile) -> date | None:
    """The day before a leave without an end: while it lasts the clock stands, and the limit would move every day."""
    return next((leave.start - DAY for leave in file.leaves if leave.end is None), None)


@rule(
    "DQ17",
    Severity.WARNING,
    ("planned_end",),
    source="Integration Act § 13",
    needs="a planned end; not of those who carry on a programme",
)
def long_enough(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, law = file.participation, LAWS.get(file.case.regime)
    if law is None or own.planned_end is None or own.previous_id is not None or overridden(file, "grant"):
        return
    track = track_of(file)
    least = track.min if track else min((each.min for each in law.tracks if each.min), default=None)
    if least is not None and own.planned_end < last_day(own.start, least):
        values = {"start": own.start.isoformat(), "planned": own.planned_end.isoformat(), "months": least}
        yield Found(mark(own), values)


@rule(
    "DQ18",
    Severity.ERROR,
    ("decision", "months"),
    source="Introduction Act § 5, Integration Act § 13",
    stage=Stage.CASE,
    needs="an extension; with no track the most generous of the regime is held against it. A track that is not "
    "verified gives a warning",
)
def extension_allowed(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if not file.decisions:
        return
    extensions = decided(file, "extension")
    law = LAWS.get(file.case.regime)
    if not extensions or law is None or any(each.override for each in extensions):
        return
    track = track_of(file)
    allowed = track.extension if track else max(each.extension for each in law.tracks)
    verified = track.verified if track else all(each.verified for each in law.tracks)
    months = sum(each.months or 0 for each in extensions)
    last = extensions[-1]
    severity = None if verified else Severity.WARNING
    if allowed == 0:
        values = {WHAT: "none", "decided": last.decided.isoformat()}
        yield Found(mark(last, file.decisions), values, severity=severity)
    elif months > allowed:
        values = {WHAT: "beyond", "decided": last.decided.isoformat(), "months": months, "allowed": allowed}
        yield Found(mark(last, file.decisions), values, severity=severity)
