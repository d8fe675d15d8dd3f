"""The register's database from `DATABASE_URL`: SQLite in the data folder by default, PostgreSQL where it is given."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from overgang.base.errors import BadInput

FILE = "register.sqlite3"
SQLITE = {
    # WAL: readers never wait. FULL: what was acknowledged survives a power cut. IMMEDIATE: two writers queue at the
    # beginning instead of failing at the end.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=2;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}

POSTGRESQL = "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
"""A page asks for a few hundred rows of one unit: by an index, on a disk without a head to move, and by one process.
With the server's own guesses a work list reads the findings of the whole country. `?options=` in the address goes
before."""


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's settings of a database.

    `postgresql://user:password@host:port/name?option=value`, `sqlite:///path`, or "" for the file in `home`. Raises
    BadInput for another address.
    """
    parts = urlsplit(url)
    if parts.scheme in ("", "sqlite"):
        path = Path(unquote(parts.path)) if parts.path else home / FILE
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": dict(SQLITE)}
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadInput(
            f"DATABASE_URL begins with {parts.scheme!r}: give postgresql://user:password@host/name or sqlite:///path."
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}, "options": POSTGRESQL, **query},
    }
