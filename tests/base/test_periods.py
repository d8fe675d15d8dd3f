"""Fixed periods of three years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base.errors import BadInput
from overgang.base.periods import is_period, is_year, period_of, years_of

PERIODS = (
    "2004-2006", "2007-2009", "2010-2012", "2013-2015", "2016-2018", "2019-2021", "2022-2024",
)  # fmt: skip


@pytest.mark.parametrize(
    ("year", "period"),
    [(2004, "2004-2006"), (2007, "2007-2009"), (2016, "2016-2018"), (2018, "2016-2018"), (2024, "2022-2024")],
)
def test_the_period_of_a_year(year: int, period: str) -> None:
    assert period_of(year) == period


def test_every_year_lies_in_one_agreed_period() -> None:
    assert [year for period in PERIODS for year in years_of(period)] == list(range(2004, 2025))


@given(st.integers(min_value=2004, max_value=9996))
def test_a_period_holds_the_year_it_is_the_period_of(year: int) -> None:
    period = period_of(year)
    assert is_period(period)
    assert year in years_of(period)
    assert len(years_of(period)) == 3
    assert {period_of(other) for other in years_of(period)} == {period}


@pytest.mark.parametrize(
    "code", ["2016", "2015-2017", "2016-2017", "2016-2019", "2001-2003", "", "2016-", "x", "2016-2018 ", "²016-2018"]
)
def test_what_is_no_period(code: str) -> None:
    assert not is_period(code)
    with pytest.raises(BadInput, match="is no period"):
        years_of(code)


def test_there_is_no_period_before_the_register() -> None:
    with pytest.raises(BadInput, match="2003"):
        period_of(2003)


def test_what_is_a_year() -> None:
    assert is_year("2016")
    assert not any(map(is_year, ("2016-2018", "16", "20167", "total", "")))
