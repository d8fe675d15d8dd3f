"""Numbers told elsewhere: what they mean, and that the attack gets as much out of them as trying every table does."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import TOTAL, Tabulation, Tree
from overgang.base.errors import BadInput
from overgang.control import Audit, Protection, Statement, audit, check, known_links, policy, protect, tables
from overgang.control.attack import Attack
from overgang.control.bounds import propagate
from overgang.control.crew import Alone
from overgang.control.ranges import floors, start
from overgang.control.statements import (
    Halves,
    Key,
    by_borders,
    exactly_by_borders,
    number,
    of_base,
    rounded_percent,
)
from overgang.control.unpublished import with_possible_counts, with_statements
from tests.control import invented, plain
from tests.control.test_attack import inner_and_sums, label, small

POLICY = policy()


def key(place: str, outcome: str = TOTAL, *, time: str = "2016", sex: str = TOTAL) -> Key:
    return ("exits", place, time, sex, TOTAL, TOTAL, TOTAL, outcome)


HALVES: st.SearchStrategy[Halves] = st.sampled_from(["up", "either"])
PART, BASE = key("K0101", "work_edu"), key("K0101")


def fits(statements: list[Statement], part: int, base: int) -> bool:
    """Whether a part and a base agree with statements about PART and BASE."""
    value = {PART: part, BASE: base}
    sums = [(sum(weight * value[one] for one, weight in told.weights), told) for told in statements]
    return all((told.low is None or told.low <= n) and (told.high is None or n <= told.high) for n, told in sums)


@pytest.mark.parametrize(
    ("percent", "halves", "fitting"),
    [
        ("33", "up", [(1, 3)]),  # of fewer than five: only 1 of 3
        ("50", "up", [(1, 2), (2, 4)]),
        ("13", "up", [(1, 8)]),  # 12.5 goes up
        ("12", "up", []),
        ("12", "either", [(1, 8)]),  # unless one cannot know
        ("12.5", "up", [(1, 8)]),
        ("100", "up", [(n, n) for n in range(1, 9)]),
        ("0", "up", [(0, n) for n in range(1, 9)]),  # a share is told of somebody
    ],
)
def test_a_percentage_is_an_interval_in_which_a_half_goes_up(
    percent: str, halves: Halves, fitting: list[tuple[int, int]]
) -> None:
    told = list(rounded_percent({PART: 1}, {BASE: 1}, Decimal(percent), "", halves))
    largest = 8 if percent in ("13", "12", "12.5", "100", "0") else 4
    pairs = [(part, base) for base, part in product(range(largest + 1), repeat=2) if part <= base]
    found = [pair for pair in pairs if fits(told, *pair)]
    assert sorted(found) == sorted(fitting)


@given(percent=st.integers(0, 1000), base=st.integers(0, 400), part=st.integers(0, 400), halves=HALVES)
def test_a_percentage_means_what_rounding_in_fractions_says(percent: int, base: int, part: int, halves: Halves) -> None:
    """In tenths of a percent."""
    told = list(rounded_percent({PART: 1}, {BASE: 1}, Decimal(percent).scaleb(-1), "", halves))
    if base == 0:
        assert not fits(told, part, base)
        return
    off = Fraction(1000 * part, base) - percent
    half = Fraction(1, 2)
    assert fits(told, part, base) == (-half <= off < half or (halves == "either" and off == half))


def test_a_number_a_range_and_a_limit() -> None:
    cells = {PART: 1, BASE: 1}
    assert [(one.low, one.high) for one in number(cells, 1, 4, "")] == [(1, 4)]
    assert [(one.low, one.high) for one in number(cells, 30, None, "")] == [(30, None)]
    (exactly,) = number({PART: 1}, 3, 3, "")
    assert exactly.exact == PART
    (together,) = number(cells, 3, 3, "")
    assert together.exact is None


COUNTED = ("F00", "F02", "K0213", "K0217", "K0219", "K5012")


def test_a_place_of_later_borders_is_the_sum_of_what_it_was_made_of() -> None:
    """Ski and Oppegård became Nordre Follo in 2020."""
    (told,) = by_borders(key("K3020", time="2019"), 2020, 12, 12, "12", COUNTED)
    assert told.weights == ((key("K0213", time="2019"), 1), (key("K0217", time="2019"), 1))
    assert (told.low, told.high) == (12, 12)


def test_of_a_divided_place_it_has_something_between_nothing_and_all() -> None:
    """Snillfjord (K5012) was divided between Heim, Orkland and Hitra in 2020; Hemne (K5011) became Heim."""
    at_most, at_least = by_borders(key("K5055", time="2019"), 2020, 9, 9, "9", ("K5011", "K5012"))
    assert (at_most.weights, at_most.low, at_most.high) == (((key("K5011", time="2019"), 1),), None, 9)
    assert [one for one, _ in at_least.weights] == [key("K5011", time="2019"), key("K5012", time="2019")]
    assert (at_least.low, at_least.high) == (9, None)
    with pytest.raises(BadInput, match="K5012 of 2019 are not the same people"):
        exactly_by_borders(key("K5055", time="2019"), 2020, ("K5011", "K5012"))


def test_a_place_of_earlier_borders_lies_within_what_it_became() -> None:
    (told,) = by_borders(key("K0213", time="2020"), 2019, 7, 7, "7", ("K3020", "K3021"))
    assert (told.weights, told.low, told.high) == (((key("K3020", time="2020"), 1),), 7, None)
    with pytest.raises(BadInput, match="no place of 2020 that K0301 of 2019 was made of or became"):
        list(by_borders(key("K0301", time="2020"), 2019, 7, 7, "7", ("K3020", "K3021")))


def test_the_bases_that_leave_somebody_out() -> None:
    assert of_base(PART, "D0") == ({PART: 1}, {BASE: 1})
    assert of_base(PART, "D2")[1] == {BASE: 1, key("K0101", "moved"): -1}
    assert of_base(PART, "D5")[0] == {key("K0101", "completed_work_edu"): 1}


def shares(counts: list[tuple[int, int]], chance: random.Random) -> list[tuple[str, str, int]]:
    """Some true shares of a small county, rounded half up: a part, its whole, and whole percent."""
    names = [f"K01{i:02d}" for i in range(len(counts))]
    found = [(f"{name} work_edu", f"{name} total", a, a + b) for name, (a, b) in zip(names, counts, strict=True)]
    first = counts[0][0] + counts[0][1]
    found.append((f"{names[0]} total", "F01 total", first, sum(map(sum, counts))))
    told = [(part, whole, (200 * n + of) // (2 * of)) for part, whole, n, of in found if of]
    return [one for one in told if chance.random() < 0.6]


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=3),
    chance=st.randoms(use_true_random=False),
)
def test_with_shares_told_it_finds_the_same_ranges_as_trying_every_table(
    counts: list[tuple[int, int]], chance: random.Random
) -> None:
    system = small(counts)
    names = [label(system, cell) for cell in range(len(system.count))]
    told = shares(counts, chance)
    statements = [
        one
        for part, whole, percent in told
        for one in rounded_percent(
            {key(part.split()[0], part.split()[1]): 1}, {key(whole.split()[0]): 1}, Decimal(percent), "told", "up"
        )
    ]
    system = with_statements(system, statements, (), pl.DataFrame())
    everybody = names.index("F01 total")
    hidden = np.array([chance.random() < 0.7 and cell != everybody for cell in range(len(names))])
    known = {name: int(count) for name, count, hides in zip(names, system.count, hidden, strict=True) if not hides}
    truth = plain.ranges(int(system.count[everybody]), *inner_and_sums(len(counts)), known, shares=told)
    floor = np.zeros(len(hidden), np.int64)
    attack = Attack(system, hidden, floor, start(system, hidden, floor, system.count), POLICY, Alone())
    attack.run()
    attack.settle()
    ranges = attack.ranges
    for cell in np.flatnonzero(hidden):
        least, most = truth[names[cell]]
        assert ranges.low[cell] <= least <= ranges.least[cell] <= ranges.most[cell] <= most <= ranges.high[cell]
        asked_about = ranges.least[cell] < POLICY.smallest  # what was never seen small may be known
        if ranges.most[cell] - ranges.least[cell] < POLICY.width and asked_about:
            assert (ranges.least[cell], ranges.most[cell]) == (least, most)


@pytest.fixture(scope="module")
def country() -> tuple[Tabulation, Protection]:
    tabulation = invented.tabulate(invented.country(1))
    return tabulation, protect(tabulation, POLICY)


def attacked(tabulation: Tabulation, protection: Protection, statements: list[Statement]) -> Audit:
    """The audit, whose proof must hold whenever it finds nothing, and not when it does."""
    shown, links = tables(protection.cubes), known_links(tabulation, POLICY)
    found = audit(shown, tabulation.trees, links, POLICY, statements=statements)
    wrong = check(shown, tabulation.trees, links, POLICY, found.certificate, statements=statements)
    assert bool(wrong) != found.safe
    return found


def share(place: str, percent: int, outcome: str = "work_edu") -> list[Statement]:
    part, base = of_base(key(place, outcome), "D0")
    return list(rounded_percent(part, base, Decimal(percent), f"{percent} % of {place}", "up"))


def with_nothing_of(protection: Protection, place: str, time: str) -> Protection:
    """The same with all numbers of a place and a year hidden."""
    there = (pl.col("place") == place) & (pl.col("time") == time)
    cubes = [
        replace(one, cells=one.cells.with_columns(count=pl.when(~there).then("count"))) for one in protection.cubes
    ]
    return replace(protection, cubes=tuple(cubes))


def test_a_share_of_a_hidden_base_narrows_and_the_finding_says_how(country: tuple[Tabulation, Protection]) -> None:
    """K0103 had 6 who ended in 2016, of whom 5 to work or education: 83 %; here all of 2016 is hidden."""
    tabulation, protection = country
    protection = with_nothing_of(protection, "K0103", "2016")
    assert attacked(tabulation, protection, []).safe
    told = [*share("K0103", 83), *number({key("K0103"): 1}, 6, 6, "6 ended in K0103")]
    findings = {finding.cell: finding for finding in attacked(tabulation, protection, told).findings}
    women = findings["exits K0103 2016 F no_transition"]
    assert (women.least, women.most) == (0, 1)
    assert 'exits K0103 2016 is at least 6 = 6 by "6 ended in K0103"' in women.how
    assert 'exits K0103 2016 work_edu is at least 5 = (33 x exits K0103 2016 (at least 6)) / 40 by "83 %' in women.how
    with pytest.raises(BadInput, match=r"beside what was told elsewhere.*by \"83 % of K0103\""):
        protect(tabulation, POLICY, statements=told)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_protected_beside_statements_survives_the_attack_with_them(seed: int) -> None:
    """Sums of two hidden places, ranges and shares of larger places are told; hiding more makes up for them."""
    tabulation = invented.tabulate(invented.country(seed, counties=2, largest=60))
    true = {row[:3]: row[3] for row in tabulation.cube("exits").cells.rows()}
    chance = random.Random(seed)
    municipalities = sorted({place for place, time, _ in true if place[0] == "K" and time == "2016"})
    told: list[Statement] = []
    for one, other in zip(municipalities[::2], municipalities[1::2], strict=False):
        both = true[one, "2016", "total"] + true[other, "2016", "total"]
        if both > 12:
            told += number({key(one): 1, key(other): 1}, both, both, f"{both} ended in {one} and {other}")
    for place in municipalities:
        ended = true[place, "2016", "total"]
        if ended >= 15 and chance.random() < 0.5:
            told += share(place, (200 * true[place, "2016", "work_edu"] + ended) // (2 * ended))
        told += number({key(place, "moved"): 1}, None, 40, f"at most 40 moved in {place}")
    protection = protect(tabulation, POLICY, statements=told)
    assert attacked(tabulation, protection, told).safe


def test_what_no_table_shows_is_a_part_of_what_they_show() -> None:
    """6 ended, 2 of them to work or education; 50 % of those who did not move, so 2 moved and 2 did something else."""
    rows = [(place, "2016", outcome, n) for place in ("F01",) for outcome, n in OUTCOMES_OF_6.items()]
    frame = pl.DataFrame(rows, schema=["place", "time", "outcome", "count"], orient="row")
    trees = (Tree("outcome", {"total": ("work_edu", "no_transition"), "no_transition": ("moved", "other")}),)
    told = list(rounded_percent(*of_base(key("F01", "work_edu"), "D2"), Decimal(50), "50 % D2", "up"))
    found = audit([("exits", "exits", ("place", "time", "outcome"), frame)], trees, NO_LINKS, POLICY, statements=told)
    (moved,) = [finding for finding in found.findings if finding.cell == "exits F01 2016 moved"]
    assert (moved.least, moved.most) == (2, 2)
    assert found.cells == 4  # `other` is not spoken of


OUTCOMES_OF_6 = {"total": 26, "work_edu": 12, "no_transition": 14}
NO_LINKS = pl.DataFrame(
    schema={
        **dict.fromkeys(("counts", "family", "whole_place", "whole_time", "place", "time"), pl.String),
        "overlap_low": pl.Int64,
        "overlap_high": pl.Int64,
    }
)


def test_a_statement_that_the_true_counts_contradict_is_named(country: tuple[Tabulation, Protection]) -> None:
    tabulation, protection = country
    wrong = share("K0103", 50)
    with pytest.raises(BadInput, match=r"^50 % of K0103: the counts of this edition say otherwise"):
        protect(tabulation, POLICY, statements=wrong)
    impossible = list(number({key("F01"): 1}, 10_000, 10_000, "10 000 ended in F01"))
    assert any("cannot be true together" in str(finding) for finding in clashing(tabulation, protection, impossible))


def clashing(tabulation: Tabulation, protection: Protection, told: list[Statement]) -> tuple[object, ...]:
    links = known_links(tabulation, POLICY)
    return audit(tables(protection.cubes), tabulation.trees, links, POLICY, statements=told).findings


def test_a_place_or_a_code_that_the_edition_does_not_have_is_named(country: tuple[Tabulation, Protection]) -> None:
    tabulation, protection = country
    for wrong, says in [
        (key("K9901"), "the edition has no exits of K9901 in 2016"),
        (key("K0103", "asleep"), "asleep is no code of outcome in the edition"),
    ]:
        with pytest.raises(BadInput, match=says):
            attacked(tabulation, protection, list(number({wrong: 1}, 1, 1, "told")))


def test_unpublished_cells_have_some_numbers_that_agree_with_the_true_ones() -> None:
    system = small([(3, 2), (1, 4)])
    told = list(number({key("K0100", "moved"): 1, key("K0101", "moved"): 1}, 5, 5, "5 moved"))
    trees = (Tree("outcome", {"total": ("work_edu", "no_transition"), "no_transition": ("moved", "health")}),)
    found = with_possible_counts(with_statements(system, told, trees, NO_LINKS))
    moved = found.count[len(system.count) :].tolist()
    assert sum(moved) == 5
    assert all(0 <= one <= most for one, most in zip(moved, (2, 4), strict=True))  # no more than no_transition
    hidden = found.count < 0
    low, high = propagate(found, hidden | (np.arange(len(found.count)) >= len(system.count)), floors(found, POLICY))
    assert low[-2:].tolist() == [1, 3]  # 5 less the most that the other can be
    assert high[-2:].tolist() == [2, 4]
