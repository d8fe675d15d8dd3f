"""Somebody who is alone in a cell must not learn about others by it, where the policy asks for that."""

from dataclasses import replace

import numpy as np
import polars as pl

from overgang.base.cube import Cube, Tabulation, Tree
from overgang.control import Policy, known_links, policy, protect
from overgang.control.attack import Attack
from overgang.control.crew import Alone
from overgang.control.insiders import Insiders, learnt
from overgang.control.policy import Price
from overgang.control.ranges import floors, start
from overgang.control.system import assemble

PLAIN = replace(
    policy(),
    width=1,
    group=0,
    hide_zero=(),
    hide_zero_in_breakdowns=(),
    whole_breakdown=(),
    keep=(),
    price=Price(size=0.3, shown_before=1.0, level={}, outcome={}, breakdown={}),
)
OUTCOMES = ("total", "work_edu", "no_transition")


def county(counts: list[tuple[int, int]]) -> Tabulation:
    """One county of some places; counts are (work_edu, no_transition) of each place."""
    places = [f"K01{i:02d}" for i in range(len(counts))]
    whole = tuple(map(sum, zip(*counts, strict=True)))
    rows = [
        (place, "2016", outcome, count)
        for place, pair in zip(["F01", *places], [whole, *counts], strict=True)
        for outcome, count in zip(OUTCOMES, (sum(pair), *pair), strict=True)
    ]
    names = ["counts", "family", "whole_place", "whole_time", "place", "time"]
    links = [("exits", "county", "F01", "2016", place, "2016") for place in places]
    cells = pl.DataFrame(rows, schema=["place", "time", "outcome", "count"], orient="row").sort("place", "outcome")
    cube = Cube("exits", "exits", ("place", "time", "outcome"), cells)
    return Tabulation((cube,), (Tree("outcome", {"total": OUTCOMES[1:]}),), pl.DataFrame(links, names, orient="row"))


def lone_persons_who_learn(tabulation: Tabulation, rules: Policy) -> list[str]:
    """By programs on what `rules` would publish, for each person alone in a hidden cell."""
    shown = [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protect(tabulation, rules).cubes]
    true = [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in tabulation.cubes]
    links = known_links(tabulation, rules)
    hidden = assemble(shown, tabulation.trees, links).count < 0
    system = assemble(true, tabulation.trees, links)
    floor = floors(system, rules)
    attack = Attack(system, hidden, floor, start(system, hidden, floor, system.count), rules, Alone())
    attack.run()
    attack.settle()
    insiders = Insiders(attack, rules)
    return [system.name(cell) for cell, fixed in learnt(insiders, insiders.lone()) if fixed.any()]


def test_the_only_one_in_work_knows_how_many_are_not() -> None:
    """Of five shown, one is in work: who that is knows that the others are four. Hiding the five as well helps."""
    tabulation = county([(1, 4), (9, 8), (12, 7), (20, 30)])
    assert lone_persons_who_learn(tabulation, PLAIN) == ["exits K0100 2016 work_edu"]
    assert lone_persons_who_learn(tabulation, replace(PLAIN, insiders=True)) == []
    cells = protect(tabulation, replace(PLAIN, insiders=True)).cubes[0].cells
    assert cells.filter(place="K0100", outcome="total")["count"].to_list() == [None]


def test_one_person_learns_nothing_of_others_by_himself() -> None:
    """A place with one person: everything hidden there is about him."""
    tabulation = county([(1, 0), (9, 8), (12, 7), (2, 3), (3, 2)])
    learn = lone_persons_who_learn(tabulation, PLAIN)
    assert not [name for name in learn if "K0100" in name]
    assert np.array_equal(lone_persons_who_learn(tabulation, replace(PLAIN, insiders=True)), [])
