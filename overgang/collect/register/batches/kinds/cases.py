"""Rows about a case: decisions, starts and exits."""

from __future__ import annotations

from datetime import date
from typing import Any

from overgang.base.codes import NOT_REGISTERED
from overgang.collect.register import steps
from overgang.collect.register.batches.context import Context
from overgang.collect.register.batches.draft import Stop
from overgang.collect.register.batches.kinds.kind import Kind, Values, own_unit
from overgang.collect.register.batches.kinds.persons import regime_now
from overgang.collect.register.dossier import CaseFile, Dossier
from overgang.collect.register.models import Appeal, Decision, Participation, Plan
from overgang.collect.register.states import BEFORE, ENDED, ended_as, label, leads_to

DECISION = ("kind", "decided", "reason", "since", "until", "months")
EXIT = ("end", "end_reason", "hours", "social_assistance", "national_insurance", "other_support")
FIELDS = tuple(zip(EXIT, EXIT, strict=True))


def take_decision(values: Values, dossier: Dossier, context: Context) -> None:
    own_unit(values, context.actor)
    if values.get("appeal_outcome") is not None and values.get("appealed") is None:
        raise Stop("appeal_without_day", "appealed")
    draft = context.draft
    file, there = _decided_in(values, dossier, context)
    if there is None:
        if values["kind"] in ("grant", "rejection") and file.participation is None:
            _begin(file, values, "granted" if values["kind"] == "grant" else "rejected", context)
        told = {name: values.get(name) for name in DECISION}
        there = Decision(case=file.case, **{**told, "reason": told["reason"] or ""})
        file.decisions.append(there)
        file.decisions.sort(key=lambda one: one.decided)
        draft.add(there, told)
    else:
        _in_order(values.get("since") or there.since, values.get("until") or there.until)
        draft.settle(there, values, [(name, name) for name in DECISION[2:]])
    _asked(file, values, context)
    _appeal(file, there, values, context)


def take_participation(values: Values, dossier: Dossier, context: Context) -> None:
    own_unit(values, context.actor)
    own, draft, start = context.standing.own(dossier), context.draft, values["start"]
    file = next((one for one in own if one.participation and one.participation.start == start), None)
    if file is not None:
        draft.settle(file.participation, values, [("planned_end", "planned_end")])
        _about_case(file, values, context)
        return
    for other in own:
        _apart(start, None, other)
    file = _waiting(own) or _another(values, dossier, context)
    _begin(file, values, "in_programme", context)
    before = [one.participation for one in own if one.participation and one.participation.end]
    previous = max((one for one in before if one.end < start), key=lambda one: one.end, default=None)
    told = {
        name: values.get(name)
        for name in ("unit", "start", "regime", "category", "planned_end", "end_goal", "contract")
    }
    made = Participation(case=file.case, start=start, planned_end=values.get("planned_end"), previous=previous)
    file.participation = made
    draft.add(made, told)
    dossier.cases.sort(key=_begun)
    said = len(draft.told)
    _about_case(file, values, context)
    del draft.told[said:]


def take_exit(values: Values, dossier: Dossier, context: Context) -> None:
    own_unit(values, context.actor)
    own, draft = context.standing.own(dossier), context.draft
    file = next((one for one in own if one.participation and one.participation.start == values["start"]), None)
    if file is None:
        raise Stop("no_programme", "start", day=values["start"])
    participation: Any = file.participation
    reason = values.get("end_reason") or (participation.end_reason if participation.end else None)
    state = ended_as(reason or NOT_REGISTERED)
    if file.case.state not in ENDED and not leads_to(file.case.state, state):
        raise Stop("not_now", state=label(file.case.state))
    for other in own:
        if other is not file:
            _apart(participation.start, values["end"], other)
    if file.case.state != state:
        draft.change(file.case, state=state)
    if participation.end is None:
        confirmed = not context.unattended
        draft.change(participation, provenance="system", confirmed=confirmed, entered=context.today)
    draft.settle(participation, values, FIELDS)
    _cut_short(file, values["end"], context)


def _decided_in(values: Values, dossier: Dossier, context: Context) -> tuple[CaseFile, Decision | None]:
    """The case a decision belongs to, and the decision where it is there already."""
    own = context.standing.own(dossier)
    kind, day = values["kind"], values["decided"]
    for file in own:
        for decision in file.decisions:
            if (decision.kind, decision.decided) == (kind, day):
                return file, decision
    if kind in ("grant", "rejection"):
        if kind == "grant" and (begun := _begun_without_grant(own, day)):
            return begun, None
        return _waiting(own, kind == "grant") or _another(values, dossier, context), None
    around = [
        file
        for file in own
        if file.participation
        and file.participation.start <= day
        and (file.participation.end is None or day <= file.participation.end)
    ]
    begun = [file for file in own if file.participation and file.participation.start <= day]
    return (around or begun or own)[-1], None


