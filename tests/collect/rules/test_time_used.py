"""Time used of a programme and when it ends, by hand and against counting day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overgang.base.law import days_standing, last_day, months_after, months_used
from overgang.collect.register.rules.facts import granted_months, planned_end, used_months
from tests.collect.rules.build import ELSEWHERE, TODAY, case, decision, dossier, leave

DAY = timedelta(days=1)
days = st.dates(date(2004, 9, 1), date(2026, 11, 1))


def test_a_year_and_a_month_of_leave() -> None:
    file = case("2024-01-15", "2025-02-14", leaves=[leave("long_sickness", "2024-06-01", "2024-06-30")])
    assert used_months(dossier(file), file, TODAY) == 12


def test_still_running() -> None:
    file = case("2026-01-15", regime="INTEGR_2026")
    assert used_months(dossier(file), file, date(2026, 7, 13)) == 5
    assert used_months(dossier(file), file, date(2026, 7, 14)) == 6, "through the last day of the sixth month"


def test_two_participations_of_one_programme() -> None:
    first = case("2024-01-15", "2024-07-14", end_reason="IN_MOVED")
    second = case("2024-10-01", "2024-12-31", id=2, unit=ELSEWHERE, previous_id=1)
    both = dossier(first, second)
    assert used_months(both, first, TODAY) == 6
    assert used_months(both, second, TODAY) == 9


def test_what_is_granted() -> None:
    grant = decision("grant", "2024-01-02", months=18)
    longer = decision("extension", "2025-05-05", id=2, months=6)
    file = case("2024-01-15", decisions=[grant, longer])
    assert granted_months(dossier(file), file) == 24
    assert planned_end(dossier(file), file, TODAY) == date(2026, 1, 14)
    track = case("2024-01-15", decisions=[decision("grant", "2024-01-02")])
    assert granted_months(dossier(track), track) == 24, "the only track of the Introduction Act"
    unknown = case("2024-01-15", regime="INTEGR_2021", decisions=[decision("grant", "2024-01-02")])
    assert planned_end(dossier(unknown), unknown, TODAY) is None


def test_leave_moves_the_planned_end_even_before_it_is_taken() -> None:
    grant = decision("grant", "2026-01-02", months=12)
    file = case("2026-01-15", decisions=[grant], leaves=[leave("care_leave", "2026-12-01", "2026-12-31")])
    assert planned_end(dossier(file), file, TODAY) == date(2027, 2, 14)


def test_the_planned_end_carries_over_what_was_used() -> None:
    first = case("2024-01-15", "2024-07-14", end_reason="IN_MOVED")
    second = case(
        "2024-10-01", id=2, unit=ELSEWHERE, previous_id=1, decisions=[decision("grant", "2024-09-20", months=24)]
    )
    assert planned_end(dossier(first, second), second, TODAY) == date(2026, 1, 14) + 78 * DAY


@given(days, st.integers(1, 60), st.integers(0, 400))
def test_the_last_day_of_the_months_granted_is_the_day_they_are_used(first: date, months: int, standing: int) -> None:
    last = last_day(first, months, standing)
    assert months_used(first, last, standing) == months
    assert months_used(first, last - DAY, standing) == months - 1
    assert last == months_after(first, months) + (standing - 1) * DAY


@given(days, st.integers(1, 700), st.lists(st.tuples(st.integers(-50, 800), st.integers(0, 90)), max_size=4))
def test_leave_is_counted_day_by_day_and_once(start: date, length: int, leaves: list[tuple[int, int]]) -> None:
    end = start + length * DAY
    spans = [(start + at * DAY, start + (at + long) * DAY) for at, long in leaves]
    slow = sum(any(first <= start + n * DAY <= last for first, last in spans) for n in range(length + 1))
    assert days_standing([(start, end)], spans) == slow


@given(days, st.integers(1, 400), st.integers(1, 200), st.integers(1, 400))
def test_the_clock_stands_between_two_participations(start: date, first: int, away: int, second: int) -> None:
    end = start + first * DAY
    again = end + away * DAY
    assert days_standing([(start, end), (again, again + second * DAY)], []) == away - 1


@given(days, st.integers(30, 900), st.integers(0, 40), st.integers(1, 60))
def test_a_day_more_of_leave_is_a_day_more_of_programme(start: date, length: int, at: int, long: int) -> None:
    end = start + (length + 100) * DAY
    grant = decision("grant", "2004-09-01", months=24)
    away = leave("care_leave", str(start + at * DAY), str(start + (at + long) * DAY))
    with_leave, without = (case(str(start), str(end), decisions=[grant], leaves=rows) for rows in ([away], []))
    moved = planned_end(dossier(with_leave), with_leave, TODAY) - planned_end(dossier(without), without, TODAY)
    assert moved == (long + 1) * DAY
    assert used_months(dossier(with_leave), with_leave, TODAY) <= used_months(dossier(without), without, TODAY)
