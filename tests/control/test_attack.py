"""The attack against a reader who tries every table."""

import random

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import Tree
from overgang.control import policy
from overgang.control.attack import Alone, Attack, floors, start
from overgang.control.exchange import grid, wander
from overgang.control.primary import primary
from overgang.control.secondary import close
from overgang.control.system import System, assemble
from tests.control import invented, plain

POLICY = policy()
MOST = 9
"""No number in the small systems can be larger, whatever is hidden."""


def small(counts: list[tuple[int, int]]) -> tuple[System, list[plain.Equation]]:
    """One county of two or three places, two outcomes, one year; counts are (work_edu, no_transition) of each place."""
    rows, links, equations = [], [], []
    places = [f"K01{i:02d}" for i in range(len(counts))]
    for place, pair in zip(["F01", *places], [tuple(map(sum, zip(*counts, strict=True))), *counts], strict=True):
        for outcome, count in zip(("total", "work_edu", "no_transition"), (sum(pair), *pair), strict=True):
            rows.append((place, "2016", outcome, count))
        equations.append((f"{place} total", (f"{place} work_edu", f"{place} no_transition")))
    for outcome in ("total", "work_edu", "no_transition"):
        equations.append((f"F01 {outcome}", tuple(f"{place} {outcome}" for place in places)))
    links = [("exits", "county", "F01", "2016", place, "2016") for place in places]
    frame = pl.DataFrame(rows, schema=["place", "time", "outcome", "count"], orient="row")
    names = ("counts", "family", "whole_place", "whole_time", "place", "time")
    link_frame = pl.DataFrame(links, schema=list(names), orient="row")
    trees = (Tree("outcome", {"total": ("work_edu", "no_transition")}),)
    return assemble([("exits", "exits", ("place", "time", "outcome"), frame)], trees, link_frame), equations


def label(system: System, cell: int) -> str:
    key = system.cells.row(cell, named=True)
    return f"{key['place']} {key['outcome']}"


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=3),
    hide=st.randoms(use_true_random=False),
)
def test_it_finds_the_same_ranges_as_trying_every_table(counts: list[tuple[int, int]], hide: random.Random) -> None:
    system, equations = small(counts)
    hidden = np.array([hide.random() < 0.5 for _ in system.count])
    floor = np.zeros(len(hidden), np.int64)
    names = [label(system, cell) for cell in range(len(hidden))]
    known = {name: int(count) for name, count, hides in zip(names, system.count, hidden, strict=True) if not hides}
    unseen = [name for name, hides in zip(names, hidden, strict=True) if hides]
    truth = plain.ranges(known, unseen, equations, dict.fromkeys(unseen, 0), 3 * MOST)
    ranges = start(system, hidden, floor, system.count)
    attack = Attack(system, hidden, floor, ranges, None, POLICY, Alone())
    attack.run(thorough=True)
    for cell in np.flatnonzero(hidden):
        least, most = truth[names[cell]]
        assert ranges.low[cell] <= least <= ranges.least[cell] <= ranges.most[cell] <= most
        assert most == 3 * MOST or most <= ranges.high[cell]
        narrow = ranges.most[cell] - ranges.least[cell] < POLICY.width
        if narrow and ranges.low[cell] < POLICY.smallest:
            assert (ranges.least[cell], ranges.most[cell]) == (least, most)


def test_exchanges_at_random_lead_to_tables_that_fit() -> None:
    tabulation = invented.tabulate(invented.country(3, counties=4, largest=30))
    system = assemble(
        ((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in tabulation.cubes),
        tabulation.trees,
        tabulation.links,
    )
    floor = floors(system, POLICY)
    hidden = close(system, primary(system, POLICY), floor, POLICY)
    places = grid(system, tabulation.trees)
    assert places is not None
    table, rng = system.count, np.random.default_rng(5)
    for _ in range(4):
        table = wander(places, hidden, table, floor, rng)
    equations = system.equations
    balance = np.zeros(len(equations), np.int64)
    np.add.at(balance, equations.row, equations.sign * table[equations.cell])
    assert (balance >= equations.low).all()
    assert (balance <= equations.high).all()
    assert (table[~hidden] == system.count[~hidden]).all()
    assert (table >= np.where(hidden, floor, 0)).all()
    assert (table != system.count).sum() > 100
