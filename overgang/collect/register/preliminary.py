"""The official result of a unit as it would be if the register were frozen now, and what is still open in it.

The definitions are those of the edition (`compute.indicators`); a test holds it against the whole flow. Grade 6 is not
in it: they count for the country only.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from overgang.base.codes import NOT_REGISTERED, outcome_of
from overgang.base.cube import percent
from overgang.collect.register.models import Participation
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL
from overgang.compute.indicators import version_for
from overgang.compute.indicators.variants import WORK_EDU, variant

INDICATOR = "exit.work_edu"


@dataclass(frozen=True, slots=True)
class Preliminary:
    """The counts of one unit and year. `ended` is the base, `attained` those in work or education, `unknown` those
    without an end reason, who count as not attained until it is given. `participants`: who took part in the year."""

    year: int
    participants: int
    ended: int
    attained: int
    unknown: int

    @property
    def share(self) -> int | None:
        """Whole percent as it would be published; None when nobody has ended."""
        return percent(self.attained, self.ended) if self.ended else None

    @property
    def could_be(self) -> tuple[int, int] | None:
        """The least and the most the share can become when the missing reasons are given."""
        if not self.ended:
            return None
        return percent(self.attained, self.ended), percent(self.attained + self.unknown, self.ended)

    @property
    def cost(self) -> Decimal:
        """Percentage points that one missing reason can cost, to one decimal."""
        return (Decimal(100) / self.ended).quantize(Decimal("0.1")) if self.ended and self.unknown else Decimal(0)


class Ended(NamedTuple):
    """One participation as the result sees it, with the case it belongs to. Ordered as the edition orders them."""

    person: int
    start: date
    end: date
    reason: str
    case: int


def preliminary(units: Iterable[str], year: int, today: date) -> Preliminary:
    """The result of a unit (with those that became a part of it) for a year, as the register stands `today`."""
    return result(year, took_part(units, [year], today)[year])


def result(year: int, last: Iterable[Ended]) -> Preliminary:
    """The result of a year from the last participation of each who took part in it."""
    version = version_for(INDICATOR, year)
    base = variant(version.base_in(year))
    rows = list(last)
    by_reason = Counter(row.reason for row in exits(year, rows))
    ended = {reason: n for reason, n in by_reason.items() if base.counts(reason or NOT_REGISTERED)}
    return Preliminary(
        year=year,
        participants=len(rows),
        ended=sum(ended.values()),
        attained=sum(n for reason, n in ended.items() if outcome_of(reason or None, version.id) in WORK_EDU),
        unknown=ended.get("", 0),
    )


def without_reason(units: Iterable[str], year: int, today: date) -> list[int]:
    """The cases whose missing end reason costs the unit in the result of a year."""
    return [row.case for row in exits(year, took_part(units, [year], today)[year]) if not row.reason]


def exits(year: int, last: Iterable[Ended]) -> list[Ended]:
    """Those of them whose programme ended in the year."""
    return [row for row in last if row.end.year == year]


def took_part(units: Iterable[str], years: Collection[int], today: date) -> dict[int, list[Ended]]:
    """The last participation of each person who took part, by year; read once for all the years."""
    found = (
        Participation.objects.filter(case__unit__in=sorted(units), start__lte=min(date(max(years), 12, 31), today))
        .exclude(end__lt=date(min(years), 1, 1))
        .exclude(case__person__address_grade=STRICTLY_CONFIDENTIAL)
        .values_list("case__person_id", "start", "end", "end_reason", "case_id")
    )
    rows = sorted(_seen(row, today) for row in found)
    return {year: _last_of_each(rows, year, today) for year in years}


def _last_of_each(rows: Iterable[Ended], year: int, today: date) -> list[Ended]:
    """Of rows in order: the last of each person that has a day in the year. What had not begun by its end, or by
    today, is left out."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    inside = (row for row in rows if row.start <= last and row.end >= first)
    return [list(group)[-1] for _, group in groupby(inside, key=lambda row: row.person)]


def _seen(row: tuple[int, date, date | None, str | None, int], today: date) -> Ended:
    person, start, end, reason, case = row
    over = end is not None and end <= today
    return Ended(person, start, end if over and end else date.max, (reason or "") if over else "", case)
