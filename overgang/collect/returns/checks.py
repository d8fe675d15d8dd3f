"""The checks AR01 to AR20 as data: of each answer, of a return, and of the country's sums; what must equal or not
exceed what.

An answer that is not known makes a check `unknown`, not passed; it fails only when it would fail whatever the answer
is. The same checks run beside the fields while somebody types, and again when the return is sent.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from overgang.base import text
from overgang.base.text import LANGUAGES
from overgang.collect.returns.interval import UNKNOWN, Interval, total
from overgang.collect.returns.questionnaire import Questionnaire

Op = Literal["=", "<=", "!=", "near", "known"]
Scope = Literal["answer", "return", "country"]
REASONS, REGISTER, LAST = "reasons", "register", "@last"
"""In a comparison: all items that ask for end reasons; each item and the register's count; last year's answer."""
JUMP_PERSONS, JUMP_PART = 10, 0.5
"""A change from last year is asked about when it is larger than both: ours, spec AR16."""


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` against `right`, each a sum of operands; it holds by itself while `unless_zero` is 0."""

    left: tuple[str, ...]
    op: Op
    right: tuple[str, ...] = ()
    unless_zero: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`hard`: a return that fails it cannot be sent. A soft one wants a typed explanation. `scope`: what it looks at;
    the checks of an answer compare nothing (`annual_return` makes their findings)."""

    id: str
    scope: Scope
    hard: bool
    compare: tuple[Comparison, ...]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison of a check as it came out. `items`: where it is shown."""

    check: Check
    result: Result
    items: tuple[str, ...]
    left: Interval
    right: Interval

    @property
    def gap(self) -> int:
        """By how many persons the two sides surely differ."""
        return max(self.left.over(self.right).low, self.right.over(self.left).low)

    def sentence(self, lang: str) -> str:
        """What does not fit, with its numbers; of a number that is not known, what is known of it."""
        said = self.check.text[lang].format(left=in_words(self.left, lang), right=in_words(self.right, lang))
        return said[0].upper() + said[1:]


@cache
def checks() -> Mapping[str, Check]:
    """All checks by id, in their order."""
    return {row["id"]: _check(row) for row in _data()["check"]}


def in_words(number: Interval, lang: str) -> str:
    """A number, or what is known of it: "12", "minst 12", "mellom 12 og 15", "ukjent"."""
    if number.known:
        return text.number(number.low, lang)
    kind = "between" if number.high is not None else "at_least" if number.low else "unknown"
    ends = {"low": text.number(number.low, lang), "high": text.number(number.high or 0, lang)}
    return str(_data()["words"][kind][lang].format(**ends))


def findings(asked: Questionnaire, known: Mapping[str, Interval], scope: Scope = "return") -> Iterator[Finding]:
    """Every comparison of every check of a questionnaire that looks at a return, or at the country.

    `known`: what is known of each operand: items ("4"), last year's ("2@last"), the register's ("4@register"), and
    `starters`. What is not there is not known.
    """
    for check in (checks()[id] for id in asked.checks):
        if check.scope == scope:
            sides = _sides(check.compare, asked.ids, asked.reason_items, asked.registered)
            for comparison, left, right, items in sides:
                yield _finding(check, comparison, left, right, items, known)


Ids = tuple[str, ...]


@cache
def _sides(
    compare: tuple[Comparison, ...], ids: Ids, reasons: Ids, registered: Ids
) -> tuple[tuple[Comparison, Ids, Ids, Ids], ...]:
    """Comparisons with their operands and the items they are shown at: they are asked for again for every return."""
    return tuple(
        (comparison, left, right, tuple(one for one in (*left, *right) if "@" not in one and one != "starters"))
        for comparison in compare
        for left, right in _operands(comparison, reasons, registered)
        if {*left, *right} & set(ids)
    )


def _operands(comparison: Comparison, reasons: Ids, registered: Ids) -> Iterator[tuple[Ids, Ids]]:
    if comparison.left == (REGISTER,):
        yield from (((id,), (f"{id}@{REGISTER}",)) for id in registered)
    elif comparison.op == "known":
        yield from (((id,), ()) for id in comparison.left)
    else:
        yield _expanded(comparison.left, reasons), _expanded(comparison.right, reasons)


def _expanded(operands: Ids, reasons: Ids) -> Ids:
    """`reasons` stands for all items that ask for reasons, "-12c" takes one out again."""
    without = {operand[1:] for operand in operands if operand.startswith("-")}
    found: list[str] = []
    for operand in operands:
        if operand == REASONS:
            found += reasons
        elif not operand.startswith("-"):
            found.append(operand)
    return tuple(operand for operand in found if operand not in without)


def _finding(
    check: Check, comparison: Comparison, left: Ids, right: Ids, items: Ids, known: Mapping[str, Interval]
) -> Finding:
    a, b = _sum(left, known), _sum(right, known)
    result = RESULTS[comparison.op](a, b)
    if comparison.unless_zero and result is not Result.PASSED:
        other = known.get(comparison.unless_zero, UNKNOWN)
        if other.high == 0:
            result = Result.PASSED
        elif other.low == 0:
            result = Result.UNKNOWN
    return Finding(check, result, items, a, b)


def _sum(operands: Ids, known: Mapping[str, Interval]) -> Interval:
    if len(operands) == 1:
        return known.get(operands[0], UNKNOWN)
    return total(known.get(operand, UNKNOWN) for operand in operands)


def _at_most(a: Interval, b: Interval) -> Result:
    if a.surely_above(b):
        return Result.FAILED
    return Result.PASSED if a.surely_within(b) else Result.UNKNOWN


def _equal(a: Interval, b: Interval) -> Result:
    if a.surely_above(b) or b.surely_above(a):
        return Result.FAILED
    return Result.PASSED if a.known and b.known else Result.UNKNOWN


def _unequal(a: Interval, b: Interval) -> Result:
    turned = {Result.FAILED: Result.PASSED, Result.PASSED: Result.FAILED, Result.UNKNOWN: Result.UNKNOWN}
    return turned[_equal(a, b)]


def _near(a: Interval, b: Interval) -> Result:
    if not (a.known and b.known):
        return Result.UNKNOWN
    return Result.FAILED if abs(a.low - b.low) > max(JUMP_PERSONS, JUMP_PART * b.low) else Result.PASSED


def _is_known(a: Interval, _: Interval) -> Result:
    return Result.PASSED if a.known else Result.FAILED


RESULTS = {"<=": _at_most, "=": _equal, "!=": _unequal, "near": _near, "known": _is_known}


def _check(row: Mapping[str, Any]) -> Check:
    compare = tuple(
        Comparison(tuple(one["left"]), one["op"], tuple(one.get("right", ())), one.get("unless_zero", ""))
        for one in row.get("compare", ())
    )
    return Check(
        row["id"], row.get("scope", "return"), row["level"] == "hard", compare, {lang: row[lang] for lang in LANGUAGES}
    )


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "checks.toml").read_text(encoding="utf-8"))
