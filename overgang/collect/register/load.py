"""A whole register put into the empty database at once: how the demo begins, and a register that was kept elsewhere.

Unlike `record` it writes no event for each row and runs no quality rule: nobody did anything to these rows yet, and two
million events that say so would take longer than the rows and tell less than one that names their content. The quality
rules run over the whole register every night, and so the first night after.
"""

from datetime import datetime
from hashlib import sha256

from django.db import connection, models

from overgang.access import log
from overgang.access.actor import SYSTEM
from overgang.access.keys import KeyRing
from overgang.access.log import Entry
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.register import bulk
from overgang.collect.register.models import Change, Finding, Load, Person
from overgang.collect.register.record import MODELS, writing
from overgang.collect.register.rows import rows
from overgang.collect.register.schema import Tables, whole
from overgang.collect.returns.models import Answer, Invited


def load(tables: Tables, ring: KeyRing, *, synthetic: bool, note: str, now: datetime) -> Load:
    """Puts the tables into the database, all of them or nothing, and says so in one event.

    Raises BadInput when persons are there already, or the tables do not fit together.
    """
    known = whole(tables)
    ready = rows(known, ring)
    with connection.constraint_checks_disabled(), writing():
        if Person.objects.exists() or Answer.objects.exists():
            raise BadInput("The register holds persons already: a whole register goes into an empty one only.")
        bulk.fill(ready)
        made = Load.objects.create(
            content=content(known),
            at=now,
            synthetic=synthetic,
            note=note,
            rows={name: table.height for name, table in known.items()},
        )
        log.write(SYSTEM, [Entry(Event.CREATED, object=_object(made), content=made.content)], now=now)
    _settle()
    return made


def content(tables: Tables) -> str:
    """What names the tables: the same rows have the same 64 hex digits."""
    digest = sha256()
    for name, table in whole(tables).items():
        digest.update(f"{name}\n{table.write_csv()}".encode())
    return digest.hexdigest()


def clear(*, now: datetime) -> None:
    """Empties a synthetic register, so that another can be loaded; users and the log stay.

    Raises BadInput when any person of it is real: not of the last load, or of one that was not synthetic.
    """
    with connection.constraint_checks_disabled(), writing():
        last = Load.objects.last()
        number = Person.objects.count()
        if number and (last is None or not last.synthetic):
            raise BadInput(
                f"The register holds {number} persons who were not invented: nothing was replaced. Point OVERGANG_HOME "
                "or DATABASE_URL to another place for the demo."
            )
        if last is not None and (added := Person.objects.filter(pk__gt=last.rows["person"]).count()):
            raise BadInput(
                f"{added} persons were added to the synthetic register after it was loaded: nothing was replaced. "
                "Point OVERGANG_HOME to another place, or remove the database if nobody needs them."
            )
        _empty([Change, Finding, *reversed(MODELS), Answer, Invited])
        if last is not None:
            entry = Entry(Event.DELETED, object=_object(last), content=last.content)
            log.write(SYSTEM, [entry], now=now)
            Load.objects.all().delete()


def _object(made: Load) -> str:
    return f"load:{made.content[:12]}"


def _empty(wanted: list[type[models.Model]]) -> None:
    quote = connection.ops.quote_name
    tables = [quote(model._meta.db_table) for model in wanted]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def _settle() -> None:
    """The database learns how its rows are spread, and SQLite moves them from its write-ahead log to their place."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
