"""The log: events written with what they are about, sealed into a chain, and checked."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, transaction

from overgang.access import bulk
from overgang.access.actor import Actor
from overgang.access.models import Event, Seal

GENESIS = "0" * 64
"""What stands before the first seal."""
BATCH = 5000


class Entry(NamedTuple):
    """What an event says beside who and when: see `Event`."""

    action: str
    person: str = ""
    object: str = ""
    content: str = ""
    purpose: str = ""


def write(actor: Actor, entries: Iterable[Entry], *, now: datetime) -> Sequence[int]:
    """Adds an event an entry, in the caller's transaction, and gives their ids: when this fails, so does what it tells
    of."""
    told = list(entries)
    if not told:
        return ()
    n = len(told)
    at = connection.ops.adapt_datetimefield_value(now)
    who = [[value] * n for value in (at, actor.user, actor.role.id, actor.place)]
    *what, purposes = zip(*told, strict=True)
    names = ["at", "user_id", "role", "place", *Entry._fields]
    return bulk.insert_columns(Event, names, [*who, *what, [purpose[:200] for purpose in purposes]])


def note(actor: Actor, action: str, object: str, *content: Any, now: datetime) -> None:
    """An event about something that is no person: of its content the log keeps a hash."""
    write(actor, [Entry(action, object=object, content=digest(*content))], now=now)


def digest(*content: Any) -> str:
    """64 hex digits that stand for what was changed, and tell nothing of it."""
    return sha256(json.dumps(content, default=str, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def seal(*, now: datetime) -> Seal | None:
    """Seals every event that is not yet sealed; None when there is none. Two at once wait for each other."""
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("-id").first()
        events = list(Event.objects.filter(seal=None).order_by("id"))
        if not events:
            return None
        made = Seal.objects.create(at=now, events=len(events), head=_head(last.head if last else GENESIS, now, events))
        for at in range(0, len(events), BATCH):
            Event.objects.filter(id__in=[event.id for event in events[at : at + BATCH]]).update(seal=made)
        return made


def broken(head: str = "") -> str:
    """What is wrong with the chain, in a sentence; empty when it holds. `head`: the last one that was written down
    elsewhere, without which a cut tail cannot be seen."""
    before, seen = GENESIS, not head
    for link in Seal.objects.order_by("id").iterator():
        events = list(Event.objects.filter(seal=link).order_by("id"))
        if len(events) != link.events:
            return (
                f"Seal {link.id} covers {link.events} events, and {len(events)} are there: some were added or removed."
            )
        if _head(before, link.at, events) != link.head:
            return f"Seal {link.id} does not fit its events: one of {events[0].id} to {events[-1].id} was changed."
        before = link.head
        seen = seen or link.head == head
    return "" if seen else f"The head {head} that was written down is not in the chain: its end was cut off."


def head() -> str:
    """The head of the chain as it is now."""
    last = Seal.objects.order_by("-id").first()
    return last.head if last else GENESIS


def sealed() -> int:
    """How many events lie under a seal."""
    return Event.objects.exclude(seal=None).count()


def lines(number: int) -> list[str]:
    """The last events as plain lines, oldest first: for whoever runs the system, without names of persons."""
    found = list(Event.objects.select_related("user").order_by("-id")[:number])
    return [
        " ".join(
            part
            for part in (
                f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
                event.user.username if event.user else "-",
                f"{event.role}@{event.place or 'country'}" if event.role else "-",
                event.action,
                event.person and f"person:{event.person}",
                event.object,
            )
            if part
        )
        for event in reversed(found)
    ]


def _head(before: str, at: datetime, events: list[Event]) -> str:
    digest = sha256(f"{before} {at.timestamp()}\n".encode())
    for event in events:
        digest.update(_line(event).encode())
    return digest.hexdigest()


def _line(event: Event) -> str:
    """What is sealed: every field, in one way of writing it."""
    fields = (
        *(event.id, event.at.timestamp(), event.user_id or 0),
        *(event.role, event.place, event.action, event.person, event.object, event.purpose, event.content),
    )
    return json.dumps(fields) + "\n"
