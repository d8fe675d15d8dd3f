"""What a file would do to the register, row by row, without doing it.

`plan` reads the register with a few queries, goes through the rows and writes nothing; the same function answers a dry
run and prepares the writing, so that what was shown is what is done. Rows are taken in the order of their days and not
of their lines: the same rows in another order do the same.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from overgang.access.actor import Actor
from overgang.collect.files import Fault, Rejected, Row, Sheet
from overgang.collect.files.write import as_cell
from overgang.collect.register.batches.context import Context
from overgang.collect.register.batches.draft import Draft, Stop, Told, partly_hidden
from overgang.collect.register.batches.kinds import KINDS
from overgang.collect.register.batches.standing import Standing, open_findings, standing
from overgang.collect.register.dossier import Dossier
from overgang.collect.register.record import Work
from overgang.collect.register.rules import run
from overgang.collect.register.told import plain_value

STEP = 1000
"""Rows between two words of progress."""


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(slots=True)
class Planned:
    """What becomes of one row. `person`: the key of one the actor sees already; `told`: field, before, after;
    `findings`: what the quality rules would find in the person's case that they do not find now."""

    line: int
    outcome: Outcome
    number: str = ""
    person: str = ""
    told: Sequence[Told] = ()
    faults: list[Fault] = field(default_factory=list)
    findings: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def plain(self) -> list[list[Any]]:
        """What is told, ready for JSON."""
        return [[name, plain_value(before), plain_value(after)] for name, before, after in self.told]


@dataclass
class Plan:
    """All rows in the order of their lines, and the work they make together: that of the rows not refused."""

    rows: list[Planned]
    work: Work
    standing: Standing
    touched: list[Dossier]

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def print(self) -> str:
        """The same for two plans that do the same; what was shown is compared with what is to be done."""
        said = [(row.line, row.outcome, row.plain()) for row in self.rows]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()


Progress = Callable[[int], None]


def plan(
    sheet: Sheet,
    actor: Actor,
    unit: str,
    today: date,
    *,
    unattended: bool = False,
    findings: bool = True,
    progress: Progress = lambda _done: None,
    earlier: dict[str, Dossier] | None = None,
) -> Plan:
    """What the rows of a sheet do for this actor, whose unit the file is sent for. `findings`: with what the quality
    rules would say; `progress` is told now and then how many rows are done. `earlier`: the persons of files that are
    planned before this one and not written, by the hashes of their numbers; those of this one are added."""
    stands = standing(sheet.rows, actor)
    if earlier is not None:
        stands.follow(earlier)
    context = Context(actor, unit, today, stands, Draft(), unattended)
    kind = KINDS[sheet.kind]
    columns = {name: column for column, name in sheet.understood.columns.items()}
    planned: list[Planned] = []
    touched: dict[int, Dossier] = {}
    seen: dict[tuple[Any, ...], int] = {}
    last: dict[int, Planned] = {}
    for n, row in enumerate(sorted(sheet.rows, key=lambda row: kind.day(row.values))):
        made, dossier = _row(row, sheet.kind, context, columns, seen)
        planned.append(made)
        if dossier is not None and made.outcome in (Outcome.NEW, Outcome.CHANGED):
            touched[id(dossier)], last[id(dossier)] = dossier, made
        if n % STEP == STEP - 1:
            progress(n + 1)
    if earlier is not None:
        earlier.update(stands.by_index)
    if findings:
        _find(touched, last, stands, today)
    planned += _refused(sheet)
    planned.sort(key=lambda row: row.line)
    told = defaultdict(list)
    for fault in sheet.faults:
        if fault.line and not fault.stops:
            told[fault.line].append(fault)
    for made in planned:
        made.faults += told.get(made.line, ()) if made.outcome is not Outcome.REFUSED else ()
    return Plan(planned, context.draft.work(), stands, list(touched.values()))


def _find(touched: Mapping[int, Dossier], last: Mapping[int, Planned], stands: Standing, today: date) -> None:
    """Tells at the last row of each person what the quality rules would find that they do not find now."""
    known = open_findings(stands.persons)
    for id, dossier in touched.items():
        for file, rule, found, _ in run(dossier, today):
            if (file.case.pk, rule.id, found.subject) not in known and stands.shows(file):
                last[id].findings.append((rule.id, str(found.severity or rule.severity), dict(found.values)))


def rejected(sheet: Sheet, refused: Sequence[tuple[int, Sequence[Fault]]]) -> Sheet:
    """The sheet with the rows that the register refuses beside those that were not read: the file of rejected rows."""
    rows = {row.line: row for row in sheet.rows}
    fields = [sheet.understood.columns.get(column.strip(), "") for column in sheet.header]
    more, faults = [], []
    for line, why in refused:
        if line in rows:
            cells = tuple(as_cell(rows[line].values.get(name), "nb") for name in fields)
            more.append(Rejected(line, cells))
            faults += why
    lines = {row.line for row in more}
    return replace(
        sheet,
        rows=tuple(row for row in sheet.rows if row.line not in lines),
        faults=tuple(sorted((*sheet.faults, *faults), key=lambda fault: fault.line)),
        rejected=tuple(sorted((*sheet.rejected, *more), key=lambda row: row.line)),
    )


def _row(
    row: Row, kind: str, context: Context, columns: Mapping[str, str], seen: dict[tuple[Any, ...], int]
) -> tuple[Planned, Dossier | None]:
    draft = context.draft
    draft.begin()
    number = partly_hidden(row.values["number"])
    dossier: Dossier | None = None
    key = ""
    try:
        dossier = KINDS[kind].person(row.values, context)
        key = dossier.person.key if dossier.person.pk and context.standing.sees(dossier) else ""
        _once(row, kind, dossier, seen)
        KINDS[kind].take(row.values, dossier, context)
    except Stop as stop:
        return Planned(row.line, Outcome.REFUSED, number, key, faults=[stop.fault(row.line, kind, columns)]), dossier
    outcome = Outcome.NEW if draft.new else Outcome.CHANGED if draft.told else Outcome.SAME
    return Planned(row.line, outcome, number, key, draft.told), dossier


def _once(row: Row, kind: str, dossier: Dossier | None, seen: dict[tuple[Any, ...], int]) -> None:
    """The same row twice under two numbers of one person: the reader, who knows no persons, could not see it."""
    if dossier is None:
        return
    key = (id(dossier), *KINDS[kind].key(row.values))
    first = seen.setdefault(key, row.line)
    if first != row.line:
        raise Stop("duplicate", other=first, columns=["number"])


def _refused(sheet: Sheet) -> Iterator[Planned]:
    faults = defaultdict(list)
    for fault in sheet.faults:
        faults[fault.line].append(fault)
    for row in sheet.rejected:
        yield Planned(row.line, Outcome.REFUSED, faults=faults[row.line])
