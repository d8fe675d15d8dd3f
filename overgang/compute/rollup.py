"""Cells rolled up to a cube: every combination of codes of every place row, the wholes summed from the parts."""

from collections.abc import Mapping
from functools import cache
from math import prod

import numpy as np
import polars as pl

from overgang.base.codes import codelist
from overgang.base.cube import TOTAL, Cube
from overgang.compute.levels import Exits, Ints, leaves
from overgang.compute.tables import TableDesign

ORIGIN = "origin"
"""The dimension of which only the codes that occur in the year are shown: nobody came from most countries."""


def people(design: TableDesign, rows: pl.DataFrame) -> Cube:
    """The cube of a table that counts persons by place and time, which are the rows themselves."""
    there = rows.filter(pl.col("level").is_in(design.levels))
    return _cube(
        design, there.select("place", pl.col("year").cast(pl.String).alias("time"), pl.col("n").alias("count"))
    )


def roll_up(design: TableDesign, rows: pl.DataFrame, position: Ints, exits: Exits) -> Cube:
    """The cube of a table of exits. `rows` are its place rows in order; `position[row]` is the one an exit's row counts
    in, -1 for none."""
    inner = design.dimensions[2:]
    at = position[exits.row]
    kept = at >= 0
    shape = (rows.height, *(len(leaves(name)) for name in inner))
    index = np.ravel_multi_index((at[kept], *(exits.code[name][kept] for name in inner)), shape)
    counts = np.bincount(index, weights=exits.n[kept], minlength=prod(shape)).reshape(shape)
    axes = {name: codes_of(design, name) for name in inner}
    for axis, (name, codes) in enumerate(axes.items(), start=1):
        counts = np.moveaxis(np.tensordot(counts, members(name, codes), axes=(axis, 0)), -1, axis)
    frame = _spread(rows, axes, counts.astype(np.int64))
    return _cube(design, _occurring(frame) if ORIGIN in axes else frame)


def codes_of(design: TableDesign, dimension: str) -> tuple[str, ...]:
    """The codes of a dimension that a table shows, sorted."""
    return tuple(sorted(design.outcomes if dimension == "outcome" else codelist(dimension).codes))


@cache
def members(dimension: str, codes: tuple[str, ...]) -> Ints:
    """Which leaves (rows) belong to which codes (columns): 1 or 0."""
    return np.array([[int(code in _wholes(dimension, leaf)) for code in codes] for leaf in leaves(dimension)])


@cache
def _wholes(dimension: str, code: str) -> frozenset[str]:
    """A code and everything it is part of."""
    wholes = [whole for whole, parts in codelist(dimension).parts.items() if code in parts]
    return frozenset({code}).union(*(_wholes(dimension, whole) for whole in wholes))


def _spread(rows: pl.DataFrame, axes: Mapping[str, tuple[str, ...]], counts: Ints) -> pl.DataFrame:
    """A row a cell, in the order of the array, which is the order of the codes."""
    numbers = np.indices(counts.shape, dtype=np.int32).reshape(counts.ndim, -1)
    columns = [rows[name].gather(numbers[0]) for name in ("place", "time")]
    for number, (name, codes) in zip(numbers[1:], axes.items(), strict=True):
        columns.append(pl.Series(name, codes, dtype=pl.String).gather(number))
    return pl.DataFrame([*columns, pl.Series("count", counts.ravel())])


def _occurring(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the origins nobody had in the year."""
    occurs = (pl.col("count").sum().over("time", ORIGIN) > 0) | (pl.col(ORIGIN) == TOTAL)
    return frame.filter(occurs)


def _cube(design: TableDesign, cells: pl.DataFrame) -> Cube:
    return Cube(table=design.id, counts=design.counts, dimensions=design.dimensions, cells=cells)
