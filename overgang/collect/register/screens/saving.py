"""Saving what was typed: once, however often it is sent, and never over what the writer has not seen.

A form carries the versions of the rows it showed (`seen`) and a random mark (`once`). Under the lock of the person it
is read anew what is stored; then the same form with the same values has been saved already, or a row has moved on, or
it is written. The mark stands in the events, so that a save can be found and undone.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.collect.register.models import Change, Finding, Person
from overgang.collect.register.record import BY_NAME, Edit, Work, name_of, record, writing
from overgang.collect.register.screens.acts import About, Act
from overgang.collect.register.steps import NotNow

MARK = 12
"""Letters of the mark of a save in the log: `end#4f1a0c93b2de`."""
UNDO_WITHIN = timedelta(hours=8)


class Invalid(Exception):
    """What was typed is not whole: the form says what is missing."""

    def __init__(self, form: Act) -> None:
        super().__init__(form.id)
        self.form = form


class Moved(Exception):
    """Somebody else has changed what the form shows."""

    def __init__(self, form: Act) -> None:
        super().__init__(form.id)
        self.form = form


class Closed(Exception):
    """The case is no longer where this can be done."""

    def __init__(self, about: About) -> None:
        super().__init__(about.state or "")
        self.about = about


@dataclass(frozen=True, slots=True)
class Saved:
    """`event`: the last event of the save, by which it is found. `new`: findings that were not there before."""

    event: int
    new: int = 0


def fresh_mark() -> str:
    return secrets.token_hex(8)


def versions(form: Act) -> str:
    """What a form says it has seen: {"case:5": 2}."""
    return json.dumps({name_of(row): getattr(row, "version", 1) for row in form.rows()})


def save(
    actor: Actor,
    person: Person,
    act: type[Act],
    look: Callable[[], About],
    sent: Mapping[str, Any],
    *,
    now: datetime,
) -> Saved:
    """Writes what an act gives, its form filled in over what is stored now (`look`).

    Raises Invalid, or Moved or Closed when it should be looked at again; then nothing is written.
    """
    with writing():
        list(Person.objects.select_for_update().filter(pk=person.pk).values_list("pk"))
        about = look()
        mark = mark_of(act.id, sent)
        done = Event.objects.filter(user=actor.user, person=person.key, purpose__startswith=mark).order_by("id").last()
        if done is not None:
            return Saved(done.pk)
        if not act.open(about):
            raise Closed(about)
        form = act(about, sent)
        if not form.is_valid():
            raise Invalid(form)
        try:
            work = form.work()
        except NotNow:
            raise Closed(about) from None
        if _moved_on(work, sent.get("seen", "")):
            raise Moved(form)
        before = _open_findings(person)
        record(actor, work, now=now, purpose=f"{mark} {form.purpose()}".strip())
        last = Event.objects.filter(user=actor.user, person=person.key, purpose__startswith=mark).order_by("id").last()
        return Saved(last.pk if last else 0, len(_open_findings(person) - before))


def mark_of(act: str, sent: Mapping[str, Any]) -> str:
    """The same for the same form with the same values. `sent`: the data of the request."""
    typed = sorted((name, _all(sent, name)) for name in sent if name not in ("csrfmiddlewaretoken", "seen"))
    return f"{act}#{hashlib.sha256(json.dumps(typed).encode()).hexdigest()[:MARK]}"


def _all(sent: Any, name: str) -> list[str]:
    return list(sent.getlist(name)) if hasattr(sent, "getlist") else [str(sent[name])]


def _moved_on(work: Work, seen: str) -> bool:
    """Whether a row the form showed, and would change, is of another version than it showed."""
    try:
        known = json.loads(seen)
    except ValueError:
        known = {}
    if not isinstance(known, dict):
        return True
    touched = [*(edit.row for edit in work.change), *work.delete]
    return any(known.get(name_of(row), row.version) != row.version for row in touched if hasattr(row, "version"))


def _open_findings(person: Person) -> set[int]:
    return set(Finding.objects.open().filter(case__person=person).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Undoable:
    """A save of the actor's own that can be taken back: nothing it wrote has been changed since."""

    act: str
    event: int
    changes: tuple[Change, ...]


def last_save(actor: Actor, person: Person, event: int, *, now: datetime) -> Undoable | None:
    """The save an event belongs to, when it is the actor's, recent, and nothing has been built on it."""
    found = Event.objects.filter(pk=event, user=actor.user, person=person.key, at__gte=now - UNDO_WITHIN).first()
    if found is None or "#" not in found.purpose:
        return None
    mark = found.purpose.partition(" ")[0]
    same = Change.objects.filter(
        person=person, event__user=actor.user, event__at=found.at, event__purpose__startswith=mark
    )
    changes = tuple(same.select_related("event").order_by("event_id"))
    if not changes or not all(_stands(change) for change in changes):
        return None
    return Undoable(mark.partition("#")[0], event, changes)


def reverse(undoable: Undoable) -> Work:
    """The work that takes a save back. Raises KeyError when a row is gone."""
    work = Work()
    for change in reversed(undoable.changes):
        model = BY_NAME[change.model]
        row = model._default_manager.filter(pk=change.row).first()
        before = {name: _value(model, name, values[0]) for name, values in change.fields.items()}
        if row is None:
            work += Work([model(**before)])
        elif change.event.action == Event.CREATED:
            work += Work(delete=[row])
        else:
            work += Work(change=[Edit(row, before)])
    return work


def _stands(change: Change) -> bool:
    """Whether the row is as this change left it: the latest change of it that there is."""
    later = Change.objects.filter(person=change.person_id, pk__gt=change.pk)
    return not later.filter(model=change.model, row=change.row).exists()


def _value(model: type[models.Model], column: str, stored: Any) -> Any:
    """A value as the model has it, from JSON."""
    field = next(field for field in model._meta.concrete_fields if field.attname == column)
    if stored is None:
        return None
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(stored)
    return stored if field.is_relation else field.to_python(stored)


def said_rows(form: Act) -> Iterator[tuple[str, str, Any, Any]]:
    """Of a form that met a change: field, label, what is stored now and what was typed, where they differ."""
    for name in form.fields:
        field = form[name]
        mine, theirs = field.value(), form.initial.get(name)
        if form.fields[name].has_changed(theirs, mine):
            yield name, str(field.label), theirs, mine
