"""Tabulation: a snapshot in, all cubes of an edition out, with the equations between their cells."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from overgang.base.codes import codelist
from overgang.base.cube import KEY, TOTAL, Cube, Tabulation, Tree
from overgang.base.snapshot import Snapshot
from overgang.compute import answers, facts
from overgang.compute.levels import Exits, Ints, exits, place_rows
from overgang.compute.links import COLUMNS, links, pooled_rows
from overgang.compute.rollup import people, roll_up
from overgang.compute.tables import TableDesign
from overgang.compute.tables import designs as bundled

EQUATION = ("counts", "family", "whole_place", "whole_time")
OVERLAP = {"counts": pl.String(), "place": pl.String(), "time": pl.String(), "overlap": pl.Int64()}


def tabulate(
    snapshot: Snapshot,
    designs: Sequence[TableDesign] | None = None,
    *,
    through: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Tabulation:
    """Counts a snapshot into the cubes of `designs` (all bundled ones if none are given), years 2004 to `through`.

    `through` is the snapshot's last full year if not given. The same snapshot gives the same tabulation to the byte.
    Raises BadInput when the snapshot holds something that cannot be counted.
    """
    wanted = bundled() if designs is None else tuple(designs)
    tell = progress or (lambda _: None)
    last = facts.last_year(snapshot, through)
    cells = facts.cells(snapshot, last)
    tell(f"{cells.height} finest cells from {snapshot.rows['participation']} participations, 2004 to {last}")
    rows = place_rows(cells, last)
    took_part = answers.participants(rows, answers.answers(snapshot, last))
    pooled = pooled_rows(rows, last)
    counted = exits(cells, rows, last)
    cubes = tuple(_cube(design, rows, pooled, counted, took_part) for design in wanted)
    tell(f"{sum(cube.cells.height for cube in cubes)} cells in {len(cubes)} tables")
    found = [*links(wanted, rows, pooled, "exits"), *links(wanted, took_part, pooled.clear(), "participants")]
    return assembled(cubes, found)


def assembled(cubes: Sequence[Cube], found: Sequence[tuple[str, ...]]) -> Tabulation:
    """Cubes with their trees and sorted links."""
    frame = pl.DataFrame(sorted(found), schema=dict.fromkeys(COLUMNS, pl.String()), orient="row")
    return Tabulation(cubes=tuple(cubes), trees=_trees(cubes), links=frame)


def overlaps(tabulation: Tabulation) -> pl.DataFrame:
    """Persons counted in several units and once above: OVERLAP, for counties, Oslo and the country, by year.

    `overlap` is the sum of the units less the distinct persons. A place whose units are in no table is not there.
    """
    totals = {key: count for cube in tabulation.cubes for key, count in _totals(cube)}
    parts: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {}
    for counts, family, whole, _, place, time in tabulation.links.select(COLUMNS).iter_rows():
        if family in ("county", "districts", "country"):
            parts.setdefault((counts, whole, time), []).append((counts, place, time))

    def units(place: tuple[str, str, str]) -> int:
        return sum(map(units, parts[place])) if place in parts else totals[place]

    found = [(*whole, units(whole) - totals[whole]) for whole in sorted(parts)]
    return pl.DataFrame(found, schema=OVERLAP, orient="row")


def link_overlaps(tabulation: Tabulation) -> pl.DataFrame:
    """By how much the parts of each link exceed its whole at everything total: EQUATION and `overlap`, a row a link.

    These are the overlaps of the equations in `tabulation.links`, where a part is the next level down: the country's
    parts are counties. `overlaps` compares with the units, which is more where somebody moved within a county.
    """
    totals = pl.DataFrame(
        [(*key, count) for key, count in {at: n for cube in tabulation.cubes for at, n in _totals(cube)}.items()],
        schema={"counts": pl.String(), "place": pl.String(), "time": pl.String(), "n": pl.Int64()},
        orient="row",
    )
    whole = totals.rename({"place": "whole_place", "time": "whole_time", "n": "whole"})
    parts = tabulation.links.join(totals, on=["counts", "place", "time"]).group_by(EQUATION).agg(pl.col("n").sum())
    both = parts.join(whole, on=["counts", "whole_place", "whole_time"])
    return both.select(*EQUATION, (pl.col("n") - pl.col("whole")).alias("overlap")).sort(EQUATION)


def _cube(
    design: TableDesign, rows: pl.DataFrame, pooled: pl.DataFrame, counted: Exits, took_part: pl.DataFrame
) -> Cube:
    if design.counts == "participants":
        return people(design, took_part)
    position: Ints = np.full(rows.height, -1, dtype=np.int64)
    if design.time == "year":
        shown = rows.filter(pl.col("level").is_in(design.levels)).with_columns(time=pl.col("year").cast(pl.String))
        position[shown["row"].to_numpy()] = np.arange(shown.height)
        return roll_up(design, shown, position, counted)
    members = pooled.filter(pl.col("level").is_in(design.levels)).join(
        rows.select("row", "place", "year"), on=["place", "year"]
    )
    shown = members.select(pl.col("target").alias("place"), pl.col("period").alias("time")).unique()
    shown = shown.sort("place", "time").with_row_index("at")
    into = members.join(shown, left_on=["target", "period"], right_on=["place", "time"])
    position[into["row"].to_numpy()] = into["at"].to_numpy()
    return roll_up(design, shown, position, counted)


def _totals(cube: Cube) -> list[tuple[tuple[str, str, str], int]]:
    """The counts of a cube at everything total, by (counts, place, time)."""
    everything = [pl.col(name) == TOTAL for name in cube.dimensions[2:]]
    at = cube.cells.filter(*everything) if everything else cube.cells
    return [((cube.counts, place, time), n) for place, time, n in at.select("place", "time", "count").iter_rows()]


def _trees(cubes: Sequence[Cube]) -> tuple[Tree, ...]:
    """How the codes that occur add up, for every dimension with wholes and parts."""
    trees = []
    for dimension in KEY[3:]:
        shown = {code for cube in cubes if dimension in cube.dimensions for code in cube.cells[dimension].unique()}
        parts = {
            whole: tuple(part for part in found if part in shown)
            for whole, found in codelist(dimension).parts.items()
            if whole in shown and shown.intersection(found)
        }
        if parts:
            trees.append(Tree(dimension, parts))
    return tuple(trees)
