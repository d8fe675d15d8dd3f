"""Whole returns. Those in `should_pass/` fail nothing; each in `should_fail/` is named after its fault, and says
exactly which checks it fails and at which items. What is unknown is said too: it is not passed."""

import dataclasses
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from overgang.collect.returns import checks as module
from overgang.collect.returns.annual_return import AnnualReturn, Beside, examined, may_be_sent, read_return
from overgang.collect.returns.answer import Answer, State
from overgang.collect.returns.checks import Check, Comparison, Finding, Result, checks
from overgang.collect.returns.country import notes
from overgang.collect.returns.interval import UNKNOWN, Interval, exactly
from overgang.collect.returns.questionnaire import Questionnaire, questionnaire

HERE = Path(__file__).parent
PASS, FAIL = (sorted((HERE / name).glob("*.toml")) for name in ("should_pass", "should_fail"))


def read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def given(asked: Questionnaire, row: Mapping[str, Any]) -> AnnualReturn:
    found = read_return(asked, row["unit"], row["answers"])
    stored = {
        item: Answer(row["answers"][item], State.VALUE if value else State.ZERO, value)
        for item, value in row.get("stored", {}).items()
    }
    return AnnualReturn(found.unit, found.year, {**found.answers, **stored}, found.unread)


def beside(row: Mapping[str, Any]) -> Beside:
    return Beside(
        register=intervals(row.get("register", {})),
        last=intervals(row.get("last", {})),
        starters=exactly(row["starters"]) if "starters" in row else UNKNOWN,
    )


def intervals(numbers: Mapping[str, int]) -> Mapping[str, Interval]:
    return {item: exactly(number) for item, number in numbers.items()}


def came_out(findings: Iterable[Finding], result: Result) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.result is result:
            found[finding.check.id] |= set(finding.items)
    return dict(found)


def expected(fails: Mapping[str, list[str]]) -> dict[str, set[str]]:
    return {check: set(items) for check, items in fails.items()}


def of_country(asked: Questionnaire, found: Mapping[str, Any]) -> list[Finding]:
    return [note.finding for note in notes(asked, (given(asked, row) for row in found["return"])).values()]


@pytest.mark.parametrize("path", [*PASS, *FAIL], ids=lambda path: path.stem)
def test_a_return_fails_what_it_says_and_nothing_else(path: Path) -> None:
    found = read(path)
    asked = questionnaire(found["year"])
    for row in found["return"]:
        assert set(row["answers"]) == {item.id for item in asked.items}
        findings = examined(asked, given(asked, row), beside(row))
        assert came_out(findings, Result.FAILED) == expected(row.get("fails", {}))
        assert set(came_out(findings, Result.UNKNOWN)) == set(row.get("unknown", ()))
    country = of_country(asked, found)
    assert came_out(country, Result.FAILED) == expected(found.get("country_fails", {}))
    assert set(came_out(country, Result.UNKNOWN)) == set(found.get("country_unknown", ()))


@pytest.mark.parametrize("path", PASS, ids=lambda path: path.stem)
def test_what_should_pass_fails_nothing_and_may_be_sent(path: Path) -> None:
    found = read(path)
    asked = questionnaire(found["year"])
    assert "country_fails" not in found
    for row in found["return"]:
        assert "fails" not in row
        assert may_be_sent(examined(asked, given(asked, row), beside(row)))


@pytest.mark.parametrize("path", FAIL, ids=lambda path: path.stem)
def test_a_return_is_named_after_its_fault(path: Path) -> None:
    found = read(path)
    failed = {check for row in found["return"] for check in row.get("fails", ())} | set(found.get("country_fails", ()))
    assert path.stem.split("-")[0] in failed


@pytest.mark.parametrize("path", FAIL, ids=lambda path: path.stem)
def test_hard_faults_stop_a_return_and_soft_ones_do_not(path: Path) -> None:
    found = read(path)
    asked = questionnaire(found["year"])
    for row in found["return"]:
        hard = any(checks()[check].hard for check in row.get("fails", ()))
        assert may_be_sent(examined(asked, given(asked, row), beside(row))) is not hard


@pytest.mark.parametrize("paths", [PASS, FAIL], ids=["should_pass", "should_fail"])
def test_every_check_has_a_whole_return(paths: list[Path]) -> None:
    assert {path.stem.split("-")[0] for path in paths} == set(checks()) == {f"AR{n:02}" for n in range(1, 21)}


def changed(check: Check) -> Iterator[tuple[str, Check]]:
    """The check with something left out or turned round, in every way."""
    for at, one in enumerate(check.compare):
        others: list[tuple[str, tuple[Comparison, ...]]] = [("without it", ())]
        for side in ("left", "right"):
            operands = getattr(one, side)
            for place, operand in enumerate(operands):
                shorter = operands[:place] + operands[place + 1 :]
                others.append((f"{side} without {operand}", (dataclasses.replace(one, **{side: shorter}),)))
        others += [(op, (dataclasses.replace(one, op=op),)) for op in ("=", "<=", "!=") if one.op not in (op, "known")]
        for what, instead in others:
            compare = check.compare[:at] + instead + check.compare[at + 1 :]
            yield f"comparison {at}: {what}", dataclasses.replace(check, compare=compare)


@pytest.mark.parametrize("check", [check for check in checks().values() if check.compare], ids=lambda check: check.id)
def test_the_whole_returns_notice_any_change_of_a_check(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    right = dict(checks())
    for what, other in changed(check):
        monkeypatch.setattr(module, "checks", lambda other=other: right | {check.id: other})
        assert any(not fits(path) for path in (*FAIL, *PASS)), what


def fits(path: Path) -> bool:
    try:
        test_a_return_fails_what_it_says_and_nothing_else(path)
    except AssertionError:
        return False
    return True
