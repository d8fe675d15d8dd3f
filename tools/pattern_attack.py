"""Running the program backwards: what does it tell a reader that just these cells were hidden?

The program is public. Somebody may try every true table that agrees with what is published, protect each, and keep
those that come out as the edition did. What a hidden cell is in those may be less than what it is in all: by how much,
on small invented tables, is measured here; once for a program that leaves nothing to chance, and once for one that
hides some cells without need, by keys that the reader does not know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import count as numbers
from itertools import product

import numpy as np
import polars as pl

from overgang.base.cube import TOTAL, Cube, Tabulation, Tree
from overgang.control import Policy, known_links, protect, tables
from overgang.control.chance import by_chance
from overgang.control.policy import Chance
from overgang.control.price import prices
from overgang.control.system import assemble

OUTCOMES = ("work_edu", "no_transition")
LARGEST = 9
MOST_TABLES = 100
"""Editions that more tables agree with are left out: each has to be protected."""

Counts = tuple[tuple[int, int], ...]
"""Work or education and not, for each place of one county."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Of one edition: its hidden cells that may be small, how many true tables agree with it and with its pattern too,
    and how many of these cells, wide enough by the published numbers, the pattern makes narrower, too narrow, and
    known; and how many it makes too narrow when cells are hidden by chance, for a reader who takes a draw of more than
    one cell for impossible."""

    hidden: int
    tables: int
    same_pattern: int
    narrower: int
    too_narrow: int
    known: int
    too_narrow_with_chance: int


def county(counts: Counts) -> Tabulation:
    """One county of some places by two outcomes."""
    places = [f"K01{number:02d}" for number in range(1, len(counts) + 1)]
    whole = tuple(map(sum, zip(*counts, strict=True)))
    rows = [
        (place, "2024", outcome, count)
        for place, pair in zip(["F01", *places], [whole, *counts], strict=True)
        for outcome, count in zip((TOTAL, *OUTCOMES), (sum(pair), *pair), strict=True)
    ]
    dimensions = ("place", "time", "outcome")
    names = ["counts", "family", "whole_place", "whole_time", "place", "time"]
    links = pl.DataFrame([("exits", "county", "F01", "2024", p, "2024") for p in places], schema=names, orient="row")
    frame = pl.DataFrame(rows, schema=[*dimensions, "count"], orient="row").sort(dimensions)
    return Tabulation((Cube("exits", "exits", dimensions, frame),), (Tree("outcome", {TOTAL: OUTCOMES}),), links)


Edition = tuple[tuple[str, str, int | None], ...]
"""Place, outcome and what is shown."""


def edition(counts: Counts, policy: Policy, secret: bytes = b"") -> Edition:
    """What is published of some true counts."""
    cells = protect(county(counts), policy, secret=secret).cubes[0].cells
    return tuple(cells.select("place", "outcome", "count").iter_rows())


def agreeing(shown: Edition, places: int, policy: Policy) -> Iterator[Counts]:
    """Every true table that a reader of the numbers alone cannot rule out, when the county's row is shown."""
    known = {(place, outcome): count for place, outcome, count in shown if count is not None}
    names = [f"K01{number:02d}" for number in range(1, places + 1)]
    sums = [known["F01", outcome] for outcome in OUTCOMES]
    least = 0 if "municipality" in policy.hide_zero else 1
    choices = [list(_pairs(name, known, sums, least)) for name in names]

    def extended(at: int, left: Sequence[int]) -> Iterator[Counts]:
        if at == places - 1:
            if (left[0], left[1]) in choices[at]:
                yield ((left[0], left[1]),)
            return
        for pair in choices[at]:
            if pair[0] <= left[0] and pair[1] <= left[1]:
                for rest in extended(at + 1, (left[0] - pair[0], left[1] - pair[1])):
                    yield (pair, *rest)

    yield from extended(0, sums)


