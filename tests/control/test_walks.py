"""Walks: what they find is a table that agrees with everything published, and what they show again is not needed."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.control import audit, check, known_links, policy, protect, tables
from overgang.control.attack import Attack
from overgang.control.classes import classes
from overgang.control.crew import Alone
from overgang.control.hunter import Hunter, mended
from overgang.control.policy import Policy
from overgang.control.primary import bundles, primary
from overgang.control.program import Region, region
from overgang.control.ranges import delicate, floors, start
from overgang.control.search import Aims
from overgang.control.system import ANY, Bools, Ints, System, assemble
from tests.control import invented
from tools.disclosure_tables import rules
from tools.optimum import small_county


def of(rule: Policy, seed: int = 1001) -> System:
    tabulation = small_county(seed)
    return assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, rule))


def hunter_of(system: System, rule: Policy, price: float = 1.0) -> tuple[Hunter, Bools, Ints]:
    """A hunter for whom every count above the smallest costs the same, the small counts, and the floors."""
    first, floor = primary(system, rule), floors(system, rule)
    may = np.where(first | (system.count == 0), np.inf, price)
    bundle = np.where(first | np.isfinite(may), bundles(system, rule), -1)
    free = first | np.isfinite(may)
    return Hunter(system.equations, system.count, floor, free, may, bundle, rule.width), first, floor


def aims_of(system: System, rule: Policy, hidden: Bools, floor: Ints) -> Aims:
    nothing = np.zeros(len(hidden), np.bool_)
    ranges = start(system, hidden, floor, system.count)
    return Aims(delicate(system, rule, ranges), nothing, nothing)


@st.composite
def areas(draw: st.DrawFn) -> tuple[Region, Ints]:
    """Up to six cells and a few sums between some of them, around a table that satisfies them."""
    size = draw(st.integers(2, 6))
    base = np.array(draw(st.lists(st.integers(1, 3), min_size=size, max_size=size)), np.int64)
    members = draw(
        st.lists(st.lists(st.integers(0, size - 1), min_size=1, max_size=4, unique=True), min_size=1, max_size=5)
    )
    signs = [draw(st.lists(st.sampled_from((1, -1)), min_size=len(row), max_size=len(row))) for row in members]
    row = np.repeat(np.arange(len(members)), [len(row) for row in members])
    column, sign = np.concatenate([*members, []]).astype(np.int64), np.concatenate([*signs, []]).astype(np.int64)
    at_base = np.bincount(row, sign * base[column], len(members)).astype(np.int64)
    open_ended = np.array([draw(st.booleans()) for _ in members])
    high = np.where(open_ended, ANY, at_base)
    return Region(np.arange(size), row, column, sign, at_base, high), base


@settings(max_examples=200, deadline=None)
@given(area_and_base=areas())
def test_the_moves_of_classes_are_the_moves_of_the_region(area_and_base: tuple[Region, Ints]) -> None:
    """Every move of up to two persons a cell that keeps the sums is one of classes, and the other way round."""
    area, base = area_and_base
    found = classes(area, base)
    moves = np.array(list(product(range(-2, 3), repeat=len(base))), np.int64)
    ways = moves * found.sense
    own = [ways[:, found.of_cell == one].max(axis=1) for one in range(found.number)]
    whole = np.stack([*own, np.zeros(len(moves), np.int64)], axis=1)
    by_class = np.where(found.of_cell >= 0, found.sense * whole[:, found.of_cell], 0)
    kept = _within(whole[:, :-1], found.row, found.column, found.sign, found.low, found.high)
    holds = _within(base + moves, area.row, area.column, area.sign, area.low, area.high)
    assert np.array_equal(holds, (by_class == moves).all(axis=1) & kept)


def _within(tables: Ints, row: Ints, column: Ints, sign: Ints, low: Ints, high: Ints) -> Bools:
    """Which of some tables, one a row, satisfy every equation."""
    matrix = np.zeros((len(low), tables.shape[1]), np.int64)
    np.add.at(matrix, (row, column), sign)
    balance = tables @ matrix.T
    found: Bools = ((balance >= low) & (balance <= high)).all(axis=1)
    return found


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("seed", [1001, 1004, 1011])
def test_what_a_hunt_finds_holds_and_makes_wide(seed: int, width: int) -> None:
    rule = rules(width)
    system = of(rule, seed)
    hunter, first, floor = hunter_of(system, rule)
    hidden, everything = first.copy(), np.ones(len(first), np.bool_)
    aims = aims_of(system, rule, hidden, floor)
    ranges = start(system, hidden, floor, system.count)
    found = []
    for pay in (0.0, 1.0, 4.0, 16.0):
        met = hunter.hunt(hidden, ranges.least, ranges.most, aims, everything, pay, 500, 8)
        for one in met:
            ranges.widen(one.cells, (system.count[one.cells] + one.by), (system.count[one.cells] + one.by))
        found += met
    area = region(system.equations, np.arange(len(hidden)), system.count)
    for one in found:
        table = system.count.copy()
        table[one.cells] += one.by
        assert area.holds(table)
        assert np.all(hidden[one.cells])
        assert np.all(table[one.cells] >= floor[one.cells])
        ranges.widen(one.cells, table[one.cells], table[one.cells])
    assert np.all(hidden[first])
    narrow = hidden & aims.wanted & (ranges.width < width)
    assert narrow.sum() * 4 <= (hidden & aims.wanted).sum()  # walks may leave some to the programs
    assert width > 1 or not narrow.any()


def test_nothing_is_hidden_that_may_not_be() -> None:
    rule = rules()
    system = of(rule)
    hunter, first, floor = hunter_of(system, rule)
    hidden, nothing = first.copy(), np.zeros(len(first), np.bool_)
    found = hunter.hunt(hidden, system.count, system.count, aims_of(system, rule, hidden, floor), nothing, 16.0, 200, 4)
    assert np.array_equal(hidden, first)
    assert all(first[one.cells].all() for one in found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_table_that_does_not_add_up_is_mended(seed: int) -> None:
    rule = rules()
    system = of(rule)
    hidden = primary(system, rule)
    cells = np.flatnonzero(hidden)
    area, low = region(system.equations, cells, system.count), floors(system, rule)[cells]
    high, chance = np.full(len(cells), ANY), np.random.default_rng(seed)
    start = np.maximum(system.count[cells] + chance.integers(-1, 2, len(cells)), low)
    assert not area.holds(start)
    table = mended(area, start, low, high, seed)
    assert table is not None
    assert area.holds(table)
    assert np.all(table >= low)


def test_what_cannot_be_mended_is_not() -> None:
    """Two cells that add up to 3, neither of which may be more than 1."""
    area = Region(np.arange(2), np.zeros(2, np.int64), np.arange(2), np.ones(2, np.int64), np.array([3]), np.array([3]))
    assert mended(area, np.zeros(2, np.int64), np.zeros(2, np.int64), np.ones(2, np.int64), 1) is None


@pytest.mark.parametrize("swapping", [False, True])
@pytest.mark.parametrize("seed", [1001, 1004, 1011])
def test_what_is_shown_again_leaves_all_wide_and_costs_less(seed: int, swapping: bool) -> None:
    rule = rules()
    system = of(rule, seed)
    hunter, first, floor = hunter_of(system, rule)
    hidden, everything = first.copy(), np.ones(len(first), np.bool_)
    aims = aims_of(system, rule, hidden, floor)
    found = hunter.hunt(hidden, system.count, system.count, aims, everything, 16.0, 500, 8)
    wasted = np.flatnonzero(~hidden & (system.count >= rule.smallest))  # hidden for nothing, so all of them must go
    hidden[wasted] = True
    before = hidden.sum()
    units = [np.array([cell]) for cell in np.flatnonzero(~first & (system.count > 0)).tolist()]
    left = list(hunter.spare(hidden, aims, found, units, 400, swapping=swapping))
    if swapping:  # once more, when some cells of a class may be shown and others not
        left = list(hunter.spare(hidden, aims, left, units, 400, swapping=True))
    assert hidden.sum() <= before - len(wasted)
    ranges = start(system, hidden, floor, system.count)
    for one in left:
        assert np.all(hidden[one.cells])
        value = system.count[one.cells] + one.by
        ranges.widen(one.cells, value, value)
    assert not np.any(hidden & aims.wanted & (ranges.width < rule.width))


def test_the_same_edition_is_walked_the_same_way() -> None:
    rule = rules()
    system = of(rule)
    patterns = []
    for _ in range(2):
        hunter, first, floor = hunter_of(system, rule)
        hidden, everything = first.copy(), np.ones(len(first), np.bool_)
        aims = aims_of(system, rule, hidden, floor)
        found = hunter.hunt(hidden, system.count, system.count, aims, everything, 4.0, 200, 2)
        patterns.append((hidden.tolist(), [(one.cells.tolist(), one.by.tolist()) for one in found]))
    assert patterns[0] == patterns[1]


def test_bundles_are_hidden_whole() -> None:
    """Under the default policy the breakdowns of small places are hidden together, by walks too."""
    rule = policy()
    tabulation = invented.tabulate(invented.country(3, counties=3, largest=60))
    system = assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, rule))
    first, floor = primary(system, rule), floors(system, rule)
    ranges = start(system, first, floor, system.count)
    attack = Attack(system, first, floor, ranges, rule, Alone(), np.where(first, np.inf, 1.0))
    attack.run()
    bundle = attack.bundle
    opened = np.isin(bundle, bundle[attack.hidden & (bundle >= 0)])
    assert (attack.hidden & ~first).any()
    assert np.all(attack.hidden[opened])


def test_a_table_of_many_cells_is_protected_by_walks_and_holds() -> None:
    """More hidden cells than FEW: twelve counties of the invented country with every breakdown."""
    rule = rules()
    tabulation = invented.tabulate(invented.country(5, counties=12, largest=40))
    protection = protect(tabulation, rule)
    assert protection.primary > 2_000
    assert protection.secondary > 0
    shown, links = tables(protection.cubes), known_links(tabulation, rule)
    found = audit(shown, tabulation.trees, links, rule)
    assert found.findings == ()
    assert check(shown, tabulation.trees, links, rule, found.certificate) == ()
