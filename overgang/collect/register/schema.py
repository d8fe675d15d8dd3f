"""What the register's tables hold: one list for store, import, checks and documentation."""

from collections.abc import Mapping

import polars as pl

from overgang.base.snapshot import TABLES as SNAPSHOT
from overgang.base.snapshot import Column, Day, Flag, Text

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
}

PROVENANCE = ("municipality", "system", "automatic")
ANSWERS = ("value", "zero", "dont_know", "blank")


def fitted(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns and types."""
    return frame.select(pl.col(name).cast(column.type) for name, column in TABLES[table].items())
