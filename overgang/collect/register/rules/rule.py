"""What a quality rule is, the registry of all, and how they are run over a dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from overgang.base.law import months_after

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

Values = Mapping[str, "str | int"]
"""What a sentence names: days as ISO, decimals as text, codes."""
WHAT = "what"
"""The key of `values` that says which of a rule's sentences is meant, where it has several."""


class Severity(StrEnum):
    """Error: blocks the release of a figure, never the entry. Legal: goes to the leader and the county governor."""

    ERROR = "E"
    WARNING = "W"
    LEGAL = "L"


class Stage(StrEnum):
    """The cases a rule is asked about: all of them, those with a participation, those where it runs or has ended."""

    CASE = "case"
    BEGUN = "begun"
    RUNNING = "running"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"
    """Not over a case: over the figures of a unit, or over lists (`lists`)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: `subject` is the row, "participation:17", with the field behind a point where a row can have
    the fault in several: "measure:4.start". A row not saved yet goes by its place in the file: "measure:@0".

    `values` never hold what changes from day to day, or a finding once explained would come back every night. `since`:
    the day the time to mend it counts from; without one, the day it was found. `severity`: if other than the rule's.
    """

    subject: str
    values: Values = field(default_factory=dict)
    since: date | None = None
    severity: Severity | None = None


Check = Callable[["Dossier", "CaseFile", date], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its number in the specification. `needs`: the facts without which it finds nothing, in words.

    `legal_when_late`: past its due date a finding is a legal one as well.
    """

    id: str
    severity: Severity
    fields: tuple[str, ...]
    stage: Stage
    due_months: int
    source: str
    needs: str
    legal_when_late: bool
    check: Callable[..., Any] = field(repr=False)

    def due(self, found: Found, today: date) -> date:
        return months_after(found.since or today, self.due_months)


RULES: dict[str, Rule] = {}
"""Every rule by id; filled by the modules of this package."""
_BY_STAGE: dict[Stage, list[Rule]] = {stage: [] for stage in Stage}


def rule(
    id: str,
    severity: Severity,
    fields: Iterable[str],
    *,
    source: str,
    stage: Stage = Stage.BEGUN,
    needs: str = "",
    due_months: int = 2,
    legal_when_late: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enters a function in the registry as the rule with this id."""

    def entered(check: Callable[..., Any]) -> Callable[..., Any]:
        assert id not in RULES, f"{id} is there twice"
        made = Rule(id, severity, tuple(fields), stage, due_months, source, needs, legal_when_late, check)
        RULES[id] = made
        _BY_STAGE[stage].append(made)
        return check

    return entered


def run(dossier: Dossier, today: date) -> list[tuple[CaseFile, Rule, Found, date]]:
    """All that the rules find in a dossier, case by case, each with the day it should be mended by."""
    found: list[tuple[CaseFile, Rule, Found, date]] = []
    for file in dossier.cases:
        for stage in _stages(file):
            for each in _BY_STAGE[stage]:
                for one in each.check(dossier, file, today):
                    found.append((file, each, one, each.due(one, today)))
    return found


def _stages(file: CaseFile) -> tuple[Stage, ...]:
    if file.participation is None:
        return (Stage.CASE,)
    if file.participation.end is None:
        return (Stage.CASE, Stage.BEGUN, Stage.RUNNING)
    return (Stage.CASE, Stage.BEGUN, Stage.ENDED)


def mark(row: Any, among: Iterable[Any] = ()) -> str:
    """What stands for a row in a finding: "measure:4", or its place `among` others while it is not saved."""
    name = row._meta.model_name
    if row.pk is not None:
        return f"{name}:{row.pk}"
    return f"{name}:@{next((at for at, other in enumerate(among) if other is row), 0)}"
