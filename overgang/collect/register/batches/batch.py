"""A batch from upload to undo: its states, and who may lead it from one to the next.

    waiting -> reading -> checked -> waiting -> writing -> done -> waiting -> undoing -> undone
                       -> refused (the file as a whole)         (any of the three in the middle -> failed)

Each step is made in the database on condition of the state before, so that two clicks, or two workers, make it once. A
worker holds a lock on the batch while it works; when it is gone and the state says it works, the batch has stopped, and
can be started again: nothing of it was written, because everything is written in one transaction with the state.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from django.db import IntegrityError, transaction

from overgang.access.actor import Actor, acting
from overgang.access.models import Grant
from overgang.collect.files import template
from overgang.collect.register.batches import storage
from overgang.collect.register.batches.plan import Outcome
from overgang.collect.register.models import Batch
from overgang.collect.register.record import writing

Choice = Literal["all", "rest"]
WORKING = {"check": "reading", "all": "writing", "rest": "writing", "undo": "undoing"}
"""What a worker is doing, by what it was asked for."""
STOPPED = "stopped"


def submit(
    actor: Actor, kind: str, name: str, content: bytes, *, now: datetime, wish: str = "check", unattended: bool = False
) -> tuple[Batch, bool]:
    """The batch of a file and whether it is new: a file that is here already has one, and is not taken again.

    Taken again it is when rows of it were rejected, or it failed, or was undone: what was mended since may let them in.
    `wish` "all" or "rest": it is written without anybody looking first.
    """
    template(kind)
    key = storage.key_of(content, kind, actor.place)
    there = Batch.objects.filter(unit=actor.place, kind=kind, key=key).first()
    if there is not None and not _again(there):
        return there, False
    with writing():
        if there is not None:
            Batch.objects.filter(pk=there.pk, key=key).update(key=f"{there.pk}:{key}"[:64])
        try:
            with transaction.atomic():
                made = Batch.objects.create(
                    key=key,
                    user_id=actor.user,
                    role=actor.role.id,
                    unit=actor.place,
                    kind=kind,
                    file=name[-200:],
                    state="receiving",
                    wish=wish,
                    unattended=unattended,
                    created=now,
                    moved=now,
                )
        except IntegrityError:
            return Batch.objects.get(unit=actor.place, kind=kind, key=key), False
    storage.keep(made, content)
    _step(made, "receiving", "waiting", now)
    return made, True


def accept(batch: Batch, choice: Choice, *, now: datetime) -> bool:
    """The user has seen what it would do: it is written as soon as a worker is free. False if that is so already."""
    return _step(batch, "checked", "waiting", now, wish=choice, message="")


def check(batch: Batch, *, now: datetime) -> bool:
    """What was shown may be old: it is asked anew."""
    return _step(batch, "checked", "waiting", now, wish="check", message="")


def undo(batch: Batch, *, now: datetime) -> bool:
    """The whole batch is to be taken back."""
    return _step(batch, "done", "waiting", now, wish="undo", message="")


def again(batch: Batch, *, now: datetime) -> bool:
    """Starts a batch again that stopped or failed; nothing of it was written."""
    if state_of(batch) not in (STOPPED, "failed"):
        return False
    return _step(batch, batch.state, "waiting", now, message="", done=0)


def counts(batch: Batch) -> list[tuple[str, int]]:
    """How many rows came out how, in the order of the outcomes: PostgreSQL keeps no order in what it stores."""
    known = batch.report.get("count", {})
    return [(outcome, known[outcome]) for outcome in map(str, Outcome) if outcome in known]


def state_of(batch: Batch) -> str:
    """The state as it is to be shown: a batch whose worker is gone has stopped."""
    if batch.state == "receiving":
        return STOPPED if not storage.kept(batch) else "waiting"
    if batch.state in WORKING.values() and not is_held(batch):
        batch.refresh_from_db(fields=["state"])
        return STOPPED if batch.state in WORKING.values() and not is_held(batch) else batch.state
    return batch.state


def claim(batch: Batch, now: datetime) -> bool:
    """Whether this worker is the one to do it."""
    return _step(batch, "waiting", WORKING[batch.wish], now)


def actor_of(batch: Batch, today: date) -> Actor | None:
    """Whoever sent it, if the role is still held today."""
    held = Grant.objects.filter(user=batch.user, role=batch.role, place=batch.unit).valid_on(today)
    if not batch.user.is_active or not held.exists():
        return None
    return acting(batch.user.pk, str(batch.user), batch.role, batch.unit)


@contextmanager
def held(batch: Batch) -> Iterator[None]:
    """While a worker is at it. The lock goes with the process, however it ends."""
    path = _lock(batch)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_held(batch: Batch) -> bool:
    try:
        with _lock(batch).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _lock(batch: Batch) -> Path:
    return storage.folder() / f"{batch.pk}.lock"


def _again(batch: Batch) -> bool:
    state = state_of(batch)
    return state in ("failed", "undone", STOPPED, "refused") or (state == "done" and batch.rejected > 0)


def _step(batch: Batch, before: str, after: str, now: datetime, **values: object) -> bool:
    with writing():
        made = Batch.objects.filter(pk=batch.pk, state=before).update(state=after, moved=now, **values)
    batch.refresh_from_db()
    return bool(made)
