"""The annual returns: the published sums that contradict one another, errors that are labelled, 00 apart from 0."""

from collections import Counter

import polars as pl
import pytest

from overgang.base.places import gazetteer
from overgang.demo.returns import ITEMS, REASON_ITEMS

pytestmark = pytest.mark.xdist_group("country 2007")


@pytest.fixture(scope="module")
def answers(made):
    """(year, unit) -> item -> number, None if not known."""
    found = {}
    for row in made.register["annual_return"].to_dicts():
        found.setdefault((row["year"], row["unit"]), {})[row["item"]] = row["value"]
    return found


@pytest.fixture(scope="module")
def of_2007(answers):
    return {unit: items for (year, unit), items in answers.items() if year == 2007}


def total(returns, *items):
    return sum(answer[item] or 0 for answer in returns.values() for item in items)


def gap(items):
    return sum(items[item] or 0 for item in REASON_ITEMS) - items["4"]


def test_the_published_sums_of_2007(of_2007):
    assert total(of_2007, "1") == 6834
    assert total(of_2007, "2", "4") == 7014
    assert total(of_2007, "4") == 2234
    assert total(of_2007, *REASON_ITEMS) == 2303
    assert total(of_2007, "1") - total(of_2007, "2") == 2054
    assert (total(of_2007, "3"), total(of_2007, "2") - total(of_2007, "3")) == (443, 4337)
    assert (total(of_2007, "5"), total(of_2007, "6"), 2303 - total(of_2007, "5", "6")) == (439, 651, 1213)
    assert [total(of_2007, item) for item in ("7a", "8b", "7c")] == [4, 54, 24]
    assert [round(100 * total(of_2007, item) / 2303) for item in ("13a", "13b", "13c")] == [20, 4, 5]


def test_fourteen_gave_too_few_reasons_and_forty_too_many(of_2007):
    gaps = [gap(items) for items in of_2007.values()]
    assert (sum(n < 0 for n in gaps), sum(n > 0 for n in gaps), sum(gaps)) == (14, 40, 69)


def test_every_contradiction_is_labelled_and_nothing_else(made, answers):
    told = {(row["year"], row["unit"]): (row["kind"], row["gap"]) for row in made.return_labels.to_dicts()}
    doubtful = {
        key: any(items[item] is None for item in REASON_ITEMS) for key, items in answers.items() if gap(items) < 0
    }
    expected = {key: ("over_reporting", gap(items)) for key, items in answers.items() if gap(items) > 0}
    expected |= {
        key: ("explained_by_unknown" if doubt else "under_reporting", gap(answers[key]))
        for key, doubt in doubtful.items()
    }
    assert told == expected
    assert len({kind for kind, _ in told.values()}) == 3


def test_dont_know_is_kept_apart_from_zero(made):
    returns = made.register["annual_return"]
    many = Counter(returns["answer"])
    assert many["dont_know"] > 300
    assert many["zero"] > 10 * many["dont_know"]
    assert returns.filter(pl.col("value").is_null() != (pl.col("answer") == "dont_know")).is_empty()
    assert returns.filter((pl.col("value") == 0) != (pl.col("answer") == "zero")).is_empty()
    sure = returns.filter(pl.col("item").is_in(["1", "2", "3", "4", "5", "6"]))
    assert sure["value"].null_count() == 0


def test_a_return_a_unit_and_year_from_2007(made, answers):
    assert {year for year, _ in answers} == set(range(2007, 2025))
    assert all(items.keys() == set(ITEMS) for items in answers.values())
    invited = made.register["invited"]
    assert invited.is_unique().all()
    asked = set(invited.iter_rows())
    assert set(answers) <= asked
    per_year = Counter(year for year, _ in asked)
    assert per_year[2007] == 249
    for year in range(2008, 2025):
        assert {unit for y, unit in asked if y == year} <= {place.id for place in gazetteer().units(year)}
        share = sum(y == year for y, _ in answers) / per_year[year]
        assert 0.85 < share < 0.98


def test_hard_checks_hold_in_every_return(answers):
    for items in answers.values():
        sure = {item: value or 0 for item, value in items.items()}
        assert sure["3"] <= sure["2"] <= sure["1"]
        assert sure["4"] <= sure["1"]
        assert sum(sure[item] for item in ("7a", "7b", "7c", "8a", "8b")) <= max(
            sure["4"], sum(map(sure.get, REASON_ITEMS))
        )


def test_in_other_years_the_answers_are_the_truth_but_for_labelled_errors(made):
    """Item 4 and the reasons of 2012, against the truth by unit."""
    rows = made.truth["participation"].join(made.truth["person"].filter(~pl.col("shielded")), on="person")
    ended = rows.filter(pl.col("end").dt.year() == 2012).with_columns(unit=pl.col("unit").cast(pl.String))
    carried = {unit: gazetteer().carried(unit, 2012) for unit in ended["unit"].unique()}
    true = Counter(ended["unit"].replace_strict(carried))
    labelled = set(made.return_labels.filter(year=2012)["unit"])
    told = made.register["annual_return"].filter(year=2012, item="4")
    assert told.height > 200
    for unit, value in told.select("unit", "value").iter_rows():
        assert (value == true[unit]) == (unit not in labelled)
