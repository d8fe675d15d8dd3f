"""What is hidden by chance: as often as the policy says, and so that no table is ruled out by what is hidden."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import polars as pl
import pytest

from overgang.base.cube import KEY, Tabulation
from overgang.base.errors import BadInput
from overgang.control import Policy, Statement, audit, known_links, policy, protect, tables
from overgang.control.chance import by_chance
from overgang.control.policy import Chance
from overgang.control.price import prices
from overgang.control.primary import bundles, kept, primary
from overgang.control.system import Bools, System, assemble
from tests.control import invented
from tools.disclosure_tables import rules
from tools.pattern_attack import Counts, agreeing, county, drawn, edition

SECRET = b"sixteen bytes or more"
DEFAULT = policy()


def system_of(tabulation: Tabulation, rule: Policy = DEFAULT) -> System:
    return assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, rule))


def priced(system: System, rule: Policy = DEFAULT) -> np.ndarray:
    return prices(system, rule, np.zeros(len(system.count), np.bool_))


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[System], Bools]], None]:
    """Lets a test say what chance hides."""

    def choose(which: Callable[[System], Bools]) -> None:
        module = import_module("overgang.control.protect")
        monkeypatch.setattr(module, "by_chance", lambda system, *_: which(system))

    return choose


# In each of these the pattern alone, by a program without chance, tells too much of some cell.
@pytest.mark.parametrize(("seed", "rule"), [(1010, DEFAULT), (1016, DEFAULT), (1016, rules(1)), (1018, rules(2))])
def test_each_table_that_agrees_with_an_edition_may_have_been_hidden_just_so(
    seed: int, rule: Policy, chosen: Callable[[Callable[[System], Bools]], None]
) -> None:
    """The promise: for every such table there is a draw with which the program hides the same cells."""
    counts = drawn(seed)
    shown = edition(counts, rule)
    others = list(agreeing(shown, len(counts), rule))
    assert counts in others
    assert any(edition(one, rule) != shown for one in others), "without chance some are ruled out"
    hidden = {(place, outcome) for place, outcome, count in shown if count is None}

    def unless_hidden_anyway(system: System) -> Bools:
        cells = system.cells.select("place", "outcome").iter_rows()
        return np.array([cell in hidden for cell in cells], np.bool_) & ~primary(system, rule)

    chosen(unless_hidden_anyway)
    for one in others:
        assert edition(one, rule) == shown, one


def test_as_many_are_hidden_by_chance_as_the_policy_says() -> None:
    """In a country without breakdowns that are hidden whole: of counts 5 and 6 a half, of those of 50 one in ten."""
    rule = replace(DEFAULT, whole_breakdown=(), chance=Chance(near=0.5, larger=1.0))
    system = system_of(invented.tabulate(invented.country(5, counties=6)), rule)
    price = priced(system, rule)
    found = by_chance(system, rule, price, SECRET)
    may = np.isfinite(price) & ~kept(system, rule) & (system.count >= 5)
    assert not found[~may].any()
    near = np.isin(system.count, (5, 6))
    for cells in (may & near, may & ~near & (system.count < 20), may & (system.count >= 20)):
        chances = [0.5 if count in (5, 6) else 5 / count for count in system.count[cells].tolist()]
        assert len(chances) > 100
        spread = np.sqrt(sum(chance * (1 - chance) for chance in chances))
        assert abs(found[cells].sum() - sum(chances)) < 4 * spread


def test_nothing_is_hidden_by_chance_without_a_secret_and_a_short_one_is_refused() -> None:
    tabulation = invented.tabulate(invented.country(5, counties=2))
    system = system_of(tabulation)
    assert not by_chance(system, DEFAULT, priced(system), b"").any()
    with pytest.raises(BadInput, match="a secret of at least 16 bytes, not 5"):
        protect(tabulation, DEFAULT, secret=b"short")


def test_breakdowns_that_are_hidden_whole_are_drawn_whole() -> None:
    rule = replace(DEFAULT, chance=Chance(near=0.3, larger=0.3))
    system = system_of(invented.tabulate(invented.country(5, counties=4)), rule)
    found, bundle = by_chance(system, rule, priced(system, rule), SECRET), bundles(system, rule)
    for number in np.unique(bundle[bundle >= 0]):
        assert len(set(found[bundle == number].tolist())) == 1
    assert 0 < found[bundle >= 0].mean() < 1


def test_a_cell_has_its_chance_in_every_edition() -> None:
    """Of the same persons without one county: what is left is drawn as before."""
    rule = replace(DEFAULT, chance=Chance(near=0.2, larger=0.2))
    people = invented.country(5, counties=4)
    drawn_in = []
    for some in (people, [one for one in people if one.place is None or one.place[1:3] != "03"]):
        system = system_of(invented.tabulate(some), rule)
        rows = system.cells.select(KEY).iter_rows()
        counts = system.count.tolist()
        found = by_chance(system, rule, priced(system, rule), SECRET).tolist()
        drawn_in.append({row: (count, hit) for row, count, hit in zip(rows, counts, found, strict=True)})
    before, after = drawn_in
    same = [row for row, (count, _) in after.items() if before[row][0] == count]
    assert len(same) > 1_000
    assert all(before[row] == after[row] for row in same)
    assert any(before[row][1] for row in same)


def test_what_chance_hides_stays_hidden_and_nothing_is_found() -> None:
    rule = replace(DEFAULT, chance=Chance(near=0.3, larger=0.05))
    tabulation = invented.tabulate(invented.country(7))
    system = system_of(tabulation, rule)
    found = by_chance(system, rule, priced(system, rule), SECRET)
    assert found.sum() > 10
    result = protect(tabulation, rule, secret=SECRET)
    names = {
        (cube.counts, *(dict(zip(cube.dimensions, codes, strict=True)).get(name, "total") for name in KEY[1:]))
        for cube in result.cubes
        for *codes, count in cube.cells.select(*cube.dimensions, "count").iter_rows()
        if count is None
    }
    assert set(system.cells.select(KEY).filter(pl.Series(found)).iter_rows()) <= names
    audited = audit(tables(result.cubes), tabulation.trees, known_links(tabulation, rule), rule)
    assert audited.safe, audited.findings


def test_two_secrets_hide_differently_and_one_hides_the_same_again() -> None:
    counts: Counts = ((5, 6), (6, 5), (5, 5), (20, 20))
    rule = replace(DEFAULT, chance=Chance(near=0.5, larger=0.0))
    again = {edition(counts, rule, SECRET) for _ in range(2)}
    assert len(again) == 1
    assert len(again | {edition(counts, rule, f"secret number {n:08}".encode()) for n in range(8)}) > 2


def test_chance_hides_nothing_where_that_leaves_no_room(
    chosen: Callable[[Callable[[System], Bools]], None],
) -> None:
    """Somebody has been told that a 5 is 4 or 5: hidden, it could not be made wider."""
    counts: Counts = ((5, 9), (8, 7), (9, 9))
    at = ("exits", "K0101", "2024", "total", "total", "total", "total", "work_edu")
    told = [Statement("four or five", ((at, 1),), 4, 5)]
    chosen(lambda system: np.array([row == at for row in system.cells.select(KEY).iter_rows()], np.bool_))
    said: list[str] = []
    shown = protect(county(counts), DEFAULT, secret=SECRET, statements=told, progress=said.append).cubes[0].cells
    assert shown["count"].null_count() == 0
    assert any("Nothing is left to chance" in line for line in said)
    without = protect(county(counts), DEFAULT, secret=SECRET).cubes[0].cells
    assert without.filter(pl.col("count").is_null()).select("place", "outcome").rows() != []
