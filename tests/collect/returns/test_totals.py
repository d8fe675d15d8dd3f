"""Sums with answers that are not known: the truth is always inside, and the lower end never above it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.collect.returns.annual_return import AnnualReturn, read_return
from overgang.collect.returns.interval import UNKNOWN, Interval, exactly
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.totals import Total, by_county, county_of, share, share_of_sum, sum_of, totals

ASKED = questionnaire(2007)
UNITS = ("K1103", "K1601", "K0101", "B030103", "K1102")
PERSONS = st.integers(0, 60)
HIDDEN = st.sampled_from(["told", "told", "told", "00", ""])

Answers = Mapping[str, int]


def told(unit: str, truth: Answers, hidden: Mapping[str, str]) -> AnnualReturn:
    """The truth as a unit tells it: some answers don't know, some blank."""
    typed = {item: str(value) if hidden[item] == "told" else hidden[item] for item, value in truth.items()}
    return read_return(ASKED, unit, typed)


answers = st.fixed_dictionaries(dict.fromkeys(ASKED.counts, PERSONS))
gaps = st.fixed_dictionaries(dict.fromkeys(ASKED.counts, HIDDEN))
Country = list[tuple[str, Answers, Mapping[str, str]]]
countries = st.lists(st.tuples(st.sampled_from(UNITS), answers, gaps), max_size=6)


def inside(value: int, interval: Interval) -> bool:
    return interval.low <= value and (interval.high is None or value <= interval.high)


@given(countries)
def test_the_truth_lies_in_every_total_of_country_and_county(
    units: Country,
) -> None:
    returns = [told(*unit) for unit in units]
    counties = by_county(returns)
    for item, found in totals(ASKED, returns).items():
        assert inside(sum(truth[item] for _, truth, _ in units), found.number)
        assert found.units == len(units)
        assert found.missing == sum(hidden[item] != "told" for _, _, hidden in units)
        assert found.number.known or found.missing
        parts = [sum_of((item,), part).number for part in counties.values()]
        assert sum(part.low for part in parts) == found.number.low
    for county, part in counties.items():
        for item, found in totals(ASKED, part).items():
            true = sum(truth[item] for unit, truth, _ in units if county_of(unit, 2007) == county)
            assert inside(true, found.number)


@given(countries)
def test_the_truth_lies_in_the_sum_of_all_reasons_and_a_unit_is_missing_once(
    units: Country,
) -> None:
    found = sum_of(ASKED.reason_items, [told(*unit) for unit in units])
    assert inside(sum(truth[item] for _, truth, _ in units for item in ASKED.reason_items), found.number)
    assert found.missing == sum(any(hidden[item] != "told" for item in ASKED.reason_items) for _, _, hidden in units)


def half_up(part: int, whole: int) -> int:
    """Another way to the same: a percent is rounded up when what is left is half of it or more."""
    down, left = divmod(100 * part, whole)
    return down + (2 * left >= whole)


@st.composite
def around(draw: st.DrawFn, value: int) -> Interval:
    """An interval that holds a value, with or without an upper end."""
    low = value - draw(st.integers(0, value))
    high = draw(st.none() | st.integers(value, value + 50))
    return Interval(low, high)


@given(st.data(), st.integers(0, 200), st.integers(0, 200))
def test_the_true_percent_lies_in_the_share_of_two_intervals(data: st.DataObject, part: int, rest: int) -> None:
    whole = part + rest
    found = share(data.draw(around(part)), data.draw(around(whole)))
    if found and whole:
        assert inside(half_up(part, whole), found)


@given(st.data(), st.integers(0, 200), st.integers(0, 200))
def test_the_true_percent_lies_in_the_share_of_a_sum_which_is_never_wider(
    data: st.DataObject, part: int, rest: int
) -> None:
    a, b = data.draw(around(part)), data.draw(around(rest))
    found, wide = share_of_sum(a, b), share(a, a + b)
    if found and part + rest:
        assert inside(half_up(part, part + rest), found)
    if found and wide:
        assert wide.low <= found.low
        assert (found.high or 0) <= (wide.high or 0)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (exactly(1173), exactly(2303), exactly(51)),
        (exactly(1), exactly(8), exactly(13)),
        (exactly(0), exactly(5), exactly(0)),
        (UNKNOWN, exactly(5), Interval(0, 100)),
        (exactly(3), Interval(6, None), Interval(0, 50)),
        (exactly(3), UNKNOWN, None),
        (exactly(0), exactly(0), None),
    ],
)
def test_shares_of_intervals(part: Interval, whole: Interval, percent: Interval | None) -> None:
    assert share(part, whole) == percent


def test_of_no_returns_every_total_is_zero_of_no_units() -> None:
    assert set(totals(ASKED, []).values()) == {Total(exactly(0), 0, 0)}


def test_a_unit_that_never_answered_makes_every_total_a_lower_bound() -> None:
    found = totals(ASKED, [read_return(ASKED, "K1103", {"1": "12"}), AnnualReturn("K1601", 2007, {})])
    assert found["1"] == Total(Interval(12, None), 2, 1)


def test_the_districts_of_oslo_count_in_oslo() -> None:
    assert county_of("B030103", 2007) == "F03"
    assert county_of("K1601", 2007) == "F16"


def test_percentages_and_texts_have_no_sum() -> None:
    assert {"14", "15"}.isdisjoint(totals(questionnaire(2025), []))
