"""Whole tables of an empty database filled as fast as it takes rows.

SQLite by statements for many rows at a time, PostgreSQL by COPY. Columns, their order and what stands where nothing is
given come from the models. Indices, and on PostgreSQL unique and foreign keys, go before and come back after: built
once over all rows they take a fraction of the time, and are checked all the same.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.core.management.color import no_style
from django.db import connection, models

BATCH = 50_000
"""Rows handed over at a time."""
NULL = "\\N"

SQLITE_INDICES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s"
PG_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype = 'f', conname
"""
PG_INDICES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def fill(rows: Mapping[type[models.Model], pl.DataFrame]) -> None:
    """Puts the rows into their tables, inside the caller's transaction: all of them or none.

    Raises IntegrityError when a row breaks a constraint.
    """
    with _without_indices(list(rows)):
        for model, frame in rows.items():
            _copy(model, frame) if connection.vendor == "postgresql" else _insert(model, frame)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
            cursor.execute(statement)


def _insert(model: type[models.Model], frame: pl.DataFrame) -> None:
    given, constants = _columns(model, frame)
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in (*given, *constants))
    places = ", ".join(["%s"] * (len(given) + len(constants)))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"
    ready = frame.select(
        *(pl.col(field).alias(column) for column, field in given.items()),
        *(pl.lit(value).alias(column) for column, value in constants.items()),
    ).with_columns(pl.selectors.date().dt.to_string("iso"))
    with connection.cursor() as cursor:
        for part in ready.iter_slices(BATCH):
            cursor.executemany(statement, part.rows())


def _copy(model: type[models.Model], frame: pl.DataFrame) -> None:
    given, constants = _columns(model, frame)
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in (*given, *constants))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    ready = frame.select(
        *(pl.col(field).alias(column) for column, field in given.items()),
        *(pl.lit(value).alias(column) for column, value in constants.items()),
    ).with_columns("\\x" + pl.selectors.binary().bin.encode("hex"))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for part in ready.iter_slices(BATCH):
            text = io.BytesIO()
            part.write_csv(text, include_header=False, null_value=NULL, quote_style="non_numeric")
            copy.write(text.getvalue())


def _columns(model: type[models.Model], frame: pl.DataFrame) -> tuple[dict[str, str], dict[str, Any]]:
    """Columns that the frame fills, with the names it has for them, and the value of those it does not."""
    given, constants = {}, {}
    for field in model._meta.concrete_fields:
        if field.attname in frame.columns:
            given[field.column] = field.attname
        elif not field.primary_key:
            constants[field.column] = field.get_db_prep_save(field.get_default(), connection)
    if unknown := set(frame.columns) - set(given.values()):
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    return given, constants


@contextmanager
def _without_indices(wanted: Sequence[type[models.Model]]) -> Iterator[None]:
    again: list[str] = []
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in wanted:
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                cursor.execute(PG_CONSTRAINTS, [table])
                for name, definition in cursor.fetchall():
                    cursor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")
                    again.append(f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} {definition}")
            cursor.execute(PG_INDICES if connection.vendor == "postgresql" else SQLITE_INDICES, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name if connection.vendor == 'postgresql' else quote(name)}")
                again.append(definition)
        yield
        for statement in sorted(again, key=lambda text: "FOREIGN KEY" in text):
            cursor.execute(statement)
