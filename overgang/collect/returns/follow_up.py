"""Whom to ask first: returns whose reasons do not fit the number who ended, the most obvious errors first.

What an error does to the county's figure is its size times the part of the county's exits that the unit has; the queue
is ordered by that (spec 7.6). A unit that does not know how many ended is in no share at all, and comes before all
others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from overgang.collect.returns.annual_return import ALONE, AnnualReturn, Beside, examined
from overgang.collect.returns.checks import Finding, Result
from overgang.collect.returns.classification import ENDED, WRONG, Class, Reporting, reporting
from overgang.collect.returns.questionnaire import Questionnaire
from overgang.collect.returns.totals import by_county


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit in the queue. `weight`: its part of the county's exits; `priority`: gap x weight, None where no gap is
    known; `failed`: all checks its return fails."""

    unit: str
    county: str
    reporting: Reporting
    weight: Fraction
    priority: Fraction | None
    failed: tuple[Finding, ...]

    @property
    def urgent(self) -> bool:
        """Whether it stands in the queue."""
        return self.reporting.kind in WRONG


def entries(
    asked: Questionnaire, returns: Iterable[AnnualReturn], beside: Mapping[str, Beside] | None = None
) -> tuple[Entry, ...]:
    """An entry for each return, those in which nothing fails too; most urgent first, of equal ones by unit, so that the
    order is the same every time."""
    return tuple(sorted(_entries(asked, returns, beside or {}), key=_order))


def queue(
    asked: Questionnaire, returns: Iterable[AnnualReturn], beside: Mapping[str, Beside] | None = None
) -> tuple[Entry, ...]:
    """The returns to follow up, most urgent first."""
    return tuple(entry for entry in entries(asked, returns, beside) if entry.urgent)


def further(
    asked: Questionnaire, returns: Iterable[AnnualReturn], beside: Mapping[str, Beside] | None = None
) -> tuple[Entry, ...]:
    """The returns whose reasons fit but that fail another check, the largest gap of any check times weight first.

    A queue of its own: in 2007 half of the units contradicted themselves about participants, which no share is made of.
    """
    return tuple(entry for entry in entries(asked, returns, beside) if entry.failed and not entry.urgent)


def failing(asked: Questionnaire, given: AnnualReturn, beside: Beside = ALONE) -> tuple[Finding, ...]:
    """The findings of a return that somebody must correct or explain."""
    return tuple(finding for finding in examined(asked, given, beside) if finding.result is Result.FAILED)


def exits_of(asked: Questionnaire, given: AnnualReturn) -> int:
    """How many ended, at least: the number given, or the reasons where they are more. A unit that says that nobody
    ended and gives five reasons weighs as five."""
    return max(given.known(ENDED).low, sum(given.known(item).low for item in asked.reason_items))


def _entries(asked: Questionnaire, returns: Iterable[AnnualReturn], beside: Mapping[str, Beside]) -> Iterator[Entry]:
    for county, given in by_county(returns).items():
        exits = {one.unit: exits_of(asked, one) for one in given}
        whole = sum(exits.values())
        for one in given:
            weight = Fraction(exits[one.unit], whole) if whole else Fraction(0)
            failed = failing(asked, one, beside.get(one.unit, ALONE))
            found = reporting(asked, one.answers)
            yield Entry(one.unit, county, found, weight, _priority(found, failed, weight), failed)


def _priority(found: Reporting, failed: Iterable[Finding], weight: Fraction) -> Fraction | None:
    if found.kind is Class.CONSISTENT:
        return max((finding.gap for finding in failed), default=0) * weight
    return None if found.gap is None else abs(found.gap) * weight


def _order(entry: Entry) -> tuple[bool, Fraction, str]:
    unknown = entry.reporting.kind is Class.NONE
    return not unknown, -(entry.weight if entry.priority is None else entry.priority), entry.unit
