"""Deadlines of the law: to start, to enter, to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.law import months_after
from overgang.collect.register.rules.facts import LAWS, decided, overridden, same_place
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

OFFERED = "may_be_offered"
WAITING = ("candidate", "offered", "claimed", "granted")


@rule(
    "DQ12",
    Severity.LEGAL,
    ("start", "asked", "settlement"),
    source="Introduction Act § 3, Integration Act § 12",
    stage=Stage.CASE,
    needs="the day of the settlement in the unit, or else of the offer or claim; nobody who only may be offered one",
)
def started_in_time(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Of an offer the time counts from the settlement; where that is not known the offer itself came later still."""
    law = LAWS.get(file.case.regime)
    if law is None or file.case.category == OFFERED or overridden(file, "grant"):
        return
    since, what = _asked(dossier, file)
    if since is None:
        return
    months = law.start_deadline_months.value
    last = months_after(since, months)
    values = {"since": since.isoformat(), "last": last.isoformat(), "months": months}
    if file.participation is not None:
        if file.participation.start > last:
            start = file.participation.start.isoformat()
            yield Found(mark(file.participation), {WHAT: what, **values, "start": start})
    elif today > last and file.case.state in WAITING and not decided(file, "rejection", "stop_permanent"):
        yield Found(mark(file.case), {WHAT: f"{what}_waiting", **values}, since=since)


def _asked(dossier: Dossier, file: CaseFile) -> tuple[date | None, str]:
    case, unit = file.case, file.case.unit
    if case.trigger != "claim" and unit is not None:
        latest = file.participation.start if file.participation is not None else date.max
        days = [
            settlement.moved_in or settlement.day
            for settlement in dossier.settlements
            if settlement.unit is not None and same_place(settlement.unit, unit)
        ]
        days = [day for day in days if day <= latest]
        if days:
            return max(days), "settled"
    return case.asked, "claim" if case.trigger == "claim" else "offer"


@rule(
    "DQ13",
    Severity.LEGAL,
    ("entered",),
    source="FOR-2018-08-30-1283 § 15; the directorate's guidance",
    stage=Stage.ENDED,
    needs="the day the exit was entered; of other events the day of entry is not kept beside them",
)
def entered_in_time(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, law = file.participation, LAWS.get(file.case.regime)
    if own.entered is None or law is None:
        return
    months = law.entry_deadline_months.value
    last = months_after(own.end, months)
    if own.entered > last:
        values = {"end": own.end.isoformat(), "entered": own.entered.isoformat(), "months": months}
        yield Found(mark(own), {**values, "last": last.isoformat()})


@rule(
    "DQ14",
    Severity.WARNING,
    ("decided", "settlement"),
    source="Introduction Act § 2, Integration Act § 8",
    stage=Stage.CASE,
    needs="the first residence in a municipality, and a grant; not of those who carry on or may be offered one",
)
def decided_within_two_years(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    law = LAWS.get(file.case.regime)
    if law is None or not dossier.settlements or file.case.category == OFFERED or overridden(file, "grant"):
        return
    if file.participation is not None and file.participation.previous_id is not None:
        return
    grants = decided(file, "grant")
    if not grants:
        return
    first = min(settlement.day for settlement in dossier.settlements)
    last = months_after(first, law.newcomer_months.value)
    if grants[0].decided > last:
        values = {"settled": first.isoformat(), "decided": grants[0].decided.isoformat()}
        yield Found(mark(grants[0], file.decisions), {**values, "months": law.newcomer_months.value})
