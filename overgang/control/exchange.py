"""Witnesses by hand: two places of one county change persons, and nothing printed notices.

Take a person of some kind (a woman, 26-35, to work) out of one place and put her into another of the same county and
year, or let two places change one kind of person for another. Where every number that this touches is hidden in both
places, the new table agrees with everything published. Most hidden cells are shown to be safe this way, thousands in a
stroke; the linear programs are left with the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Tree
from overgang.control.system import Bools, Ints, System

TYPE = KEY[3:]
"""What a cell counts within one place and time."""

SMALL_LEVELS = ("municipality", "city_district")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of small places: a row a place and year, a column a type; -1 where a table has no such cell.

    The last columns are the same place's cells of the period (places that live through it unchanged), which a person of
    that year is in too. `group` numbers the rows that may change persons; `took` is the cell
    of who took part, -1 where that sets no bound.
    """

    cell: Ints
    group: Ints
    took: Ints
    holds: Bools
    """(kinds of person, columns): whom each column counts; the last kind is nobody."""


def grid(system: System, trees: tuple[Tree, ...]) -> Grid | None:
    """The grid of a system, or None when it has no small places."""
    exits = system.cells.filter((pl.col("counts") == "exits") & pl.col("level").is_in(SMALL_LEVELS))
    yearly = exits.filter(~_is_period())
    rows = _rows(system, yearly)
    if not rows.height:
        return None
    types = yearly.select(TYPE).unique().sort(TYPE)
    own = _columns(yearly, rows, types)
    pooled_types = exits.filter(_is_period()).select(TYPE).unique().sort(TYPE)
    blocks = [own, _pooled(system, own, types, pooled_types)]
    counted = [*types.iter_rows(), *pooled_types.iter_rows()]
    return Grid(
        cell=np.concatenate(blocks, axis=1),
        group=rows.select(pl.struct("above", "time").rank("dense")).to_series().to_numpy().astype(np.int64),
        took=_took(system, rows),
        holds=_kinds(counted, trees),
    )


def _is_period() -> pl.Expr:
    return pl.col("time").str.len_chars() > YEAR_DIGITS


YEAR_DIGITS = 4


def _rows(system: System, yearly: pl.DataFrame) -> pl.DataFrame:
    """Place, year and the place above of every small place that is a part and not itself a sum."""
    equations = system.equations
    names = np.array([name in ("county", "districts") for name in equations.names], dtype=bool)
    used = names[equations.row] if len(names) else np.zeros(0, bool)
    whole = pl.DataFrame(
        {"row": equations.row[used & (equations.sign > 0)], "whole": equations.cell[used & (equations.sign > 0)]}
    )
    part = pl.DataFrame(
        {"row": equations.row[used & (equations.sign < 0)], "cell": equations.cell[used & (equations.sign < 0)]}
    )
    key = system.cells.select(pl.col("cell").cast(pl.Int64), "counts", "place", "time")
    links = (
        part.join(whole, on="row")
        .join(key, on="cell")
        .filter(pl.col("counts") == "exits")
        .join(key.select(pl.col("cell").alias("whole"), pl.col("place").alias("above")), on="whole")
        .select("place", "time", "above")
        .unique()
    )
    sums = links.select(pl.col("above").alias("place"), "time").unique()
    return (
        yearly.select("place", "time")
        .unique()
        .join(links, on=["place", "time"])
        .join(sums, on=["place", "time"], how="anti")
        .sort("place", "time")
    )


def _columns(cells: pl.DataFrame, rows: pl.DataFrame, types: pl.DataFrame) -> Ints:
    """The cell number at each row and type."""
    at = rows.select("place", "time").with_row_index("row")
    found = (
        cells.select("place", "time", *TYPE, "cell")
        .join(at, on=["place", "time"])
        .join(types.with_row_index("column"), on=TYPE)
    )
    matrix = np.full((rows.height, types.height), -1, np.int64)
    matrix[found["row"].to_numpy(), found["column"].to_numpy()] = found["cell"].to_numpy()
    return matrix


def _pooled(system: System, own: Ints, types: pl.DataFrame, pooled_types: pl.DataFrame) -> Ints:
    """For each row the period's cells that its own cells are parts of."""
    equations = system.equations
    period = np.array([name == "period" for name in equations.names], dtype=bool)
    above = np.full(len(system.count), -1, np.int64)
    used = period[equations.row] if len(period) else np.zeros(0, bool)
    whole = np.full(len(equations), -1, np.int64)
    whole[equations.row[used & (equations.sign > 0)]] = equations.cell[used & (equations.sign > 0)]
    parts = used & (equations.sign < 0)
    above[equations.cell[parts]] = whole[equations.row[parts]]
    positions = {row: i for i, row in enumerate(types.iter_rows())}
    columns = [positions[row] for row in pooled_types.iter_rows()]
    cells = own[:, columns]
    return np.where(cells >= 0, above[cells], -1)


def _kinds(types: list[tuple[str, ...]], trees: tuple[Tree, ...]) -> Bools:
    """Which columns count each kind of person: every combination of the finest codes, and nobody."""
    parts = {tree.dimension: tree.parts for tree in trees}
    lines = [
        _lines({code for codes in types for code in [codes[i]]}, parts.get(name, {})) for i, name in enumerate(TYPE)
    ]
    kinds = [
        [all(code in line for code, line in zip(codes, person, strict=True)) for codes in types]
        for person in product(*lines)
    ]
    return np.array([*sorted(set(map(tuple, kinds))), tuple([False] * len(types))], dtype=bool)


