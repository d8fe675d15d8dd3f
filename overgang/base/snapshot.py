"""The snapshot: the register and the annual returns as they stood, without a name or an identity number.

The first frozen seam (collect -> compute): a folder `snapshot-<12 hex>` with a Parquet file a table and
`manifest.json`. Named by content, never changed; the same register state gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from overgang.base.errors import BadInput
from overgang.base.folders import built_beside, canonical, name_of, read_json, rename_in, sha256

SCHEMA_VERSION = 2
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a snapshot table: its type, whether it may be empty, and what it holds."""

    type: pl.DataType
    says: str
    optional: bool = False


Int, Text, Day, Flag, Year = pl.Int64(), pl.String(), pl.Date(), pl.Boolean(), pl.Int16()

TABLES: Mapping[str, Mapping[str, Column]] = {
    "person": {
        "person": Column(Int, "keyed pseudonym; the key stays in the register"),
        "sex": Column(Text, "code of sex: M or F"),
        "birth_year": Column(Year, "year of birth"),
        "origin": Column(Text, "country of birth, ISO 3166 alpha-2"),
        "education": Column(Text, "education at arrival: none, primary, upper_secondary, higher, unknown"),
        "shielded": Column(Flag, "identity or address is protected: counted for the country only"),
    },
    "participation": {
        "person": Column(Int, "whose"),
        "unit": Column(
            Text, "municipality or city district at the start, e.g. K1101, B030103; empty if shielded", optional=True
        ),
        "regime": Column(Text, "legal regime"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty while it runs", optional=True),
        "end_reason": Column(Text, "code of the end reason; empty if none was registered", optional=True),
        "provenance": Column(Text, "who ended it: municipality, system, automatic", optional=True),
    },
    "annual_return": {
        "year": Column(Year, "the year the return is about"),
        "unit": Column(Text, "the unit that answered, as of that year"),
        "item": Column(Text, "item of the questionnaire, e.g. 1, 4, 7a"),
        "value": Column(Int, "the answer, if it is a number", optional=True),
        "answer": Column(Text, "value, zero, dont_know, blank"),
    },
    "invited": {
        "year": Column(Year, "the year the return is about"),
        "unit": Column(Text, "a unit that was asked to answer, as of that year"),
    },
}
"""The whole schema: writer, reader, documentation and tests all read this."""

SORTED_BY: Mapping[str, tuple[str, ...]] = {
    "person": ("person",),
    "participation": ("person", "start", "end", "unit"),
    "annual_return": ("year", "unit", "item"),
    "invited": ("year", "unit"),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that was found whole. `as_of` is the day the register was read; `note` is shown wherever it is
    used. `returns`: by year, what the annual returns add up to in the country and what is to be said of it; empty in
    one that was exported before there was such a thing."""

    folder: Path
    name: str
    as_of: date
    synthetic: bool
    note: str
    rows: Mapping[str, int]
    returns: Mapping[str, Any] = field(default_factory=dict)

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / f"{table}.parquet"


def write(
    parent: Path,
    tables: Mapping[str, pl.DataFrame],
    *,
    as_of: date,
    synthetic: bool,
    note: str,
    code_version: str,
    returns: Mapping[str, Any] | None = None,
) -> Snapshot:
    """Freezes `tables` (all of TABLES, cast to their types) as a new folder in `parent`; returns it.

    Raises BadInput, with nothing written, when a table or column is missing or holds an empty value it may not have.
    """
    frames = {name: _fitted(name, tables) for name in TABLES}
    with built_beside(parent) as scratch:
        entries = {}
        for name, frame in frames.items():
            path = scratch / f"{name}.parquet"
            frame.write_parquet(path, compression="zstd", statistics=True)
            entries[name] = {"rows": frame.height, "sha256": sha256(path), "columns": list(frame.columns)}
        manifest = {
            "schema_version": SCHEMA_VERSION,
            "as_of": as_of.isoformat(),
            "synthetic": synthetic,
            "note": note,
            "code_version": code_version,
            "returns": returns or {},
            "tables": entries,
        }
        (scratch / MANIFEST).write_text(canonical(manifest), encoding="utf-8")
        folder = parent / f"snapshot-{name_of(manifest)}"
        rename_in(scratch, folder)
    return read(folder)


def read(folder: Path) -> Snapshot:
    """Opens a snapshot, checking every byte against its manifest. Raises BadInput when anything is missing or
    changed."""
    manifest = read_json(folder / MANIFEST, "the manifest of a snapshot")
    try:
        return _checked(folder, manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{folder / MANIFEST} lacks {error}: export the snapshot anew.") from None


def _checked(folder: Path, manifest: Any) -> Snapshot:
    if manifest["schema_version"] != SCHEMA_VERSION:
        raise BadInput(
            f"{folder} has snapshot schema {manifest['schema_version']}; this program reads {SCHEMA_VERSION}: "
            "export it anew with this version."
        )
    expected = f"snapshot-{name_of(manifest)}"
    if folder.name != expected:
        raise BadInput(
            f"{folder} should be named {expected} by its manifest: it was changed or renamed. Export it anew."
        )
    for name in TABLES:
        path, entry = folder / f"{name}.parquet", manifest["tables"][name]
        if not path.is_file():
            raise BadInput(f"{path} is missing: export the snapshot anew.")
        if sha256(path) != entry["sha256"]:
            raise BadInput(
                f"{path} is not the file its manifest names: it is damaged or was changed. Export the snapshot anew."
            )
    return Snapshot(
        folder=folder,
        name=folder.name,
        as_of=date.fromisoformat(manifest["as_of"]),
        synthetic=manifest["synthetic"],
        note=manifest["note"],
        rows={name: entry["rows"] for name, entry in manifest["tables"].items()},
        returns=manifest.get("returns", {}),
    )


def _fitted(name: str, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    if name not in tables:
        raise BadInput(f"The table {name} is missing: a snapshot holds {', '.join(TABLES)}.")
    frame, columns = tables[name], TABLES[name]
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise BadInput(f"The table {name} has no column {', '.join(absent)}: it needs {', '.join(columns)}.")
    frame = frame.select(pl.col(column).cast(kind.type) for column, kind in columns.items())
    for column, kind in columns.items():
        if not kind.optional and (empty := frame[column].null_count()):
            raise BadInput(f"The column {column} of {name} is empty in {empty} rows: it may not be.")
    return frame.sort(SORTED_BY[name], nulls_last=True)
