"""Where the person lives by the population register, and what the case says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.law import months_after
from overgang.collect.register.rules.facts import same_place
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import WHAT, Found, Severity, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier
    from overgang.collect.register.models import Settlement

MOVED = "IN_MOVED"


@rule(
    "DQ09",
    Severity.WARNING,
    ("end_reason", "settlement"),
    source="spec 5.4, 5.6; two months are ours",
    needs="where the person lived; that nothing changed is asked of exits since `complete_from`, or where the register "
    "holds more than one residence",
)
def residence_agrees(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    own, unit = file.participation, file.case.unit
    if unit is None or not dossier.settlements:
        return
    if own.end is None:
        last = _residence(dossier, today)
        if last is None or _since(last) <= own.start or last.unit is None:
            return
        if same_place(last.unit, unit) is False and months_after(_since(last), LIMITS.months_after_move) < today:
            yield Found(mark(own), {WHAT: "running", "moved": _since(last).isoformat()})
        return
    if own.end_reason != MOVED:
        return
    shown = months_after(own.end, LIMITS.months_after_move)
    if today < shown or (own.end < LIMITS.complete_from and len(dossier.settlements) == 1):
        return
    last = _residence(dossier, shown)
    if last is not None and last.unit is not None and same_place(last.unit, unit):
        yield Found(mark(own), {WHAT: "unchanged", "end": own.end.isoformat()})


def _residence(dossier: Dossier, day: date) -> Settlement | None:
    """The residence on a day: the last that had begun."""
    begun = [settlement for settlement in dossier.settlements if _since(settlement) <= day]
    return max(begun, key=_since) if begun else None


def _since(settlement: Settlement) -> date:
    return settlement.moved_in or settlement.day
