"""A whole register put into the empty database at once: how the demo begins.

Unlike `record` it writes no event for each row and runs no quality rule: nobody did anything to these rows yet, and two
million events that say so would take longer than the rows and tell less than one that names their content. The quality
rules run over the whole register every night, and so the first night after.
"""

from datetime import datetime

from django.apps import apps
from django.db import connection, models

from overgang.access import log
from overgang.access.actor import SYSTEM
from overgang.access.keys import KeyRing
from overgang.access.log import Entry
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.register import bulk
from overgang.collect.register.models import Load, Person
from overgang.collect.register.record import writing
from overgang.collect.register.rows import rows
from overgang.collect.register.schema import Tables, content, whole

APPS = ("register", "returns")
"""Whose tables hold persons, and what was answered about them."""


def load(tables: Tables, ring: KeyRing, *, synthetic: bool, note: str, now: datetime) -> Load:
    """Puts the tables into the database, all of them or nothing, and says so in one event.

    Raises BadInput when persons are there already, or the tables do not fit together.
    """
    known = whole(tables)
    ready = rows(known, ring)
    with connection.constraint_checks_disabled(), writing():
        if any(model._default_manager.exists() for model in ready):
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
    if not connection.in_atomic_block:
        _settle()
    return made


def refuse_real() -> None:
    """Raises BadInput when the database holds persons who were not invented. It may have no tables yet."""
    there = connection.introspection.table_names()
    if Person._meta.db_table not in there or not Person.objects.exists():
        return
    begun = Load.objects.last() if Load._meta.db_table in there else None
    if begun is None or not begun.synthetic:
        raise BadInput(
            f"The register holds {Person.objects.count()} persons who were not invented: nothing was changed. Point "
            "OVERGANG_HOME or DATABASE_URL to another place for the demo."
        )


def clear(*, now: datetime) -> None:
    """Empties a synthetic register, so that another can be loaded; users and the log stay.

    Raises BadInput when it holds persons who may be real: those of a register that was not invented, or who were added
    to one that was.
    """
    with connection.constraint_checks_disabled(), writing():
        refuse_real()
        begun = Load.objects.last()
        if begun is None:
            return
        if added := Person.objects.filter(pk__gt=begun.rows["person"]).count():
            raise BadInput(
                f"{added} persons were added to the synthetic register after it was loaded: nothing was replaced. "
                "Point OVERGANG_HOME to another place, or remove the database if nobody needs them."
            )
        _empty([model for app in APPS for model in apps.get_app_config(app).get_models() if model is not Load])
        log.write(SYSTEM, [Entry(Event.DELETED, object=_object(begun), content=begun.content)], now=now)
        Load.objects.all().delete()


def _object(made: Load) -> str:
    return f"load:{made.content[:12]}"


def _empty(wanted: list[type[models.Model]]) -> None:
    quote = connection.ops.quote_name
    tables = [quote(model._meta.db_table) for model in wanted]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()  # what this transaction wrote itself is checked now: TRUNCATE cannot wait
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
