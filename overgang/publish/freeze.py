"""Writing the edition's folder: protected tables in, frozen files out."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from overgang.base import edition
from overgang.base.cube import AT_LEAST, BREAK, NOT_APPLICABLE, TOTAL, State, Tree
from overgang.base.edition import CELL_COLUMNS, EDITION_FILE, Edition, PublishedTable
from overgang.base.folders import built_beside, canonical, rename_in
from overgang.base.periods import is_period, years_of
from overgang.control import ProtectedCube


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition about to be frozen: its manifest without files, the protected tables and what stands beside them."""

    manifest: Mapping[str, Any]
    titles: Mapping[str, Mapping[str, str]]
    cubes: tuple[ProtectedCube, ...]
    trees: tuple[Tree, ...]
    links: pl.DataFrame
    breaks: frozenset[int]
    lacking: Mapping[tuple[str, str], int]
    texts: Mapping[str, Any]
    audit: Mapping[str, Any]
    changes: Mapping[str, Any]
    comments: Mapping[str, Any]


def freeze(parent: Path, draft: Draft) -> Edition:
    """Writes the edition as a new folder in `parent`, named by its content, and reads it back."""
    with built_beside(parent) as scratch:
        (scratch / "tables").mkdir()
        for cube in draft.cubes:
            published(cube, draft.breaks, draft.lacking).write_parquet(
                scratch / "tables" / f"{cube.table}.parquet", compression="zstd"
            )
        draft.links.write_parquet(scratch / "links.parquet", compression="zstd")
        trees = [
            {"dimension": tree.dimension, "parts": {k: list(v) for k, v in tree.parts.items()}} for tree in draft.trees
        ]
        for name, content in {
            "texts": draft.texts,
            "audit": draft.audit,
            "changes": draft.changes,
            "trees": trees,
            **({"comments": draft.comments} if draft.comments else {}),
        }.items():
            (scratch / f"{name}.json").write_text(canonical(content), encoding="utf-8")
        manifest = {**draft.manifest, "tables": _entries(draft), "files": edition.files_of(scratch)}
        manifest["id"] = edition.edition_id(manifest)
        (scratch / EDITION_FILE).write_text(canonical(manifest), encoding="utf-8")
        folder = parent / manifest["id"]
        rename_in(scratch, folder)
    return edition.read(folder)


def _entries(draft: Draft) -> list[dict[str, Any]]:
    return [
        {
            "id": cube.table,
            "counts": cube.counts,
            "dimensions": list(cube.dimensions),
            "title": dict(draft.titles[cube.table]),
            "cells": cube.cells.height,
            "hidden": cube.hidden,
        }
        for cube in draft.cubes
    ]


def published(
    cube: ProtectedCube, breaks: frozenset[int], lacking: Mapping[tuple[str, str], int] | None = None
) -> pl.DataFrame:
    """The table as it is frozen: its dimensions and CELL_COLUMNS, a share hidden with either of its counts. `lacking`:
    places and times whose participants are a lower bound."""
    marked = {time: _mark(time, breaks) for time in cube.cells["time"].unique()}
    cells = cube.cells.rename({"state": "count_state"}).with_columns(
        pl.col("time").replace_strict(marked, return_dtype=pl.String).alias("marks")
    )
    if cube.counts == "participants" and lacking:
        bound = pl.struct("place", "time").is_in([{"place": place, "time": time} for place, time in lacking])
        least = pl.when(bound & pl.col("count").is_not_null()).then(pl.lit(AT_LEAST)).otherwise(pl.lit(""))
        cells = cells.with_columns(pl.col("marks") + least)
    if "outcome" in cube.dimensions:
        cells = _with_shares(cells, [name for name in cube.dimensions if name != "outcome"])
    columns = [name for name in CELL_COLUMNS if name in cells.columns]
    return cells.select(*cube.dimensions, *columns).sort(cube.dimensions)


def _mark(time: str, breaks: frozenset[int]) -> str:
    years = years_of(time) if is_period(time) else (int(time),)
    return BREAK if breaks.intersection(years) else ""


def _with_shares(cells: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    wholes = cells.filter(pl.col("outcome") == TOTAL).select(*group, pl.col("count").alias("whole"))
    part, whole = pl.col("count"), pl.col("whole")
    hidden = part.is_null() | whole.is_null()
    return cells.join(wholes, on=group, how="left", maintain_order="left").with_columns(
        share=pl.when(~hidden & (whole > 0)).then((200 * part + whole) // (2 * whole)),
        share_state=pl.when(hidden)
        .then(pl.lit(str(State.SUPPRESSED)))
        .when(whole == 0)
        .then(pl.lit(str(NOT_APPLICABLE.state)))
        .otherwise(pl.lit("")),
    )


def trees_of(found: Edition) -> tuple[Tree, ...]:
    """How the codes of an edition's tables add up, as frozen in it."""
    values = json.loads((found.folder / "trees.json").read_text(encoding="utf-8"))
    return tuple(Tree(v["dimension"], {k: tuple(parts) for k, parts in v["parts"].items()}) for v in values)


def links_of(found: Edition) -> pl.DataFrame:
    """How the places and times of an edition's tables add up, as frozen in it, with what is shown of the overlaps."""
    return pl.read_parquet(found.folder / "links.parquet")


def attackable(tables: Iterable[PublishedTable]) -> Iterable[tuple[str, str, tuple[str, ...], pl.DataFrame]]:
    """Published tables as `control.audit` takes them."""
    return ((table.id, table.counts, table.dimensions, table.frame) for table in tables)
