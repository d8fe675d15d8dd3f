"""Suppression by intent: the rules by hand, and what the engine hides beside them."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from overgang.base.cube import Tree
from overgang.base.errors import BadInput
from overgang.control import Protection, policy
from overgang.control.entries import (
    Contributed,
    Dominance,
    FewContributors,
    NearEstimate,
    add_up,
    hide_dominated,
    hide_few_contributors,
    hide_near_estimates,
    hide_small_counts,
)
from tests.control import invented

POLICY = policy()
LINK = ("counts", "family", "whole_place", "whole_time", "place", "time")


def county(places: Mapping[str, Sequence[int]]) -> Contributed:
    """One county in one year, and what each unit of each municipality contributes."""
    records = [
        (place, "2016", f"{place} {number}", value)
        for place, values in places.items()
        for number, value in enumerate(values)
    ]
    frame = pl.DataFrame(records, schema=["place", "time", "unit", "value"], orient="row")
    links = [("magnitude", "county", "F01", "2016", place, "2016") for place in places]
    return add_up(frame, ("place", "time"), (), pl.DataFrame(links, schema=list(LINK), orient="row"))


def hidden(protection: Protection) -> set[str]:
    cells = protection.cubes[0].cells.filter(pl.col("state") == ":")
    return set(cells["place"])


@pytest.mark.parametrize(
    ("rule", "contributed", "hides"),
    [
        (FewContributors(3), (), False),
        (FewContributors(3), (40, 2), True),
        (FewContributors(3), (40, 2, 1), False),
        (Dominance(1, 60), (50, 30, 10), False),  # 50 of 90 is 56 %
        (Dominance(2, 85), (50, 30, 10), True),  # 80 of 90 is 89 %
        (Dominance(1, 80), (80, 20), False),  # not more than 80 %
        (Dominance(1, 80), (81, 19), True),
        (NearEstimate(10), (50, 30, 10), False),  # the second knows the first up to 10, which is 20 %
        (NearEstimate(25), (50, 30, 10), True),
        (NearEstimate(10), (50,), True),
        (NearEstimate(10), (), False),
    ],
)
def test_the_rules_by_hand(
    rule: FewContributors | Dominance | NearEstimate, contributed: tuple[int, ...], hides: bool
) -> None:
    assert rule.hides(contributed) is hides


def test_how_much_room_a_hidden_cell_needs() -> None:
    """90 of 100 under (1, 80): with 13 more, 90 is 80 % of 113. Under 20 %: 18 of the 90 must be unknown, 5 are."""
    assert Dominance(1, 80).room((90, 5, 5)) == 13
    assert NearEstimate(20).room((90, 5, 5)) == 13


def test_a_dominated_cell_and_the_cheapest_other_are_hidden() -> None:
    """A is 90 % one unit's. With A alone hidden it is 300 - 200; the smallest of the others costs least."""
    table = county({"K0101": (90, 5, 5), "K0102": (20, 20, 20, 20), "K0103": (30, 30, 30), "K0104": (10, 10, 10)})
    assert table.tabulation.cubes[0].value(place="F01", time="2016") == 300
    assert hidden(hide_dominated(table, POLICY, units=1, percent=80)) == {"K0101", "K0104"}
    assert hidden(hide_near_estimates(table, POLICY, percent=20)) == {"K0101", "K0104"}


def test_nothing_is_hidden_where_no_rule_bites() -> None:
    table = county({"K0101": (40, 35, 30), "K0102": (20, 20, 20, 20)})
    assert hidden(hide_dominated(table, POLICY, units=1, percent=80)) == set()
    assert hidden(hide_few_contributors(table, POLICY, least=3)) == set()


def test_cells_of_few_contributors_protect_each_other() -> None:
    """Two cells of two units each hide one another; the county's 9 units are enough."""
    table = county({"K0101": (10, 12), "K0102": (7, 8), "K0103": (5, 5, 5, 5, 5)})
    assert hidden(hide_few_contributors(table, POLICY, least=3)) == {"K0101", "K0102"}


def test_a_lone_cell_of_few_contributors_takes_another_with_it() -> None:
    table = county({"K0101": (1000, 1200), "K0102": (7, 8, 9), "K0103": (500, 500, 500)})
    assert hidden(hide_few_contributors(table, POLICY, least=3)) == {"K0101", "K0102"}


def test_a_unit_that_contributes_twice_is_one() -> None:
    """A unit in two branches of a municipality is one contributor to its total, and to the county's."""
    rows = [("K0101", "2016", "M", "a", 5), ("K0101", "2016", "F", "a", 6), ("K0101", "2016", "F", "b", 1)]
    frame = pl.DataFrame(rows, schema=["place", "time", "sex", "unit", "value"], orient="row")
    links = pl.DataFrame([("magnitude", "county", "F01", "2016", "K0101", "2016")], schema=list(LINK), orient="row")
    table = add_up(frame, ("place", "time", "sex"), (Tree("sex", {"total": ("F", "M")}),), links)
    of = {(key[1], key[3]): value for key, value in table.contributed.items()}
    assert of["K0101", "total"] == of["F01", "total"] == (11, 1)
    assert of["K0101", "F"] == (6, 1)


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="contributes less than nothing"):
        county({"K0101": (5, -1)})


def test_small_counts_by_another_threshold() -> None:
    tabulation = invented.tabulate(invented.country(1, counties=2))
    strict = hide_small_counts(tabulation, POLICY, smallest=10)
    shown = pl.concat([cube.cells.select("count") for cube in strict.cubes]).drop_nulls()["count"]
    assert shown.filter(shown.is_between(1, 9)).is_empty()
    assert shown.filter(shown >= 10).len() > 0
    drawn = hide_small_counts(tabulation, POLICY, smallest=10, secret=b"sixteen bytes or more")
    assert not all(one.cells.equals(other.cells) for one, other in zip(drawn.cubes, strict.cubes, strict=True))
