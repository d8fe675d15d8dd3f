"""What the register holds of a unit on the day of a round: who took part in the year, who was in the programme, who had
ended. From these follow the numbers a return is held against, and filled in from.

A person counts once in a unit, by the last participation of the year: who ended and began anew is in the programme.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from overgang.base.codes import end_reason
from overgang.collect.returns.interval import Interval, exactly
from overgang.collect.returns.questionnaire import Item, Questionnaire

TWO_YEARS = 24


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """A participation in the unit. `last`: its last day, the end of time while it runs. `previous`: the one it carries
    on. `received`: what was received at the exit, by name: yes, no, unknown."""

    person: int
    start: date
    last: date
    reason: str
    case: int
    id: int
    previous: int | None = field(compare=False)
    on_leave: bool = False
    received: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Time:
    """Whole months that were used of a programme, and that were granted; None where no decision says."""

    used: int
    granted: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """`participants` and `exits`: the last stay in the year of each person; `stock`: the stays of those who were in the
    programme on the day; `times`: of those who ended, by case, where a questionnaire asks."""

    participants: Sequence[Stay]
    exits: Sequence[Stay]
    stock: Sequence[Stay]
    starters: int
    times: Mapping[int, Time] = field(default_factory=dict)

    def counts(self, asked: Questionnaire) -> Mapping[str, Interval]:
        """By item, of those the register knows something about."""
        return {item.id: self._count(item) for item in asked.items if item.reasons or item.register}

    def _count(self, item: Item) -> Interval:
        if item.reasons:
            return exactly(sum(stay.reason in item.reasons for stay in self.exits))
        return COUNTS[item.register](self)


def held(year: int, as_of: date, stays: Iterable[Stay]) -> Held:
    """Sorts the stays of one unit: what had not begun by the day of the round is not in it."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    rows = sorted(stays)
    inside = [stay for stay in rows if stay.start <= last and stay.last >= first]
    participants = _last_of_each(inside)
    before = {stay.person for stay in inside if stay.start < first}
    return Held(
        participants=participants,
        exits=[stay for stay in participants if stay.last <= last],
        stock=_last_of_each(stay for stay in rows if stay.start <= as_of < stay.last),
        starters=sum(stay.person not in before for stay in participants),
    )


def needs_times(asked: Questionnaire) -> bool:
    """Whether a questionnaire asks how long programmes lasted, which takes whole histories to say."""
    return any(item.register in OF_TIMES for item in asked.items)


def _last_of_each(rows: Iterable[Stay]) -> list[Stay]:
    return [list(group)[-1] for _, group in groupby(rows, key=lambda stay: stay.person)]


def _under_two_years(of: Held) -> Interval:
    completed = (stay for stay in of.exits if end_reason(stay.reason).group == "completed")
    return exactly(sum(of.times[stay.case].used < TWO_YEARS for stay in completed))


def _granted_over_two_years(of: Held) -> Interval:
    granted = [of.times[stay.case].granted for stay in of.exits]
    return _between(sum(months is not None and months > TWO_YEARS for months in granted), granted.count(None))


def _received(name: str) -> Callable[[Held], Interval]:
    def count(of: Held) -> Interval:
        said = [stay.received.get(name, "unknown") for stay in of.exits]
        return _between(said.count("yes"), said.count("unknown"))

    return count


def _between(known: int, unknown: int) -> Interval:
    return Interval(known, known + unknown)


RECEIVED = ("social_assistance", "national_insurance", "other_support")
COUNTS: Mapping[str, Callable[[Held], Interval]] = {
    "participants": lambda of: exactly(len(of.participants)),
    "stock": lambda of: exactly(len(of.stock)),
    "on_leave": lambda of: exactly(sum(stay.on_leave for stay in of.stock)),
    "exits": lambda of: exactly(len(of.exits)),
    "under_two_years": _under_two_years,
    "granted_over_two_years": _granted_over_two_years,
    **{name: _received(name) for name in RECEIVED},
}
"""What an item's `register` names."""
OF_TIMES = frozenset({"under_two_years", "granted_over_two_years"})
