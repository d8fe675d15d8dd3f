"""The edition: what is published, frozen.

The second frozen seam (publish -> serve): a folder `edition-<reference year>-<12 hex>` with `edition.json`, a Parquet
file a table under `tables/`, `texts.json`, `audit.json` and `changes.json`. Named by content, never changed. The site
follows the pointer `current`. This module reads; only `publish` writes, and only from protected cubes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from overgang.base.cube import MISSING, TOTAL, Cell, State
from overgang.base.errors import BadInput
from overgang.base.folders import canonical, name_of, read_json, sha256

FORMAT = 1
EDITION_FILE = "edition.json"
POINTER = "current"

CELL_COLUMNS: Mapping[str, pl.DataType] = {
    "count": pl.Int64(),
    "count_state": pl.String(),
    "share": pl.Int64(),
    "share_state": pl.String(),
    "marks": pl.String(),
}
"""Beside a table's dimensions (String): the count and the whole percent of the cell with outcome `total`, each empty
where its state (`:`, `..`, `.`) says why, and the marks. Tables without outcome have no share columns."""


@dataclass(frozen=True)
class PublishedTable:
    """One protected table as frozen. Looks cells up by code; a combination that is not in the table is `..`
    (missing)."""

    id: str
    counts: str
    dimensions: tuple[str, ...]
    title: Mapping[str, str]
    path: Path

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All cells: the dimensions and CELL_COLUMNS."""
        return pl.read_parquet(self.path)

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], int]:
        return {key: row for row, key in enumerate(self.frame.select(self.dimensions).iter_rows())}

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {name: self.frame[name].to_list() for name in self.frame.columns if name in CELL_COLUMNS}

    @property
    def has_share(self) -> bool:
        return "outcome" in self.dimensions

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of each dimension that occur, sorted."""
        return {name: tuple(sorted(self.frame[name].unique())) for name in self.dimensions}

    def count(self, **at: str) -> Cell:
        """The count at `at`; dimensions left out are `total`."""
        return self._cell("count", at)

    def share(self, **at: str) -> Cell:
        """The whole percent at `at` of the cell with outcome `total`."""
        return self._cell("share", at)

    def _cell(self, content: str, at: Mapping[str, str]) -> Cell:
        unknown = set(at) - set(self.dimensions)
        if unknown:
            raise KeyError(f"{self.id} has no dimension {', '.join(sorted(unknown))}")
        row = self._rows.get(tuple(at.get(name, TOTAL) for name in self.dimensions))
        if row is None or content not in self._columns:
            return MISSING
        return Cell(
            self._columns[content][row], State(self._columns[f"{content}_state"][row]), self._columns["marks"][row]
        )


@dataclass(frozen=True)
class Edition:
    """An edition that was found whole."""

    folder: Path
    id: str
    title: Mapping[str, str]
    reference_year: int
    years: tuple[int, ...]
    state: str
    embargo: str | None
    predecessor: str | None
    snapshot: str
    snapshot_as_of: str
    snapshot_note: str
    synthetic: bool
    code_version: str
    indicators: Mapping[str, Any]
    policy: Mapping[str, Any]
    notes: Mapping[str, Any]
    tables: Mapping[str, PublishedTable] = field(repr=False)

    @cached_property
    def texts(self) -> Mapping[str, Any]:
        """Sentences by year and id, each in nb, nn and en with the claim it makes: see `publish.prose`."""
        found: Mapping[str, Any] = read_json(self.folder / "texts.json", "the texts of an edition")
        return found

    @cached_property
    def audit(self) -> Mapping[str, Any]:
        """What the attack on this edition found, in summary."""
        found: Mapping[str, Any] = read_json(self.folder / "audit.json", "the audit of an edition")
        return found

    @cached_property
    def changes(self) -> Mapping[str, Any]:
        """What differs from the predecessor."""
        found: Mapping[str, Any] = read_json(self.folder / "changes.json", "the changes of an edition")
        return found

    @cached_property
    def comments(self) -> Mapping[str, Any]:
        """By year the questions to units and what is released of their answers, under numbers; of years without any
        nothing."""
        path = self.folder / "comments.json"
        return dict(read_json(path, "the comments of an edition")) if path.is_file() else {}

    def table(self, table: str) -> PublishedTable:
        if table not in self.tables:
            raise BadInput(f"The edition {self.id} has no table {table}: it has {', '.join(self.tables)}.")
        return self.tables[table]


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file of an edition but edition.json itself, with size and hash, by its path inside the folder."""
    return {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != EDITION_FILE
    }


def edition_id(manifest: Mapping[str, Any]) -> str:
    """The name its content gives an edition: `edition-2024-1f00c2d3a4b5`."""
    return f"edition-{manifest['reference_year']}-{name_of({k: v for k, v in manifest.items() if k != 'id'})}"


def read(folder: Path) -> Edition:
    """Opens an edition, checking every byte against its manifest. Raises BadInput when anything is missing or
    changed."""
    manifest = read_json(folder / EDITION_FILE, "the manifest of an edition")
    try:
        _check_whole(folder, manifest)
        return _edition(folder, manifest)
    except (KeyError, TypeError) as error:
        raise BadInput(f"{folder / EDITION_FILE} lacks {error}: build the edition anew.") from None


def _check_whole(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise BadInput(f"{folder} has edition format {manifest['format']}; this program reads {FORMAT}: build it anew.")
    expected = edition_id(manifest)
    if folder.name != expected or manifest["id"] != expected:
        raise BadInput(f"{folder} should be named {expected} by its content: it was changed or renamed. Build it anew.")
    found = files_of(folder)
    for name, entry in manifest["files"].items():
        if name not in found:
            raise BadInput(f"{folder / name} is missing: build the edition anew.")
        if found.pop(name) != entry:
            raise BadInput(
                f"{folder / name} is not the file its manifest names: it is damaged or changed. Build the edition anew."
            )
    if found:
        raise BadInput(
            f"{folder} holds {', '.join(found)}, which its manifest does not name: remove it or build the edition anew."
        )


def _edition(folder: Path, manifest: Mapping[str, Any]) -> Edition:
    tables = {
        entry["id"]: PublishedTable(
            id=entry["id"],
            counts=entry["counts"],
            dimensions=tuple(entry["dimensions"]),
            title=entry["title"],
            path=folder / "tables" / f"{entry['id']}.parquet",
        )
        for entry in manifest["tables"]
    }
    kept = {name: manifest[name] for name in Edition.__dataclass_fields__ if name in manifest and name != "tables"}
    return Edition(folder=folder, tables=tables, **{**kept, "years": tuple(manifest["years"])})


def current(editions: Path) -> Path:
    """The folder the pointer names. Raises BadInput when nothing is published yet."""
    pointer = editions / POINTER
    if not pointer.is_file():
        raise BadInput(
            f"Nothing is published in {editions} yet: run `overgang demo`, or `overgang build` and `overgang approve`."
        )
    folder = editions / pointer.read_text(encoding="utf-8").strip()
    if not folder.is_dir():
        raise BadInput(f"{pointer} names {folder.name}, which is not there: approve an edition that is.")
    return folder


__all__ = [
    "CELL_COLUMNS",
    "FORMAT",
    "Edition",
    "PublishedTable",
    "canonical",
    "current",
    "edition_id",
    "files_of",
    "read",
]
