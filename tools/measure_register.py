"""The register's database measured: a whole register loaded, and frozen from there, on SQLite and PostgreSQL.

Each database is measured in a process of its own, with a home of its own. Beside the load stands the plain way: the
same rows, already made, one `INSERT` each by `executemany` of the same driver into the same tables with their indices.
On PostgreSQL that takes minutes, so each table gives its first rows only; the rate is what is compared.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from overgang.cli import LAST_DAY, SEED
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register import schema
from overgang.demo import loading
from overgang.demo.country import Country, register

LIMIT = 10
"""Seconds a snapshot of the whole register may take."""
PLAIN_ROWS = 20_000
"""First rows of each table that the plain way is measured with."""
DATABASES = ("SQLite", "PostgreSQL")

Row = tuple[str, str, str, str, str]


def rows(made: Country, scratch: Path) -> Iterator[Row]:
    """Rows of the table of `measure`: what, ours, peer or limit, ratio, means."""
    tables = scratch / "tables"
    tables.mkdir()
    loading.hand_over(made.register, tables)
    own = freeze(register(made, SEED), scratch / "own", as_of=LAST_DAY, progress=lambda _: None)
    for name in DATABASES:
        found = _measured(name, tables)
        if found is None:
            yield f"Load, {name}", "not installed", "-", "-", "apt install postgresql"
            continue
        assert found["snapshot_name"] == own.name
        ours, plain = found["rows"] / found["load"], found["plain_rows"] / found["plain"]
        yield (
            f"Load, {name}",
            f"{ours:.0f} rows/s",
            f"executemany {plain:.0f} rows/s",
            f"{ours / plain:.2f}",
            f"collect.register.load: {found['rows']} rows of the whole synthetic register from tables in memory to the "
            f"committed database, numbers encrypted and indices built, in {found['load']:.1f} s. Beside it as the "
            f"docstring of tools/measure_register.py says, {found['plain_rows']} rows.",
        )
        yield (
            f"Snapshot, {name}",
            f"{found['snapshot']:.2f} s",
            f"limit {LIMIT} s",
            f"{found['snapshot'] / LIMIT:.2f}",
            "The whole register read from the database, pseudonyms, and Parquet files; the same bytes as from the "
            "generator's tables.",
        )


def _measured(database: str, tables: Path) -> dict[str, float] | None:
    """What a process of its own found; None when the database is not installed."""
    from tests import postgres

    with tempfile.TemporaryDirectory(prefix="overgang-register-") as home:
        environment = {**os.environ, "OVERGANG_HOME": home, "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
        environment.pop("DATABASE_URL", None)
        if database == "PostgreSQL":
            try:
                environment["DATABASE_URL"] = postgres.start()
            except postgres.NoServer:
                return None
        command = [sys.executable, "-m", "tools.measure_register", str(tables)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return dict(json.loads(done.stdout))


def main(folder: Path) -> None:
    home = Path(os.environ["OVERGANG_HOME"])
    loading.prepare(home)
    from django.conf import settings

    from overgang.access import keys
    from overgang.collect.register import load, reading
    from overgang.demo.country import NOTE, synthetic_key

    ring = keys.new_ring(synthetic_key(SEED))
    keys.write(settings.KEYS, ring)
    tables, now = loading.tables_in(folder), datetime.now(UTC)
    ready = load.rows(tables, ring)
    plain, plain_rows = _plain(ready)
    begun = time.perf_counter()
    load.load(tables, ring, synthetic=True, note=NOTE, now=now)
    loaded = time.perf_counter()
    found = freeze(reading.read(ring, schema.IN_SNAPSHOT), home / FOLDER, as_of=LAST_DAY, progress=lambda _: None)
    read = time.perf_counter()
    number = sum(frame.height for frame in ready.values())
    result = {"rows": number, "load": loaded - begun, "plain": plain, "plain_rows": plain_rows}
    print(json.dumps({**result, "snapshot": read - loaded, "snapshot_name": found.name}))


def _plain(ready: Mapping[Any, pl.DataFrame]) -> tuple[float, int]:
    """Seconds, and rows: undone again before the load."""
    from django.db import connection, transaction

    from overgang.collect.register import bulk

    took, number = 0.0, 0
    with connection.constraint_checks_disabled(), transaction.atomic():
        for model, frame in ready.items():
            some = bulk.columns_of(model, frame.head(PLAIN_ROWS))
            names = ", ".join(connection.ops.quote_name(name) for name in some.columns)
            places = ", ".join(["%s"] * some.width)
            data = some.with_columns(pl.selectors.date().dt.to_string("iso")).rows()
            table = connection.ops.quote_name(model._meta.db_table)
            with connection.cursor() as cursor:
                begun = time.perf_counter()
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", data)
                took += time.perf_counter() - begun
            number += len(data)
        transaction.set_rollback(True)
    return took, number


if __name__ == "__main__":
    main(Path(sys.argv[1]))
