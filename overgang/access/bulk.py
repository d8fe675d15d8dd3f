"""Many new rows at once: several times faster than Django's `bulk_create`, which goes on being used for a few.

The rows get their ids here, so what points to them can be written next. Only inside a transaction; no signal is sent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState

FEW = 20
"""Below this `bulk_create` is as fast, and asks the database less."""

Saved = Callable[[Any], Any]


def new[Row: models.Model](model: type[Row], **values: Any) -> Row:
    """A row as its constructor makes it, in a third of the time: no signal is sent, and a name that is no field passes
    unnoticed."""
    plain, called = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()
    known = row.__dict__
    known.update(plain)
    for name, default in called.items():
        if name not in values:
            known[name] = default()
    for name, value in values.items():
        if name in known:
            known[name] = value
        else:
            setattr(row, name, value)
    return row


def insert(rows: Sequence[models.Model]) -> None:
    """Writes rows of one model that are not there yet. Raises IntegrityError when the database refuses one."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW or any(row.pk is not None for row in rows):
        model._default_manager.bulk_create(rows)
        return
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        if field.is_relation:
            _point(rows, field)
    columns = [_column(rows, field.attname, saver(field)) for field in fields]
    ids = insert_columns(model, [field.column for field in fields], columns)
    alias = connection.alias
    for row, id in zip(rows, ids, strict=True):
        row.__dict__["id"] = id
        row._state.adding, row._state.db = False, alias


def insert_columns(model: type[models.Model], names: Sequence[str], columns: Sequence[Iterable[Any]]) -> Sequence[int]:
    """Writes rows given as columns of values that are ready for the database (see `saver`); gives their ids. The first
    column says how many they are."""
    columns = [column if isinstance(column, list) else list(column) for column in columns]
    ids = _ids(model, len(columns[0]))
    write(model, ["id", *names], zip(ids, *columns, strict=True))
    return ids


def write(model: type[models.Model], columns: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    """Writes rows of which everything is given, their keys too."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
            return
        with connection.wrap_database_errors, cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def saver(field: Any) -> Saved | None:
    """What makes a value ready for this database; None where it goes as it is."""
    if isinstance(field, models.DateTimeField | models.DecimalField | models.JSONField | models.BinaryField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.DateField) and connection.vendor == "sqlite":
        return lambda value: None if value is None else value.isoformat()
    return None


@cache
def _defaults(model: type[models.Model]) -> tuple[Mapping[str, Any], Mapping[str, Callable[[], Any]]]:
    """The defaults of the columns: as they are, and those that are made for each row."""
    fields = model._meta.concrete_fields
    called = {field.attname: field.default for field in fields if field.has_default() and callable(field.default)}
    return {field.attname: field.get_default() for field in fields if field.attname not in called}, called


def _ids(model: type[models.Model], n: int) -> Sequence[int]:
    """The next ids. On SQLite the one writer reads them from the table's counter; PostgreSQL gives them out."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            first = (found[0] if found else 0) + 1
            return range(first, first + n)
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)",
            [table, n],
        )  # a sub-select, which is looked up once and not for each number
        return [row[0] for row in cursor.fetchall()]


def _point(rows: Sequence[models.Model], field: Any) -> None:
    """What a row points to may have got its id after it was set."""
    name = field.attname
    for row in rows:
        if row.__dict__.get(name) is None and field.is_cached(row):
            other = field.get_cached_value(row)
            row.__dict__[name] = None if other is None else other.pk


def _column(rows: Sequence[models.Model], name: str, save: Saved | None) -> list[Any]:
    if save is None:
        return [row.__dict__[name] for row in rows]
    return [save(row.__dict__[name]) for row in rows]
