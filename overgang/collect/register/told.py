"""What is told of a row in its change, {field: [before, after]} as JSON keeps it: all fields but its id and version."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db import models

as_json: Callable[[Any], str] = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
PLAIN = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey)
"""Fields whose values JSON has."""
REPEATED = (*PLAIN, models.DateField)
"""Fields of which equal values are written alike, and come again and again in many rows."""


def created(rows: Sequence[models.Model]) -> list[str]:
    """The JSON of many new rows of one model, a column at a time: a third of the time it takes row by row."""
    fields = _fields(type(rows[0]))
    names = sorted(fields)
    columns = [_cells([row.__dict__[name] for row in rows], fields[name]) for name in names]
    form = "{" + ", ".join(f'"{name}": [null, %s]' for name in names) + "}"
    return [form % cells for cells in zip(*columns, strict=True)]


def deleted(row: models.Model) -> str:
    return as_json({name: [value, None] for name, value in values_of(row).items()})


def values_of(row: models.Model) -> dict[str, Any]:
    """The values of a row, ready for JSON."""
    return {name: plain_value(row.__dict__[name]) for name in _fields(type(row))}


def plain_value(value: Any) -> Any:
    """A value as JSON keeps it: days as ISO text, hours as text, bytes as hex."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _cells(values: Sequence[Any], repeated: bool) -> list[str]:
    cell = lru_cache(typed=True)(_cell) if repeated else _cell
    return [cell(value) for value in values]


def _cell(value: Any) -> str:
    return str(value) if type(value) is int else as_json(plain_value(value))


@cache
def _fields(model: type[models.Model]) -> Mapping[str, bool]:
    """The columns that are told of, and whether they are of REPEATED."""
    return {
        field.attname: isinstance(field, REPEATED)
        for field in model._meta.concrete_fields
        if field.attname not in ("id", "version")
    }
