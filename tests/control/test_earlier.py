"""Editions after editions: what each hides must hold against a reader who has them all."""

import random
from dataclasses import replace

import polars as pl
import pytest

from overgang.base.cube import Tabulation
from overgang.control import Earlier, Protection, Told, audit, known_links, policy, protect
from tests.control import invented

POLICY = policy()


def earlier(name: str, protection: Protection, tabulation: Tabulation) -> Earlier:
    return Earlier(
        edition=name,
        shown=tuple((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protection.cubes),
        true=tuple((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in tabulation.cubes),
        trees=tabulation.trees,
        links=known_links(tabulation, POLICY),
    )


def findings(protection: Protection, tabulation: Tabulation, told: tuple[Told, ...]) -> int:
    tables = [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protection.cubes]
    links = known_links(tabulation, POLICY)
    return len(audit(tables, tabulation.trees, links, POLICY, earlier=told).findings)


def corrected(people: list[invented.Person], number: int, seed: int) -> list[invented.Person]:
    """The same people, a few with another outcome."""
    rng = random.Random(seed)
    people = list(people)
    for at in rng.sample(range(len(people)), number):
        others = [outcome for outcome in invented.OUTCOMES if outcome != people[at].outcome]
        people[at] = replace(people[at], outcome=rng.choice(others))
    return people


@pytest.fixture(scope="module")
def first() -> tuple[list[invented.Person], Tabulation, Protection]:
    people = invented.country(11, counties=2)
    tabulation = invented.tabulate(people)
    return people, tabulation, protect(tabulation, POLICY)


def test_a_correction_gives_something_away_when_protected_alone_and_nothing_when_protected_together(
    first: tuple[list[invented.Person], Tabulation, Protection],
) -> None:
    people, before, shown_before = first
    revealed = 0
    for seed in range(3):
        now = invented.tabulate(corrected(people, 15, seed))
        one = earlier("the first", shown_before, before)
        together = protect(now, POLICY, earlier=[one])
        assert findings(together, now, ()) == 0
        assert findings(together, now, together.told) == 0
        alone = protect(now, POLICY)
        assert findings(alone, now, ()) == 0
        revealed += findings(alone, now, together.told)
    assert revealed > 0


def test_nothing_changes_when_nothing_was_corrected(
    first: tuple[list[invented.Person], Tabulation, Protection],
) -> None:
    _, before, shown_before = first
    again = protect(before, POLICY, earlier=[earlier("the first", shown_before, before)])
    for one, other in zip(again.cubes, shown_before.cubes, strict=True):
        assert one.cells.equals(other.cells)


def test_three_editions_hold_together(first: tuple[list[invented.Person], Tabulation, Protection]) -> None:
    people, before, shown_before = first
    one = earlier("the first", shown_before, before)
    people = corrected(people, 10, 5)
    second = invented.tabulate(people)
    shown_second = protect(second, POLICY, earlier=[one])
    third = invented.tabulate(corrected(people, 10, 6))
    protection = protect(third, POLICY, earlier=[earlier("the second", shown_second, second), one])
    assert findings(protection, third, protection.told) == 0


def test_what_was_shown_stays_shown_where_the_number_is_the_same(
    first: tuple[list[invented.Person], Tabulation, Protection],
) -> None:
    people, before, shown_before = first
    now = invented.tabulate(corrected(people, 15, 1))
    protection = protect(now, POLICY, earlier=[earlier("the first", shown_before, before)])
    compared = 0
    for cube, then, true, then_true in zip(protection.cubes, shown_before.cubes, now.cubes, before.cubes, strict=True):
        keys = list(cube.dimensions)
        both = cube.cells.join(then.cells, on=keys, suffix="_then").join(
            true.cells.rename({"count": "true"}).join(then_true.cells.rename({"count": "true_then"}), on=keys), on=keys
        )
        same = both.filter((pl.col("true") == pl.col("true_then")) & pl.col("count_then").is_not_null())
        small_places = pl.col("place").str.starts_with("K")  # whole breakdowns of these may go when one cell changed
        compared += same.height
        assert same.filter(pl.col("count").is_null() & ~small_places).is_empty()
    assert compared > 50
