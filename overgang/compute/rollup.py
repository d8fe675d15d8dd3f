"""Exits rolled up to a cube: every combination of codes of every place row, the wholes summed from the parts."""

from collections.abc import Mapping
from functools import cache, reduce
from math import prod

import numpy as np
import polars as pl

from overgang.base.codes import codelist
from overgang.base.cube import TOTAL, Cube
from overgang.compute.grid import NONE, Axis, Ints
from overgang.compute.levels import Exits
from overgang.compute.spells import leaves
from overgang.compute.tables import TableDesign

ORIGIN = "origin"
"""The dimension of which only the codes that occur in the year are shown: nobody came from most countries."""


def count_people(design: TableDesign, axis: Axis, people: Ints) -> Cube:
    """The cube of a table that counts persons by place and time, which are the rows themselves."""
    counted = axis.rows.with_columns(pl.Series("count", people))
    there = counted.filter(pl.col("count") > 0, pl.col("level").is_in(design.levels))
    return _cube(design, there.select("place", "time", "count"))


def roll_up(design: TableDesign, axis: Axis, people: Ints, exits: Exits) -> Cube:
    """The cube of a table of exits, for the rows of its levels with any `people`, counted by row of the grid."""
    axes = {name: codes_of(design, name) for name in design.dimensions[2:]}
    rows, position = _shown(design, axis, people)
    counts = _lowest_counts(design, axes, rows.height, position, exits)
    for number, (name, codes) in enumerate(axes.items(), start=1):
        counts = _with_wholes(counts, number, name, codes)
    kept = _occurring(rows, axes, counts) if ORIGIN in axes else None
    return _cube(design, _spread(rows, axes, counts, kept))


def codes_of(design: TableDesign, dimension: str) -> tuple[str, ...]:
    """The codes of a dimension that a table shows, sorted."""
    return tuple(sorted(design.codes(dimension)))


@cache
def lowest(dimension: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that are not the whole of others of them: everybody has exactly one, since a design closes."""
    return tuple(code for code in codes if not set(codelist(dimension).parts.get(code, ())) & set(codes))


@cache
def members(dimension: str, codes: tuple[str, ...]) -> tuple[list[int], ...]:
    """For each code the numbers of the lowest codes it is made of."""
    lows = lowest(dimension, codes)
    return tuple([number for number, low in enumerate(lows) if code in _wholes(dimension, low)] for code in codes)


@cache
def _low(dimension: str, codes: tuple[str, ...]) -> Ints:
    """By leaf, the number of the lowest code it counts in."""
    lows = lowest(dimension, codes)
    return np.array([next(lows.index(low) for low in lows if low in _wholes(dimension, leaf))
                     for leaf in leaves(dimension)])  # fmt: skip


@cache
def _wholes(dimension: str, code: str) -> frozenset[str]:
    """A code and everything it is part of."""
    wholes = [whole for whole, parts in codelist(dimension).parts.items() if code in parts]
    return frozenset({code}).union(*(_wholes(dimension, whole) for whole in wholes))


def _shown(design: TableDesign, axis: Axis, people: Ints) -> tuple[pl.DataFrame, Ints]:
    """The rows a table has, and by row of the grid the number of the one it counts in, NONE for none."""
    there = np.zeros(axis.rows.height + 1, dtype=np.bool_)
    there[axis.into[:NONE][people > 0]] = True
    there[:NONE] &= axis.of_levels(design.levels)
    there[NONE] = False
    number = np.where(there, np.cumsum(there) - 1, NONE)
    return axis.rows.filter(pl.Series(there[:NONE])), number[axis.into]


def _lowest_counts(
    design: TableDesign, axes: Mapping[str, tuple[str, ...]], rows: int, position: Ints, exits: Exits
) -> Ints:
    """How many ended, by row and lowest codes."""
    shape = tuple(len(lowest(name, codes)) for name, codes in axes.items())
    size = prod(shape)
    code = np.zeros(exits.entries, dtype=np.int64)
    for (name, codes), length in zip(axes.items(), shape, strict=True):
        code = code * length + _low(name, codes).take(exits.code[name])
    begins = (position + 1) * size
    found = np.zeros((rows + 1) * size, dtype=np.int64)
    for level in design.levels:
        found += np.bincount(begins.take(exits.row[level]) + code, minlength=len(found))
    return found.reshape(rows + 1, *shape)[1:]


def _with_wholes(counts: Ints, axis: int, dimension: str, codes: tuple[str, ...]) -> Ints:
    """Counts by all codes from those by the lowest. Sums of slices: a product of matrices would wake the threads that
    numpy multiplies with, which costs more than the sums."""
    by_low = np.moveaxis(counts, axis, 0)
    return np.moveaxis(np.stack([by_low[lows].sum(axis=0) for lows in members(dimension, codes)]), 0, axis)


def _occurring(rows: pl.DataFrame, axes: Mapping[str, tuple[str, ...]], counts: Ints) -> Ints:
    """The cells of origins that somebody had in the time, and of all origins together."""
    axis = 1 + list(axes).index(ORIGIN)
    others = tuple(other for other in range(1, counts.ndim) if other != axis)
    by_origin = counts.sum(axis=others)
    time = rows["time"].rank("dense").cast(pl.Int64).to_numpy() - 1
    occurs = np.zeros_like(by_origin)
    np.add.at(occurs, time, by_origin)
    there = (occurs[time] > 0) | (np.array(axes[ORIGIN]) == TOTAL)
    return np.flatnonzero(np.broadcast_to(np.expand_dims(there, others), counts.shape))


def _spread(rows: pl.DataFrame, axes: Mapping[str, tuple[str, ...]], counts: Ints, kept: Ints | None) -> pl.DataFrame:
    """A row a cell, those `kept` or all, in the order of the array, which is the order of the codes."""
    columns = (pl.DataFrame({name: codes}, schema={name: pl.String}) for name, codes in axes.items())
    frame = reduce(_each_with_each, columns, rows.select("place", "time"))
    frame = frame.with_columns(pl.Series("count", counts.ravel()))
    return frame if kept is None else frame[kept]


def _each_with_each(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    return left.join(right, how="cross", maintain_order="left_right")


def _cube(design: TableDesign, cells: pl.DataFrame) -> Cube:
    return Cube(table=design.id, counts=design.counts, dimensions=design.dimensions, cells=cells)
