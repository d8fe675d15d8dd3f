"""Everything the register holds of a person, together: what the quality rules and a person's page read."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

from overgang.collect.register.models import (
    Absence,
    Appeal,
    Case,
    Certificate,
    Decision,
    Identifier,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)

CHUNK = 2000
"""Persons read at a time: below the number of variables a statement of SQLite may have."""
DENSE = 1.25
"""Persons are read as a range of ids when it holds at most so many for each that is wanted."""


@dataclass(slots=True)
class CaseFile:
    """A case with all that belongs to it, each list in order of its days."""

    case: Case
    decisions: list[Decision] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    participation: Participation | None = None
    measures: list[Measure] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    certificate: Certificate | None = None
    appeals: list[Appeal] = field(default_factory=list)


@dataclass(slots=True)
class Dossier:
    """A person with all cases in all units, oldest first. It is for rules, which may compare units, and never for
    showing: what one unit may see of it is `seen_by`'s to say. `alike`: somebody else has the same name, birth date,
    sex and country; known only where it was looked for."""

    person: Person
    identifiers: list[Identifier] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    cases: list[CaseFile] = field(default_factory=list)
    alike: bool = False


def dossiers(persons: Collection[int]) -> Iterator[Dossier]:
    """The dossiers of persons, by their ids, in rising order; a dozen queries for each two thousand."""
    wanted = sorted(set(persons))
    for at in range(0, len(wanted), CHUNK):
        yield from _dossiers(wanted[at : at + CHUNK])


def _dossiers(persons: list[int]) -> Iterator[Dossier]:
    wanted = set(persons)
    ids: dict[str, Any] = {"in": persons}
    if len(persons) == 1:
        ids = {"exact": persons[0]}
    elif persons[-1] - persons[0] < len(persons) * DENSE:
        ids = {"gte": persons[0], "lte": persons[-1]}  # far quicker than a list of two thousand
    found = {person.pk: Dossier(person) for person in _rows(Person, "pk", "pk", ids)}
    for model, order in ((Identifier, "pk"), (Permit, "decided"), (Settlement, "day")):
        name = f"{model.__name__.lower()}s"
        for row in _rows(model, order, "person", ids):
            getattr(found[row.person_id], name).append(row)
    files: dict[int, CaseFile] = {}
    for case in _rows(Case, "pk", "person", ids):
        files[case.pk] = CaseFile(case)
    decision_case: dict[int, int] = {}
    for decision in _rows(Decision, "decided", "case__person", ids):
        files[decision.case_id].decisions.append(decision)
        decision_case[decision.pk] = decision.case_id
    for plan in _rows(Plan, "day", "case__person", ids):
        files[plan.case_id].plans.append(plan)
    case_of: dict[int, int] = {}
    for participation in _rows(Participation, "start", "case__person", ids):
        files[participation.case_id].participation = participation
        case_of[participation.pk] = participation.case_id
    for model, order, name in (
        (Measure, "start", "measures"),
        (Leave, "start", "leaves"),
        (Absence, "start", "absences"),
    ):
        for row in _rows(model, order, "participation__case__person", ids):
            getattr(files[case_of[row.participation_id]], name).append(row)
    for certificate in _rows(Certificate, "pk", "participation__case__person", ids):
        files[case_of[certificate.participation_id]].certificate = certificate
    for appeal in _rows(Appeal, "lodged", "decision__case__person", ids):
        files[decision_case[appeal.decision_id]].appeals.append(appeal)
    of_person: dict[int, list[CaseFile]] = defaultdict(list)
    for file in files.values():
        of_person[file.case.person_id].append(file)
    for id, dossier in found.items():
        if id in wanted:
            dossier.cases = sorted(of_person[id], key=_begun)
            yield dossier


def _rows(model: type[models.Model], order: str, person: str, ids: Mapping[str, Any]) -> Iterator[Any]:
    """The rows of a model, each an instance made without its constructor, which would take most of the time: there are
    no signals to send and no defaults to fill in."""
    if "in" in ids:
        select = _select(model, order, {f"{person}__in": ids["in"]})
    else:
        select = _select_once(model, order, tuple(f"{person}__{how}" for how in ids))
    with connection.cursor() as cursor:
        cursor.execute(select.sql, ids.get("in") or list(ids.values()))
        columns = list(zip(*cursor.fetchall(), strict=True))
    if not columns:
        return
    for at, (convert, expression) in select.converters.items():
        columns[at] = _converted(columns[at], convert, expression)
    alias = connection.alias
    for values in zip(*columns, strict=True):
        row = model.__new__(model)
        row.__dict__.update(zip(select.names, values, strict=True))
        row._state = state = ModelState()
        state.adding, state.db = False, alias
        yield row


@dataclass(frozen=True, slots=True)
class Select:
    """A statement for whole rows of a model, the names of their columns, and what makes them Django's, by column."""

    sql: str
    names: Sequence[str]
    converters: Mapping[int, tuple[Sequence[Any], Any]]


def _select(model: type[models.Model], order: str, where: Mapping[str, Any]) -> Select:
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._default_manager.filter(**where).order_by(order, "pk").values_list(*names)
    compiler = rows.query.get_compiler(connection.alias)
    sql, _ = compiler.as_sql()
    return Select(sql, names, compiler.get_converters([selected for selected, *_ in compiler.select]))


@cache
def _select_once(model: type[models.Model], order: str, where: Sequence[str]) -> Select:
    """The same statement whatever the ids are: Django takes longer to make it than the database to answer."""
    return _select(model, order, dict.fromkeys(where, 0))


def _converted(column: Sequence[Any], convert: Sequence[Any], expression: Any) -> Sequence[Any]:
    """What the database gave as Django would give it. Equal values are converted once, but where a row may change
    theirs."""

    def converted(value: Any) -> Any:
        for each in convert:
            value = each(value, expression, connection)
        return value

    if isinstance(expression.output_field, models.JSONField):
        return [converted(value) for value in column]
    known = {value: converted(value) for value in set(column)}
    return [known[value] for value in column]


def _begun(file: CaseFile) -> tuple[str, int]:
    day = file.participation.start if file.participation else file.case.asked
    return (day.isoformat() if day else "9999", file.case.pk)
