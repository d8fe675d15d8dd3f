"""What a worker does with a batch: check it, write it, undo it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from overgang.access import bulk
from overgang.access.actor import Actor
from overgang.base.text import LANGUAGES
from overgang.collect import files
from overgang.collect.files import Fault, Refused, Sheet, template
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import limit, storage
from overgang.collect.register.batches.compared import compared
from overgang.collect.register.batches.plan import Outcome, Plan, Planned, plan
from overgang.collect.register.batches.undo import Later, undone
from overgang.collect.register.dossier import Dossier
from overgang.collect.register.models import Batch, BatchRow, Person
from overgang.collect.register.record import CHUNK, record, writing

Clock = Callable[[], datetime]
Earlier = dict[str, Dossier] | None


class Differs(Exception):
    """What would be written is no longer what was shown."""


def do(batch: Batch, clock: Clock, earlier: Earlier = None) -> None:
    """Does what is wished for with a batch that this process has claimed; the batch says how it went. `earlier`: what
    is checked is checked as if the files before it had been written (see `plan`)."""
    today = _today(clock)
    actor = batches.actor_of(batch, today)
    if actor is None:
        _end(batch, "failed", clock, message="no_right")
        return
    if batch.wish == "undo":
        _undo(batch, actor, clock)
        return
    try:
        sheet = read(batch, clock)
        if batch.wish == "check":
            _check(batch, sheet, actor, clock, earlier=earlier)
        else:
            _write(batch, sheet, actor, clock)
    except Differs:
        _check(batch, sheet, actor, clock, message="moved")
    except Refused as refused:
        report = {"faults": [told(fault) for fault in refused.faults], limit.COUNT: getattr(refused, "others", 0)}
        _end(batch, "refused", clock, report=report)


def read(batch: Batch, clock: Clock) -> Sheet:
    with storage.opened(batch) as path:
        return files.read(path, template(batch.kind), today=_today(clock))


def _check(batch: Batch, sheet: Sheet, actor: Actor, clock: Clock, message: str = "", earlier: Earlier = None) -> None:
    made = _plan(batch, sheet, actor, clock, findings=True, earlier=earlier)
    with writing():
        _report(batch, made)
        _end(batch, "checked", clock, print=made.print, message=message, **_counts(sheet, made, actor))


def _write(batch: Batch, sheet: Sheet, actor: Actor, clock: Clock) -> None:
    """Everything in one transaction, the state of the batch included: when it is there, all of it is."""
    now = clock()
    made = _plan(batch, sheet, actor, clock, findings=not batch.print)
    with writing():
        _lock(made.standing.persons)
        if made.standing.moved():
            made = plan(sheet, actor, batch.unit, _today(clock), unattended=batch.unattended, findings=not batch.print)
        if batch.print and made.print != batch.print:
            raise Differs
        refused = made.count(Outcome.REFUSED)
        if batch.wish == "all" and refused:
            if batch.print:
                raise Differs
            _report(batch, made)
            _end(batch, "checked", clock, print=made.print, message="not_all", **_counts(sheet, made, actor))
            return
        record(
            actor,
            made.work,
            now=now,
            purpose=f"import {batch.pk}",
            batch=batch,
            today=_today(clock),
            known=made.touched,
        )
        if not batch.print:
            _report(batch, made)
        _end(batch, "done", clock, **_counts(sheet, made, actor))


def _undo(batch: Batch, actor: Actor, clock: Clock) -> None:
    try:
        with writing():
            undone(batch, actor, now=clock(), today=_today(clock))
            _end(batch, "undone", clock)
    except Later as later:
        _end(batch, "done", clock, message="later", report={**batch.report, "later": later.rows})


def _plan(batch: Batch, sheet: Sheet, actor: Actor, clock: Clock, *, findings: bool, earlier: Earlier = None) -> Plan:
    Batch.objects.filter(pk=batch.pk).update(rows=len(sheet.rows) + len(sheet.rejected), done=0)
    made = plan(
        sheet,
        actor,
        batch.unit,
        _today(clock),
        unattended=batch.unattended,
        findings=findings,
        progress=lambda done: _progress(batch, done),
        earlier=earlier,
    )
    if not batch.print:  # what was shown has been counted
        limit.hold(batch, made, _today(clock))
    return made


def _progress(batch: Batch, done: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(done=done)


def _lock(persons: Sequence[int]) -> None:
    """On PostgreSQL nobody else changes these persons from here on; on SQLite nobody else writes at all."""
    if connection.vendor == "sqlite":
        return
    for at in range(0, len(persons), CHUNK):
        rows = Person.objects.select_for_update().filter(pk__in=persons[at : at + CHUNK]).order_by("pk")
        list(rows.values_list("pk"))


def _report(batch: Batch, made: Plan) -> None:
    BatchRow.objects.filter(batch=batch).delete()
    rows = made.rows
    columns: dict[str, list[Any]] = {
        "batch_id": [batch.pk] * len(rows),
        "line": [row.line for row in rows],
        "outcome": [str(row.outcome) for row in rows],
        "number": [row.number for row in rows],
        "person": [row.person for row in rows],
    }
    save = bulk.saver(BatchRow._meta.get_field("told"))
    assert save is not None
    empty = save([])
    for name, values in (
        ("told", map(Planned.plain, rows)),
        ("faults", map(_faults, rows)),
        ("findings", map(_findings, rows)),
    ):
        columns[name] = [save(value) if value else empty for value in values]
    bulk.insert_columns(BatchRow, list(columns), list(columns.values()))


def _faults(row: Planned) -> list[dict[str, Any]]:
    return [told(fault) for fault in row.faults]


def _findings(row: Planned) -> list[list[Any]]:
    return [list(found) for found in row.findings]


def told(fault: Fault) -> dict[str, Any]:
    """A fault ready for JSON, with its sentence in every language."""
    sentences = {lang: fault.sentence(lang) for lang in LANGUAGES}
    return {"rule": fault.rule, "field": fault.field, "stops": fault.stops, **sentences}


def _counts(sheet: Sheet, made: Plan, actor: Actor) -> dict[str, Any]:
    count = {str(outcome): made.count(outcome) for outcome in Outcome}
    understood = sheet.understood
    report = {
        "faults": [told(fault) for fault in sheet.faults if not fault.line],
        "count": count,
        "disagree": compared(sheet, actor),
        limit.COUNT: limit.others_in(made),
        "findings": sum(len(row.findings) for row in made.rows),
        "file": {
            name: getattr(understood, name) for name in ("format", "encoding", "separator", "sheet", "header_line")
        },
    }
    refused = count[Outcome.REFUSED]
    n = len(made.rows)
    return {"rows": n, "done": n, "accepted": n - refused, "rejected": refused, "report": report}


def _end(batch: Batch, state: str, clock: Clock, **values: Any) -> None:
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(state=state, moved=clock(), **values)


def _today(clock: Clock) -> Any:
    from django.utils import timezone

    return timezone.localdate(clock())
