"""Whole tables of an empty database filled as fast as it takes rows.

SQLite by statements for many rows at a time, PostgreSQL by COPY. Columns, their order and what stands where nothing is
given come from the models. Indices, and on PostgreSQL unique and foreign keys, go before and come back after: built
once over all rows they take a fraction of the time, and are checked all the same.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

import polars as pl
from django.core.management.color import no_style
from django.db import connection, models

BATCH = 50_000
"""Rows handed over at a time."""
TOGETHER = 100
"""Rows a statement, on SQLite."""
NULL = "\\N"
HEX = "\\x"
"""How PostgreSQL is told that nothing stands there, and that bytes follow in hexadecimal."""

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
    """A hundred rows a statement: what SQLite does once a statement takes longer than what it does for a row."""
    ready = columns_of(model, frame).with_columns(pl.selectors.date().dt.to_string("iso"))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in ready.columns)
    row = f"({', '.join(['%s'] * ready.width)})"
    each = ready.width * TOGETHER

    def statement(rows: int) -> str:
        return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * rows)}"

    with connection.cursor() as cursor:
        for part in ready.iter_slices(BATCH):
            values = list(chain.from_iterable(part.rows()))
            whole = len(values) // each * each
            cursor.executemany(statement(TOGETHER), [values[at : at + each] for at in range(0, whole, each)])
            if rest := values[whole:]:
                cursor.execute(statement(len(rest) // ready.width), rest)


def _copy(model: type[models.Model], frame: pl.DataFrame) -> None:
    ready = columns_of(model, frame).with_columns(pl.selectors.binary().bin.encode("hex").str.replace("^", HEX))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in ready.columns)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for part in ready.iter_slices(BATCH):
            text = io.BytesIO()
            part.write_csv(text, include_header=False, null_value=NULL, quote_style="non_numeric")
            copy.write(text.getvalue())


def columns_of(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    """A column for each of the table, under its name: from the frame, or else what the model puts there."""
    columns = []
    given = set(frame.columns)
    for field in model._meta.concrete_fields:
        if field.attname in given:
            columns.append(pl.col(field.attname).alias(field.column))
        elif not field.primary_key:
            columns.append(pl.lit(field.get_db_prep_save(field.get_default(), connection)).alias(field.column))
    if unknown := given - {field.attname for field in model._meta.concrete_fields}:
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    return frame.select(columns)


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