def _lines(used: set[str], parts: Mapping[str, tuple[str, ...]]) -> list[set[str]]:
    """For each finest used code the used codes that a person with it is counted under: `{work, work_edu, total}`."""
    above = {part: whole for whole, codes in parts.items() for part in codes}
    finest = [code for code in used if not any(part in used for part in parts.get(code, ()))]
    lines = []
    for code in sorted(finest):
        line = {code, TOTAL}
        while code in above:
            code = above[code]
            line.add(code)
        lines.append(line)
    return lines


def _took(system: System, rows: pl.DataFrame) -> Ints:
    """The cell that counts who took part in each row, where no more may end than took part; -1 where no such bound
    holds."""
    equations = system.equations
    bound = np.array([name == "took part" for name in equations.names], dtype=bool)
    bounded = equations.cell[bound[equations.row] & (equations.sign > 0)] if len(bound) else np.zeros(0, np.int64)
    key = system.cells.select(pl.col("cell").cast(pl.Int64).alias("took"), "place", "time")
    whole = pl.DataFrame({"took": bounded}, schema={"took": pl.Int64}).join(key, on="took")
    found = rows.select("place", "time").join(whole, on=["place", "time"], how="left", maintain_order="left")
    return found["took"].fill_null(-1).to_numpy().astype(np.int64)


def exchange(found: Grid, hidden: Bools, base: Ints, low: Ints, least: Ints, most: Ints, width: int) -> None:
    """Widens `least` and `most` (one entry a cell) by every exchange of 1 .. `width` persons from the base."""
    free = _free(found, hidden)
    room = np.where(found.cell < 0, width, base[found.cell] - low[found.cell])
    total, spare = _total(found), _spare(found, base)
    groups = int(found.group.max()) + 1
    for one, other in _pairs(found.holds):
        gives, takes = found.holds[one] & ~found.holds[other], found.holds[other] & ~found.holds[one]
        possible = free[:, gives | takes].all(axis=1)
        if possible.sum() < PARTNERS:
            continue
        for persons in range(1, width + 1):
            up = possible & (room[:, gives] >= persons).all(axis=1)
            down = possible & (room[:, takes] >= persons).all(axis=1)
            if takes[total] != gives[total]:
                growing = up if takes[total] else down
                growing &= spare >= persons
            _see(found, up, down, gives, takes, persons, groups, base, least, most)


PARTNERS = 2


def _free(found: Grid, hidden: Bools) -> Bools:
    free: Bools = np.where(found.cell >= 0, hidden[found.cell], True)
    return free


def _total(found: Grid) -> int:
    """The column that counts everybody."""
    return int(np.argmax(found.holds.sum(axis=0)))


def _spare(found: Grid, base: Ints) -> Ints:
    """How many more may end in each row."""
    ended = base[found.cell[:, _total(found)]]
    return np.where(found.took >= 0, base[found.took] - ended, np.iinfo(np.int64).max)


def _pairs(holds: Bools) -> Iterator[tuple[int, int]]:
    for one in range(len(holds)):
        for other in range(one + 1, len(holds)):
            yield one, other


def _see(
    found: Grid,
    up: Bools,
    down: Bools,
    gives: Bools,
    takes: Bools,
    persons: int,
    groups: int,
    base: Ints,
    least: Ints,
    most: Ints,
) -> None:
    """Takes in the exchange for every place that finds a partner: `up` places give one kind and take the other."""
    for mine, partners, lost, won in ((up, down, gives, takes), (down, up, takes, gives)):
        number = np.bincount(found.group, partners, groups)[found.group] - partners
        rows = np.flatnonzero(mine & (number > 0))
        for columns, sign in ((lost, -1), (won, 1)):
            cells = found.cell[np.ix_(rows, np.flatnonzero(columns))].ravel()
            cells = cells[cells >= 0]
            values = base[cells] + sign * persons
            np.minimum.at(least, cells, values)
            np.maximum.at(most, cells, values)


def wander(found: Grid, hidden: Bools, base: Ints, low: Ints, rng: np.random.Generator) -> Ints:
    """Another witness: in each county and year, and for each pair of kinds, two places picked by chance change one
    person each, wherever that is possible."""
    base = base.copy()
    free, total = _free(found, hidden), _total(found)
    groups = int(found.group.max()) + 1
    pairs = list(_pairs(found.holds))
    for number in rng.permutation(len(pairs)):
        one, other = pairs[number]
        gives, takes = found.holds[one] & ~found.holds[other], found.holds[other] & ~found.holds[one]
        possible = np.flatnonzero(free[:, gives | takes].all(axis=1))
        if len(possible) < PARTNERS:
            continue
        up, down = (possible[_has_room(found.cell[possible][:, columns], base, low)] for columns in (gives, takes))
        if takes[total] != gives[total]:
            spare = _spare(found, base)
            up, down = (up[spare[up] > 0], down) if takes[total] else (up, down[spare[down] > 0])
        first, second = (_one_a_group(rows, found.group, groups, rng) for rows in (up, down))
        both = np.flatnonzero((first >= 0) & (second >= 0) & (first != second))
        for rows, lost, won in ((first[both], gives, takes), (second[both], takes, gives)):
            for columns, sign in ((lost, -1), (won, 1)):
                cells = found.cell[np.ix_(rows, np.flatnonzero(columns))].ravel()
                np.add.at(base, cells[cells >= 0], sign)  # two years of one place share the period's cell
    return base


def _has_room(cells: Ints, base: Ints, low: Ints) -> Bools:
    room: Bools = ((cells < 0) | (base[cells] > low[cells])).all(axis=1)
    return room


def _one_a_group(rows: Ints, group: Ints, groups: int, rng: np.random.Generator) -> Ints:
    """One of `rows` by chance in each group, -1 where there is none."""
    chosen = np.full(groups, -1, np.int64)
    shuffled = rng.permutation(rows)
    chosen[group[shuffled]] = shuffled
    return chosen
