"""What the register's tables hold: one list for load, reading and the demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from overgang.base.snapshot import TABLES as SNAPSHOT
from overgang.base.snapshot import Column, Day, Flag, Int, Text

Tables = Mapping[str, pl.DataFrame]

TABLES: Mapping[str, Mapping[str, Column]] = {
    "person": {
        "local_id": Column(Text, "the municipality's or register's own identifier; never leaves the register"),
        "name": Column(Text, "name; never leaves the register", optional=True),
        "birth_date": Column(Day, "date of birth; only the year leaves the register"),
        "sex": Column(Text, "code of sex: M or F"),
        "origin": Column(Text, "country of birth, ISO 3166 alpha-2"),
        "education": Column(Text, "education at arrival: none, primary, upper_secondary, higher, unknown"),
        "shielded": Column(Flag, "identity or address is protected"),
    },
    "participation": {
        "local_id": Column(Text, "whose"),
        "unit": Column(Text, "the unit at the start, e.g. K1101, B030103; may be empty if shielded", optional=True),
        "regime": Column(Text, "legal regime"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty while it runs", optional=True),
        "end_reason": Column(Text, "code of the end reason; empty if none was registered", optional=True),
        "provenance": Column(Text, "who ended it: municipality, system, automatic", optional=True),
    },
    "annual_return": SNAPSHOT["annual_return"],
    "invited": SNAPSHOT["invited"],
    "identity": {
        "local_id": Column(Text, "whose"),
        "kind": Column(Text, "fnr, dnr or duf"),
        "number": Column(Text, "the number; never leaves the register"),
    },
    "case": {
        "local_id": Column(Text, "whose"),
        "start": Column(Day, "first day of the participation"),
        "trigger": Column(Text, "offer or claim"),
        "asked": Column(Day, "day of the offer or claim"),
        "decided": Column(Day, "day of the decision"),
        "entered": Column(Day, "day the end reason was entered; empty if it was not", optional=True),
        "social_assistance": Column(Flag, "received at the exit"),
        "national_insurance": Column(Flag, "received at the exit"),
        "other_support": Column(Flag, "received at the exit"),
    },
    "measure": {
        "local_id": Column(Text, "whose"),
        "kind": Column(Text, "kind of measure"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty while it runs", optional=True),
        "hours": Column(Int, "hours a week"),
        "directed_to": Column(Text, "what it is directed to; empty: what its kind is", optional=True),
    },
    "leave": {
        "local_id": Column(Text, "whose"),
        "kind": Column(Text, "kind of leave"),
        "decided": Column(Day, "day of the decision"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day"),
    },
    "absence": {
        "local_id": Column(Text, "whose"),
        "quarter": Column(Day, "first day of the quarter"),
        "authorised": Column(Int, "hours of authorised absence"),
        "unauthorised": Column(Int, "hours of unauthorised absence"),
    },
    "stop": {
        "local_id": Column(Text, "whose"),
        "kind": Column(Text, "temporary or permanent"),
        "decided": Column(Day, "day of the decision"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty if for good", optional=True),
    },
}

OPTIONAL = tuple(name for name in TABLES if name not in ("person", "participation"))
"""Tables a register may lack: then they are empty."""

IN_SNAPSHOT = tuple(name for name in TABLES if name in SNAPSHOT)
"""Tables that leave the register in a snapshot."""


@dataclass(frozen=True)
class Register:
    """Tables of a register (some or all of TABLES), whether its people are invented, the note shown with it, and the
    key of the pseudonyms in its snapshots."""

    tables: Tables
    synthetic: bool
    note: str
    key: bytes


def whole(tables: Tables) -> Tables:
    """Every table, with exactly its columns and types; those of OPTIONAL may be left out."""
    return {
        name: fitted(name, tables[name]) if name in tables or name not in OPTIONAL else empty(name) for name in TABLES
    }


def content(tables: Tables) -> str:
    """What names the tables: the same rows in the same order have the same 64 hex digits."""
    digest = sha256()
    for name, table in whole(tables).items():
        digest.update(f"{name}\n{table.write_csv()}".encode())
    return digest.hexdigest()


def fitted(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns and types; those that may be empty may be left out."""
    given = {name: pl.col(name) for name in frame.columns}
    return frame.select(
        (given.get(name, pl.lit(None)) if column.optional else pl.col(name)).cast(column.type).alias(name)
        for name, column in TABLES[table].items()
    )


def empty(table: str) -> pl.DataFrame:
    return pl.DataFrame(schema={name: column.type for name, column in TABLES[table].items()})
