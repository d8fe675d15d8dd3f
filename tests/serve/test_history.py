"""A place through the years."""

import pytest

from overgang.base.places import gazetteer
from overgang.serve import history

YEARS = (2007, 2016, 2017, 2018, 2019, 2020, 2023, 2024)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("K5001", {2007: "K1601", 2017: "K1601", 2018: "K5001", 2024: "K5001"}),
        ("K5612", {2007: "K2011", 2019: "K2011", 2020: "K5430", 2023: "K5430", 2024: "K5612"}),
        ("K1601", {2007: "K1601", 2017: "K1601"}),
        ("F50", {2018: "F50"}),
        ("K0301", {2007: "K0301", 2024: "K0301"}),
        ("F00", {2007: "F00", 2024: "F00"}),
    ],
)
def test_through_time(place: str, expected: dict[int, str]) -> None:
    found = history.through_time(gazetteer(), place, YEARS)
    assert {year: found[year] for year in expected} == expected
    assert min(found) == min(expected)


@pytest.mark.parametrize(
    ("place", "turns"),
    [
        ("F50", [("boundary", "F15"), ("boundary", "F15"), ("merge", "F16"), ("merge", "F17")]),
        ("K5001", [("intake", "K5030"), ("renumber", "K1601")]),
        ("F30", [("merge", "F01"), ("merge", "F02"), ("merge", "F06"), ("part", "F05"), ("part", "F07")]),
        ("F31", [("split", "F30")]),
    ],
)
def test_came_from(place: str, turns: list[tuple[str, str]]) -> None:
    found = history.came_from(gazetteer(), place)
    assert sorted((turn.kind, other.id) for turn in found for other in turn.places) == turns


def test_became() -> None:
    (turn,) = history.became(gazetteer(), "F30")
    assert turn.kind == "split"
    assert [place.id for place in turn.places] == ["F31", "F32", "F33"]


def test_what_a_place_became_much_later_is_not_told_twice() -> None:
    """Ålesund of 2019 went into that of 2020, which was divided in 2024: only the first is its own turn."""
    (turn,) = history.became(gazetteer(), "K1504")
    assert [place.id for place in turn.places] == ["K1507"]


def test_last_year() -> None:
    assert history.last_year(gazetteer().place("F16")) == 2017
    assert history.last_year(gazetteer().place("F50")) is None
