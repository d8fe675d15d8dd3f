"""Every cell of an edition once, and every equation between them.

Two tables that print the same number share one cell, so what hides it in one hides it in the other, and an attack on
one table uses all the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from overgang.base.cube import KEY, TOTAL, Cube, Tree
from overgang.base.errors import BadInput
from overgang.control.policy import level
from overgang.control.protected import ProtectedCube

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

Table = tuple[str, str, tuple[str, ...], pl.DataFrame]
"""Id, counts, dimensions, and cells with `count`, which is empty where it is hidden."""


def tables(cubes: Iterable[Cube | ProtectedCube]) -> list[Table]:
    """Cubes as `assemble` and `audit` take them."""
    return [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in cubes]


OPEN_TREES = ("origin",)
"""Dimensions whose absent codes are empty by design: a country of origin nobody came from has no row."""


UNPUBLISHED = ""
"""The `tables` of a cell that no table holds and that a statement speaks of."""


@dataclass(frozen=True, slots=True)
class Equations:
    """Sparse rows: `whole - sum(parts)` lies in [low, high], which is 0 but for persons counted in several parts.

    `row`, `cell`, `sign` (+1 the whole, -1 a part) have one entry a member, sorted by row; `low`, `high` and `names`
    one an equation. A statement from elsewhere is a row too: there `sign` is any whole number but 0.
    """

    row: Ints
    cell: Ints
    sign: Ints
    low: Ints
    high: Ints
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.low)


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """`cells`: one row a cell, the columns of KEY, `cell` (its number), `level`, `breakdown` and `tables`.

    `count` holds the counts, true or published; -1 where a published table hides one. `group` is for each cell the
    number of the cell that counts its whole group: the same key with outcome total, or itself. `sensitive` cells are
    protected whatever their size, for a reason that only their contributors know.
    """

    cells: pl.DataFrame
    count: Ints
    equations: Equations
    group: Ints
    sensitive: Bools | None = None

    def name(self, cell: int) -> str:
        """A cell in words for a report: `F18 2016 work`."""
        key = self.cells.row(cell, named=True)
        rest = [key[name] for name in KEY[3:] if key[name] != TOTAL]
        return " ".join([key["counts"], key["place"], key["time"], *rest])


def assemble(
    tables: Iterable[Table],
    trees: Iterable[Tree],
    links: pl.DataFrame,
) -> System:
    """The system of some tables: (id, counts, dimensions, cells with `count`), an empty count being hidden.

    `links` has optional columns `overlap_low` and `overlap_high` (Int64): what a reader knows of the overlap at the
    total; in a breakdown it is anything up to that. Without them the overlaps are computed from the counts, which
    must then all be there.
    """
    cells = _cells(tables)
    equations = pl.concat([*_tree_members(cells, trees), *_link_members(cells, links), *_bound_members(cells)])
    count = cells["count"].fill_null(-1).to_numpy().astype(np.int64)
    return System(cells=cells, count=count, equations=_equations(equations, count), group=_groups(cells))


def _groups(cells: pl.DataFrame) -> Ints:
    others = [name for name in KEY if name != "outcome"]
    totals = cells.filter(pl.col("outcome") == TOTAL).select(*others, pl.col("cell").alias("group"))
    found = cells.join(totals, on=others, how="left", maintain_order="left")["group"]
    return found.fill_null(cells["cell"]).to_numpy().astype(np.int64)


def _cells(tables: Iterable[Table]) -> pl.DataFrame:
    frames = []
    for table, counts, dimensions, cells in tables:
        absent = [pl.lit(TOTAL).alias(name) for name in KEY[1:] if name not in dimensions]
        frames.append(
            cells.select(*dimensions, "count")
            .with_columns(pl.lit(counts).alias("counts"), pl.lit(table).alias("table"), *absent)
            .select(*KEY, "count", "table")
        )
    merged = (
        pl.concat(frames)
        .group_by(KEY)
        .agg(
            pl.col("count").first(),
            pl.col("count").n_unique().alias("values"),
            pl.col("table").unique().sort().str.join(" ").alias("tables"),
        )
    )
    twice = merged.filter(pl.col("values") > 1)
    if twice.height:
        row = twice.sort(KEY).row(0, named=True)
        raise BadInput(
            f"The tables {row['tables']} print different numbers for one fact "
            f"({', '.join(row[name] for name in KEY)}): mend the tabulation."
        )
    places = merged["place"].unique()
    levels = pl.DataFrame(
        {"place": places, "level": [level(place) for place in places]},
        schema={"place": pl.String, "level": pl.String},
    )
    breakdown = pl.lit("none")
    for name in ("sex", "age", "education", "origin"):
        breakdown = pl.when(pl.col(name) != TOTAL).then(pl.lit(name)).otherwise(breakdown)
    return (
        merged.join(levels, on="place")
        .with_columns(breakdown.alias("breakdown"))
        .sort(KEY)
        .with_row_index("cell")
        .drop("values")
    )


MEMBER = {
    "eq": pl.String,
    "whole": pl.UInt32,
    "cell": pl.UInt32,
    "overlap_low": pl.Int64,
    "overlap_high": pl.Int64,
    "kind": pl.String,
}


def _tree_members(cells: pl.DataFrame, trees: Iterable[Tree]) -> Iterable[pl.DataFrame]:
    """A row a part: the equation's name, the cells of whole and part."""
    for tree in trees:
        others = [name for name in KEY if name != tree.dimension]
        for whole, parts in tree.parts.items():
            upper = cells.filter(pl.col(tree.dimension) == whole).select(*others, pl.col("cell").alias("whole"))
            lower = cells.filter(pl.col(tree.dimension).is_in(list(parts))).select(*others, "cell")
            joined = upper.join(lower, on=others).with_columns(pl.len().over("whole").alias("n"))
            if tree.dimension not in OPEN_TREES:
                joined = joined.filter(pl.col("n") == len(parts))
            yield _members(joined, pl.lit(f"{tree.dimension} {whole}"), "tree")


