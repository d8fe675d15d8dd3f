"""Protection against an attacker that shares nothing with it: no small count may come out narrower than promised."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import KEY, TOTAL, Tabulation
from overgang.base.errors import BadInput
from overgang.control import Policy, known_links, policy, protect, tables
from tests.control import invented, plain
from tests.control.stranger import Cell, Stranger
from tests.control.test_attack import inner_and_sums
from tools.disclosure_tables import rules, table_set
from tools.pattern_attack import county

TRIED = 40
"""Cells drawn of each large table."""

SECRET = b"by which some cells are hidden by chance"


def attacked(tabulation: Tabulation, rule: Policy, most: int = 1_000) -> list[tuple[Cell, int, int, int]]:
    """Protects, and gives the true count, the least and the most of small counts and of what is told of nobody."""
    shown = tables(protect(tabulation, rule, secret=SECRET).cubes)
    zeros = {"F": not rule.hide_zero_in_breakdowns, "K": "municipality" not in rule.hide_zero}
    stranger = Stranger(shown, tabulation.trees, known_links(tabulation, rule), zeros)
    true = {
        (cube.counts, *(dict(zip(cube.dimensions, codes, strict=True)).get(name, TOTAL) for name in KEY[1:])): count
        for cube in tabulation.cubes
        for *codes, count in cube.cells.iter_rows()
    }
    delicate = [
        cell
        for cell, count in stranger.shown.items()
        if count is None and (1 <= true[cell] < rule.smallest or (cell[1] == "F00S" and set(cell[3:]) != {TOTAL}))
    ]
    for cell, count in stranger.shown.items():
        assert count is None or count == true[cell]
        assert count is None or not 1 <= count < rule.smallest
    drawn = random.Random(0).sample(sorted(delicate), min(most, len(delicate)))
    ends = list(stranger.least_and_most(drawn))
    return [(cell, true[cell], least, high) for cell, (least, high) in zip(drawn, ends, strict=True)]


def narrow(found: list[tuple[Cell, int, int, int]], width: int) -> list[tuple[Cell, int, int, int]]:
    for cell, true, least, most in found:
        assert least <= true <= most, cell
    return [one for one in found if one[3] - one[2] < width]


PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=5)


@settings(max_examples=40, deadline=None)
@given(counts=PAIRS)
def test_no_small_count_of_an_invented_county_is_narrowed_where_zeros_are_hidden(
    counts: list[tuple[int, int]],
) -> None:
    assert narrow(attacked(county(tuple(counts)), policy()), policy().width) == []


@settings(max_examples=40, deadline=None)
@given(counts=PAIRS, width=st.sampled_from([1, 2]))
def test_no_small_count_of_an_invented_county_is_narrowed_where_zeros_are_shown(
    counts: list[tuple[int, int]], width: int
) -> None:
    try:
        found = attacked(county(tuple(counts)), rules(width))
    except BadInput:
        return  # everything is small: then there is no edition
    assert narrow(found, width) == []


@pytest.mark.parametrize("seed", [31, 32])
def test_no_small_count_of_an_invented_country_is_narrowed(seed: int) -> None:
    found = attacked(invented.tabulate(invented.country(seed, counties=2, largest=25)), policy(), TRIED)
    assert len(found) == TRIED
    assert narrow(found, policy().width) == []


@pytest.mark.parametrize(("name", "seed", "width"), [("T2", 101, 1), ("T2", 102, 2), ("T7", 103, 1), ("T7", 104, 2)])
def test_no_small_count_of_a_benchmark_table_with_an_unseen_seed_is_narrowed(name: str, seed: int, width: int) -> None:
    found = attacked(table_set(name, seed=seed), rules(width), TRIED)
    assert len(found) == TRIED
    assert narrow(found, width) == []


def test_the_stranger_finds_what_hiding_small_counts_alone_gives_away() -> None:
    """Without anything hidden for the sake of others; so it would notice if protection did nothing."""
    tabulation, rule = county(((2, 9), (7, 6), (8, 5))), rules(1)
    (cube,) = tabulation.cubes
    bare = cube.cells.with_columns(pl.col("count").replace(dict.fromkeys(range(1, 5))))
    table = (cube.table, cube.counts, cube.dimensions, bare)
    stranger = Stranger([table], tabulation.trees, known_links(tabulation, rule), {"K": True, "F": True})
    hidden = [cell for cell, count in stranger.shown.items() if count is None]
    assert [cell[1:] for cell in hidden] == [("K0101", "2024", *(TOTAL,) * 4, "work_edu")]
    assert list(stranger.least_and_most(hidden)) == [(2, 2)]


def test_the_stranger_finds_what_trying_every_table_finds() -> None:
    counts = [(1, 2), (2, 0), (0, 3)]
    tabulation = county(tuple(counts))
    hide = [("K0101", "work_edu"), ("K0101", "no_transition"), ("K0102", "work_edu"), ("K0102", "no_transition")]
    at = pl.struct("place", "outcome").is_in([{"place": place, "outcome": outcome} for place, outcome in hide])
    cells = tabulation.cubes[0].cells.with_columns(count=pl.when(~at).then("count"))
    links = tabulation.links.with_columns(overlap_low=pl.lit(0), overlap_high=pl.lit(0))
    stranger = Stranger([("exits", "exits", ("place", "time", "outcome"), cells)], tabulation.trees, links, {})
    inner, sums = inner_and_sums(3)
    known = {f"{cell[1]} {cell[-1]}": count for cell, count in stranger.shown.items() if count is not None}
    shifted = {_earlier(name): count for name, count in known.items()}
    truth = plain.ranges(sum(map(sum, counts)), inner, sums, shifted)
    asked = [("exits", place, "2024", *(TOTAL,) * 4, outcome) for place, outcome in hide]
    for cell, ends in zip(asked, stranger.least_and_most(asked), strict=True):
        assert ends == truth[_earlier(f"{cell[1]} {cell[-1]}")]


def _earlier(name: str) -> str:
    """The plain reader counts places from 0."""
    place, outcome = name.split()
    return name if place == "F01" else f"K01{int(place[3:]) - 1:02d} {outcome}"
