"""Leave: how long it may last, and what comes after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.law import last_day, leave_limits, months_after, working_days
from overgang.collect.register.rules.facts import complete
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier
    from overgang.collect.register.models import Leave


@rule("DQ24", Severity.WARNING, ("leave", "start", "end"), source="FOR-2003-07-18-973", needs="leave")
def leave_within_limit(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Working days of a kind are added up over the calendar year, and told of the last leave in it."""
    if not file.leaves:
        return
    taken: dict[tuple[str, int], tuple[int, Leave]] = {}
    days: dict[tuple[str, int], int] = defaultdict(int)
    for leave in file.leaves:
        limit = leave_limits().get(leave.kind)
        if limit is None or leave.override:
            continue
        end = leave.end or today
        if limit.months is not None:
            if end > last_day(leave.start, limit.months):
                values = {WHAT: "months", "kind": leave.kind, "start": leave.start.isoformat(), "most": limit.months}
                yield Found(mark(leave, file.leaves), values)
            continue
        for year in range(leave.start.year, end.year + 1):
            part = working_days(max(leave.start, date(year, 1, 1)), min(end, date(year, 12, 31)))
            days[leave.kind, year] += part
            taken[leave.kind, year] = days[leave.kind, year], leave
    told = set()
    for (kind, year), (number, leave) in taken.items():
        most = leave_limits()[kind].working_days_a_year
        if number > most and id(leave) not in told:
            told.add(id(leave))
            values = {"kind": kind, "year": str(year), "most": most}
            if leave.end is None:  # the number of days would change every night
                yield Found(mark(leave, file.leaves), {WHAT: "days_running", **values})
            else:
                yield Found(mark(leave, file.leaves), {WHAT: "days", **values, "days": number})


@rule(
    "DQ25",
    Severity.WARNING,
    ("leave", "end"),
    source="spec 5.6; two months are ours",
    stage=Stage.RUNNING,
    needs="leave that has ended, and measures to tell a return by, or a case begun since `complete_from`",
)
def returned_from_leave(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if not file.leaves or any(leave.end is None for leave in file.leaves):
        return
    last = max(file.leaves, key=lambda leave: leave.end)
    if months_after(last.end, LIMITS.months_after_leave) >= today:
        return
    back = any(each.end is None or each.end > last.end for each in file.measures)
    if not back and (file.measures or complete(file)):
        values = {"kind": last.kind, "end": last.end.isoformat(), "months": LIMITS.months_after_leave}
        yield Found(mark(last, file.leaves), values)
