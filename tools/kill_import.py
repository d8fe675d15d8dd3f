"""Kills imports and saves at random moments and looks at what is left: `python -m tools.kill_import --points 200`.

At each point a worker imports a file while another process saves one row again and again and notes what was
acknowledged. Both are killed (SIGKILL) after a random delay, the same for the same seed up to what the machine does
meanwhile. When the database has let go of them it is asked: is anything of the file there without all of it? Is a save
gone that was acknowledged? Then the batch is started again, and must end with every row there once.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROWS = 60
"""Rows a file: enough that a kill often falls into the writing."""


@dataclass
class Count:
    """What was found. `slow`: files a busy machine did not read within the limit of time, and that were sent again."""

    points: int = 0
    unwritten: int = 0
    written: int = 0
    partial: int = 0
    doubled: int = 0
    lost: int = 0
    saves: int = 0
    slow: int = 0

    def line(self, name: str) -> str:
        return (
            f"{name}: {self.points} kills ({self.unwritten} before the commit, {self.written} after it), "
            f"{self.partial} partial, {self.doubled} doubled, {self.lost} of {self.saves} acknowledged saves lost"
            f"{f'; {self.slow} files sent again' if self.slow else ''}"
        )

    @property
    def whole(self) -> bool:
        return not (self.partial or self.doubled or self.lost)


def main(argv: list[str] | None = None) -> int:
    args = _arguments(argv)
    if args.database == "postgresql":
        from tests import postgres

        os.environ["DATABASE_URL"] = postgres.start()
    else:
        os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="overgang-kill-") as home:
        os.environ |= {"OVERGANG_HOME": home, "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
        _begin(Path(home))
        count = _run(args.points, args.seed, Path(home))
        _release()
    print(count.line(args.database))
    return 0 if count.whole else 1


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args(argv)


def _begin(home: Path) -> None:
    import django

    from overgang.access import keys

    keys.write(home, keys.new_ring())
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _run(points: int, seed: int, home: Path) -> Count:
    from overgang.collect.register.batches import worker
    from tests.collect.register.sending import held_by

    chance, count = random.Random(seed), Count()
    actor = held_by("kari", "K5001")
    saved = _person(actor)
    begun = time.monotonic()
    first = _submit(actor, 0)
    _wait(_fork(worker.work))
    longest = 1.2 * (time.monotonic() - begun)
    first.refresh_from_db()
    assert first.state == "done", f"the first file was not imported: {first.state} {first.message} {first.report}"
    for point in range(1, points + 1):
        batch = _submit(actor, point)
        notes = home / f"acknowledged-{point}"
        notes.touch()
        importer, saver = _fork(worker.work), _fork(lambda notes=notes: _save(actor, saved, notes))
        time.sleep(chance.uniform(0, longest))
        for process in (importer, saver):
            os.kill(process, signal.SIGKILL)
        for process in (importer, saver):
            os.waitpid(process, 0)
        _wait_for_backends()
        _judge(batch, point, count)
        _judge_saves(saved, notes, count)
        _again(actor, batch, point, count)
        if point % 20 == 0:
            print(f"  {point} of {points}", file=sys.stderr, flush=True)
    return count


def _judge(batch, point: int, count: Count) -> None:  # type: ignore[no-untyped-def]
    count.points += 1
    batch.refresh_from_db()
    there = _there(point)
    if there not in ({0}, {ROWS}) or (batch.state == "done") != (there == {ROWS}):
        count.partial += 1
        print(f"  point {point}: {batch.state}, {there}", file=sys.stderr)
    elif batch.state == "done":
        count.written += 1
    else:
        count.unwritten += 1


def _judge_saves(saved: int, notes: Path, count: Count) -> None:
    from overgang.collect.register.models import Change, Person

    told = notes.read_text(encoding="ascii").splitlines()
    count.saves += len(told)
    stored = int(Person.objects.get(pk=saved).name.split()[-1])
    last = int(told[-1]) if told else 0
    changes = Change.objects.filter(person=saved, event__action="changed").count()
    if stored < last or changes != stored:
        count.lost += 1
        print(f"  acknowledged {last}, stored {stored}, {changes} changes told", file=sys.stderr)


def _again(actor, batch, point: int, count: Count) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from overgang.collect.register.batches import batch as batches
    from overgang.collect.register.batches import worker

    batches.again(batch, now=timezone.now())
    worker.run(batch.pk)
    batch.refresh_from_db()
    while batch.state == "refused" and batch.report["faults"][0]["rule"] == "too_heavy":
        count.slow += 1
        batch = _submit(actor, point)
        worker.run(batch.pk)
        batch.refresh_from_db()
    if batch.state != "done" or _there(point) != {ROWS}:
        count.doubled += 1
        print(f"  point {point} again: {batch.state} {batch.message}, {_there(point)}", file=sys.stderr)


def _there(point: int) -> set[int]:
    """How many persons, numbers, cases, events and changes of a file are there."""
    from overgang.access.models import Event
    from overgang.collect.register.models import Case, Change, Identifier, Person

    named = Person.objects.filter(name=_name(point))
    batch_changes = Change.objects.filter(person__in=named).count()
    events = Event.objects.filter(person__in=named.values("key")).count()
    return {
        named.count(),
        Identifier.objects.filter(person__in=named).count(),
        Case.objects.filter(person__in=named).count(),
        batch_changes // 3,
        events // 3,
    }


def _name(point: int) -> str:
    """What all persons of a file are called: names have no digits."""
    return "Fil " + "".join("abcdefghij"[int(digit)] for digit in str(point))


def _submit(actor, point: int):  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from overgang.collect.register.batches import batch as batches
    from tests.collect.register.sending import PERSON, csv, numbers

    rows = [f"{one};{_name(point)};01.05.1990;F;SY;primary" for one in numbers(point * ROWS, ROWS)]
    made, _ = batches.submit(actor, "person", "person.csv", csv(PERSON, *rows), now=timezone.now(), wish="all")
    return made


def _person(actor) -> int:  # type: ignore[no-untyped-def]
    from datetime import date

    from django.utils import timezone

    from overgang.collect.register import steps
    from overgang.collect.register.models import Person
    from overgang.collect.register.record import Work, record

    person = Person(name="Lagret 0", birth_date=date(1990, 5, 1), sex="F", origin="SY")
    record(actor, Work([person, steps.new_case(person, unit="K5001", regime="INTEGR_2021")]), now=timezone.now())
    return int(person.pk)


def _save(actor, saved: int, notes: Path) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from overgang.collect.register.models import Person
    from overgang.collect.register.record import Edit, Work, record

    with notes.open("a", buffering=1, encoding="ascii") as file:
        while True:
            person = Person.objects.get(pk=saved)
            number = int(person.name.split()[-1]) + 1
            record(actor, Work(change=[Edit(person, {"name": f"Lagret {number}"})]), now=timezone.now())
            file.write(f"{number}\n")
            time.sleep(0.01)


def _fork(run: Callable[[], None]) -> int:
    """A process of its own, without starting Python anew: it is killed, so nothing of it is shared."""
    _release()
    child = os.fork()
    if child:
        return child
    try:
        run()
    finally:
        os._exit(0)


def _wait(process: int) -> None:
    os.waitpid(process, 0)


def _release() -> None:
    """No connection goes into a child."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _wait_for_backends() -> None:
    """Until the server has noticed: what a dead client began is rolled back by then."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
