"""Counts that are moved instead of hidden: rounding and cell keys, and what a reader learns from them."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import Tabulation
from overgang.base.errors import BadInput
from overgang.control import Audit, Earlier, Protection, audit, check_alone, known_links, policy, protect
from overgang.control.cell_key import chances, move_by_keys
from overgang.control.keys import SCALE
from overgang.control.nearest import Block, Sum, nearest, nearest_by_program
from overgang.control.reading import learned
from overgang.control.rounding import FAR, limits, round_counts
from overgang.control.system import ANY, System, assemble
from tests.control import invented
from tests.control.test_attack import label, small

ROUND3, CELL_KEY = policy("round3"), policy("cell_key")
SECRET = b"sixteen bytes or more"


def system_of(tabulation: Tabulation) -> System:
    tables = ((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in tabulation.cubes)
    return assemble(tables, tabulation.trees, known_links(tabulation, ROUND3))


def off(system: System, count: np.ndarray) -> int:
    """How many equations do not hold, in plain loops."""
    equations, wrong = system.equations, 0
    balance: Counter[int] = Counter()
    for row, cell, sign in zip(equations.row, equations.cell, equations.sign, strict=True):
        balance[int(row)] += int(sign) * int(count[cell])
    for row in range(len(equations)):
        high = int(equations.high[row])
        wrong += not (equations.low[row] <= balance[row] and (high >= ANY // 2 or balance[row] <= high))
    return wrong


def read(protection: Protection, tabulation: Tabulation) -> Audit:
    chosen = ROUND3
    tables = [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protection.cubes]
    return audit(tables, tabulation.trees, known_links(tabulation, chosen), chosen)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), largest=st.integers(3, 60))
def test_every_sum_holds_after_rounding_and_no_1_or_2_is_left(seed: int, largest: int) -> None:
    system = system_of(invented.tabulate(invented.country(seed, counties=2, largest=largest)))
    count = round_counts(system, 3, 2)
    assert off(system, count) == 0
    assert not np.isin(count, (1, 2)).any()
    assert (count >= 0).all()
    assert (count[system.count == 0] == 0).all()
    assert (np.abs(count - system.count) <= limits(system, 2)).all()
    assert np.array_equal(count, round_counts(system, 3, 2))


def test_the_mean_error_of_rounding_is_near_zero() -> None:
    errors = []
    for seed in range(6):
        system = system_of(invented.tabulate(invented.country(seed)))
        errors.append(round_counts(system, 3, 2) - system.count)
    together = np.concatenate(errors)
    assert abs(together.mean()) < 0.05
    assert np.abs(together).mean() < 1


def test_a_small_table_rounded_by_hand() -> None:
    """Three places with one person each: the nearest table for the county's 3 is one place with 3."""
    system = small([(1, 0), (1, 0), (1, 0)])
    found = {label(system, cell): int(n) for cell, n in enumerate(round_counts(system, 3, 2))}
    assert found["F01 total"] == found["F01 work_edu"] == 3
    assert sorted(found[f"K010{i} total"] for i in range(3)) == [0, 0, 3]
    assert all(found[f"K010{i} total"] == found[f"K010{i} work_edu"] for i in range(3))
    assert found["F01 no_transition"] == 0


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.tuples(st.integers(3, 9), st.integers(0, 9)), min_size=2, max_size=4))
def test_the_program_finds_what_the_search_finds(counts: list[tuple[int, int]]) -> None:
    """Total, one outcome and the other of each place; nothing may move but what is 1 or 2."""
    for pair in counts:
        allowed = (
            FAR,
            *(np.array([v for v in range(max(n - 2, 0), n + 3) if n and v not in (1, 2)] or [0]) for n in pair),
        )
        block = Block(np.array([sum(pair), *pair]), allowed, np.zeros((3, 0)), (Sum(0, (1, 2)),), 3, 1)
        by_search, by_program = nearest(block), nearest_by_program(block)
        assert by_search is not None
        assert by_program is not None
        assert by_program[0] == by_program[1] + by_program[2]
        assert not np.isin(by_program, (1, 2)).any()
        assert np.abs(by_program - block.count).sum() >= np.abs(by_search - block.count).sum()
        if not set(pair) & {1, 2}:
            assert np.array_equal(by_program, block.count)


