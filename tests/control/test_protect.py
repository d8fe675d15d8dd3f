"""Protection, and the audit that tries to undo it."""

import ast
from pathlib import Path

import polars as pl
import pytest

import overgang
from overgang.base.cube import Cube, Tabulation
from overgang.base.errors import BadInput
from overgang.control import Audit, ProtectedCube, Protection, audit, policy, protect
from overgang.control.policy import read_policy
from tests.control import invented

POLICY = policy()


def published(protection: Protection | tuple[ProtectedCube, ...], tabulation: Tabulation) -> Audit:
    cubes = protection if isinstance(protection, tuple) else protection.cubes
    zero = pl.lit(0, dtype=pl.Int64)
    links = tabulation.links.with_columns(zero.alias("overlap_low"), zero.alias("overlap_high"))
    tables = ((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in cubes)
    return audit(tables, tabulation.trees, links, POLICY)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_protected_survives_the_attack(seed: int) -> None:
    tabulation = invented.tabulate(invented.country(seed))
    protection = protect(tabulation, POLICY)
    assert published(protection, tabulation).findings == ()
    assert protection.primary + protection.secondary == 0.0 + sum(cells.height for cells in [hidden_cells(protection)])


def hidden_cells(protection: Protection) -> pl.DataFrame:
    """Distinct hidden cells over all tables."""
    keys = ("place", "time", "sex", "age", "outcome")
    frames = [
        cube.cells.filter(pl.col("state") == ":").select(
            *(pl.col(key) if key in cube.dimensions else pl.lit("total").alias(key) for key in keys)
        )
        for cube in protection.cubes
    ]
    return pl.concat(frames).unique()


def test_no_small_count_is_shown_and_every_shown_number_is_true() -> None:
    tabulation = invented.tabulate(invented.country(4))
    protection = protect(tabulation, POLICY)
    for true, shown in zip(tabulation.cubes, protection.cubes, strict=True):
        both = true.cells.join(shown.cells, on=true.dimensions, suffix="_shown")
        assert both.height == true.cells.height == shown.cells.height
        visible = both.filter(pl.col("count_shown").is_not_null())
        assert visible.filter(pl.col("count") != pl.col("count_shown")).is_empty()
        assert visible.filter(pl.col("count_shown").is_between(1, POLICY.smallest - 1)).is_empty()
        small_places = pl.col("place").str.starts_with("K")
        assert visible.filter(small_places & (pl.col("count_shown") == 0)).is_empty()


def test_one_fact_is_hidden_in_every_table_that_holds_it() -> None:
    tabulation = invented.tabulate(invented.country(5))
    protection = protect(tabulation, POLICY)
    exits = protection.cube("exits").cells
    sexes = protection.cube("exits_by_sex").cells.filter(pl.col("sex") == "total")
    both = exits.join(sexes, on=["place", "time", "outcome"], suffix="_sex")
    assert both.height > 50
    assert both.filter(pl.col("state") != pl.col("state_sex")).is_empty()


def test_unhiding_a_small_count_is_found() -> None:
    tabulation = invented.tabulate(invented.country(1))
    protection = protect(tabulation, POLICY)
    true = tabulation.cube("exits").cells.rename({"count": "true"})
    cells = protection.cube("exits").cells.join(true, on=["place", "time", "outcome"])
    small = pl.col("true").is_between(1, 4) & pl.col("place").str.starts_with("K") & (pl.col("outcome") == "total")
    victim = cells.filter((pl.col("state") == ":") & small).row(0, named=True)
    at = pl.all_horizontal(pl.col(name) == victim[name] for name in ("place", "time", "outcome"))
    opened = cells.with_columns(count=pl.when(at).then("true").otherwise("count")).drop("true")
    changed = tuple(
        ProtectedCube(cube.table, cube.counts, cube.dimensions, opened) if cube.table == "exits" else cube
        for cube in protection.cubes
    )
    with pytest.raises(BadInput, match="different numbers for one fact"):
        published(changed, tabulation)  # the other tables still hide it
    alone = Tabulation(tabulation.cubes[:1], tabulation.trees, tabulation.links)
    found = published(changed[:1], alone).findings
    assert any("shown though the policy hides it" in str(finding) for finding in found)


def test_unhiding_what_was_hidden_for_another_gives_something_away() -> None:
    """Not every secondary cell is needed (the set is not minimal), but most are."""
    tabulation = invented.tabulate(invented.country(6, counties=2))
    one = Tabulation(tabulation.cubes[:1], tabulation.trees, tabulation.links)
    protection = protect(one, POLICY)
    cube = protection.cubes[0]
    true = one.cubes[0].cells.rename({"count": "true"})
    cells = cube.cells.join(true, on=["place", "time", "outcome"]).with_row_index()
    secondary = cells.filter(
        (pl.col("state") == ":") & (pl.col("true") >= POLICY.smallest) & (pl.col("place") != "F00S")
    )
    assert secondary.height >= 5
    caught = 0
    for index in secondary["index"]:
        opened = cells.with_columns(count=pl.when(pl.col("index") == index).then("true").otherwise("count"))
        changed = ProtectedCube(cube.table, cube.counts, cube.dimensions, opened.drop("index", "true"))
        caught += not published((changed,), one).safe
    assert caught > secondary.height / 2


def test_the_result_does_not_depend_on_the_number_of_processes() -> None:
    tabulation = invented.tabulate(invented.country(7, counties=2, largest=20))
    alone, two = protect(tabulation, POLICY), protect(tabulation, POLICY, workers=2)
    for one, other in zip(alone.cubes, two.cubes, strict=True):
        assert one.cells.equals(other.cells)


def test_a_sum_that_does_not_close_is_refused() -> None:
    tabulation = invented.tabulate(invented.country(1, counties=2))
    first = tabulation.cubes[0]
    at = (pl.col("place") == "F01") & (pl.col("outcome") == "work")
    wrong = first.cells.with_columns(count=pl.when(at).then(pl.col("count") + 1).otherwise("count"))
    cubes = (Cube(first.table, first.counts, first.dimensions, wrong), *tabulation.cubes[4:])
    with pytest.raises(BadInput, match="sums do not close, the first exits F00U 2016 work by country"):
        protect(Tabulation(cubes, tabulation.trees, tabulation.links), POLICY)


def test_a_policy_with_an_unknown_word_is_refused() -> None:
    values = {**POLICY.as_dict(), "smalest": 3}
    with pytest.raises(BadInput, match="smalest"):
        read_policy(values, "mine.toml")
    with pytest.raises(BadInput, match="no disclosure policy nothing: choose one of cell_key, default, round3"):
        policy("nothing")


def test_only_control_makes_protected_cubes() -> None:
    package = Path(overgang.__file__).parent
    makers = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "ProtectedCube"
    }
    assert makers == {"control"}
