"""The checks of a return: an unknown answer is unknown, unless it fails whatever it is."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.collect.returns.answer import Answer, State
from overgang.collect.returns.checks import Result, findings
from overgang.collect.returns.classification import Class, reporting
from overgang.collect.returns.interval import UNKNOWN, Interval, exactly
from overgang.collect.returns.questionnaire import questionnaire

ASKED = questionnaire(2007)
FITTING = {
    "1": 100, "2": 70, "3": 5, "4": 30, "5": 10, "6": 8, "7a": 0, "7b": 3, "7c": 1, "8a": 1, "8b": 0, "9a": 4, "9b": 1,
    "10a": 8, "11a": 2, "11b": 3, "12a": 2, "12b": 3, "12c": 2, "13a": 9, "13b": 2, "13c": 1,
}  # fmt: skip


def results(answers: Mapping[str, int | None], **others: Interval) -> dict[str, set[Result]]:
    known = {item: UNKNOWN if value is None else exactly(value) for item, value in answers.items()}
    known |= {name.replace("_last", "@last"): interval for name, interval in others.items()}
    found: dict[str, set[Result]] = {}
    for finding in findings(ASKED, known):
        found.setdefault(finding.check.id, set()).add(finding.result)
    return found


def failed(answers: Mapping[str, int | None]) -> set[str]:
    return {id for id, found in results(answers).items() if Result.FAILED in found}


def test_a_return_that_fits_fails_nothing() -> None:
    assert failed(FITTING) == set()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"1": 101}, {"AR03"}),
        ({"2": 101, "1": 131}, set()),
        ({"3": 71}, {"AR04"}),
        ({"2": 101}, {"AR03", "AR05"}),
        ({"1": 29, "2": 29}, {"AR03", "AR06"}),
        ({"7b": 4}, {"AR07"}),
        ({"7b": 29}, {"AR07", "AR08"}),
        ({"5": 26, "6": 0}, {"AR09"}),
        ({"5": 31}, {"AR09", "AR10", "AR11", "AR14"}),
        ({"6": 31}, {"AR10", "AR11", "AR14"}),
        ({"6": 21}, {"AR11", "AR14"}),
        ({"13a": 31}, {"AR12", "AR13", "AR14"}),
        ({"13b": 21}, {"AR13"}),
        ({"12b": 5}, {"AR07", "AR15"}),
        ({"1": None}, {"AR18"}),
    ],
)
def test_each_fault_is_found_by_its_check(changed: Mapping[str, int | None], found: set[str]) -> None:
    assert failed({**FITTING, **changed}) == found


def test_an_unknown_operand_makes_a_check_unknown() -> None:
    found = results({**FITTING, "7b": None})
    assert found["AR07"] == {Result.UNKNOWN}
    assert found["AR08"] == {Result.UNKNOWN}


def test_what_fails_whatever_the_unknown_is_has_failed() -> None:
    found = results({**FITTING, "7b": None, "7c": 31})
    assert found["AR08"] == {Result.FAILED}
    assert found["AR07"] == {Result.FAILED}


def test_last_year_and_starters() -> None:
    assert results(FITTING)["AR16"] == {Result.UNKNOWN}
    fits = results(FITTING, **{"2_last": exactly(60), "1_last": exactly(90)}, starters=exactly(40))
    assert fits["AR16"] == {Result.PASSED}
    jump = results(FITTING, **{"2_last": exactly(60), "1_last": exactly(201)}, starters=exactly(41))
    assert jump["AR16"] == {Result.FAILED}


values = st.one_of(st.none(), st.integers(0, 40))


@given(st.fixed_dictionaries({item.id: values for item in ASKED.items}), st.data())
def test_whatever_stands_behind_dont_know_a_result_that_is_not_unknown_stays(
    answers: dict[str, int | None], data: st.DataObject
) -> None:
    truth = {item: data.draw(st.integers(0, 40)) if value is None else value for item, value in answers.items()}
    before, after = results(answers), results(truth)
    for id in before.keys() - {"AR18"}:
        if len(before[id]) == 1 and Result.UNKNOWN not in before[id]:
            assert after[id] == before[id]


@pytest.mark.parametrize(
    ("changed", "kind", "gap"),
    [
        ({}, Class.CONSISTENT, 0),
        ({"7b": 2}, Class.UNDER, -1),
        ({"7b": None}, Class.EXPLAINED, -3),
        ({"7b": 9}, Class.OVER, 6),
        ({"7b": 9, "7c": None}, Class.OVER, 5),
        ({"4": None}, Class.NONE, None),
    ],
)
def test_how_reasons_fit_the_number_who_ended(changed: Mapping[str, int | None], kind: Class, gap: int | None) -> None:
    found = reporting(ASKED, {item: answer(value) for item, value in {**FITTING, **changed}.items()})
    assert (found.kind, found.gap) == (kind, gap)


def answer(value: int | None) -> Answer:
    if value is None:
        return Answer("00", State.DONT_KNOW)
    return Answer(str(value), State.VALUE if value else State.ZERO, value)


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_every_sentence_can_be_written(lang: str) -> None:
    known = {item: exactly(value) for item, value in FITTING.items()}
    assert all(finding.sentence(lang) for finding in findings(ASKED, known))
