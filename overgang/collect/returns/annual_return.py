"""One unit's return: what was typed at each item, as it was read, and everything the checks find in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from overgang.collect.returns.answer import BLANK, READERS, Answer, State, Unreadable
from overgang.collect.returns.checks import REGISTER, Check, Finding, Result, checks, findings
from overgang.collect.returns.interval import UNKNOWN, Interval, exactly, interval_of
from overgang.collect.returns.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class AnnualReturn:
    """`answers`: by item, what can be counted; `unread`: what cannot, with its text. An item in neither is blank."""

    unit: str
    year: int
    answers: Mapping[str, Answer]
    unread: Mapping[str, Unreadable] = field(default_factory=dict)

    def answer(self, item: str) -> Answer:
        return self.answers.get(item, BLANK)

    def known(self, item: str) -> Interval:
        """What the answer says of the number it is about."""
        return interval_of(self.answer(item))


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is known about a unit, to hold its return against: counts by item from the register at the same date,
    last year's return, and how many started in the year."""

    register: Mapping[str, Interval] = field(default_factory=dict)
    last: Mapping[str, Interval] = field(default_factory=dict)
    starters: Interval = UNKNOWN


ALONE = Beside()
NOBODY = exactly(0)


def read_return(asked: Questionnaire, unit: str, typed: Mapping[str, str]) -> AnnualReturn:
    """A return as it was typed; every item is read as its kind is. Raises BadInput for an item that is not asked."""
    answers: dict[str, Answer] = {}
    unread: dict[str, Unreadable] = {}
    for id, raw in typed.items():
        match READERS[asked.item(id).kind](raw):
            case Answer() as answer:
                answers[id] = answer
            case Unreadable() as text:
                unread[id] = text
    return AnnualReturn(unit, asked.year, answers, unread)


def stored_return(asked: Questionnaire, unit: str, rows: Mapping[str, tuple[State, int | None]]) -> AnnualReturn:
    """A return as the register keeps it (`annual_return`): state and number by item; the text follows from them."""
    raws = {State.DONT_KNOW: "00", State.ZERO: "0", State.BLANK: ""}
    answers = {id: Answer(raws.get(state, str(value)), state, value) for id, (state, value) in rows.items()}
    return AnnualReturn(unit, asked.year, answers)


def examined(asked: Questionnaire, given: AnnualReturn, beside: Beside = ALONE) -> tuple[Finding, ...]:
    """All findings of a return, passed and unknown ones too, in the order of the checks."""
    known = {id: given.known(id) for id in asked.counts}
    known |= {f"{id}@{REGISTER}": number for id, number in beside.register.items()}
    known |= {f"{id}@last": number for id, number in beside.last.items()}
    known["starters"] = beside.starters
    return (*_of_answers(asked, given), *findings(asked, known))


def may_be_sent(found: tuple[Finding, ...]) -> bool:
    """Whether no hard check fails. A soft one wants an explanation beside it, and stops nothing."""
    return not any(finding.check.hard and finding.result is Result.FAILED for finding in found)


def _of_answers(asked: Questionnaire, given: AnnualReturn) -> Iterator[Finding]:
    for check in (checks()[id] for id in asked.checks):
        if check.scope == "answer":
            for item in asked.items:
                yield _about(check, item.id, RULES[check.id](asked, given, item.id))


def _about(check: Check, item: str, result: Result) -> Finding:
    return Finding(check, result, (item,), NOBODY, NOBODY)


def _answered(asked: Questionnaire, given: AnnualReturn, item: str) -> Result:
    missing = asked.item(item).required and given.answer(item).state is State.BLANK
    return Result.FAILED if item in given.unread or missing else Result.PASSED


def _stored_as_typed(asked: Questionnaire, given: AnnualReturn, item: str) -> Result:
    """In 2007 `00` was stored as 0, and units were told that they had given too few reasons."""
    answer = given.answer(item)
    return Result.PASSED if READERS[asked.item(item).kind](answer.raw) == answer else Result.FAILED


RULES = {"AR01": _answered, "AR02": _stored_as_typed}
"""What the checks of an answer look at."""
