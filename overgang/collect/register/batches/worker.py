"""The processes that work on batches: so many at a time, each taking one batch after another until none waits.

A process of its own can be killed, or kill itself by a hostile file, without taking the site along. Who asks for work
calls `wake`; it starts a process when a place is free, and is called again by every page that shows a waiting batch.
"""

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from overgang.base.locks import alone

PLACES = 2
"""Processes at a time: the machine has other things to do on the day of the deadline."""


def wake() -> None:
    """Starts a worker if a place is free; a worker too many ends at once."""
    if any(_is_free(place) for place in range(PLACES)):
        subprocess.Popen(
            [sys.executable, "-m", "overgang.collect.register.batches.worker"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "overgang.settings.internal"},
        )


def work() -> None:
    """Takes waiting batches, the oldest first, until there is none. A place that is taken is somebody else's."""
    for place in range(PLACES):
        with _taken(place) as mine:
            if mine:
                while _next():
                    pass
                return


def run(batch_id: int, earlier: dict[str, Any] | None = None) -> None:
    """Works on one batch in this process, if it waits. `earlier`: see `work.do`."""
    from overgang.collect.register.batches import batch as batches
    from overgang.collect.register.batches.work import do
    from overgang.collect.register.models import Batch

    batch = Batch.objects.select_related("user").get(pk=batch_id)
    with batches.held(batch), _without_collector():
        if not batches.claim(batch, _now()):
            return
        try:
            do(batch, _now, earlier)
        except Exception:
            logging.getLogger(__name__).exception("batch %s", batch.pk)
            Batch.objects.filter(pk=batch.pk).update(state="failed", message="failed", moved=_now())


def _next() -> bool:
    from overgang.collect.register.models import Batch

    waiting = Batch.objects.filter(state="waiting").order_by("moved", "pk").values_list("pk", flat=True).first()
    if waiting is None:
        return False
    run(waiting)
    return True


def _is_free(place: int) -> bool:
    with _taken(place) as mine:
        return mine


def _taken(place: int) -> AbstractContextManager[bool]:
    from overgang.collect.register.batches import storage

    storage.folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    return alone(storage.folder() / f"worker-{place}.lock")


@contextmanager
def _without_collector() -> Iterator[None]:
    """A file is at most 20 000 rows, all in use to the end: the collector of cycles would go through them in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    import django

    django.setup()
    work()
