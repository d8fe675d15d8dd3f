"""Days that cannot be: two programmes at a time, an end before its start, what lies in the future."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from overgang.collect.register.rules.facts import current, others
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

HAPPENED = {
    "case": ("asked",),
    "decision": ("decided",),
    "plan": ("day", "contract"),
    "participation": ("start", "end", "entered"),
    "leave": ("decided",),
    "certificate": ("issued",),
    "appeal": ("lodged", "decided"),
    "person": ("birth_date", "arrived", "died", "competence_mapped", "career_guided"),
    "permit": ("decided",),
    "settlement": ("day", "moved_in"),
}
"""The days that tell of something done. A planned end, a measure or a leave may well lie ahead."""


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


@rule("DQ05", Severity.ERROR, ("start", "end", "decided", "asked", "day"), source="spec 5.6", stage=Stage.CASE)
def possible_days(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    for row in _with_end(dossier, file):
        if row.end is not None and row.end < row.start:
            values = {WHAT: "reversed", "start": row.start.isoformat(), "end": row.end.isoformat()}
            yield Found(mark(row, (*file.measures, *file.leaves, *file.absences)), values)
    for decision in file.decisions:
        if decision.until and decision.since and decision.until < decision.since:
            values = {WHAT: "reversed", "start": decision.since.isoformat(), "end": decision.until.isoformat()}
            yield Found(mark(decision, file.decisions), values)
    yield from _ahead("case", (file.case,), today)
    yield from _ahead("decision", file.decisions, today)
    yield from _ahead("plan", file.plans, today)
    if file.participation is not None:
        yield from _ahead("participation", (file.participation,), today)
    yield from _ahead("leave", file.leaves, today)
    if file.certificate is not None:
        yield from _ahead("certificate", (file.certificate,), today)
    yield from _ahead("appeal", file.appeals, today)
    if current(dossier, file):
        yield from _ahead("person", (dossier.person,), today)
        yield from _ahead("permit", dossier.permits, today)
        yield from _ahead("settlement", dossier.settlements, today)


def _with_end(dossier: Dossier, file: CaseFile) -> Iterator[Any]:
    own = () if file.participation is None else (file.participation,)
    return chain(own, file.measures, file.leaves, file.absences)


def _ahead(name: str, rows: Any, today: date) -> Iterator[Found]:
    for row in rows:
        for field in HAPPENED[name]:
            day = getattr(row, field)
            if day is not None and day > today:
                subject = f"{mark(row, rows)}.{field}"
                yield Found(subject, {WHAT: "ahead", "field": field, "day": day.isoformat()})


def _same_unit(file: CaseFile, other: CaseFile) -> bool:
    return file.case.unit == other.case.unit
