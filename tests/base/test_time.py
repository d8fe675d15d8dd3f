"""Months, working days and the choice of the regime, by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.law import (
    age_on,
    days_of,
    leave_limits,
    months_after,
    regime,
    regime_of,
    regimes,
    regimes_of,
    registered_from,
    whole_months,
    working_days,
)

days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
        ("2015-02-01", 36, "2018-02-01"),
        ("2024-10-15", 3, "2025-01-15"),
        ("2024-08-31", 1, "2024-09-30"),
    ],
)
def test_the_same_day_of_a_later_month_or_its_last(day: str, months: int, after: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(after)


@given(days, st.integers(0, 100))
def test_so_many_months_later_lie_so_many_months_between(day: date, months: int) -> None:
    assert whole_months(day, months_after(day, months)) == months
    assert whole_months(day, months_after(day, months + 1) - timedelta(days=1)) == months


@given(days, st.integers(0, 900))
def test_working_days_are_counted_as_on_the_calendar(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    each = [first + timedelta(days=n) for n in range(length + 1)]
    assert working_days(first, last) == sum(working_days(day, day) for day in each)
    assert not any(working_days(day, day) for day in each if day.weekday() > 4)


def test_working_days_by_hand() -> None:
    assert working_days(date(2024, 3, 25), date(2024, 3, 31)) == 3, "Holy Week"
    assert working_days(date(2024, 5, 13), date(2024, 5, 19)) == 4, "17 May on a Friday"
    assert working_days(date(2023, 5, 15), date(2023, 5, 21)) == 3, "17 May and Ascension Day"
    assert working_days(date(2024, 12, 23), date(2024, 12, 29)) == 3
    assert working_days(date(2024, 6, 2), date(2024, 6, 1)) == 0


def test_age_and_days_that_count_once() -> None:
    assert age_on(date(1960, 2, 29), date(2015, 2, 28)) == 54
    assert age_on(date(1960, 2, 29), date(2015, 3, 1)) == 55
    assert days_of([]) == 0
    assert days_of([(date(2024, 1, 5), date(2024, 1, 9)), (date(2024, 1, 1), date(2024, 1, 5))]) == 9


@pytest.mark.parametrize(
    ("basis", "decided", "arrived", "begun", "found"),
    [
        ("asylum", "2019-05-05", "2018-05-05", "2020-01-10", "INTRO_2004"),
        ("asylum", "2020-12-31", "2020-12-31", "2021-06-10", "INTRO_2004"),
        ("resettlement", "2020-12-31", "2021-01-01", "2021-06-10", "INTEGR_2021"),
        ("asylum", "2021-01-01", "2019-05-05", "2021-06-10", "INTEGR_2021"),
        ("asylum", "2025-06-01", "2024-05-05", "2025-12-31", "INTEGR_2021"),
        ("asylum", "2025-06-01", "2024-05-05", "2026-01-01", "INTEGR_2026"),
        ("collective_protection", "2022-04-01", "2022-03-20", "2022-09-01", "COLLECTIVE_PROTECTION_2022"),
        ("collective_protection", "2026-03-01", "2026-02-20", "2026-06-30", "COLLECTIVE_PROTECTION_2022"),
        ("collective_protection", "2026-03-01", "2026-02-20", "2026-07-01", "INTEGR_2026"),
        ("collective_protection", "2022-03-10", "2022-03-05", "2022-09-01", "INTEGR_2021"),
        ("family_reunified", "2022-05-01", "2022-06-20", "2022-09-01", "INTEGR_2021"),
    ],
)
def test_which_regime(basis: str, decided: str, arrived: str, begun: str, found: str) -> None:
    assert regime_of(basis, *map(date.fromisoformat, (decided, arrived, begun))) == found


def test_where_a_fact_is_missing_or_no_source_decides_several_can_hold() -> None:
    early, begun = date(2020, 5, 5), date(2021, 6, 1)
    assert regimes_of("asylum", early, None, begun, date(2023, 1, 1)) == ("INTRO_2004", "INTEGR_2021")
    permit = date(2024, 5, 5)
    assert regimes_of("asylum", permit, permit, permit, date(2025, 12, 31)) == ("INTEGR_2021",)
    assert regimes_of("asylum", permit, permit, permit, date(2026, 1, 1)) == ("INTEGR_2021", "INTEGR_2026")


def test_limits_of_leave_and_hours() -> None:
    limits = leave_limits()
    assert set(limits) == set(codelist("leave").codes)
    assert {kind: (limit.working_days_a_year, limit.months) for kind, limit in limits.items()} == {
        "welfare_leave": (10, None),
        "long_sickness": (None, 12),
        "care_leave": (None, 10),
    }
    assert all(limit.source for limit in limits.values())
    assert {(found.full_time_hours.value, found.least_hours.value) for found in regimes()} == {(37.5, 30)}
    assert [found.id for found in regimes() if found.work_directed] == ["INTEGR_2026"]
    wanted = regime("INTEGR_2026").work_directed
    assert wanted is not None
    assert (wanted.hours, wanted.after_months_with_upper_secondary, wanted.after_months) == (15, 3, 6)
    assert regime("INTEGR_2026").track(wanted.track)


def test_since_when_something_is_registered() -> None:
    assert registered_from("end_reason") == date(2007, 9, 1)
    assert registered_from("end_goal") == date(2021, 1, 1)
    with pytest.raises(BadInput, match="'shoe_size'"):
        registered_from("shoe_size")