def _link_members(cells: pl.DataFrame, links: pl.DataFrame) -> Iterable[pl.DataFrame]:
    rest = [name for name in KEY if name not in ("counts", "place", "time")]
    if "overlap_low" not in links.columns:
        unknown = pl.lit(None, dtype=pl.Int64)
        links = links.with_columns(unknown.alias("overlap_low"), unknown.alias("overlap_high"))
    equation = ["counts", "family", "whole_place", "whole_time"]
    sized = links.with_columns(pl.len().over(equation).alias("parts"))
    upper = cells.select(
        "counts",
        pl.col("place").alias("whole_place"),
        pl.col("time").alias("whole_time"),
        *rest,
        pl.col("cell").alias("whole"),
    )
    lower = cells.select("counts", "place", "time", *rest, "cell")
    joined = (
        sized.join(upper, on=["counts", "whole_place", "whole_time"])
        .join(lower, on=["counts", "place", "time", *rest])
        .filter(pl.len().over("whole", "family") == pl.col("parts"))
    )
    at_total = pl.all_horizontal(pl.col(name) == TOTAL for name in rest)
    low = pl.when(at_total | pl.col("overlap_low").is_null()).then("overlap_low").otherwise(0)
    yield _members(joined, pl.col("family"), "link", low, pl.col("overlap_high"))


def _bound_members(cells: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Nobody ends who did not take part: exits <= participants, where both come from the same source.

    In a survey year the two come from different items and may contradict each other; such a year has no such bound.
    """
    whole = cells.filter(pl.col("counts") == "participants").select(
        "place", "time", pl.col("cell").alias("whole"), pl.col("count").alias("took")
    )
    ended = cells.filter(
        (pl.col("counts") == "exits") & pl.all_horizontal(pl.col(name) == TOTAL for name in KEY[3:])
    ).select("place", "time", "cell", "count")
    both = whole.join(ended, on=["place", "time"])
    contradicted = both.filter(pl.col("count") > pl.col("took"))["time"].unique()
    yield _members(both.filter(~pl.col("time").is_in(contradicted.to_list())), pl.lit("took part"), "bound")


NONE = pl.lit(0, dtype=pl.Int64)


def _members(joined: pl.DataFrame, name: pl.Expr, kind: str, low: pl.Expr = NONE, high: pl.Expr = NONE) -> pl.DataFrame:
    named = joined.select(
        name.alias("eq"),
        "whole",
        "cell",
        low.alias("overlap_low"),
        high.alias("overlap_high"),
        pl.lit(kind).alias("kind"),
    )
    return named.cast(MEMBER)  # type: ignore[arg-type]


def _equations(members: pl.DataFrame, count: Ints) -> Equations:
    """Numbers the equations and sets their bounds."""
    members = members.sort("whole", "eq", "cell")
    firsts = members.unique(["whole", "eq"], keep="first", maintain_order=True).with_row_index("row")
    rows = members.join(firsts.select("whole", "eq", "row"), on=["whole", "eq"], maintain_order="left")
    n = firsts.height
    whole = firsts["whole"].to_numpy().astype(np.int64)
    row = np.concatenate([np.arange(n), rows["row"].to_numpy().astype(np.int64)])
    cell = np.concatenate([whole, rows["cell"].to_numpy().astype(np.int64)])
    sign = np.concatenate([np.ones(n, np.int64), -np.ones(rows.height, np.int64)])
    order = np.argsort(row, kind="stable")
    row, cell, sign = row[order], cell[order], sign[order]
    low, high = _bounds(firsts, row, sign * count[cell], n)
    return Equations(row=row, cell=cell, sign=sign, low=low, high=high, names=tuple(firsts["eq"]))


def _bounds(firsts: pl.DataFrame, row: Ints, signed: Ints, n: int) -> tuple[Ints, Ints]:
    """What `whole - sum(parts)` may be: known, computed from the counts themselves, or, for a bound, anything above
    0."""
    low = -firsts["overlap_high"].fill_null(0).to_numpy().astype(np.int64)
    high = -firsts["overlap_low"].fill_null(0).to_numpy().astype(np.int64)
    computed = firsts["overlap_low"].is_null().to_numpy()
    if computed.any():
        balance = np.zeros(n, np.int64)
        np.add.at(balance, row, signed)
        low[computed] = high[computed] = balance[computed]
    bound = (firsts["kind"] == "bound").to_numpy()
    low[bound], high[bound] = 0, ANY
    return low, high


ANY = np.int64(1 << 40)
"""No upper limit."""
