"""Exports of a survey tool on their way into the returns: sent, their columns chosen, looked at row by row, taken in.

What a row would do is found anew each time it is shown, and once more when it is done; all of it through `keeping`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from django.utils import timezone

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.register.record import writing
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import AnnualReturn, read_return
from overgang.collect.returns.models import Return, Round, SurveyColumns, SurveyFile
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.states import DONE, WITH_UNIT
from overgang.collect.returns.survey import (
    UNIT,
    Columns,
    Fault,
    Grid,
    Survey,
    Unusable,
    check,
    header_of,
    read_cells,
    survey_of,
)

NEW, CHANGED, SAME, DRAFT, REFUSED = "new", "changed", "same", "draft", "refused"
"""What a row would do: a first version, another version, nothing, a draft for the unit to mend, or it is not taken."""
TAKEN = (NEW, CHANGED)
ALL, GOOD = "all", "good"
"""What is taken in: the rows that can be mended by their units too, or only those with nothing wrong."""


class Moved(Exception):
    """The file is taken in already, or what it would do is not what the page showed."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row would do, or did. `changes`: by item what is known now and what the row says; `typed`: what it comes
    to together with what is known."""

    line: int
    unit: str
    outcome: str
    changes: tuple[tuple[str, str, str], ...]
    faults: tuple[Fault, ...]
    typed: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it is shown and kept."""
        return {
            "line": self.line,
            "unit": self.unit,
            "outcome": self.outcome,
            "changes": [list(change) for change in self.changes],
            "said": {lang: [fault.told(lang) for fault in self.faults] for lang in LANGUAGES},
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a file, and what is said of the whole of it."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]

    @property
    def mark(self) -> str:
        """What tells whether it is still as a page showed it."""
        told = [(row.line, row.unit, row.outcome, row.changes) for row in self.rows]
        return sha256(dumps(told).encode()).hexdigest()[:16]


def upload(actor: Actor, round_: Round, name: str, path: Path, *, now: datetime) -> tuple[SurveyFile, bool]:
    """Keeps the cells of a file, and says whether it is a new one. Raises Unusable for a file that cannot be read."""
    key = sha256(path.read_bytes()).hexdigest()
    if there := SurveyFile.objects.filter(round=round_, key=key).first():
        return there, False
    asked = questionnaire(round_.year)
    grid = read_cells(path, asked)
    remembered = SurveyColumns.objects.filter(year=round_.year, header=_header_key(header_of(grid, asked)[1])).first()
    with writing():
        made, new = SurveyFile.objects.get_or_create(
            round=round_,
            key=key,
            defaults={
                "file": name[:200],
                "by_id": actor.user,
                "at": now,
                "grid": grid.rows,
                "broken": sorted(grid.broken),
                "columns": remembered.columns if remembered else None,
            },
        )
        if new:
            _log(actor, made, Event.CREATED, now, key)
    return made, new


def grid_of(file: SurveyFile) -> Grid:
    return Grid(tuple((line, tuple(cells)) for line, cells in file.grid), frozenset(file.broken))


def columns_of(file: SurveyFile) -> tuple[tuple[str, ...], Columns, list[list[str]]]:
    """The names of the columns, what each is read as, and the first rows below them."""
    asked, grid = questionnaire(file.round_id), grid_of(file)
    at, header = header_of(grid, asked, file.columns)
    try:
        read_as = survey_of(grid, asked, file.columns).columns
    except Unusable:
        read_as = file.columns or {}
    return header, read_as, [list(cells) for _, cells in grid.rows[at + 1 : at + 4]]


def choose(actor: Actor, file: SurveyFile, columns: Columns, *, now: datetime) -> None:
    """Which column is what, for this file and every later one with the same columns. Raises Moved when it is taken in
    already, and BadInput for a choice that cannot be."""
    asked = questionnaire(file.round_id)
    check(columns, asked)
    if UNIT not in columns.values():
        raise BadInput("No column is the unit: choose the one that says whose the answers are.")
    header, _, _ = columns_of(file)
    with writing():
        if not SurveyFile.objects.filter(pk=file.pk, taken=None).update(columns=dict(columns)):
            raise Moved
        SurveyColumns.objects.update_or_create(
            year=file.round_id,
            header=_header_key(header),
            defaults={"columns": dict(columns), "by_id": actor.user, "at": now},
        )
        _log(actor, file, Event.CHANGED, now, dict(columns))


def planned(file: SurveyFile) -> Plan:
    """What each row would do now. Raises Unusable while the column of the units is not known."""
    survey = survey_of(grid_of(file), questionnaire(file.round_id), file.columns)
    there = Return.objects.filter(round=file.round_id, unit__in=[given.unit for given in survey.returns])
    by_unit = {of.unit: of for of in there.select_related("round", "current").prefetch_related("current__answers")}
    rows = [
        _row(survey, line, given, by_unit.get(given.unit))
        for line, given in zip(survey.lines, survey.returns, strict=True)
    ]
    lost = [fault for fault in survey.faults if fault.line and fault.stops]
    rows += [Row(fault.line, "", REFUSED, (), (fault,), {}) for fault in lost]
    whole = tuple(fault for fault in survey.faults if not fault.line)
    return Plan(tuple(sorted(rows, key=lambda row: row.line)), whole)


def take(actor: Actor, file: SurveyFile, choice: str, *, seen: str, now: datetime) -> None:
    """Takes the rows in, all in one transaction, and keeps what became of each. Raises Moved."""
    reason = f"{file.file}, {timezone.localtime(file.at):%d.%m.%Y}"
    with writing():
        plan = planned(file)
        if plan.mark != seen or not SurveyFile.objects.filter(pk=file.pk, taken=None).update(taken=now):
            raise Moved
        report = [{**row.as_json(), "done": _done(actor, file, row, choice, reason, now)} for row in plan.rows]
        SurveyFile.objects.filter(pk=file.pk).update(taken_by=actor.user, report=report)
        _log(actor, file, Event.CHANGED, now, report)


def rest(file: SurveyFile, lang: str, reason: str) -> list[list[str]]:
    """The rows that were not taken in, as they were sent, and a last column that says why."""
    header, _, _ = columns_of(file)
    cells = dict(grid_of(file).rows)
    left = [(row["line"], row["said"][lang]) for row in file.report if not row["done"] and row["outcome"] != SAME]
    width = max(len(header), *(len(cells[line]) for line, _ in left), 0)
    padded = [([*cells[line], *[""] * (width - len(cells[line]))], said) for line, said in left]
    return [[*header, *[""] * (width - len(header)), reason], *([*row, " ".join(said)] for row, said in padded)]


def _row(survey: Survey, line: int, given: AnnualReturn, of: Return | None) -> Row:
    faults = [fault for fault in survey.faults if fault.line == line]
    values = {"unit": gazetteer().place(given.unit).name, "year": str(given.year)}
    read = {id: answer.raw for id, answer in given.answers.items()} | {
        id: text.raw for id, text in given.unread.items()
    }
    if of is None:
        return Row(line, given.unit, REFUSED, (), (*faults, Fault(line, "outside", values)), read)
    before = keeping.given_in(of.current) if of.current else AnnualReturn(given.unit, given.year, {})
    said = {id: raw for id, raw in read.items() if raw.strip()}
    known = {id: answer.raw for id, answer in before.answers.items()}
    typed = known | said
    asked = questionnaire(given.year)
    whole = read_return(asked, given.unit, typed)
    changes = tuple(
        (item.id, known.get(item.id, ""), typed[item.id])
        for item in asked.items
        if item.id in whole.unread or not keeping.same_answer(item.kind, before.answer(item.id), whole.answer(item.id))
    )
    outcome, rule = _outcome(of, before, whole)
    more = [Fault(line, rule, values)] if rule else []
    return Row(line, given.unit, outcome, changes, (*faults, *more), typed)


def _outcome(of: Return, before: AnnualReturn, whole: AnnualReturn) -> tuple[str, str]:
    """What a row would do, and what is to be said of it."""
    if not whole.unread and of.current and keeping.same_answers(before, whole):
        return SAME, ""
    if of.state in DONE:
        return REFUSED, "accepted"
    draft = keeping.draft_of(of) if of.state in WITH_UNIT else None
    typing = bool(draft and any(draft.typed.values()))
    if not whole.unread:
        return CHANGED if of.current else NEW, "draft_there" if typing else ""
    if of.state in WITH_UNIT and (not typing or (draft and draft.typed == _typed(whole))):
        return DRAFT, "kept_for_unit"
    return REFUSED, "not_kept"


def _typed(given: AnnualReturn) -> dict[str, str]:
    return {id: one.raw for id, one in (*given.answers.items(), *given.unread.items())}


def _done(actor: Actor, file: SurveyFile, row: Row, choice: str, reason: str, now: datetime) -> bool:
    """Does what the row would do; whether it did."""
    if row.outcome in TAKEN:
        of = Return.objects.select_related("round", "current").get(round=file.round_id, unit=row.unit)
        given = read_return(questionnaire(file.round_id), row.unit, row.typed)
        keeping.take_in(actor, of, given, reason=reason, now=now)
        return True
    if row.outcome == DRAFT and choice == ALL:
        of = Return.objects.select_related("round").get(round=file.round_id, unit=row.unit)
        draft = keeping.draft_of(of)
        keeping.save(actor, of, row.typed, {}, seen=draft.saved if draft else 0, now=now)
        return True
    return False


def _header_key(header: tuple[str, ...]) -> str:
    return sha256("\x1f".join(header).encode("utf-8", "replace")).hexdigest()


def _log(actor: Actor, file: SurveyFile, action: str, now: datetime, content: object) -> None:
    log.note(actor, action, f"survey:{file.round_id}:{file.pk}", content, now=now)
