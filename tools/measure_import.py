"""How long a file of 20 000 persons takes into the register, part by part, beside plain rows in the same database.

`python -m tools.measure_import --database postgresql` prints JSON; `make measure` puts it in its table.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT = 10.0
ROOT = Path(__file__).resolve().parent.parent
MEANS = (
    "A CSV file of persons, all new, read, planned, written with its events and changes, all quality rules run, in one "
    "process and one transaction; the limit is for 20 000 rows."
)
BESIDE = (
    "Rows of the register with their events and changes, a second of writing, beside rows of four short columns put "
    "into a table of the same database by executemany (SQLite) or COPY (PostgreSQL), in the same run."
)


def rows(n: int) -> list[tuple[str, str, str, str, str]]:
    """Lines for the table of `make measure`; a database that is not there has none."""
    found = []
    for database in ("sqlite", "postgresql"):
        command = [sys.executable, "-m", "tools.measure_import", "--rows", str(n), "--database", database]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode:
            continue
        took = json.loads(done.stdout.splitlines()[-1])
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took["parts"].items())
        whole = sum(took["parts"].values())
        limit = LIMIT * n / 20_000
        what = f"Import of {n} rows, {database}"
        found.append((what, f"{whole:.2f} s ({parts})", f"limit {limit:.1f} s", f"{whole / limit:.2f}", MEANS))
        ours, raw = took["written"] / took["parts"]["write"], took["raw"]
        found.append(("  rows written", f"{ours:.0f} /s", f"plain rows {raw:.0f} /s", f"{ours / raw:.2f}", BESIDE))
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = parser.parse_args(argv)
    if args.database == "postgresql":
        from tests import postgres

        os.environ["DATABASE_URL"] = postgres.start()
    else:
        os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="overgang-import-") as home:
        os.environ |= {"OVERGANG_HOME": home, "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
        print(json.dumps(_measured(args.rows, Path(home))))
    return 0


def _measured(n: int, home: Path) -> dict[str, Any]:
    import django

    from overgang.access import keys

    keys.write(home, keys.new_ring())
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from overgang.collect import files
    from overgang.collect.register.batches.plan import plan
    from overgang.collect.register.models import Change
    from overgang.collect.register.record import record
    from tests.collect.register.sending import PERSON, csv, held_by, numbers

    path, actor, today = home / "person.csv", held_by("kari", "K5001"), timezone.localdate()
    path.write_bytes(csv(PERSON, *(f"{one};Blid Vott;01.05.1990;F;SY;primary" for one in numbers(0, n))))
    gc.disable()
    took: dict[str, float] = {}
    sheet = _timed(took, "read", lambda: files.read(path, files.template("person"), today=today))
    made = _timed(took, "plan", lambda: plan(sheet, actor, "K5001", today, findings=False))
    _timed(took, "write", lambda: record(actor, made.work, now=timezone.now(), today=today, known=made.touched))
    assert Change.objects.count() == 3 * n
    return {"parts": took, "written": 3 * 3 * n, "raw": _raw(3 * n)}


def _timed(took: dict[str, float], name: str, run: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    found = run()
    took[name] = time.monotonic() - begun
    return found


def _raw(n: int) -> float:
    """Plain rows a second."""
    from django.db import connection, transaction

    values = [(at, "K5001", "2024-06-03", "Blid Vott") for at in range(n)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain (a BIGINT, b VARCHAR(8), c VARCHAR(10), d VARCHAR(200))")
        begun = time.monotonic()
        with transaction.atomic():
            if connection.vendor == "sqlite":
                cursor.executemany("INSERT INTO plain VALUES (%s, %s, %s, %s)", values)
            else:
                with cursor.cursor.copy("COPY plain FROM STDIN") as copy:
                    for row in values:
                        copy.write_row(row)
        return n / (time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
