"""The only way into the register: rows are written, logged and checked by the quality rules in one transaction.

Screens, imports and night runs all come through `record`. Either everything of a call is stored, with its events, or
nothing is. Who changes a row names the version they saw; if it has moved on since, they get both.
"""

import fcntl
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from overgang.access import bulk, log
from overgang.access.actor import Actor
from overgang.access.log import Entry
from overgang.access.models import Event
from overgang.collect.register import told as told_of
from overgang.collect.register.models import (
    Absence,
    Appeal,
    Batch,
    Case,
    Certificate,
    Change,
    Decision,
    Handover,
    Identifier,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.register.told import as_json, plain_value

if TYPE_CHECKING:
    from overgang.collect.register.dossier import Dossier

MODELS: tuple[type[models.Model], ...] = (
    Person,
    Identifier,
    Permit,
    Settlement,
    Case,
    Decision,
    Plan,
    Participation,
    Measure,
    Leave,
    Absence,
    Certificate,
    Appeal,
    Handover,
)
"""In the order they are created in: nothing points forward."""
BY_NAME: Mapping[str, type[models.Model]] = {model._meta.model_name or "": model for model in MODELS}
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for a row. `row` is the row as the writer saw it: its version must still be the one stored."""

    row: models.Model
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Work:
    """What is to be written together."""

    create: Sequence[models.Model] = ()
    change: Sequence[Edit] = ()
    delete: Sequence[models.Model] = ()

    def __add__(self, other: "Work") -> "Work":
        return Work([*self.create, *other.create], [*self.change, *other.change], [*self.delete, *other.delete])


class Conflict(Exception):
    """Somebody else changed the same row in the meantime. `wanted` is what was to be written, `stored` the row as it is
    now (None if it is gone)."""

    def __init__(self, wanted: Edit, stored: models.Model | None) -> None:
        super().__init__(f"{name_of(wanted.row)} was changed by somebody else")
        self.wanted = wanted
        self.stored = stored


@dataclass
class Owners:
    """Whose rows are: the person and the case, found with few queries for many rows."""

    keys: dict[int, str] = field(default_factory=dict)
    person_of_case: dict[int, int] = field(default_factory=dict)
    case_of: dict[tuple[str, int], int] = field(default_factory=dict)

    def of(self, row: models.Model) -> tuple[int, int | None]:
        """Ids of the person and, where there is one, the case."""
        link, id = _link(type(row)), _linked(row)
        if link in ("id", "person_id"):
            return id, row.pk if isinstance(row, Case) else None
        case = id if link == "case_id" else self.case_of[link, id]
        return self.person_of_case[case], case


@contextmanager
def writing() -> Iterator[None]:
    """A transaction for writing. On SQLite writers queue fairly at a lock file: its own waiting lets some starve."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with (settings.HOME / "register.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with transaction.atomic():
            yield


def record(
    actor: Actor,
    work: Work,
    *,
    now: datetime,
    purpose: str = "",
    batch: Batch | None = None,
    today: date | None = None,
    known: Collection["Dossier"] = (),
) -> list[int]:
    """Writes everything in `work`, with an event a row, and runs the quality rules of the persons it touches, whose
    ids it returns. `known`: dossiers that hold the rows of `work` themselves, so that they need not be read again.

    Raises Conflict, with nothing written, when a row to be changed or deleted is not as the writer saw it;
    IntegrityError when the database refuses.
    """
    from overgang.collect.register.findings import refresh

    with writing():
        _lock(work)
        before = _as_seen(work)
        told = [*_created(work.create), *_changed(work.change, before), *_deleted(work.delete)]
        gone = {name_of(row) for row in work.delete}
        persons = _log(actor, told, gone, _owners(_rows(work)), now=now, purpose=purpose, batch=batch)
        _delete(work.delete)
        refresh(persons, today or timezone.localdate(now), known)
    return persons


def saw(actor: Actor, person: Person, what: str, *, now: datetime, purpose: str = "") -> None:
    """Logs that somebody looked at a person, before the answer leaves."""
    with writing():
        log.write(actor, [Entry(Event.SAW, person=person.key, object=what, purpose=purpose)], now=now)


def name_of(row: models.Model) -> str:
    """ "participation:17"."""
    return f"{row._meta.model_name}:{row.pk}"


Told = tuple[str, models.Model, str]
"""Action, row, and what is told of it as JSON."""
New = tuple[models.Model, dict[str, Any]]
"""A stored row and its new values by column."""


def _created(rows: Sequence[models.Model]) -> Iterator[Told]:
    by_model = _by_model(rows)
    if unknown := by_model.keys() - set(MODELS):
        raise TypeError(f"{', '.join(model.__name__ for model in unknown)} is not written this way")
    for model in MODELS:
        if found := by_model.get(model):
            bulk.insert(found)
            for row, text in zip(found, told_of.created(found), strict=True):
                yield Event.CREATED, row, text


def _changed(edits: Sequence[Edit], before: Mapping[tuple[str, int], models.Model]) -> Iterator[Told]:
    grouped: dict[tuple[type[models.Model], tuple[str, ...]], list[New]] = defaultdict(list)
    for edit in edits:
        stored = before[edit.row._meta.model_name or "", edit.row.pk]
        fields = {name: value for name, value in _by_column(edit) if getattr(stored, name) != value}
        if not fields:
            continue
        told = {name: [plain_value(getattr(stored, name)), plain_value(value)] for name, value in fields.items()}
        grouped[type(stored), tuple(sorted(fields))].append((stored, fields))
        yield Event.CHANGED, stored, as_json(told)
    for (model, names), rows in grouped.items():
        _update(model, names, rows)
        for stored, fields in rows:
            for name, value in fields.items():
                setattr(stored, name, value)
            stored.version += 1  # type: ignore[attr-defined]
    for edit in edits:
        stored = before[edit.row._meta.model_name or "", edit.row.pk]
        for field_ in stored._meta.concrete_fields:
            setattr(edit.row, field_.attname, getattr(stored, field_.attname))


def _update(model: type[models.Model], names: tuple[str, ...], rows: Sequence[New]) -> None:
    """One statement for many rows, each on condition of its version."""
    quote = connection.ops.quote_name
    fields = [next(field_ for field_ in model._meta.concrete_fields if field_.attname == name) for name in names]
    columns = ", ".join(f"{quote(field_.column)} = %s" for field_ in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {columns}, version = version + 1 WHERE id = %s AND version = %s",
            [
                (
                    *(field_.get_db_prep_save(values[field_.attname], connection) for field_ in fields),
                    row.pk,
                    row.version,  # type: ignore[attr-defined]
                )
                for row, values in rows
            ],
        )


def _deleted(rows: Sequence[models.Model]) -> Iterator[Told]:
    for row in rows:
        yield Event.DELETED, row, told_of.deleted(row)


def _delete(rows: Sequence[models.Model]) -> None:
    """What points to others goes before them."""
    for model in reversed(MODELS):
        ids = [row.pk for row in rows if type(row) is model]
        for at in range(0, len(ids), CHUNK):
            model._default_manager.filter(pk__in=ids[at : at + CHUNK]).delete()


def _lock(work: Work) -> None:
    """Persons are locked in the order of their ids: two writers of one person follow each other, and never deadlock."""
    if connection.vendor == "sqlite":
        return
    saved = [row for row in _rows(work) if _linked(row)]
    owners = _owners(saved)
    persons = sorted({owners.of(row)[0] for row in saved})
    for at in range(0, len(persons), CHUNK):
        list(
            Person.objects.select_for_update().filter(pk__in=persons[at : at + CHUNK]).order_by("pk").values_list("pk")
        )


def _as_seen(work: Work) -> dict[tuple[str, int], models.Model]:
    """The stored rows that are to change or go, each still of the version its writer saw."""
    wanted = [*work.change, *(Edit(row, {}) for row in work.delete)]
    by_model: dict[type[models.Model], list[int]] = defaultdict(list)
    for edit in wanted:
        by_model[type(edit.row)].append(edit.row.pk)
    found: dict[tuple[str, int], models.Model] = {}
    for model, ids in by_model.items():
        for at in range(0, len(ids), CHUNK):
            for row in model._default_manager.filter(pk__in=ids[at : at + CHUNK]):
                found[model._meta.model_name or "", row.pk] = row
    for edit in wanted:
        stored = found.get((edit.row._meta.model_name or "", edit.row.pk))
        if stored is None or getattr(stored, "version", 1) != getattr(edit.row, "version", 1):
            raise Conflict(edit, stored)
    return found


def _log(
    actor: Actor,
    told: Sequence[Told],
    gone: Collection[str],
    owners: Owners,
    *,
    now: datetime,
    purpose: str,
    batch: Batch | None,
) -> list[int]:
    """Writes an event and a change for each; gives the ids of the persons who are still there."""
    whose = [owners.of(row) for _, row, _ in told]
    names = [name_of(row) for _, row, _ in told]
    entries = [
        Entry(action, owners.keys[person], name, hashlib.sha256(text.encode()).hexdigest(), purpose)
        for (action, _, text), (person, _), name in zip(told, whose, names, strict=True)
    ]
    events = log.write(actor, entries, now=now)
    of = batch and batch.pk
    kept = [
        (event, person, None if case and f"case:{case}" in gone else case, row._meta.model_name, row.pk, text, of)
        for event, (person, case), (_, row, text) in zip(events, whose, told, strict=True)
        if f"person:{person}" not in gone
    ]
    bulk.write(Change, ("event_id", "person_id", "case_id", "model", "row", "fields", "batch_id"), kept)
    return sorted({person for _, person, *_ in kept})


def _owners(rows: Sequence[models.Model]) -> Owners:
    """Whose these rows are."""
    owners = Owners()
    linked: dict[str, set[int]] = defaultdict(set)
    for model, found in _by_model(rows).items():
        linked[_link(model)].update(_linked(row) for row in found)
        if model is Person:
            owners.keys = {row.pk: row.key for row in found}  # type: ignore[attr-defined]
        elif model is Case:
            owners.person_of_case = {row.pk: row.person_id for row in found}  # type: ignore[attr-defined]
    for link, model in (("decision_id", Decision), ("participation_id", Participation)):
        for id, case in _pairs(model, linked[link], "case_id"):
            owners.case_of[link, id] = case
            linked["case_id"].add(case)
    owners.person_of_case.update(_pairs(Case, linked["case_id"] - owners.person_of_case.keys(), "person_id"))
    persons = linked["person_id"].union(owners.person_of_case.values())
    owners.keys.update(_pairs(Person, persons - owners.keys.keys(), "key"))
    return owners


@cache
def _link(model: type[models.Model]) -> str:
    """The column of a model that leads to the person."""
    columns = {field_.attname for field_ in model._meta.concrete_fields}
    return next(name for name in ("person_id", "case_id", "participation_id", "decision_id", "id") if name in columns)


def _linked(row: models.Model) -> Any:
    return getattr(row, _link(type(row)))


def _rows(work: Work) -> list[models.Model]:
    return [*work.create, *(edit.row for edit in work.change), *work.delete]


def _by_model(rows: Iterable[models.Model]) -> Mapping[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return found


def _pairs(model: type[models.Model], ids: set[int], other: str) -> Iterator[tuple[int, Any]]:
    wanted = sorted(ids)
    for at in range(0, len(wanted), CHUNK):
        yield from model._default_manager.filter(pk__in=wanted[at : at + CHUNK]).values_list("pk", other)


def _by_column(edit: Edit) -> Iterator[tuple[str, Any]]:
    """New values under the names of their columns; a row that was created along with it by its id."""
    for name, value in edit.values.items():
        yield edit.row._meta.get_field(name).attname, value.pk if isinstance(value, models.Model) else value
