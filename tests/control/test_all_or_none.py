"""100 % and 0 % of a small group say what each of its persons did: they are not told, not even for the country."""

from dataclasses import replace

import polars as pl
import pytest

from overgang.base.cube import Cube, Tabulation, Tree
from overgang.control import Audit, audit, policy, protect

POLICY = policy()
DIMENSIONS = ("place", "time", "origin", "outcome")
COUNTS = {"ERI": (0, 7), "SYR": (8, 0), "SOM": (0, 3), "AFG": (0, 12), "IRQ": (20, 21), "IRN": (14, 9)}
"""Work or education, and not, of the persons from each country of birth."""

TREES = (Tree("outcome", {"total": ("work_edu", "no_transition")}), Tree("origin", {"total": tuple(COUNTS)}))


@pytest.fixture
def country() -> Tabulation:
    pairs = {**COUNTS, "total": tuple(map(sum, zip(*COUNTS.values(), strict=True)))}
    rows = [
        ("F00U", "2016", origin, outcome, count)
        for origin, (some, others) in pairs.items()
        for outcome, count in {"total": some + others, "work_edu": some, "no_transition": others}.items()
    ]
    schema = {**dict.fromkeys(DIMENSIONS, pl.String), "count": pl.Int64}
    cells = pl.DataFrame(rows, schema=schema, orient="row").sort(DIMENSIONS)
    names = ("counts", "family", "whole_place", "whole_time", "place", "time")
    links = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return Tabulation((Cube("exits_by_origin", "exits", DIMENSIONS, cells),), TREES, links)


def attacked(cells: pl.DataFrame, tabulation: Tabulation) -> Audit:
    links = pl.DataFrame(schema={**dict(tabulation.links.schema), "overlap_low": pl.Int64, "overlap_high": pl.Int64})
    return audit([("exits_by_origin", "exits", DIMENSIONS, cells)], tabulation.trees, links, POLICY)


def shown(cells: pl.DataFrame, origin: str) -> dict[str, int | None]:
    return dict(cells.filter(origin=origin).select("outcome", "count").iter_rows())


def test_of_a_small_group_it_is_not_told_and_of_a_larger_one_it_is(country: Tabulation) -> None:
    cells = protect(country, POLICY).cubes[0].cells
    for origin in ("ERI", "SYR", "SOM"):
        assert shown(cells, origin) | {"total": None} == {"total": None, "work_edu": None, "no_transition": None}
    assert shown(cells, "AFG")["work_edu"] == 0
    assert shown(cells, "total") == {"total": 94, "work_edu": 42, "no_transition": 52}
    assert attacked(cells, country).safe


def test_a_policy_without_the_rule_tells_it_and_the_audit_under_ours_says_so(country: Tabulation) -> None:
    cells = protect(country, replace(POLICY, hide_all_or_none=False)).cubes[0].cells
    assert shown(cells, "ERI")["work_edu"] == 0
    true = country.cubes[0].cells
    found = {finding.cell: finding.kind for finding in attacked(true, country).findings}
    assert found["exits F00U 2016 ERI work_edu"] == "shown though the policy hides it"
    assert found["exits F00U 2016 ERI no_transition"] == "shown though the policy hides it"
    assert "exits F00U 2016 AFG work_edu" not in found


def test_a_hidden_number_of_a_small_group_may_be_zero(country: Tabulation) -> None:
    """If it had to be 1 or more, the reader would learn that not all of the seven did the same."""
    cells = protect(country, POLICY).cubes[0].cells
    opened = cells.with_columns(
        count=pl.when((pl.col("origin") == "ERI") & (pl.col("outcome") == "total")).then(7).otherwise("count")
    )
    assert all("ERI" not in finding.cell for finding in attacked(opened, country).findings)
