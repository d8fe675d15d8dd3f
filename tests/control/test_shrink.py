"""Nothing is hidden without need: what protection hides for the sake of others, and what it knows after showing some
of it again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.cube import Tabulation
from overgang.control import Policy, known_links, policy, protect, tables
from overgang.control.bounds import Narrowing, propagate
from overgang.control.circles import Circles
from overgang.control.primary import primary
from overgang.control.program import region
from overgang.control.ranges import floors
from overgang.control.search import Witness
from overgang.control.sums import Sums
from overgang.control.system import System, assemble
from tests.control import invented
from tools.disclosure_tables import rules
from tools.optimum import hidden_cells, is_safe, small_county
from tools.pattern_attack import county


def system_of(tabulation: Tabulation, rule: Policy) -> System:
    return assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, rule))


def needless(tabulation: Tabulation, rule: Policy) -> list[str]:
    """Cells hidden for the sake of others which the audit would let be shown, each by itself."""
    system = system_of(tabulation, rule)
    hidden = hidden_cells(system, protect(tabulation, rule))
    found = []
    for cell in np.flatnonzero(hidden & ~primary(system, rule)).tolist():
        shown = hidden.copy()
        shown[cell] = False
        if is_safe(tabulation, system, shown, rule):
            found.append(system.name(cell))
    return found


@pytest.mark.parametrize("seed", [1001, 1003, 1007])
def test_no_cell_of_a_small_county_is_hidden_without_need(seed: int) -> None:
    assert needless(small_county(seed), rules()) == []


@settings(max_examples=15, deadline=None)
@given(counts=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=3, max_size=4))
def test_no_cell_of_any_invented_county_is_hidden_without_need(counts: list[tuple[int, int]]) -> None:
    assert needless(county((*counts, (7, 9))), rules()) == []


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(1, 5))
def test_bounds_learnt_step_by_step_are_those_learnt_at_once(seed: int) -> None:
    rule = policy()
    system = system_of(invented.tabulate(invented.country(seed, counties=2, largest=15)), rule)
    floor = floors(system, rule)
    hidden = system.count >= floor  # a zero is not hidden where zeros are shown
    narrowing = Narrowing(system, hidden, floor, Sums(system.equations, system.count))
    for cells in np.array_split(
        np.random.default_rng(seed).permutation(np.flatnonzero(hidden))[: len(hidden) // 2], 12
    ):
        before = narrowing.low.copy(), narrowing.high.copy()
        learnt = narrowing.show(cells, np.zeros(len(hidden), np.bool_), 2)
        assert learnt is not None
        narrowing.take_back(learnt)
        assert np.array_equal(narrowing.low, before[0])
        assert np.array_equal(narrowing.high, before[1])
        narrowing.show(cells, np.zeros(len(hidden), np.bool_), 2)
        hidden[cells] = False
        low, high = propagate(system, hidden, floor)
        assert np.array_equal(narrowing.low, low)
        assert np.array_equal(narrowing.high, high)


def test_a_cell_that_becomes_too_narrow_stops_the_showing() -> None:
    """K0101 has 2 and 9, K0102 7 and 6; all else is shown, and so is the 9 at last: then the 2 is known."""
    rule, tabulation = rules(), county(((2, 9), (7, 6), (8, 5)))
    system = system_of(tabulation, rule)
    cell = {system.name(at): at for at in range(len(system.count))}
    small, other = cell["exits K0101 2024 work_edu"], cell["exits K0101 2024 no_transition"]
    beside = [cell["exits K0102 2024 work_edu"], cell["exits K0102 2024 no_transition"]]
    hidden = np.isin(np.arange(len(system.count)), [small, other, *beside])
    must = np.arange(len(system.count)) == small
    narrowing = Narrowing(system, hidden, floors(system, rule), Sums(system.equations, system.count))
    before = narrowing.low.copy(), narrowing.high.copy()
    assert narrowing.show(np.array([other]), must, 1) is None
    assert np.array_equal(narrowing.low, before[0])
    assert np.array_equal(narrowing.high, before[1])
    assert narrowing.show(np.array([other]), must, 0) is not None
    assert narrowing.low[small] == narrowing.high[small] == 2


def test_circles_fall_with_their_cells_and_come_back() -> None:
    """Two swaps of one person between K0101 and K0102, and between K0103 and K0104, in one witness."""
    rule, tabulation = rules(), county(((2, 9), (7, 6), (8, 5), (6, 6)))
    system = system_of(tabulation, rule)
    cell = {system.name(at).removeprefix("exits "): at for at in range(len(system.count))}
    names = [f"K010{at} 2024 {outcome}" for at in (1, 2, 3, 4) for outcome in ("work_edu", "no_transition")]
    cells = np.array([cell[name] for name in names])
    by = np.array([1, -1, -1, 1, 1, -1, -1, 1])
    circles = Circles(
        Sums(system.equations, system.count), np.ones(len(system.count), np.bool_), 1, [Witness(cells, by)]
    )
    assert circles.wide(cells).all()
    gone = circles.moving(cells[:1])
    touched = circles.drop(gone)
    assert len(gone) in (1, 2)
    assert not circles.wide(touched).any()
    circles.restore(gone)
    assert circles.wide(cells).all()


def test_a_region_looked_up_is_the_region_worked_out() -> None:
    system = system_of(small_county(1001), rules())
    cells = np.flatnonzero(system.count % 3 == 0)
    one, other = Sums(system.equations, system.count).region(cells), region(system.equations, cells, system.count)
    at_base = system.count[cells]
    assert one.holds(at_base)
    assert sorted(one.balance(at_base) - one.low) == sorted(other.balance(at_base) - other.low)
    assert len(one.row) == len(other.row)
