"""Time as the law counts it: months by the calendar, time used of a programme, and working days.

The clock of a programme runs from its first day. It stands while somebody is on leave and between two participations
of which the second carries on the first; each day it stands moves the last day by one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise

Span = tuple[date, date]
"""First and last day, both included."""

DAY = timedelta(days=1)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
"""Public holidays with a date of their own, and those counted from Easter Sunday, below."""
FROM_EASTER = (-3, -2, 1, 39, 50)


@lru_cache(maxsize=1 << 16)
def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: a month after 31 January is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= 28:
        return date(year, month + 1, day.day)
    leap = month == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, month + 1, min(day.day, LENGTHS[month] + leap))


def last_day(first: date, months: int, standing: int = 0) -> date:
    """The last day of so many months from the first on, moved by the days the clock stood.

    >>> last_day(date(2024, 1, 15), 24), last_day(date(2024, 1, 15), 24, standing=10)
    (datetime.date(2026, 1, 14), datetime.date(2026, 1, 24))
    """
    return months_after(first, months) + timedelta(days=standing - 1)


def whole_months(first: date, until: date) -> int:
    """How many whole months lie between two days, the second not included: 15 January to 15 March is two."""
    if until < first:
        return 0
    months = (until.year - first.year) * 12 + until.month - first.month
    return months if months_after(first, months) <= until else months - 1


def months_used(first: date, last: date, standing: int = 0) -> int:
    """The whole months used of a programme from its first day through its last, less the days the clock stood.

    >>> months_used(date(2024, 1, 15), date(2025, 1, 14)), months_used(date(2024, 1, 15), date(2025, 1, 14), 1)
    (12, 11)
    """
    return whole_months(first, last + DAY - timedelta(days=standing))


def days_standing(spans: Sequence[Span], leaves: Iterable[Span]) -> int:
    """The days the clock stood: between the participations of a programme, and on leave within one of them.

    Days that are in several leaves count once. `spans` in order of time.
    """
    between = sum(max(0, (later[0] - earlier[1]).days - 1) for earlier, later in pairwise(spans))
    away = [
        (max(first, start), min(last, end))
        for first, last in leaves
        for start, end in spans
        if first <= end and last >= start
    ]
    return between + days_of(away)


def days_of(spans: Iterable[Span]) -> int:
    """How many days are in at least one of the spans."""
    total, seen = 0, date.min
    for first, last in sorted(spans):
        begin = max(first, seen + DAY) if seen != date.min else first
        if last >= begin:
            total += (last - begin).days + 1
        seen = max(seen, last)
    return total


def age_on(born: date, day: date) -> int:
    """Age in whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def working_days(first: date, last: date) -> int:
    """Monday to Friday without public holidays, both days included."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    weekday = first.weekday()
    days = weeks * 5 + sum((weekday + step) % 7 < 5 for step in range(rest))
    years = range(first.year, last.year + 1)
    return days - sum(first <= holiday <= last for year in years for holiday in holidays(year))


@cache
def holidays(year: int) -> tuple[date, ...]:
    """The public holidays of a year that fall on Monday to Friday."""
    easter = _easter(year)
    days = {date(year, month, day) for month, day in FIXED} | {easter + step * DAY for step in FROM_EASTER}
    return tuple(sorted(day for day in days if day.weekday() < 5))


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian rule (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
