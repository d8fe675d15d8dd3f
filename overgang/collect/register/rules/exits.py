"""The end of a participation: its reason, what it must agree with, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.codes import NOT_REGISTERED
from overgang.base.law import months_after, registered_from
from overgang.collect.register.rules.facts import (
    NO_ACTIVITY,
    decided,
    group_of,
    others,
)
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

REASONS_FROM = registered_from("end_reason")
STOPS_FROM = registered_from("stop")
DEATH, UNKNOWN = "IN_DEATH", "IN_UNKNOWN"
MORE_THAN_29, LESS_THAN_30 = ("PS_WORK_GT29", "CO_WORK_GT29"), ("PS_WORK_LT30", "CO_WORK_LT30")
WORK = frozenset((*MORE_THAN_29, *LESS_THAN_30))


@rule("DQ06", Severity.ERROR, ("end", "end_reason"), source="spec 5.6", stage=Stage.RUNNING)
def reason_needs_end(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if file.participation.end_reason:
        yield Found(mark(file.participation), {"reason": file.participation.end_reason})


@rule(
    "DQ07",
    Severity.ERROR,
    ("end_reason",),
    source="FOR-2007-06-29-821: mandatory from 1 September 2007",
    stage=Stage.ENDED,
    needs="an end on or after 1 September 2007",
    legal_when_late=True,
)
def reason_registered(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = file.participation
    if own.end_reason in (None, "", NOT_REGISTERED) and own.end >= REASONS_FROM:
        yield Found(mark(own), {"end": own.end.isoformat()}, since=own.end)


@rule(
    "DQ08",
    Severity.ERROR,
    ("end_reason", "decision"),
    source="FOR-2005-04-20-342 § 6; Integration Act § 46",
    stage=Stage.ENDED,
    needs="at least one decision in the case, and an end reason",
)
def reason_fits_decisions(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, group = file.participation, group_of(file.participation)
    if group is None or group == "system" or not file.decisions or own.end < STOPS_FROM:
        return
    stops = decided(file, "stop_permanent")
    if group == "permanent_stop" and not stops:
        yield Found(mark(own), {WHAT: "no_stop", "end": own.end.isoformat(), "reason": own.end_reason})
    elif stops and group != "permanent_stop":
        values = {WHAT: "stopped", "decided": stops[-1].decided.isoformat(), "reason": own.end_reason}
        yield Found(mark(own), values)


@rule(
    "DQ10",
    Severity.ERROR,
    ("end_reason", "died"),
    source="spec 5.6",
    needs="the day of death; that it is missing is asked only of exits since `complete_from`",
)
def death_agrees(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, died = file.participation, dossier.person.died
    if died is None:
        if own.end_reason == DEATH and own.end is not None and own.end >= LIMITS.complete_from:
            yield Found(mark(own), {WHAT: "no_death", "end": own.end.isoformat()})
        return
    if own.end is None:
        yield Found(mark(own), {WHAT: "running", "died": died.isoformat()})
    elif own.end >= died and own.end_reason not in (DEATH, None, ""):
        yield Found(mark(own), {WHAT: "other_reason", "died": died.isoformat(), "reason": own.end_reason})
    elif own.end_reason == DEATH and own.end < died:
        yield Found(mark(own), {WHAT: "before", "died": died.isoformat(), "end": own.end.isoformat()})
    for rows, name in ((file.measures, "start"), (file.leaves, "start"), (file.decisions, "decided")):
        for row in rows:
            if getattr(row, name) > died:
                values = {WHAT: "after", "died": died.isoformat(), "day": getattr(row, name).isoformat()}
                yield Found(mark(row, rows), values)
    if own.end is not None and own.end > died:
        values = {WHAT: "after", "died": died.isoformat(), "day": own.end.isoformat()}
        yield Found(f"{mark(own)}.end", values)


@rule("DQ11", Severity.WARNING, ("end_reason",), source="spec 5.6", stage=Stage.ENDED)
def unknown_but_active(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = file.participation
    if own.end_reason != UNKNOWN or len(dossier.cases) == 1:
        return
    latest = months_after(own.end, LIMITS.months_after_disappearing)
    for other, participation in others(dossier, file):
        goes_on = participation.end is None or participation.end > own.end
        if other.case.unit != file.case.unit and goes_on and participation.start <= latest:
            yield Found(mark(own), {"end": own.end.isoformat()})
            return


@rule(
    "DQ26",
    Severity.WARNING,
    ("hours", "end_reason"),
    source="results report 2007: the classes overlap between 29 and 30 hours",
    stage=Stage.ENDED,
    needs="an end reason that is work; that hours are missing is asked only of exits since `complete_from`",
)
def hours_of_work(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = file.participation
    if own.end_reason not in WORK:
        return
    if own.hours is None:
        if own.end >= LIMITS.complete_from:
            yield Found(mark(own), {WHAT: "missing", "end": own.end.isoformat(), "reason": own.end_reason})
    elif (own.hours <= 29) if own.end_reason in MORE_THAN_29 else (own.hours >= 30):
        yield Found(mark(own), {WHAT: "disagree", "hours": str(own.hours), "reason": own.end_reason})


@rule(
    "DQ27",
    Severity.WARNING,
    ("end_reason", "measure"),
    source="spec 5.6",
    stage=Stage.ENDED,
    needs="a measure that goes on after the exit",
)
def activity_at_exit(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = file.participation
    if own.end_reason not in NO_ACTIVITY:
        return
    for measure in file.measures:
        if measure.start <= own.end and (measure.end is None or measure.end > own.end):
            values = {"end": own.end.isoformat(), "kind": measure.kind, "start": measure.start.isoformat()}
            yield Found(mark(measure, file.measures), values)


@rule(
    "DQ29",
    Severity.WARNING,
    ("provenance", "confirmed"),
    source="spec 5.3: in 2017 the old register ended about 250 persons itself",
    stage=Stage.ENDED,
)
def exit_confirmed(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = file.participation
    if not own.confirmed and own.provenance in ("automatic", "system"):
        yield Found(mark(own), {WHAT: own.provenance, "end": own.end.isoformat()})


@rule(
    "DQ31",
    Severity.WARNING,
    ("certificate",),
    source="Introduction Act § 4; one month is ours",
    stage=Stage.ENDED,
    needs="an exit since `complete_from`, or the day of a certificate issued late",
    due_months=1,
)
def certificate_issued(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Whoever died or disappeared, or was stopped for good, gets none."""
    own = file.participation
    if group_of(own) not in ("completed", "interrupted") or own.end_reason in (DEATH, UNKNOWN):
        return
    last = months_after(own.end, LIMITS.months_to_certificate)
    if file.certificate is not None:
        if file.certificate.issued > last:
            values = {WHAT: "late", "issued": file.certificate.issued.isoformat(), "end": own.end.isoformat()}
            yield Found(mark(own), values)
    elif today > last and own.end >= LIMITS.complete_from:
        yield Found(mark(own), {WHAT: "missing", "end": own.end.isoformat(), "last": last.isoformat()}, since=own.end)