def _pairs(name: str, known: dict[tuple[str, str], int], sums: Sequence[int], least: int) -> Iterator[tuple[int, int]]:
    for pair in product(range(sums[0] + 1), range(sums[1] + 1)):
        values = dict(zip((TOTAL, *OUTCOMES), (sum(pair), *pair), strict=True))
        if all(known[name, outcome] == n if (name, outcome) in known else n >= least for outcome, n in values.items()):
            yield pair


def narrowed(counts: Counts, policy: Policy) -> Narrowed | None:
    """What the pattern of one edition tells; None when too many tables agree with it, or the county's row is hidden."""
    shown = edition(counts, policy)
    hidden = [(place, outcome) for place, outcome, count in shown if count is None]
    if any(place == "F01" for place, _ in hidden):
        return None
    agreeing_ones = list(agreeing(shown, len(counts), policy))
    if len(agreeing_ones) > MOST_TABLES:
        return None
    kept = [table for table in agreeing_ones if edition(table, policy) == shown]
    before, after = _ranges(hidden, agreeing_ones), _ranges(hidden, kept)
    small = [cell for cell in hidden if before[cell][0] < policy.smallest and before[cell][1] > 0]
    wide = [cell for cell in small if before[cell][1] - before[cell][0] >= policy.width]
    narrow = _narrow(wide, kept, policy)
    drawn = [table for table in agreeing_ones if narrow and table not in kept and _drawn(table, policy, shown)]
    return Narrowed(
        hidden=len(small),
        tables=len(agreeing_ones),
        same_pattern=len(kept),
        narrower=sum(before[cell] != after[cell] for cell in wide),
        too_narrow=len(narrow),
        known=sum(after[cell][0] == after[cell][1] for cell in narrow),
        too_narrow_with_chance=len(_narrow(narrow, kept + drawn, policy)),
    )


def _narrow(cells: Sequence[tuple[str, str]], kept: Sequence[Counts], policy: Policy) -> list[tuple[str, str]]:
    """The cells that may be small and lie too close together in the tables that are kept."""
    ranges = _ranges(cells, kept)
    return [cell for cell, (low, high) in ranges.items() if high - low < policy.width and low < policy.smallest]


def _drawn(counts: Counts, policy: Policy, shown: Edition) -> bool:
    """Whether some counts come out as an edition did when chance hides one of the cells just above the small ones."""
    table = county(counts)
    system = assemble(tables(table.cubes), table.trees, known_links(table, policy))
    price = prices(system, policy, np.zeros(len(system.count), np.bool_))

    def drawn(rule: Policy, secret: bytes) -> list[int]:
        return np.flatnonzero(by_chance(system, rule, price, secret)).tolist()

    def secret(cell: int) -> bytes:
        """One by which just this cell is hidden by chance."""
        tried = (f"secret number {number:08}".encode() for number in numbers())
        return next(one for one in tried if drawn(policy, one) == [cell])

    near = drawn(replace(policy, chance=Chance(near=1.0, larger=0.0)), b"by which all of them are drawn")
    return any(edition(counts, policy, secret(cell)) == shown for cell in near)


def _ranges(cells: Sequence[tuple[str, str]], tables: Sequence[Counts]) -> dict[tuple[str, str], tuple[int, int]]:
    found = {}
    for place, outcome in cells:
        at = int(place[3:]) - 1
        values = {sum(table[at]) if outcome == TOTAL else table[at][OUTCOMES.index(outcome)] for table in tables}
        found[place, outcome] = (min(values), max(values))
    return found


def drawn(seed: int, places: int = 3) -> Counts:
    """Invented counts: small ones, and one larger place."""
    rng = np.random.default_rng(seed)
    small = [tuple(int(n) for n in rng.integers(0, 5, 2)) for _ in range(places - 1)]
    return (*((a, b) for a, b in small), (int(rng.integers(3, LARGEST)), int(rng.integers(3, LARGEST))))


def narrowed_in_all(seeds: Sequence[int], policy: Policy) -> Narrowed:
    """The sums over editions of invented counts."""
    found = [one for seed in seeds if (one := narrowed(drawn(seed), policy)) is not None]
    return Narrowed(*(sum(values) for values in zip(*map(astuple, found), strict=True)))
