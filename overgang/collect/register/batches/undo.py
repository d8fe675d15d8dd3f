"""Taking a whole batch back: from what its changes say, the last first, in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models

from overgang.access.actor import Actor
from overgang.collect.register.models import Batch, Change
from overgang.collect.register.record import BY_NAME, CHUNK, Edit, Work, record

Named = tuple[str, int]
"""A row: its model and id."""


class Later(Exception):
    """Something was changed afterwards that builds on the batch. `rows`: what, by whom and when, ready for JSON."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(rows)} later changes build on the batch")
        self.rows = rows


def undone(batch: Batch, actor: Actor, *, now: datetime, today: date) -> None:
    """Brings every row the batch touched back to what it was. Raises Later, with nothing undone, when that would undo
    the work of others as well."""
    changes = list(Change.objects.filter(batch=batch).select_related("event").order_by("-pk"))
    if later := _later(batch, changes):
        raise Later(later)
    created: dict[Named, Change] = {}
    changed: dict[Named, dict[str, Any]] = defaultdict(dict)
    deleted: list[Change] = []
    for change in changes:
        row = change.model, change.row
        if change.event.action == "created":
            created[row] = change
            changed.pop(row, None)
        elif change.event.action == "deleted":
            deleted.append(change)
        else:
            changed[row].update({name: before for name, (before, _) in change.fields.items()})
    gone = _stored(list(created))
    edits = [
        Edit(row, {_field(type(row), name).name: _value(row, name, value) for name, value in changed[key].items()})
        for key, row in _stored(list(changed)).items()
    ]
    back = [_made_again(change) for change in deleted]
    record(actor, Work(back, edits, list(gone.values())), now=now, purpose=f"undo {batch.pk}", today=today)


def _later(batch: Batch, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes by others to the same rows after the batch, and rows by others that point to what it created."""
    touched = {(change.model, change.row): change.pk for change in reversed(changes)}
    created = {(change.model, change.row) for change in changes if change.event.action == "created"}
    persons = sorted({change.person_id for change in changes})
    first = min((change.pk for change in changes), default=0)
    found = []
    for at in range(0, len(persons), CHUNK):
        others = Change.objects.filter(person__in=persons[at : at + CHUNK], pk__gt=first).exclude(batch=batch)
        for other in others.select_related("event", "event__user").order_by("pk"):
            row = other.model, other.row
            if (row in touched and other.pk > touched[row]) or _points_to(other, created):
                who = str(other.event.user or "Overgang")
                found.append({"row": f"{other.model}:{other.row}", "by": who, "at": other.event.at.isoformat()})
    return found


def _points_to(change: Change, created: set[Named]) -> bool:
    """Whether a row was made to belong to one that the batch brought."""
    for name, (_, after) in change.fields.items():
        if not name.endswith("_id") or after is None:
            continue
        model = _field(BY_NAME[change.model], name).related_model
        if isinstance(model, type) and ((model._meta.model_name or ""), after) in created:
            return change.event.action != "deleted"
    return False


def _stored(rows: Sequence[Named]) -> dict[Named, models.Model]:
    by_model: dict[str, list[int]] = defaultdict(list)
    for model, id in rows:
        by_model[model].append(id)
    found: dict[Named, models.Model] = {}
    for name, ids in by_model.items():
        for at in range(0, len(ids), CHUNK):
            for row in BY_NAME[name]._default_manager.filter(pk__in=ids[at : at + CHUNK]):
                found[name, row.pk] = row
    return found


def _made_again(change: Change) -> models.Model:
    """A deleted row under its old id."""
    model = BY_NAME[change.model]
    row = model(pk=change.row)
    for name, (before, _) in change.fields.items():
        setattr(row, name, _value(row, name, before))
    return row


def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _value(row: models.Model, name: str, plain: Any) -> Any:
    """A value as the row had it, from how JSON keeps it."""
    field = _field(type(row), name)
    if plain is None or isinstance(field, models.JSONField):
        return plain
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(plain)
    return (field.target_field if field.is_relation else field).to_python(plain)
