"""Every figure is computed twice, and the figures keep what they promise to each other."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from overgang.base.cube import KEY, TOTAL, Cube, Tabulation
from overgang.base.snapshot import Snapshot
from overgang.compute import link_overlaps, overlaps, reference, tabulate
from overgang.compute.tabulate import EQUATION
from tests.compute.invented import registers, snapshot


def few(number: int) -> settings:
    return settings(max_examples=number, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def invented(register: dict[str, Any]) -> Iterator[Snapshot]:
    with tempfile.TemporaryDirectory() as folder:
        yield snapshot(Path(folder) / "snapshot", **register)


@few(60)
@given(registers())
def test_both_engines_agree_cell_by_cell_and_on_the_links(register: dict[str, Any]) -> None:
    with invented(register) as found:
        assert_same(tabulate(found), reference.tabulate(found))


@few(6)
@given(registers(), st.integers(2004, 2018))
def test_both_engines_agree_up_to_an_earlier_year(register: dict[str, Any], through: int) -> None:
    with invented(register) as found:
        assert_same(tabulate(found, through=through), reference.tabulate(found, through=through))


@few(24)
@given(registers())
def test_figures_keep_what_they_promise(register: dict[str, Any]) -> None:
    with invented(register) as found:
        tabulation = tabulate(found)
    for cube in tabulation.cubes:
        assert_sorted_once(cube)
        assert_parts_make_wholes(cube, tabulation)
    assert_links_close(tabulation)
    assert (overlaps(tabulation)["overlap"] >= 0).all()
    assert (link_overlaps(tabulation)["overlap"] >= 0).all()
    assert link_overlaps(tabulation).height == tabulation.links.unique(EQUATION).height


@few(8)
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_the_same_input_gives_the_same_bytes(
    register: dict[str, Any], dice: random.Random
) -> None:
    shuffled = {
        name: dice.sample(rows, len(rows)) if isinstance(rows, list) else rows for name, rows in register.items()
    }
    with invented(register) as first, invented(shuffled) as second:
        expected = as_bytes(tabulate(first))
        assert as_bytes(tabulate(first)) == expected
        assert as_bytes(tabulate(second)) == expected


def assert_same(fast: Tabulation, slow: Tabulation) -> None:
    assert [cube.table for cube in fast.cubes] == [cube.table for cube in slow.cubes]
    for one, other in zip(fast.cubes, slow.cubes, strict=True):
        assert (one.counts, one.dimensions) == (other.counts, other.dimensions)
        assert_frame_equal(one.cells, other.cells)
    assert_frame_equal(fast.links, slow.links)
    assert fast.trees == slow.trees


def assert_sorted_once(cube: Cube) -> None:
    names = list(cube.dimensions)
    assert cube.cells.columns == [*names, "count"]
    assert cube.cells.schema == {**dict.fromkeys(names, pl.String()), "count": pl.Int64()}
    assert_frame_equal(cube.cells, cube.cells.unique(names).sort(names))
    assert cube.cells["count"].null_count() == 0


def assert_parts_make_wholes(cube: Cube, tabulation: Tabulation) -> None:
    for tree in tabulation.trees:
        if tree.dimension not in cube.dimensions:
            continue
        rest = [name for name in cube.dimensions if name != tree.dimension]
        at = pl.col(tree.dimension)
        for whole, parts in tree.parts.items():
            if not {whole, *parts} <= set(cube.cells[tree.dimension]) and tree.dimension != "origin":
                continue
            sums = cube.cells.filter(at.is_in(parts)).group_by(rest).agg(pl.col("count").sum().alias("parts"))
            both = cube.cells.filter(at == whole).join(sums, on=rest, how="left").fill_null(0)
            assert (both["count"] == both["parts"]).all(), (cube.table, whole)


def assert_links_close(tabulation: Tabulation) -> None:
    """Whole = parts exactly where nobody can be counted twice, at most the parts elsewhere."""
    rest = [name for name in KEY if name not in ("counts", "place", "time")]
    cells = all_cells(tabulation)
    sized = tabulation.links.with_columns(pl.len().over(EQUATION).alias("all_parts"))
    parts = sized.join(cells, on=["counts", "place", "time"]).group_by(*EQUATION, *rest, "all_parts")
    whole = parts.agg(pl.col("count").sum().alias("parts"), pl.len()).filter(pl.col("len") == pl.col("all_parts"))
    names = {"whole_place": "place", "whole_time": "time"}
    both = whole.rename(names).join(cells, on=KEY)
    exact = both.filter(pl.col("family").is_in(["shielded", "period"]))
    assert (exact["count"] == exact["parts"]).all()
    assert (both["count"] <= both["parts"]).all()


def all_cells(tabulation: Tabulation) -> pl.DataFrame:
    """Every cell once, by KEY. Tables that print the same fact print the same number."""
    frames = [
        cube.cells.with_columns(
            pl.lit(cube.counts).alias("counts"),
            *(pl.lit(TOTAL).alias(name) for name in KEY[1:] if name not in cube.dimensions),
        ).select(*KEY, "count")
        for cube in tabulation.cubes
    ]
    cells = pl.concat(frames).unique()
    assert not cells.select(KEY).is_duplicated().any()
    return cells


def as_bytes(tabulation: Tabulation) -> list[bytes]:
    frames = [*(cube.cells for cube in tabulation.cubes), tabulation.links, overlaps(tabulation)]
    return [frame.serialize() for frame in frames] + [repr(tabulation.trees).encode()]


def test_every_table_shows_its_total(tmp_path: Path) -> None:
    tabulation = tabulate(snapshot(tmp_path / "empty"))
    for cube in tabulation.cubes:
        assert cube.cells.height == 0
        assert TOTAL not in cube.cells.columns
