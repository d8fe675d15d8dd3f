"""Sums over units. What is not known makes a sum an interval: at least the known parts, and never counted as 0."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from overgang.base.cube import percent
from overgang.base.places import COUNTRY, Kind, gazetteer
from overgang.collect.returns.annual_return import AnnualReturn
from overgang.collect.returns.interval import Interval, total
from overgang.collect.returns.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Total:
    """`missing`: how many of the `units` have no number for a part of it; then `number` is more than a number."""

    number: Interval
    units: int
    missing: int


def sum_of(items: Collection[str], returns: Iterable[AnnualReturn]) -> Total:
    """The sum of some items over all returns. A unit counts as missing once, however many items it leaves open."""
    parts = [total(given.known(item) for item in items) for given in returns]
    return Total(total(parts), len(parts), sum(not part.known for part in parts))


def totals(asked: Questionnaire, returns: Iterable[AnnualReturn]) -> Mapping[str, Total]:
    """Each item that is a number of persons, over all returns. Percentages and texts have no sum."""
    given = tuple(returns)
    return {item: sum_of((item,), given) for item in asked.counts}


def by_county(returns: Iterable[AnnualReturn]) -> Mapping[str, tuple[AnnualReturn, ...]]:
    """The returns of each county of their year, the districts of Oslo with Oslo, by code."""
    found: defaultdict[str, list[AnnualReturn]] = defaultdict(list)
    for given in returns:
        found[county_of(given.unit, given.year)].append(given)
    return {county: tuple(found[county]) for county in sorted(found)}


@cache
def county_of(unit: str, year: int) -> str:
    """The county a unit was in. Raises BadInput for a unit that did not exist in the year."""
    place = unit
    while gazetteer().place(place).kind is not Kind.COUNTY:
        place = gazetteer().parent(place, year) or COUNTRY
    return place


def share(part: Interval, whole: Interval) -> Interval | None:
    """Percent of two numbers that were asked for apart, half rounded up, for persons who are among the whole: never
    above 100. None when the whole may be nobody, and so there may be no share.

    >>> share(Interval(10, 14), Interval(40, 50))
    Interval(low=20, high=35)
    """
    if whole.low == 0:
        return None
    low = 0 if whole.high is None else min(percent(part.low, whole.high), 100)
    high = 100 if part.high is None else min(percent(part.high, whole.low), 100)
    return Interval(low, high)


def share_of_sum(part: Interval, rest: Interval) -> Interval | None:
    """Percent that a part is of itself and the rest: narrower than `share`, for what makes the part larger makes the
    whole larger by as much. None when both may be nobody.

    >>> share_of_sum(Interval(10, 20), Interval(10, 10))
    Interval(low=50, high=67)
    """
    if part.low + rest.low == 0:
        return None
    low = 0 if rest.high is None else _of(part.low, rest.high)
    high = 100 if part.high is None else _of(part.high, rest.low)
    return Interval(low, high)


def _of(part: int, rest: int) -> int:
    """Of nobody at all 0: the other end of the interval says that there may be somebody."""
    return percent(part, part + rest) if part + rest else 0
