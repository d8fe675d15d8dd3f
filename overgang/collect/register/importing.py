"""A register taken from CSV files: all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from overgang.access.keys import KeyRing
from overgang.base.errors import BadInput
from overgang.collect.register.checks import FINDINGS, RULES
from overgang.collect.register.csvfiles import Fault, Row, read_rows
from overgang.collect.register.load import load
from overgang.collect.register.models import new_key
from overgang.collect.register.schema import OPTIONAL, TABLES, Tables

SHOWN = 20


def import_csv(folder: Path, ring: KeyRing, *, now: datetime) -> list[Fault]:
    """Loads the CSV files of `folder`, one a table, into the empty register; only person and participation must be
    there. Returns what is doubtful, late or missing in what was taken in.

    Raises BadInput naming file, line, what was found and what to do for the first twenty faults and counting the rest,
    or saying that the register is not empty; it is then as it was.
    """
    faults: list[Fault] = []
    tables = {name: _rows(folder, name, faults) for name in TABLES}
    if not faults:
        faults = [fault for rule in RULES for fault in rule(tables)]
    if faults:
        raise BadInput(_report(folder, faults))
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    load(_under_new_keys(frames), ring, synthetic=False, note="", now=now)
    return [fault for rule in FINDINGS for fault in rule(tables)]


def _rows(folder: Path, table: str, faults: list[Fault]) -> list[Row]:
    path = folder / f"{table}.csv"
    if path.is_file():
        return read_rows(path, TABLES[table], faults)
    if table not in OPTIONAL:
        raise BadInput(f"{path} is missing: put the file there, or point to another folder.")
    return []


def _frame(table: str, rows: list[Row]) -> pl.DataFrame:
    columns = TABLES[table]
    return pl.DataFrame(
        {name: [row.values[name] for row in rows] for name in columns},
        schema={name: column.type for name, column in columns.items()},
    )


def _under_new_keys(tables: Tables) -> Tables:
    """What stands for a person in addresses and the log must say nothing: a local identifier may be a number that
    does."""
    local = tables["person"]["local_id"]
    keys = pl.DataFrame({"local_id": local, "key": [new_key() for _ in local]}, schema_overrides={"key": pl.String})
    return {
        name: table.join(keys, on="local_id", maintain_order="left").drop("local_id").rename({"key": "local_id"})
        if "local_id" in table.columns
        else table
        for name, table in tables.items()
    }


def _report(folder: Path, faults: list[Fault]) -> str:
    number = len(faults)
    first = f"{folder} was not imported: {number} {'fault' if number == 1 else 'faults'}; the register is as it was."
    return "\n".join([first, *listed(faults)])


def listed(faults: Sequence[Fault]) -> list[str]:
    """A line for each of the first twenty, and how many more there are."""
    lines = [str(fault) for fault in faults[:SHOWN]]
    return [*lines, f"... and {len(faults) - SHOWN} more."] if len(faults) > SHOWN else lines
