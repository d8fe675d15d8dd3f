"""The life of a case: its states, and which follows which on what condition (spec 5.3). The diagram is printed from it.

Leave and a temporary stop are dated: whether a case is in them is read from the days (`state_on`), never stored, so no
night run has to move anybody. Everything else is stored in `Case.state`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from overgang.base.codes import end_reason
from overgang.collect.register.dossier import CaseFile

State = Literal[
    "candidate",
    "offered",
    "claimed",
    "granted",
    "rejected",
    "declined",
    "in_programme",
    "on_leave",
    "temporarily_stopped",
    "completed",
    "permanent_stop",
    "interrupted",
]

LABELS: Mapping[str, Mapping[str, str]] = {
    "candidate": {"nb": "registrert", "nn": "registrert", "en": "registered"},
    "offered": {"nb": "tilbudt program", "nn": "tilboden program", "en": "offered a programme"},
    "claimed": {"nb": "krevd av personen", "nn": "kravd av personen", "en": "claimed by the person"},
    "granted": {"nb": "innvilget", "nn": "innvilga", "en": "granted"},
    "rejected": {"nb": "avslått", "nn": "avslått", "en": "rejected"},
    "declined": {"nb": "takket nei til", "nn": "takka nei til", "en": "declined"},
    "in_programme": {"nb": "i program", "nn": "i program", "en": "in the programme"},
    "on_leave": {"nb": "i permisjon", "nn": "i permisjon", "en": "on leave"},
    "temporarily_stopped": {"nb": "midlertidig stanset", "nn": "mellombels stansa", "en": "temporarily stopped"},
    "completed": {"nb": "fullført", "nn": "fullført", "en": "completed"},
    "permanent_stop": {"nb": "varig stanset", "nn": "varig stansa", "en": "stopped for good"},
    "interrupted": {"nb": "avbrutt", "nn": "avbrote", "en": "interrupted"},
}

DATED: frozenset[State] = frozenset({"on_leave", "temporarily_stopped"})
"""Read from days, not stored."""
ENDED: frozenset[State] = frozenset({"completed", "permanent_stop", "interrupted"})
CLOSED: frozenset[State] = ENDED | {"rejected", "declined"}
"""Nothing follows, but a new case."""
BEFORE: frozenset[State] = frozenset({"candidate", "offered", "claimed", "granted"})
"""Not begun yet."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One state may follow another, on a condition (in words, for the manual)."""

    before: State
    after: State
    condition: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition("candidate", "offered", "the unit is responsible; not before settlement or move-in"),
    Transition("candidate", "claimed", "the unit is responsible; not before settlement or move-in"),
    Transition("offered", "granted", "a decision"),
    Transition("offered", "rejected", "a decision with a reason"),
    Transition("offered", "declined", "the person declined; having moved before the offer is not declining"),
    Transition("claimed", "granted", "a decision"),
    Transition("claimed", "rejected", "a decision with a reason"),
    Transition("granted", "in_programme", "a first day"),
    Transition("granted", "permanent_stop", "a stop decision and a reason of that group"),
    Transition("granted", "interrupted", "death, moved or unknown"),
    Transition("in_programme", "on_leave", "a leave decision, with days inside the participation"),
    Transition("on_leave", "in_programme", "the leave is over"),
    Transition("in_programme", "temporarily_stopped", "a stop decision"),
    Transition("on_leave", "temporarily_stopped", "a stop decision"),
    Transition("temporarily_stopped", "in_programme", "the stop is over"),
    Transition("in_programme", "completed", "a last day and a reason of that group"),
    Transition("on_leave", "completed", "a last day and a reason of that group"),
    Transition("in_programme", "permanent_stop", "a stop decision and a reason of that group"),
    Transition("on_leave", "permanent_stop", "a stop decision and a reason of that group"),
    Transition("temporarily_stopped", "permanent_stop", "a stop decision and a reason of that group"),
    Transition("in_programme", "interrupted", "death, moved or unknown"),
    Transition("on_leave", "interrupted", "death, moved or unknown"),
    Transition("temporarily_stopped", "interrupted", "death, moved or unknown"),
)
"""After an end only a new case follows, linked to the old one."""

_AFTER: Mapping[str, frozenset[str]] = {
    before: frozenset(step.after for step in TRANSITIONS if step.before == before)
    for before in {step.before for step in TRANSITIONS}
}


def may_follow(before: str, after: str) -> bool:
    """Whether `after` is a state that can come next."""
    return after in _AFTER.get(before, frozenset())


def label(state: str) -> Mapping[str, str]:
    """What a state is called, by language."""
    return LABELS[state]


@cache
def leads_to(before: str, after: str) -> bool:
    """Whether `after` can come later, through states nobody told of: a file may hold the start and not the offer."""
    open_, found = [before], set()
    while open_:
        for state in _AFTER.get(open_.pop(), ()):
            if state not in found and state not in DATED:
                found.add(state)
                open_.append(state)
    return after in found


def ended_as(reason: str) -> State:
    """The state an end reason leads to: that of its group. Raises BadInput for an unknown reason."""
    group = end_reason(reason).group
    return group if group in ENDED else "interrupted"  # type: ignore[return-value]


def state_on(file: CaseFile, day: date) -> State:
    """The state of a case on a day, leave and temporary stops included."""
    stored: State = file.case.state
    if stored != "in_programme":
        return stored
    stops = (decision for decision in file.decisions if decision.kind == "stop_temporary" and decision.since)
    if any(stop.since <= day and (stop.until is None or day <= stop.until) for stop in stops):
        return "temporarily_stopped"
    if any(leave.start <= day and (leave.end is None or day <= leave.end) for leave in file.leaves):
        return "on_leave"
    return "in_programme"


def diagram() -> str:
    """The states and their transitions as Mermaid, for the manual."""
    lines = ["stateDiagram-v2", "    [*] --> candidate"]
    lines += [f"    {step.before} --> {step.after}" for step in TRANSITIONS]
    lines += [f"    {state} --> [*]" for state in sorted(CLOSED)]
    return "\n".join(lines)
