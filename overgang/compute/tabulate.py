"""Tabulation: a snapshot in, all cubes of an edition out, with the equations between their cells."""

from collections.abc import Callable, Sequence

import polars as pl

from overgang.base.codes import codelist
from overgang.base.cube import KEY, TOTAL, Cube, Tabulation, Tree
from overgang.base.snapshot import Snapshot
from overgang.compute import levels, spells
from overgang.compute.answers import answered, answers, participants, returns
from overgang.compute.grid import grid
from overgang.compute.links import COLUMNS, links
from overgang.compute.once import outdone
from overgang.compute.rollup import ORIGIN, codes_of, count_people, roll_up
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
    rows = grid(spells.last_year(snapshot, through))
    found = spells.read(snapshot, rows)
    returned = returns(snapshot)
    inside = answered(returned, rows)
    again = outdone(found, rows, inside)
    people = levels.people(found, rows, inside, again)
    exits = levels.exits(found, rows, inside, again)
    if progress:
        progress(f"{exits.entries} exits in {snapshot.rows['participation']} participations, 2004 to {rows.through}")
    took_part = participants(people, answers(returned, rows), rows)
    cubes = tuple(
        count_people(design, rows.axes["year"], took_part)
        if design.counts == "participants"
        else roll_up(design, rows.axes[design.time], people, exits)
        for design in wanted
    )
    if progress:
        progress(f"{sum(cube.cells.height for cube in cubes)} cells in {len(cubes)} tables")
    equations = pl.concat([links(wanted, people, rows, "exits"), links(wanted, took_part, rows, "participants")])
    return Tabulation(cubes=cubes, trees=_trees(wanted, cubes), links=equations)


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


def _totals(cube: Cube) -> list[tuple[tuple[str, str, str], int]]:
    """The counts of a cube at everything total, by (counts, place, time)."""
    everything = [pl.col(name) == TOTAL for name in cube.dimensions[2:]]
    at = cube.cells.filter(*everything) if everything else cube.cells
    return [((cube.counts, place, time), n) for place, time, n in at.select("place", "time", "count").iter_rows()]


def _trees(designs: Sequence[TableDesign], cubes: Sequence[Cube]) -> tuple[Tree, ...]:
    """How the codes that occur add up, for every dimension with wholes and parts."""
    trees = []
    for dimension in KEY[3:]:
        shown = {code for both in zip(designs, cubes, strict=True) for code in _occurring(*both, dimension)}
        parts = {
            whole: tuple(part for part in found if part in shown)
            for whole, found in codelist(dimension).parts.items()
            if whole in shown and shown.intersection(found)
        }
        if parts:
            trees.append(Tree(dimension, parts))
    return tuple(trees)


def _occurring(design: TableDesign, cube: Cube, dimension: str) -> Sequence[str]:
    """The codes in the cells of a cube: those of its design, if it has a row at all, but of origins fewer."""
    if dimension not in design.dimensions or cube.cells.is_empty():
        return ()
    return cube.cells[dimension].unique().to_list() if dimension == ORIGIN else codes_of(design, dimension)
