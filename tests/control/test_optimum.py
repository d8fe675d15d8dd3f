"""The integer program that says what need be hidden, against trying every pattern; and the program run backwards."""

from itertools import combinations

import numpy as np
import pytest

from overgang.control import known_links, policy, tables
from overgang.control.price import prices
from overgang.control.primary import primary
from overgang.control.system import assemble
from tools.disclosure_tables import rules
from tools.optimum import compared, is_safe, least, small_county
from tools.pattern_attack import agreeing, county, edition, narrowed

COUNTS = (((2, 9), (7, 6), (8, 5)), ((3, 6), (1, 8), (9, 9)), ((4, 4), (6, 7), (7, 8)))


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("width", [1, 2])
def test_no_cheaper_pattern_is_safe(counts: tuple[tuple[int, int], ...], width: int) -> None:
    rule, tabulation = rules(width), county(counts)
    system = assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, rule))
    first = primary(system, rule)
    price = prices(system, rule, np.zeros(len(first), np.bool_))
    best = least(system, rule, first, price)
    assert is_safe(tabulation, system, best, rule)
    may = np.flatnonzero(~first & np.isfinite(price))
    for size in range(len(may)):
        for more in combinations(may.tolist(), size):
            if price[list(more)].sum() < price[best & ~first].sum() - 1e-6:
                hidden = first.copy()
                hidden[list(more)] = True
                assert not is_safe(tabulation, system, hidden, rule)


def test_protection_is_never_cheaper_than_the_least() -> None:
    found = compared(county(COUNTS[0]), rules(1))
    assert found.least_price <= found.shrunk_price <= found.price
    assert found.safe


def test_every_table_that_agrees_with_an_edition_is_tried() -> None:
    """Of K0101 3 of 5 and of K0102 1 of 5 went to work or education; the county has 4 and 6, all else is hidden."""
    shown = [("F01", "total", 10), ("F01", "work_edu", 4), ("F01", "no_transition", 6)]
    shown += [(place, outcome, None) for place in ("K0101", "K0102") for outcome in ("work_edu", "no_transition")]
    shown += [("K0101", "total", 5), ("K0102", "total", 5)]
    found = list(agreeing(tuple(shown), 2, policy()))
    assert sorted(found) == [((a, 5 - a), (4 - a, 1 + a)) for a in range(5)]


def test_the_pattern_of_an_edition_leaves_every_cell_as_wide_as_the_policy_asks() -> None:
    found = narrowed(((3, 2), (0, 2), (5, 7)), policy())
    assert found is not None
    assert 1 <= found.same_pattern <= found.tables
    assert (found.too_narrow, found.known) == (0, 0)
    assert edition(((3, 2), (0, 2), (5, 7)), policy()) == edition(((3, 2), (0, 2), (5, 7)), policy())


def test_where_no_cell_is_hidden_without_need_the_pattern_tells_nothing() -> None:
    """As protection hid before it showed cells again, an edition of these counts had a pattern that no other table
    has."""
    found = narrowed(((3, 0), (0, 2), (5, 6)), rules(2))
    assert found is not None
    assert (found.tables, found.same_pattern, found.too_narrow) == (4, 4, 0)


def test_what_is_hidden_on_small_counties_costs_little_more_than_the_least() -> None:
    found = [compared(small_county(seed), rules()) for seed in range(1000, 1006)]
    assert all(one.shrunk_cells == one.cells for one in found)
    assert sum(one.price for one in found) <= 1.1 * sum(one.least_price for one in found)
