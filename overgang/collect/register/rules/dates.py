"""Days that cannot be: two programmes at a time, an end before its start, what lies in the future."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.collect.register.rules.facts import current, others
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

HAPPENED = {
    "Case": ("asked",),
    "Decision": ("decided",),
    "Plan": ("day", "contract"),
    "Participation": ("start", "end", "entered"),
    "Leave": ("decided",),
    "Certificate": ("issued",),
    "Appeal": ("lodged", "decided"),
    "Person": ("birth_date", "arrived", "died", "competence_mapped", "career_guided"),
    "Permit": ("decided",),
    "Settlement": ("day", "moved_in"),
}
"""The days that tell of something done. A planned end, a measure or a leave may well lie ahead.
In the order the rule takes them in."""


@rule("DQ03", Severity.ERROR, ("start", "end"), source="spec 5.6", stage=Stage.RUNNING)
def one_running(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if len(dossier.cases) == 1:
        return
    own = file.participation
    running = [other for other, participation in others(dossier, file) if participation.end is None]
    if running:
        here = any(_same_unit(file, other) for other in running)
        yield Found(mark(own), {WHAT: "here" if here else "elsewhere", "start": own.start.isoformat()})


@rule("DQ04", Severity.ERROR, ("start", "end"), source="spec 5.6")
def no_overlap(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Where both still run, DQ03 tells it."""
    if len(dossier.cases) == 1:
        return
    own = file.participation
    for other, participation in others(dossier, file):
        if own.end is None and participation.end is None:
            continue
        if own.start <= (participation.end or date.max) and participation.start <= (own.end or date.max):
            where = "here" if _same_unit(file, other) else "elsewhere"
            running = "_running" if own.end is None else ""
            values = {WHAT: where + running, "start": own.start.isoformat()}
            yield Found(mark(own), values if own.end is None else {**values, "end": own.end.isoformat()})
            return


@rule(
    "DQ05",
    Severity.ERROR,
    ("start", "end", "decided", "asked", "day"),
    source="spec 5.6; 5.3 for the order of offer, grant and start, which is a warning only",
    stage=Stage.CASE,
)
def possible_days(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own = () if file.participation is None else (file.participation,)
    for rows in (own, file.measures, file.leaves, file.absences):
        for row in rows:
            if row.end is not None and row.end < row.start:
                yield Found(mark(row, rows), _reversed(row.start, row.end))
    for decision in file.decisions:
        if decision.until and decision.since and decision.until < decision.since:
            yield Found(mark(decision, file.decisions), _reversed(decision.since, decision.until))
    yield from _in_order(file)
    certificate = () if file.certificate is None else (file.certificate,)
    told = [(file.case,), file.decisions, file.plans, own, file.leaves, certificate, file.appeals]
    if current(dossier, file):
        told += [(dossier.person,), dossier.permits, dossier.settlements]
    for rows, fields in zip(told, HAPPENED.values(), strict=False):
        for row in rows:
            days = row.__dict__
            for field in fields:
                if (day := days[field]) is not None and day > today:
                    yield Found(f"{mark(row, rows)}.{field}", {WHAT: "ahead", "field": field, "day": day.isoformat()})


def _in_order(file: CaseFile) -> Iterator[Found]:
    """First the offer or claim, then the grant, then the start."""
    grant = next((decision for decision in file.decisions if decision.kind == "grant"), None)
    if grant is None or grant.override:
        return
    if file.participation is not None and file.participation.start < grant.decided:
        days = {"decided": grant.decided.isoformat(), "start": file.participation.start.isoformat()}
        yield Found(f"{mark(grant, file.decisions)}.order", {WHAT: "after_start", **days}, severity=Severity.WARNING)
    elif file.case.asked is not None and file.case.asked > grant.decided:
        days = {"decided": grant.decided.isoformat(), "asked": file.case.asked.isoformat()}
        yield Found(f"{mark(grant, file.decisions)}.order", {WHAT: "before_asked", **days}, severity=Severity.WARNING)


def _reversed(start: date, end: date) -> dict[str, str]:
    return {WHAT: "reversed", "start": start.isoformat(), "end": end.isoformat()}


def _same_unit(file: CaseFile, other: CaseFile) -> bool:
    return file.case.unit == other.case.unit
