"""How the reasons given fit the number who ended (spec 7.5)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from overgang.collect.returns.answer import BLANK, Answer, State
from overgang.collect.returns.questionnaire import Questionnaire

ENDED = "4"


class Class(StrEnum):
    CONSISTENT = "consistent"
    UNDER = "under_reporting"
    EXPLAINED = "explained_by_unknown"
    OVER = "over_reporting"
    NONE = "not_classifiable"


WRONG = (Class.UNDER, Class.EXPLAINED, Class.OVER, Class.NONE)
"""What somebody must look at."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """`gap`: persons with a reason less those who ended; None when that is not known. `unknown`: reasons that are not
    known."""

    kind: Class
    gap: int | None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Gross:
    """Units, and persons too many or too few in them. Only the net was published for 2007 (69), which hides that both
    happened."""

    over: int
    over_persons: int
    under: int
    under_persons: int
    explained: int
    explained_persons: int
    not_classifiable: int

    @property
    def net(self) -> int:
        return self.over_persons - self.under_persons - self.explained_persons


def reporting(asked: Questionnaire, answers: Mapping[str, Answer]) -> Reporting:
    """The class of a return, by its known reasons.

    Where the known reasons are just as many as ended and some are not known, the return is consistent (spec 7.5 leaves
    it open): everybody who ended has a reason already, so that behind each `00` nobody is left, or somebody is counted
    twice, of which there is no sign. To ask such units would hide the obvious errors among the many that answered `00`
    instead of 0. AR07 stays `unknown` for them and the sums stay intervals, so nothing is claimed that is not known;
    `unknown` says how many answers are open.

    What is blank counts as not known: a return that is sent has none.
    """
    ended = answers.get(ENDED, BLANK)
    given = [answers.get(item, BLANK) for item in asked.reason_items]
    unknown = sum(answer.state in (State.DONT_KNOW, State.BLANK) for answer in given)
    if ended.value is None:
        return Reporting(Class.NONE, None, unknown)
    gap = sum(answer.value or 0 for answer in given) - ended.value
    if gap > 0:
        return Reporting(Class.OVER, gap, unknown)
    if gap < 0:
        return Reporting(Class.EXPLAINED if unknown else Class.UNDER, gap, unknown)
    return Reporting(Class.CONSISTENT, 0, unknown)


def gross(returns: Iterable[Reporting]) -> Gross:
    """All returns together, over- and under-reporting apart."""
    units: Counter[Class] = Counter()
    persons: Counter[Class] = Counter()
    for one in returns:
        units[one.kind] += 1
        persons[one.kind] += abs(one.gap or 0)
    return Gross(
        over=units[Class.OVER],
        over_persons=persons[Class.OVER],
        under=units[Class.UNDER],
        under_persons=persons[Class.UNDER],
        explained=units[Class.EXPLAINED],
        explained_persons=persons[Class.EXPLAINED],
        not_classifiable=units[Class.NONE],
    )
