"""Kills imports and saves at random moments and looks at what is left: `python -m tools.kill_import --points 200`.

At each point a process imports a file while another saves one row again and again and notes what was acknowledged. Both
are killed (SIGKILL), with all they started: at every other point some time after they began, at the others some time
after the import began to write. On PostgreSQL every tenth time a process of the server is killed with them, so that it
recovers from its log. When the database has let go of them it is asked: is anything of the file there without all of
it? Is a save gone that was acknowledged? Then the batch is started again, and must end with every row there once.

Every point begins with the same register, put back from a copy, and with processes forked from this one, so that no
time goes into starting Python. Delays are the same for the same seed, up to what the machine does meanwhile.
"""

import argparse
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROWS = 400
"""Rows of the file: its writing takes about as long as its reading."""
SERVER = 10
"""Every so many points of PostgreSQL its server is hit as well."""
OVER = 1.5
"""How far behind the end of an undisturbed import the last kills come."""


@dataclass
class Count:
    """What was found; `before`, `during` and `after` the writing of the import is when the kills came."""

    points: int = 0
    before: int = 0
    during: int = 0
    after: int = 0
    servers: int = 0
    partial: int = 0
    doubled: int = 0
    lost: int = 0
    saves: int = 0

    def line(self, name: str) -> str:
        hit = f", {self.servers} of them with the server" if self.servers else ""
        return (
            f"{name}: {self.points} kills{hit} ({self.before} before the writing, {self.during} in it, {self.after} "
            f"after the commit), {self.partial} partial, {self.doubled} doubled, {self.lost} of {self.saves} "
            "acknowledged saves lost"
        )

    @property
    def whole(self) -> bool:
        return not (self.partial or self.doubled or self.lost)


class Sqlite:
    """The register in a file, and its copy."""

    def __init__(self, home: Path) -> None:
        self.file, self.copy = home / "register.sqlite3", home / "copy.sqlite3"

    def keep(self) -> None:
        shutil.copyfile(self.file, self.copy)

    def put_back(self) -> None:
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.file)

    def hit(self) -> bool:
        return False

    def wait(self) -> None:
        pass