def test_a_table_without_small_counts_stays_as_it_is() -> None:
    system = small([(7, 3), (12, 0), (4, 5)])
    assert np.array_equal(round_counts(system, 3, 2), system.count)


def test_what_cannot_be_rounded_is_named() -> None:
    """1 may not become 0 or 3 when nothing may be moved."""
    with pytest.raises(BadInput, match="No table rounded to base 3 was found for exits K0100 2016"):
        round_counts(small([(1, 0), (4, 4)]), 3, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_reader_of_rounded_tables_cannot_tell_a_small_count(seed: int) -> None:
    tabulation = invented.tabulate(invented.country(seed))
    protection = protect(tabulation, ROUND3)
    found = read(protection, tabulation)
    assert found.findings == ()
    assert found.hidden == protection.primary > 0


@pytest.mark.parametrize("chosen", [ROUND3, CELL_KEY], ids=lambda found: found.method)
def test_what_the_reader_learns_is_true(chosen: object) -> None:
    assert isinstance(chosen, type(ROUND3))
    tabulation = invented.tabulate(invented.country(3, counties=2))
    true = system_of(tabulation)
    protection = protect(tabulation, chosen, secret=SECRET)
    tables = ((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protection.cubes)
    ranges = learned(assemble(tables, tabulation.trees, known_links(tabulation, chosen)), chosen)
    assert (ranges.low <= true.count).all()
    assert (true.count <= ranges.high).all()


def test_no_reader_who_tries_every_table_learns_a_small_count_from_rounded_ones() -> None:
    """One place of seven persons by sex and by age, both by outcome: every true table that fits the rule."""
    rng = random.Random(1)
    keys = [
        (table, dimension, code, outcome)
        for table, dimension, codes in (("exits_by_sex", "sex", ("F", "M")), ("exits_by_age", "age", ("18-25", "56+")))
        for code in codes
        for outcome in ("work_edu", "no_transition")
    ]
    for _ in range(10):
        people = [invented.person(rng, "K0102", "2016") for _ in range(7)]
        tabulation = invented.tabulate([replace(p, age="18-25" if p.age < "30" else "56+") for p in people])
        cubes = tuple(
            replace(cube, cells=cube.cells.filter(pl.col("place") == "K0102"))
            for cube in tabulation.cubes
            if cube.table in {key[0] for key in keys}
        )
        protection = protect(Tabulation(cubes, tabulation.trees, tabulation.links.clear()), ROUND3)
        printed = [
            protection.cube(table).cells.filter(pl.col(dimension) == code, pl.col("outcome") == outcome)["count"][0]
            for table, dimension, code, outcome in keys
        ]
        ways = np.array(list(product(*(range(max(n - 2, min(n, 1)), n + 3) for n in printed))))
        by_sex, by_age = ways[:, :4].reshape(-1, 2, 2).sum(axis=1), ways[:, 4:].reshape(-1, 2, 2).sum(axis=1)
        fitting = ways[(by_sex == by_age).all(axis=1)]
        least, most = fitting.min(axis=0), fitting.max(axis=0)
        assert len(fitting) > 1
        assert ((most - least >= ROUND3.width) | (least >= ROUND3.smallest)).all()


def test_a_forged_number_is_found() -> None:
    """A place printed with 40 more than the county can hold, and one printed with 2."""
    tabulation = invented.tabulate(invented.country(1, counties=2))
    one = Tabulation(tabulation.cubes[:1], tabulation.trees, tabulation.links)
    protection = protect(one, ROUND3)
    cells = protection.cubes[0].cells
    victims = cells.filter(
        (pl.col("outcome") == "work") & (pl.col("place").str.starts_with("K")) & (pl.col("count") == 3)
    )
    at = pl.all_horizontal(pl.col(name) == victims[name][0] for name in ("place", "time", "outcome"))
    for forged, kind in ((43, "cannot be true together"), (2, "printed though the method leaves no such number")):
        changed = cells.with_columns(count=pl.when(at).then(forged).otherwise("count"))
        table = ("exits", "exits", ("place", "time", "outcome"), changed)
        found = audit([table], one.trees, known_links(one, ROUND3), ROUND3)
        assert kind in {finding.kind for finding in found.findings}


def test_of_shielded_persons_only_the_number_is_printed() -> None:
    tabulation = invented.tabulate(invented.country(2))
    for chosen in (ROUND3, CELL_KEY):
        cells = protect(tabulation, chosen, secret=SECRET).cube("exits").cells
        broken_down = cells.filter(pl.col("place").is_in(["F00", "F00S"]) & (pl.col("outcome") != "total"))
        assert broken_down.height > 0
        assert broken_down["count"].null_count() == broken_down.height
        assert cells.filter(pl.col("place") == "F00U")["count"].null_count() == 0


def test_a_cell_has_one_number_in_every_table() -> None:
    tabulation = invented.tabulate(invented.country(5))
    for chosen in (ROUND3, CELL_KEY):
        protection = protect(tabulation, chosen, secret=SECRET)
        sexes = protection.cube("exits_by_sex").cells.filter(pl.col("sex") == "total")
        both = protection.cube("exits").cells.join(sexes, on=["place", "time", "outcome"], suffix="_sex")
        assert both.height > 50
        assert both.filter(pl.col("count") != pl.col("count_sex")).is_empty()


def test_cell_keys_follow_the_secret_and_nothing_else() -> None:
    system = system_of(invented.tabulate(invented.country(1)))
    moved = move_by_keys(system, 3, 3, SECRET)
    fewer = system_of(invented.tabulate([p for p in invented.country(1) if p.place is None or p.place[1:3] == "01"]))
    again = dict(
        zip(
            fewer.cells.select("place", "time", "sex", "age", "outcome").iter_rows(),
            move_by_keys(fewer, 3, 3, SECRET),
            strict=True,
        )
    )
    keys = list(system.cells.select("place", "time", "sex", "age", "outcome").iter_rows())
    shared = [(cell, key) for cell, key in enumerate(keys) if key in again and key[0].startswith("K01")]
    assert len(shared) > 50
    assert all(moved[cell] == again[key] for cell, key in shared)
    assert not np.array_equal(moved, move_by_keys(system, 3, 3, b"another sixteen bytes"))


def test_cell_keys_keep_their_promises() -> None:
    system = system_of(invented.tabulate(invented.country(2)))
    error = (moved := move_by_keys(system, 3, 3, SECRET)) - system.count
    assert not np.isin(moved, (1, 2)).any()
    assert (moved[system.count == 0] == 0).all()
    assert np.abs(error).max() == 3
    assert abs(error.mean()) < 0.1
    assert off(system, moved) > 0


@pytest.mark.parametrize("count", range(1, 10))
def test_the_expected_move_of_a_cell_key_is_nothing(count: int) -> None:
    values, ends = chances(count, 3, 3)
    parts = [Fraction(end - start, SCALE) for start, end in zip((0, *ends[:-1]), ends, strict=True)]
    assert ends[-1] == SCALE
    assert all(part > 0 for part in parts)
    assert abs(sum(part * (value - count) for part, value in zip(parts, values, strict=True))) < Fraction(1, 1 << 28)
    assert set(values) <= {0, *range(3, count + 4)}


def test_a_secret_that_is_none_and_a_limit_that_is_too_small_are_refused() -> None:
    system = small([(1, 2)])
    with pytest.raises(BadInput, match="a secret of at least 16 bytes, not 0"):
        move_by_keys(system, 3, 3, b"")
    with pytest.raises(BadInput, match="A count of 1 cannot become 3"):
        move_by_keys(system, 3, 1, SECRET)


def test_two_methods_are_never_released_side_by_side() -> None:
    check_alone(policy().as_dict(), {}, "edition-1")
    check_alone(ROUND3.as_dict(), ROUND3.as_dict(), "edition-1")
    with pytest.raises(BadInput, match="edition-1 protects the same cells by suppress, this edition by round3"):
        check_alone(ROUND3.as_dict(), policy().as_dict(), "edition-1")


def test_moved_counts_follow_no_earlier_edition() -> None:
    tabulation = invented.tabulate(invented.country(1, counties=2))
    before = Earlier("edition-1", (), (), tabulation.trees, tabulation.links)
    with pytest.raises(BadInput, match="can follow no other, and edition-1 is published"):
        protect(tabulation, ROUND3, earlier=[before])


def test_a_policy_can_be_like_another() -> None:
    assert replace(ROUND3, id="", source="", method="suppress") == replace(policy(), id="", source="")
