"""The register's tables read back from the database, whole columns at a time: what a snapshot is made of.

The statements are Django's own; their rows are taken as the database gives them, a few ten thousand at a time, because
making an object of each first takes several times as long. Identity numbers are not among them.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl
from django.apps import apps
from django.db import connection, models

from overgang.access.keys import KeyRing
from overgang.collect.register.models import Absence, Decision, Leave, Load, Measure, Participation, Person
from overgang.collect.register.schema import TABLES, Register, empty, fitted

BATCH = 50_000
SHIELDED = pl.col("shielded").cast(pl.Int64) > 0
RECEIVED = {name: pl.col(name) == "yes" for name in ("social_assistance", "national_insurance", "other_support")}

Query = models.QuerySet[Any]


def read(ring: KeyRing, tables: Collection[str]) -> Register:
    """These tables of the register. A register nobody loaded is real, and has no note."""
    begun = Load.objects.last()
    return Register(
        {name: _table(name) for name in tables},
        synthetic=begun is not None and begun.synthetic,
        note=begun.note if begun else "",
        key=ring.pseudonym,
    )


def _table(name: str) -> pl.DataFrame:
    query, paths, made = _sources()[name]
    columns = TABLES[name]
    query = query.order_by("pk").values_list(*(paths.get(column, column) for column in columns))
    parts = [pl.DataFrame(part, schema=list(columns), orient="row", infer_schema_length=None) for part in _raw(query)]
    if not parts:
        return empty(name)
    return fitted(name, pl.concat(parts, how="vertical_relaxed").with_columns(**made))


def _raw(query: Query) -> Iterator[list[tuple[Any, ...]]]:
    sql, params = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while part := cursor.fetchmany(BATCH):
            yield part


def _sources() -> Mapping[str, tuple[Query, Mapping[str, str], Mapping[str, pl.Expr]]]:
    """Where each table comes from: the rows, the path to each column that has another name there, and what is made
    of a column afterwards."""
    of_participation = {"local_id": "participation__case__person__key"}
    of_case = {
        "local_id": "case__person__key",
        "start": "case__participation__start",
        "trigger": "case__trigger",
        "asked": "case__asked",
        "entered": "case__participation__entered",
        **{name: f"case__participation__{name}" for name in RECEIVED},
    }
    granted = Decision.objects.filter(kind="grant", case__participation__isnull=False)
    stops = Decision.objects.filter(kind__in=("stop_temporary", "stop_permanent"))
    return {
        "person": (
            Person.objects.all(),
            {"local_id": "key", "shielded": "address_grade"},
            {"shielded": SHIELDED},
        ),
        "participation": (
            Participation.objects.all(),
            {"local_id": "case__person__key", "unit": "case__unit", "regime": "case__regime"},
            {},
        ),
        "case": (granted, of_case, RECEIVED),
        "measure": (Measure.objects.all(), of_participation, {"directed_to": pl.col("directed_to").replace("", None)}),
        "leave": (Leave.objects.all(), of_participation, {}),
        "absence": (
            Absence.objects.all(),
            {**of_participation, "quarter": "start"},
            {"quarter": pl.col("quarter").cast(pl.Date).dt.truncate("1q")},
        ),
        "stop": (
            stops,
            {"local_id": "case__person__key", "start": "since", "end": "until"},
            {"kind": pl.col("kind").str.strip_prefix("stop_")},
        ),
        **{
            table: source
            for app in apps.get_app_configs()
            if hasattr(app, "sources_of_tables")
            for table, source in app.sources_of_tables().items()
        },
    }
