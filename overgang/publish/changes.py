"""What differs between an edition and the one before it: old and new value of every published cell that changed."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from overgang.base.edition import Edition

MOST = 200
"""Changes listed one by one; beyond that they are counted by table."""


def changes(tables: Mapping[str, tuple[tuple[str, ...], pl.DataFrame]], predecessor: Edition | None) -> dict[str, Any]:
    """Per table: cells that are new, gone, or print something else. `tables` are (dimensions, cells as frozen) by
    id."""
    if predecessor is None:
        return {"predecessor": None, "tables": {}}
    return {
        "predecessor": predecessor.id,
        "tables": {
            name: _table(dimensions, frame, predecessor.tables[name].frame)
            for name, (dimensions, frame) in tables.items()
            if name in predecessor.tables and predecessor.tables[name].dimensions == dimensions
        },
    }


def _table(dimensions: Iterable[str], new: pl.DataFrame, old: pl.DataFrame) -> dict[str, Any]:
    keys = list(dimensions)
    shown = pl.when(pl.col("count").is_null()).then(pl.col("count_state")).otherwise(pl.col("count").cast(pl.String))
    both = new.select(*keys, shown.alias("new")).join(
        old.select(*keys, shown.alias("old")), on=keys, how="full", coalesce=True
    )
    changed = both.filter(pl.col("new").is_not_null() & pl.col("old").is_not_null() & (pl.col("new") != pl.col("old")))
    return {
        "added": both.filter(pl.col("old").is_null()).height,
        "removed": both.filter(pl.col("new").is_null()).height,
        "changed": changed.height,
        "cells": changed.sort(keys).head(MOST).to_dicts(),
    }
