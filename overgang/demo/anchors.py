"""The years with published counts: tables made whole first, then given to persons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from overgang.demo.chances import EDU, LEAVES, OTHERS, WORK, Ended
from overgang.demo.dealing import RANKED_2017, SMALLEST_RANKED
from overgang.demo.programmes import Programmes
from overgang.demo.rounding import Sum, raked, rounded
from overgang.demo.targets import Targets

SHARE_2016 = 55
"""Percent in work or education that a third of the municipalities with five exits or more reached in 2016."""
CAP_2022 = 43 / 61
"""No other municipality with 20 exits or more did better in 2022 than the fifth of those named."""


@dataclass(frozen=True)
class Prescribed:
    """A year's table: cell `cell[i]` of person `rows[i]` (index into those who ended) has `counts[c, j]` of leaves[j].

    `rest`: cumulated chances of the leaves the table leaves open; None if it leaves none.
    """

    rows: np.ndarray
    cell: np.ndarray
    counts: np.ndarray
    leaves: Sequence[int]
    rest: np.ndarray | None = None


def _cells(*labels: np.ndarray) -> tuple[np.ndarray, list[tuple[object, ...]]]:
    """Numbers each combination of labels that occurs."""
    keys = list(zip(*(label.tolist() for label in labels), strict=True))
    known = sorted(set(keys))
    index = {key: i for i, key in enumerate(known)}
    return np.array([index[key] for key in keys]), known


def _expected(cell: np.ndarray, chances: np.ndarray, columns: Iterable[int]) -> np.ndarray:
    """Mean counts by cell for `columns`, and for the rest together: [cells, columns + 1]."""
    parts = [np.bincount(cell, chances[:, column]) for column in columns]
    rest = np.bincount(cell) - sum(parts)
    return np.stack([*parts, rest], axis=1)


def _table(expected: np.ndarray, sums: list[Sum]) -> np.ndarray:
    """`expected` made whole: row sums kept, `sums` (over the flattened table) exact."""
    rows, columns = expected.shape
    sizes = np.rint(expected.sum(axis=1))
    own = [Sum(f"cell {i}", np.arange(i * columns, (i + 1) * columns), n, n) for i, n in enumerate(sizes.tolist())]
    conditions = [*own, *sums]
    smooth = raked(np.maximum(expected.ravel(), 1e-3), conditions, rounds=200)
    upper = np.repeat(sizes, columns)
    return rounded(np.minimum(smooth, upper), conditions, upper).reshape(rows, columns)


def _pick(rows: Iterable[int], columns: Sequence[int], width: int) -> np.ndarray:
    return np.array([row * width + column for row in rows for column in columns])


def year_2007(targets: Targets, programmes_2007: Programmes, year: Ended) -> Prescribed:
    """Cells: county x size class of the units that answered. Their outcomes are those of table 2 and figure 8."""
    size_of = dict(zip(programmes_2007.unit.tolist(), programmes_2007.size.tolist(), strict=True))
    size = np.array([size_of[unit] for unit in year.unit.tolist()])
    rows = np.flatnonzero(size >= 0)
    cell, keys = _cells(year.county[rows], size[rows])
    names = [row.outcome for row in targets.outcomes_2007]
    width = len(names)
    sums = _sums_2007(targets, keys, width)
    shares = np.array([(row.low + row.high) / 2 for row in targets.outcomes_2007])
    expected = np.bincount(cell)[:, None] * (shares / shares.sum())[None, :]
    mean = _expected(cell, year.chances[rows], (WORK, EDU))
    expected[:, :2] = mean[:, :2]
    counts = _table(expected * (np.bincount(cell) / expected.sum(axis=1))[:, None], sums)
    codes = [LEAVES.index(name) if name in LEAVES else len(LEAVES) + OTHERS.index(name) for name in names]
    return Prescribed(rows, cell, counts, codes)


def _sums_2007(targets: Targets, keys: list[tuple[object, ...]], width: int) -> list[Sum]:
    everywhere = range(len(keys))
    sums = [
        Sum(f"{row.outcome} in 2007", _pick(everywhere, [j], width), row.low, row.high)
        for j, row in enumerate(targets.outcomes_2007)
    ]
    for row in targets.counties_2007:
        inside = [i for i, (county, _) in enumerate(keys) if county == row.county]
        sums.append(Sum(f"work in {row.name} 2007", _pick(inside, [WORK], width), row.work, row.work))
        sums.append(Sum(f"education in {row.name} 2007", _pick(inside, [EDU], width), row.education, row.education))
    measures = [row.outcome for row in targets.outcomes_2007].index("measures")
    for k, size in enumerate(targets.sizes_2007):
        inside = [i for i, (_, class_) in enumerate(keys) if class_ == k]
        for column, percent in (
            (WORK, size.work_percent),
            (EDU, size.education_percent),
            (measures, size.measures_percent),
        ):
            low, high = _interval(percent, size.exits)
            sums.append(Sum(f"outcome {column} of {size.size} programmes", _pick(inside, [column], width), low, high))
    return [*sums, *_no_activity(targets, keys, width)]


def _no_activity(targets: Targets, keys: list[tuple[object, ...]], width: int) -> list[Sum]:
    """No activity is so many percentage points more common where the programmes are large."""
    names = [row.outcome for row in targets.outcomes_2007]
    column, largest = names.index("no_activity"), len(targets.sizes_2007) - 1
    total = (targets.outcomes_2007[column].low + targets.outcomes_2007[column].high) / 2
    exits = np.array([size.exits for size in targets.sizes_2007], dtype=float)
    large, others = exits[largest], exits[:largest].sum()
    gap = targets.facts[2007, "no_activity_gap"] / 100
    wanted = round((gap + total / others) / (1 / large + 1 / others))
    inside = [i for i, (_, class_) in enumerate(keys) if class_ == largest]
    outside = [i for i, (_, class_) in enumerate(keys) if class_ != largest]
    rest = round(total) - wanted
    return [
        Sum("no activity, large programmes", _pick(inside, [column], width), wanted - 1, wanted + 1),
        Sum("no activity, other programmes", _pick(outside, [column], width), rest - 1, rest + 1),
    ]


def _interval(percent: float, base: int) -> tuple[int, int]:
    """The counts that round (half up) to a whole percentage of `base`."""
    return int(np.ceil((percent - 0.5) * base / 100)), int(np.ceil((percent + 0.5) * base / 100)) - 1


def year_2016(targets: Targets, year: Ended) -> Prescribed:
    """Cells: county (the shielded as one more) x sex."""
    county = np.where(year.shielded, "shielded", year.county)
    cell, keys = _cells(county, year.man)
    facts = targets.facts
    published = [(row.county, row.work, row.education) for row in targets.counties_2016]
    published.append(("shielded", facts[2016, "shielded_work"], facts[2016, "shielded_education"]))
    sums = []
    for code, work, education in published:
        inside = [i for i, (county_, _) in enumerate(keys) if county_ == code]
        sums.append(Sum(f"work in {code} 2016", _pick(inside, [WORK], 3), work, work))
        sums.append(Sum(f"education in {code} 2016", _pick(inside, [EDU], 3), education, education))
    men = [i for i, (_, man) in enumerate(keys) if man]
    wanted = facts[2016, "men_work_edu"]
    sums.append(Sum("men in work or education 2016", _pick(men, [WORK, EDU], 3), wanted, wanted))
    counts = _table(_expected(cell, year.chances, (WORK, EDU)), sums)
    return _settled(year, cell, counts[:, :2])


def year_2017(targets: Targets, year: Ended) -> Prescribed:
    """Cells: ranked municipality of Hordaland (or none) x sex x education x whether from Somalia."""
    facts = targets.facts
    ranked = _ranked(year, (year.county == "12") & ~year.shielded)
    schooling = np.array([0, 1, 1, 2, 1])[year.who.education[year.rows]]
    somali = year.who.origin[year.rows] == year.who.origins.index("SO")
    cell, keys = _cells(ranked, year.man, schooling, somali)
    size = np.bincount(cell)
    width = 4
    sums = []

    def share(name: str, rows: list[int], low: float, high: float) -> None:
        base = size[rows].sum()
        sums.append(Sum(name, _pick(rows, [WORK, EDU], width), np.ceil(low * base), np.floor(high * base)))

    def exactly(name: str, rows: Iterable[int], columns: list[int], number: int) -> None:
        sums.append(Sum(name, _pick(rows, columns, width), number, number))

    every = range(len(keys))
    exactly("men 2017", [i for i in every if keys[i][1]], [WORK, EDU], facts[2017, "men_work_edu"])
    exactly("women 2017", [i for i in every if not keys[i][1]], [WORK, EDU], facts[2017, "women_work_edu"])
    exactly("work 2017", every, [WORK], facts[2017, "work"])
    exactly("primary school 2017", every, [2], facts[2017, "primary_school"])
    share("men with higher education 2017", [i for i in every if keys[i][1] and keys[i][2] == 2], 0.68, 0.72)
    share("women without schooling 2017", [i for i in every if not keys[i][1] and keys[i][2] == 0], 0.05, 0.095)
    share("Somalia 2017", [i for i in every if keys[i][3]], 0.28, 0.32)
    share("men from Somalia 2017", [i for i in every if keys[i][3] and keys[i][1]], 0.405, 0.46)
    share("women from Somalia 2017", [i for i in every if keys[i][3] and not keys[i][1]], 0.12, 0.195)
    for unit in sorted({str(key[0]) for key in keys if key[0]}):
        low, high = (0.66, 0.80) if unit in RANKED_2017 else (0, 0.60)
        share(f"{unit} 2017", [i for i in every if keys[i][0] == unit], low, high)
    counts = _table(_expected(cell, year.chances, (WORK, EDU, LEAVES.index("primary_school"))), sums)
    return _settled(year, cell, counts[:, :3])


def year_2022(targets: Targets, year: Ended) -> Prescribed:
    """Cells: municipality with enough exits to be ranked. Those named as published, nobody else above the last."""
    ranked = _ranked(year, ~year.shielded)
    cell, keys = _cells(ranked)
    size = np.bincount(cell)
    named = {row.place: row.work_edu for row in targets.municipalities_2022}
    sums = []
    for i, (unit,) in enumerate(keys):
        if unit:
            most = named.get(str(unit), int(np.floor(CAP_2022 * size[i])))
            sums.append(Sum(f"{unit} 2022", _pick([i], [WORK, EDU], 3), named.get(str(unit), 0), most))
    counts = _table(_expected(cell, year.chances, (WORK, EDU)), sums)
    return _settled(year, cell, counts[:, :2])


def _ranked(year: Ended, among: np.ndarray) -> np.ndarray:
    """The id of the municipality of each who ended, if it may be ranked; else empty. Oslo's districts are not."""
    unit = year.unit
    number = np.bincount(unit[among], minlength=len(year.places.ids))
    ids = np.array(year.places.ids)
    wanted = among & (number[unit] >= SMALLEST_RANKED) & np.char.startswith(ids[unit], "K")
    return np.where(wanted, ids[unit], "")


def _settled(year: Ended, cell: np.ndarray, counts: np.ndarray) -> Prescribed:
    """The first leaves are prescribed (columns of `counts`); everybody else keeps to the leaves after them."""
    columns = counts.shape[1]
    rest = year.chances.copy()
    rest[:, :columns] = 0
    cumulated = np.cumsum(rest / rest.sum(axis=1, keepdims=True), axis=1)
    return Prescribed(np.arange(len(year.rows)), cell, counts, range(columns), cumulated)
