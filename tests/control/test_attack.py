"""The attack against a reader who tries every table."""

import random

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import Tree
from overgang.control import policy
from overgang.control.attack import Attack
from overgang.control.crew import Alone
from overgang.control.ranges import start
from overgang.control.system import System, assemble
from tests.control import plain

POLICY = policy()
OUTCOMES = ("total", "work_edu", "no_transition")


def small(counts: list[tuple[int, int]]) -> System:
    """One county of some places, two outcomes, one year; counts are (work_edu, no_transition) of each place."""
    places = [f"K01{i:02d}" for i in range(len(counts))]
    county = tuple(map(sum, zip(*counts, strict=True)))
    rows = [
        (place, "2016", outcome, count)
        for place, pair in zip(["F01", *places], [county, *counts], strict=True)
        for outcome, count in zip(OUTCOMES, (sum(pair), *pair), strict=True)
    ]
    names = ("counts", "family", "whole_place", "whole_time", "place", "time")
    links = [("exits", "county", "F01", "2016", place, "2016") for place in places]
    frame = pl.DataFrame(rows, schema=["place", "time", "outcome", "count"], orient="row")
    trees = (Tree("outcome", {"total": OUTCOMES[1:]}),)
    table = ("exits", "exits", ("place", "time", "outcome"), frame)
    return assemble([table], trees, pl.DataFrame(links, schema=list(names), orient="row"))


def inner_and_sums(places: int) -> tuple[list[str], dict[str, list[str]]]:
    """The same county for the patient reader."""
    names = [f"K01{i:02d}" for i in range(places)]
    inner = [f"{name} {outcome}" for name in names for outcome in OUTCOMES[1:]]
    sums = {f"{name} total": [f"{name} {outcome}" for outcome in OUTCOMES[1:]] for name in names}
    sums |= {f"F01 {outcome}": [f"{name} {outcome}" for name in names] for outcome in OUTCOMES[1:]}
    return inner, {**sums, "F01 total": inner}


def label(system: System, cell: int) -> str:
    key = system.cells.row(cell, named=True)
    return f"{key['place']} {key['outcome']}"


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=3),
    hide=st.randoms(use_true_random=False),
)
def test_it_finds_the_same_ranges_as_trying_every_table(counts: list[tuple[int, int]], hide: random.Random) -> None:
    system = small(counts)
    names = [label(system, cell) for cell in range(len(system.count))]
    everybody = names.index("F01 total")  # shown, so that no number can be larger
    hidden = np.array([hide.random() < 0.5 and cell != everybody for cell in range(len(names))])
    floor = np.zeros(len(hidden), np.int64)
    known = {name: int(count) for name, count, hides in zip(names, system.count, hidden, strict=True) if not hides}
    truth = plain.ranges(int(system.count[everybody]), *inner_and_sums(len(counts)), known)
    attack = Attack(system, hidden, floor, start(system, hidden, floor, system.count), POLICY, Alone())
    attack.run()
    attack.settle()
    ranges, truth_of = attack.ranges, system.count
    for cell in np.flatnonzero(hidden):
        least, most = truth[names[cell]]
        assert ranges.low[cell] <= least <= ranges.least[cell] <= ranges.most[cell] <= most <= ranges.high[cell]
        narrow = ranges.most[cell] - ranges.least[cell] < POLICY.width
        asked_about = truth_of[cell] < POLICY.smallest + POLICY.width - 1  # a larger one is wide if it can be small
        if narrow and asked_about and ranges.low[cell] < POLICY.smallest:
            assert (ranges.least[cell], ranges.most[cell]) == (least, most)
