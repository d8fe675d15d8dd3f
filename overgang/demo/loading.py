"""The demo's register in the database: tables and keys, the load, the snapshot read from there, accounts, and a round.

All of this runs in a process of its own, beside the one that builds the edition: the load needs one core, and only
this process needs Django.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from overgang.access import keys
from overgang.access.keys import KeyRing
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register.schema import IN_SNAPSHOT, TABLES, Tables
from overgang.demo.country import NOTE, synthetic_key

GIVES_WAY = 10


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done: rows and seconds of the load (0 when the register was there already), the name of the snapshot
    read from the database and its seconds, and who can sign in."""

    rows: int
    load: float
    snapshot: str
    read: float
    accounts: Sequence[str]


def may_be_there(home: Path) -> bool:
    """Whether there may be a register already. In a fresh folder nobody has to wait for the answer."""
    return bool(os.environ.get("DATABASE_URL")) or any(home.glob("*.sqlite3"))


def prepare(home: Path) -> None:
    """Makes the tables where there are none. Raises BadInput, with nothing changed, when the database holds a real
    register. From here on this process gives way to the one that builds the edition."""
    os.nice(GIVES_WAY)
    _django(home)
    from django.core.management import call_command

    from overgang.collect.register.load import refuse_real

    refuse_real()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def is_loaded(content: str) -> bool:
    """Whether the register began as the tables of this content."""
    from overgang.collect.register.models import Load

    begun = Load.objects.last()
    return begun is not None and begun.content == content


def bring_in(home: Path, folder: Path | None, seed: int, as_of: date, now: datetime) -> Loaded:
    """Loads the tables in `folder` (None: what is there stays), in place of another synthetic register, and freezes
    what the database then holds."""
    from django.conf import settings

    from overgang.collect.register import load, reading

    begun = time.perf_counter()
    rows = 0
    if folder:
        load.clear(now=now)
        ring = _ring(settings.KEYS, seed)
        rows = sum(load.load(tables_in(folder), ring, synthetic=True, note=NOTE, now=now).rows.values())
    ring = keys.read(settings.KEYS)
    loaded = time.perf_counter()
    register = reading.read(ring, IN_SNAPSHOT)
    found = freeze(register, home / FOLDER, as_of=as_of, progress=lambda _: None)
    read = time.perf_counter()
    return Loaded(rows, loaded - begun if folder else 0, found.name, read - loaded, _accounts(ring, now))


def first_night(home: Path, now: datetime) -> None:
    """Looks at the returns as sending would have done, and runs the quality rules over everybody, unless that was done.
    It takes minutes, so the demo does it while its sites are up already; a register in use does it every night."""
    _django(home)
    from django.utils import timezone

    from overgang.access.actor import SYSTEM
    from overgang.collect.register.findings import refresh
    from overgang.collect.register.models import Finding, Person
    from overgang.collect.register.night import refresh_units
    from overgang.collect.returns import keeping
    from overgang.collect.returns.models import Round, Step

    if not Step.objects.exists():
        for round_ in Round.objects.order_by("year"):
            keeping.examine_all(SYSTEM, round_, now=now)
    if not Finding.objects.exists():
        today = timezone.localdate(now)
        refresh(list(Person.objects.values_list("pk", flat=True)), today)
        refresh_units(today)


def hand_over(tables: Tables, folder: Path) -> None:
    """Puts the tables where `bring_in` takes them from: files are quicker than a pipe between processes."""
    for name, table in tables.items():
        table.write_ipc(folder / f"{name}.arrow")


def tables_in(folder: Path) -> Tables:
    return {name: pl.read_ipc(folder / f"{name}.arrow") for name in TABLES}


def _django(home: Path) -> None:
    os.environ["OVERGANG_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
    import django

    django.setup()


def _ring(folder: Path, seed: int) -> KeyRing:
    """The ring that is there, or a new one, with the seed's own key for pseudonyms."""
    ring = keys.read(folder) if (folder / keys.FILE).exists() else keys.new_ring()
    ring = replace(ring, pseudonym=synthetic_key(seed))
    keys.write(folder, ring)
    return ring


def _accounts(ring: KeyRing, now: datetime) -> list[str]:
    from django.db import transaction

    from overgang.demo import accounts, round

    with transaction.atomic():
        accounts.make_accounts(ring, now=now)
        round.make_round(now)
    return list(accounts.shown(ring))