class Postgres:
    """The register in a database of a server, and its copy; what is done to them goes by another database."""

    def __init__(self, url: str) -> None:
        self.beside = url.replace("/overgang?", "/postgres?")

    def keep(self) -> None:
        self._do("CREATE DATABASE kept TEMPLATE overgang")

    def put_back(self) -> None:
        """Copied by files, with a checkpoint: else a sequence of the copy takes numbers that the log of the first
        database gave out in advance, and after a crash of the server gives them out again."""
        self._do("DROP DATABASE overgang")
        self._do("CREATE DATABASE overgang TEMPLATE kept STRATEGY file_copy")

    def hit(self) -> bool:
        """Kills a process that works for the register: the server ends all others and recovers from its log."""
        found = self._do("SELECT pid FROM pg_stat_activity WHERE datname = 'overgang' AND state <> 'idle' LIMIT 1")
        for (process,) in found:
            os.kill(process, signal.SIGKILL)
        return bool(found)

    def wait(self) -> None:
        """Until the server has noticed: what a dead client began is rolled back by then."""
        import psycopg

        while True:
            with suppress(psycopg.OperationalError):
                if not self._do("SELECT FROM pg_stat_activity WHERE datname = 'overgang'"):
                    return
            time.sleep(0.02)

    def _do(self, statement: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self.beside, autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description is not None else []


def main(argv: list[str] | None = None) -> int:
    args = _arguments(argv)
    with tempfile.TemporaryDirectory(prefix="overgang-kill-") as folder:
        home = Path(folder)
        os.environ |= {"OVERGANG_HOME": folder, "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
        os.environ.pop("DATABASE_URL", None)
        place: Sqlite | Postgres = Sqlite(home)
        if args.database == "postgresql":
            from tests import postgres

            url = postgres.start()
            place = Postgres(url)
            os.environ["DATABASE_URL"] = f"{url}&options=-c%20synchronous_commit%3Don"
        _begin(home)
        count = Points(place, home, random.Random(args.seed)).run(args.points)
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
    importlib.import_module("overgang.collect.register.batches.work")  # before the forks: not once for each


class Points:
    """The register all points begin with, and what was found at them. `whole`, `writing`: the seconds an undisturbed
    import takes, and its writing."""

    def __init__(self, place: Sqlite | Postgres, home: Path, chance: random.Random) -> None:
        from tests.collect.register.sending import held_by

        self.place, self.home, self.chance, self.count = place, home, chance, Count()
        self.actor = held_by("kari", "K5001")
        self.saved, self.batch = _person(self.actor), _submit(self.actor)
        _release()
        place.keep()
        self.whole, self.writing = self._undisturbed()

    def run(self, points: int) -> Count:
        for point in range(1, points + 1):
            self._point(point)
            if point % 20 == 0:
                print(f"  {point} of {points}", file=sys.stderr, flush=True)
        return self.count

    def _undisturbed(self) -> tuple[float, float]:
        began = time.monotonic()
        importer, told = _fork(_import)
        os.read(told, 1)
        wrote = time.monotonic()
        os.waitpid(importer, 0)
        ended = time.monotonic()
        self.batch.refresh_from_db()
        assert self.batch.state == "done", f"{self.batch.state} {self.batch.message} {self.batch.report}"
        return ended - began, ended - wrote

    def _point(self, point: int) -> None:
        _release()
        self.place.put_back()
        notes = self.home / f"acknowledged-{point}"
        notes.touch()
        importer, told = _fork(_import)
        saver, _ = _fork(lambda _: _save(self.actor, self.saved, notes))
        if point % 2:
            time.sleep(self.chance.uniform(0, self.whole * OVER))
            os.set_blocking(told, False)
        else:
            os.set_blocking(told, True)
        wrote = False
        with suppress(BlockingIOError):
            wrote = os.read(told, 1) == b"w"
        if not point % 2:
            time.sleep(self.chance.uniform(0, self.writing * OVER))
        self.count.servers += point % SERVER == 0 and self.place.hit()
        for process in (importer, saver):
            os.killpg(process, signal.SIGKILL)
        for process in (importer, saver):
            os.waitpid(process, 0)
        os.close(told)
        self.place.wait()
        self._judge(point, wrote)
        self._judge_saves(notes)
        self._again(point)

    def _judge(self, point: int, wrote: bool) -> None:
        self.count.points += 1
        self.batch.refresh_from_db()
        there = _there()
        if there not in ({0}, {ROWS}) or (self.batch.state == "done") != (there == {ROWS}):
            self.count.partial += 1
            print(f"  point {point}: {self.batch.state}, {there}", file=sys.stderr)
        elif self.batch.state == "done":
            self.count.after += 1
        elif wrote:
            self.count.during += 1
        else:
            self.count.before += 1

    def _judge_saves(self, notes: Path) -> None:
        from overgang.access.models import Event
        from overgang.collect.register.models import Change, Person

        acknowledged = notes.read_text(encoding="ascii").splitlines()
        self.count.saves += len(acknowledged)
        last = int(acknowledged[-1]) if acknowledged else 0
        person = Person.objects.get(pk=self.saved)
        stored = int(person.name.split()[-1])
        changes = Change.objects.filter(person=self.saved, event__action="changed").count()
        events = Event.objects.filter(person=person.key, action="changed").count()
        if stored < last or not stored == changes == events == person.version - 1:
            self.count.lost += 1
            print(f"  acknowledged {last}, stored {stored}, {changes} changes, {events} events told", file=sys.stderr)

    def _again(self, point: int) -> None:
        from django.utils import timezone

        from overgang.collect.register.batches import batch as batches
        from overgang.collect.register.batches import worker

        batches.again(self.batch, now=timezone.now())
        worker.run(self.batch.pk)
        self.batch.refresh_from_db()
        if self.batch.state != "done" or _there() != {ROWS}:
            self.count.doubled += 1
            print(f"  point {point} again: {self.batch.state} {self.batch.message}, {_there()}", file=sys.stderr)


def _there() -> set[int]:
    """How many persons, numbers, cases, events and changes of the file are there."""
    from overgang.access.models import Event
    from overgang.collect.register.models import Case, Change, Identifier, Person

    named = Person.objects.filter(name="Blid Vott")
    changes = Change.objects.filter(person__in=named).count()
    events = Event.objects.filter(person__in=named.values("key")).count()
    return {
        named.count(),
        Identifier.objects.filter(person__in=named).count(),
        Case.objects.filter(person__in=named).count(),
        changes // 3 if changes % 3 == 0 else -1,
        events // 3 if events % 3 == 0 else -1,
    }


def _submit(actor: Any) -> Any:
    from django.utils import timezone

    from overgang.collect.register.batches import batch as batches
    from tests.collect.register.sending import PERSON, csv, numbers

    rows = [f"{one};Blid Vott;01.05.1990;F;SY;primary" for one in numbers(0, ROWS)]
    made, _ = batches.submit(actor, "person", "person.csv", csv(PERSON, *rows), now=timezone.now(), wish="all")
    return made


def _person(actor: Any) -> int:
    from datetime import date

    from django.utils import timezone

    from overgang.collect.register import steps
    from overgang.collect.register.models import Person
    from overgang.collect.register.record import Work, record

    person = Person(name="Lagret 0", birth_date=date(1990, 5, 1), sex="F", origin="SY")
    record(actor, Work([person, steps.new_case(person, unit="K5001", regime="INTEGR_2021")]), now=timezone.now())
    return int(person.pk)


def _import(told: int) -> None:
    """Works on what waits, and tells when it begins to write."""
    from overgang.collect.register.batches import work, worker

    writing = work.writing

    def told_of() -> Any:
        os.write(told, b"w")
        return writing()

    work.writing = told_of
    worker.work()


def _save(actor: Any, saved: int, notes: Path) -> None:
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


def _fork(run: Callable[[int], None]) -> tuple[int, int]:
    """A process with a group of its own, and the end of a pipe that it tells by. It shares nothing: it is killed."""
    _release()
    heard, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(child, child)
        return child, heard
    try:
        os.setpgid(0, 0)
        os.close(heard)
        run(told)
    finally:
        os._exit(0)


def _release() -> None:
    """No connection goes into a child, and none holds a database that is put back."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


if __name__ == "__main__":
    sys.exit(main())
