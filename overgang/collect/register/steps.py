"""What an adviser does with a case, step by step: each gives the work that `record` writes.

A step says from which states it can be taken; the new state is written on condition of the old one (its version), so a
double click changes nothing. Days are checked against one another here only where the entry would make no sense; what
the law limits is a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from overgang.access import bulk
from overgang.base.codes import end_reason
from overgang.base.errors import BadInput
from overgang.collect.register.dossier import CaseFile
from overgang.collect.register.models import (
    Appeal,
    Case,
    Certificate,
    Decision,
    Handover,
    Leave,
    Measure,
    Participation,
    Person,
)
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.states import ENDED, ended_as, may_follow


class NotNow(BadInput):
    """The case is not in a state from which this step can be taken; somebody may have taken it already. `state` is the
    state it is in, `wanted` the one the step leads to."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"The case is {state}: it cannot become {wanted}. Look at the person's page and try again.")
        self.state, self.wanted = state, wanted


def _to(case: Case, state: str, **values: Any) -> Edit:
    if not may_follow(case.state, state):
        raise NotNow(case.state, state)
    return Edit(case, {"state": state, **values})


def ask(case: Case, *, trigger: str, asked: date) -> Work:
    """An offer or a claim."""
    return Work(change=[_to(case, "offered" if trigger == "offer" else "claimed", trigger=trigger, asked=asked)])


def grant(case: Case, *, decided: date, track: str = "", months: int | None = None) -> Work:
    """The programme is granted, for so many months on a track of the regime."""
    decision = Decision(case=case, kind="grant", decided=decided, track=track, months=months)
    return Work([decision], [_to(case, "granted")])


def reject(case: Case, *, decided: date, reason: str) -> Work:
    """No programme; the reason must be given."""
    return Work([Decision(case=case, kind="rejection", decided=decided, reason=reason)], [_to(case, "rejected")])


def decline(case: Case) -> Work:
    """The person declined the offer."""
    return Work(change=[_to(case, "declined")])


def start(case: Case, *, start: date, planned_end: date | None = None, previous: Participation | None = None) -> Work:
    """The first day of the programme."""
    participation = Participation(case=case, start=start, planned_end=planned_end, previous=previous)
    return Work([participation], [_to(case, "in_programme")])


def extend(file: CaseFile, *, decided: date, months: int, planned_end: date, override: str = "") -> Work:
    """Some months more. `override`: the legal basis, where it goes beyond the limit."""
    participation = _running(file)
    decision = Decision(case=file.case, kind="extension", decided=decided, months=months, override=override)
    return Work([decision], [Edit(participation, {"planned_end": planned_end})])


def take_leave(
    file: CaseFile, *, kind: str, decided: date, start: date, end: date, override: str = "", moves_end: bool = True
) -> Work:
    """Leave granted; it moves the planned end by as many days, where the law adds leave to the length."""
    participation = _running(file)
    leave = Leave(participation=participation, kind=kind, decided=decided, start=start, end=end, override=override)
    decision = Decision(case=file.case, kind="leave", decided=decided, reason=kind, since=start, until=end)
    moved = participation.planned_end and participation.planned_end + timedelta(days=(end - start).days + 1)
    return Work([decision, leave], [Edit(participation, {"planned_end": moved})] if moved and moves_end else [])


def come_back(leave: Leave, *, last: date) -> Work:
    """The leave ended on another day than was planned."""
    return Work(change=[Edit(leave, {"end": last})])


def stop_for_a_time(file: CaseFile, *, decided: date, since: date, until: date | None, reason: str = "") -> Work:
    """A temporary stop."""
    _running(file)
    decision = Decision(case=file.case, kind="stop_temporary", decided=decided, since=since, until=until, reason=reason)
    return Work([decision])


def resume(decision: Decision, *, last: date) -> Work:
    """The temporary stop is over: `last` is its last day."""
    return Work(change=[Edit(decision, {"until": last})])


@dataclass(frozen=True, slots=True)
class Exit:
    """How a programme ends. `decided`: the stop decision, for the reasons that need one; `hours` a week for work;
    transfers: yes, no, unknown."""

    end: date
    reason: str
    entered: date
    decided: date | None = None
    hours: Decimal | None = None
    after_move: str = ""
    certificate: date | None = None
    social_assistance: str = "unknown"
    national_insurance: str = "unknown"
    other_support: str = "unknown"