def _begun_without_grant(own: list[CaseFile], day: date) -> CaseFile | None:
    found = (
        file
        for file in own
        if file.participation
        and file.participation.start >= day
        and not any(one.kind == "grant" for one in file.decisions)
    )
    return next(found, None)


def _waiting(own: list[CaseFile], undecided: bool = False) -> CaseFile | None:
    """The latest case in which no programme has begun."""
    states = BEFORE - {"granted"} if undecided else BEFORE
    return next((file for file in reversed(own) if file.case.state in states), None)


def _another(values: Values, dossier: Dossier, context: Context) -> CaseFile:
    """What has ended is not opened again: a new case follows it."""
    regime = values.get("regime") or regime_now(context.today)
    unit = None if context.actor.sees_shielded else values.get("unit") or context.unit
    file = CaseFile(steps.new_case(dossier.person, unit=unit, regime=regime))
    dossier.cases.append(file)
    context.draft.create.append(file.case)
    return file


def _begin(file: CaseFile, values: Values, state: str, context: Context) -> None:
    """Leads a case to a state, through those that must have been passed: a file may not tell them all."""
    if file.case.state != state and not leads_to(file.case.state, state):
        raise Stop("not_now", state=label(file.case.state))
    context.draft.change(file.case, state=state)
    _silently(file, values, context)


def _silently(file: CaseFile, values: Values, context: Context) -> None:
    given = {name: values[name] for name in ("unit", "regime", "category") if values.get(name) is not None}
    if context.actor.sees_shielded:
        given.pop("unit", None)
    new = {name: value for name, value in given.items() if getattr(file.case, name) != value}
    if new:
        context.draft.change(file.case, **new)


def _about_case(file: CaseFile, values: Values, context: Context) -> None:
    fields = [(name, name) for name in ("unit", "regime", "category")]
    context.draft.settle(file.case, values, fields[1:] if context.actor.sees_shielded else fields)
    goal, contract = values.get("end_goal"), values.get("contract")
    if goal is None and contract is None:
        return
    if file.plans:
        context.draft.settle(file.plans[-1], values, (("end_goal", "end_goal"), ("contract", "contract")))
        return
    start = file.participation.start if file.participation else context.today
    made = Plan(case=file.case, day=contract or start, end_goal=goal or "", contract=contract)
    file.plans.append(made)
    context.draft.add(made, {"end_goal": goal, "contract": contract})


def _asked(file: CaseFile, values: Values, context: Context) -> None:
    context.draft.settle(
        file.case, values, (("trigger", "trigger"), ("asked", "asked"), ("category", "category"), ("regime", "regime"))
    )


def _appeal(file: CaseFile, decision: Decision, values: Values, context: Context) -> None:
    lodged, outcome = values.get("appealed"), values.get("appeal_outcome")
    if lodged is None:
        return
    there = next((one for one in file.appeals if one.decision is decision or one.decision_id == decision.pk), None)
    if there is not None:
        context.draft.settle(there, values, (("appealed", "lodged"), ("appeal_outcome", "outcome")))
        return
    made = Appeal(decision=decision, lodged=lodged, outcome=outcome or "")
    file.appeals.append(made)
    context.draft.add(made, {"appealed": lodged, "appeal_outcome": outcome})


def _cut_short(file: CaseFile, last: date, context: Context) -> None:
    """As at an exit on the screen: what runs on ends, what would begin later goes."""
    work = steps.cut_short(file, last)
    for edit in work.change:
        context.draft.change(edit.row, **edit.values)
    for row in work.delete:
        context.draft.remove(row)
    gone = {id(row) for row in work.delete}
    file.measures = [row for row in file.measures if id(row) not in gone]
    file.leaves = [row for row in file.leaves if id(row) not in gone]


def _apart(start: date, end: date | None, other: CaseFile) -> None:
    """Two programmes of one person in one's own unit never run at a time; against other units it is a finding."""
    known = other.participation
    if known is None or known.start > (end or date.max) or (known.end is not None and known.end < start):
        return
    if end is None and known.start > start:
        raise Stop("overlap_later", "start", day=start, other_day=known.start)
    if known.end is None:
        raise Stop("overlap_running", "start", day=start, other_day=known.start)
    raise Stop("overlap", "start", day=start, other_day=known.start, last=known.end)


def _in_order(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise Stop("before", "until", day=until, other="since", other_day=since)


def _begun(file: CaseFile) -> tuple[str, int]:
    day = file.participation.start if file.participation else file.case.asked
    return (day.isoformat() if day else "9999", file.case.pk or 0)


KINDS = {
    "decision": Kind("decision", "decided", take_decision),
    "participation": Kind("participation", "start", take_participation),
    "exit": Kind("exit", "end", take_exit),
}
