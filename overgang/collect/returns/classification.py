"""How the reasons given fit the number who ended (spec 7.5)."""

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Reporting:
    """`gap`: persons with a reason less those who ended; None when that is not known."""

    kind: Class
    gap: int | None


def reporting(asked: Questionnaire, answers: Mapping[str, Answer]) -> Reporting:
    """The class of a return, by its known reasons.

    What is blank counts as not known: a return that is sent has none.
    """
    ended = answers.get(ENDED, BLANK)
    if ended.value is None:
        return Reporting(Class.NONE, None)
    given = [answers.get(item, BLANK) for item in asked.reason_items]
    gap = sum(answer.value or 0 for answer in given) - ended.value
    if gap > 0:
        return Reporting(Class.OVER, gap)
    if any(answer.state in (State.DONT_KNOW, State.BLANK) for answer in given):
        return Reporting(Class.EXPLAINED if gap else Class.CONSISTENT, gap)
    return Reporting(Class.UNDER if gap else Class.CONSISTENT, gap)