def end(file: CaseFile, exit: Exit) -> Work:
    """Ends the programme: the participation, what still runs in it, the stop decision and the certificate."""
    participation = _running(file)
    if exit.end < participation.start:
        raise BadInput(f"The last day {exit.end} is before the first, {participation.start}: correct the day.")
    create: list[Any] = []
    if end_reason(exit.reason).group == "permanent_stop" and exit.decided:
        create.append(
            Decision(case=file.case, kind="stop_permanent", decided=exit.decided, since=exit.end, reason=exit.reason)
        )
    if exit.certificate and file.certificate is None:
        create.append(Certificate(participation=participation, issued=exit.certificate))
    change = [
        _to(file.case, ended_as(exit.reason)),
        Edit(
            participation,
            {
                "end": exit.end,
                "end_reason": exit.reason,
                "provenance": "municipality",
                "confirmed": True,
                "entered": exit.entered,
                "hours": exit.hours,
                "after_move": exit.after_move,
                "social_assistance": exit.social_assistance,
                "national_insurance": exit.national_insurance,
                "other_support": exit.other_support,
            },
        ),
    ]
    return Work(create, change) + cut_short(file, exit.end)


def stop_for_good(case: Case, *, decided: date, since: date, reason: str) -> Work:
    """The decision behind an exit, where it came in later than the exit itself."""
    return Work([Decision(case=case, kind="stop_permanent", decided=decided, since=since, reason=reason)])


def give_up(case: Case, *, decided: date, reason: str) -> Work:
    """Granted, and never begun: stopped by a decision, or the person moved, died or was not found."""
    return stop_for_good(case, decided=decided, since=decided, reason=reason) + Work(
        change=[_to(case, ended_as(reason))]
    )


def correct_exit(file: CaseFile, values: Mapping[str, Any]) -> Work:
    """Another end reason or day for a programme that has ended: the case follows the group of the reason."""
    participation = file.participation
    if participation is None or file.case.state not in ENDED:
        raise NotNow(file.case.state, "corrected")
    reason = values.get("end_reason", participation.end_reason)
    change = [Edit(participation, {**values, "confirmed": True})]
    if reason and ended_as(reason) != file.case.state:
        change.append(Edit(file.case, {"state": ended_as(reason)}))
    return Work(change=change)


def new_case(person: Person, *, unit: str | None, regime: str, category: str = "right_and_duty") -> Case:
    """A case nobody has asked in yet, not saved."""
    return bulk.new(Case, person=person, unit=unit, regime=regime, category=category)


def hand_over(case: Case, *, to_unit: str, offered: date) -> Work:
    """Offers the person to another unit, who accepts or refuses."""
    if to_unit == case.unit:
        raise BadInput("The person is in this unit already: choose the one they moved to.")
    return Work([Handover(case=case, to_unit=to_unit, offered=offered)])


def accept(handover: Handover, *, answered: date) -> Work:
    """The other unit takes over: a case of its own, whose participation will link to the old one."""
    _open(handover)
    old = handover.case
    case = new_case(old.person, unit=handover.to_unit, regime=old.regime, category=old.category)
    return Work([case], [Edit(handover, {"state": "accepted", "answered": answered, "new_case": case})])


def refuse(handover: Handover, *, answered: date, reason: str) -> Work:
    """The other unit refuses: a rejection with its reason is registered there."""
    _open(handover)
    old = handover.case
    case = new_case(old.person, unit=handover.to_unit, regime=old.regime, category=old.category)
    case.state = "rejected"
    decision = Decision(case=case, kind="rejection", decided=answered, reason=reason)
    change = [Edit(handover, {"state": "refused", "answered": answered, "reason": reason, "new_case": case})]
    return Work([case, decision], change)


def withdraw(handover: Handover, *, answered: date) -> Work:
    """The unit that offered takes the offer back."""
    _open(handover)
    return Work(change=[Edit(handover, {"state": "withdrawn", "answered": answered})])


def appeal(decision: Decision, *, lodged: date) -> Work:
    """An appeal against a decision."""
    return Work([Appeal(decision=decision, lodged=lodged)])


def add_measure(
    file: CaseFile,
    *,
    kind: str,
    start: date,
    end: date | None,
    hours: Decimal | None,
    provider: str = "",
    directed_to: str = "",
) -> Work:
    """A measure in a running or ended programme."""
    if file.participation is None:
        raise NotNow(file.case.state, "in_programme")
    measure = Measure(
        participation=file.participation,
        kind=kind,
        directed_to=directed_to,
        start=start,
        end=end,
        hours=hours,
        provider=provider,
    )
    return Work([measure])


def cut_short(file: CaseFile, last: date) -> Work:
    """What would run on after the last day ends with it; what would begin after it goes."""
    change: list[Edit] = []
    gone: list[Any] = []
    for row in (*file.measures, *file.leaves):
        if row.start > last:
            gone.append(row)
        elif row.end is None or row.end > last:
            change.append(Edit(row, {"end": last}))
    return Work((), change, gone)


def _running(file: CaseFile) -> Participation:
    if file.participation is None or file.case.state != "in_programme":
        raise NotNow(file.case.state, "in_programme")
    return file.participation


def _open(handover: Handover) -> None:
    if handover.state != "offered":
        raise NotNow(handover.state, "answered")
