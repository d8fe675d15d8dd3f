"""What the rules ask of a case: its law and track, what was decided, the programme it is a part of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from overgang.base.codes import codelist, end_reasons
from overgang.base.errors import BadInput
from overgang.base.law import Regime, Span, Track, days_standing, last_day, months_used, regimes
from overgang.base.places import OSLO, gazetteer
from overgang.base.places.gazetteer import LAST_YEAR
from overgang.collect.register.rules.limits import LIMITS

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier
    from overgang.collect.register.models import Decision, Participation

LAWS = {regime.id: regime for regime in regimes()}
GROUPS = {reason.code: reason.group for reason in end_reasons()}
NO_ACTIVITY = frozenset(reason.code for reason in end_reasons() if "no_activity" in reason.outcome.values())
WORK_DIRECTED = frozenset(codelist("measure").parts["work_directed"])
OVERTURNED = ("changed", "annulled")


def begun(file: CaseFile) -> date | None:
    """The day a case's programme began or, until it has, was granted or asked for."""
    if file.participation is not None:
        return file.participation.start
    grants = decided(file, "grant")
    return grants[0].decided if grants else file.case.asked


def complete(file: CaseFile) -> bool:
    """Whether the register holds everything about the case, so that what is not there is missing."""
    day = begun(file)
    return day is not None and day >= LIMITS.complete_from


def current(dossier: Dossier, file: CaseFile) -> bool:
    """Whether it is the person's latest case, in which what concerns the person is told."""
    return file is dossier.cases[-1]


def decided(file: CaseFile, *kinds: str) -> list[Decision]:
    """The decisions of these kinds that no appeal has overturned."""
    found = [decision for decision in file.decisions if decision.kind in kinds]
    if found and file.appeals:
        gone = {appeal.decision_id for appeal in file.appeals if appeal.outcome in OVERTURNED}
        return [decision for decision in found if decision.pk is None or decision.pk not in gone]
    return found


def overridden(file: CaseFile, *kinds: str) -> bool:
    """Whether a decision of these kinds names the legal basis for going beyond a limit."""
    return any(decision.override for decision in file.decisions if decision.kind in kinds)


def track_of(file: CaseFile) -> Track | None:
    """The track that the decisions name last, or the regime's only one; None if it is not known."""
    law = LAWS.get(file.case.regime)
    if law is None:
        return None
    if len(law.tracks) == 1:
        return law.tracks[0]
    for decision in reversed(file.decisions):
        if decision.track:
            return next((track for track in law.tracks if track.id == decision.track), None)
    return None


def most_months(law: Regime, file: CaseFile) -> int:
    """The longest a programme may last: of its track, or of the regime's most generous where none is known."""
    track = track_of(file)
    return track.total if track else max(track.total for track in law.tracks)


def programme(dossier: Dossier, file: CaseFile) -> list[CaseFile]:
    """The cases whose participations carry on one another up to this one, the oldest first."""
    at = file.participation
    if at is None or at.previous_id is None or len(dossier.cases) == 1:
        return [file]
    by_id = {other.participation.pk: other for other in dossier.cases if other.participation is not None}
    found = [file]
    while at is not None and at.previous_id in by_id and by_id[at.previous_id] not in found:
        found.insert(0, by_id[at.previous_id])
        at = found[0].participation
    return found


def standing(files: list[CaseFile], until: date) -> int:
    """The days the clock of a programme stood: leave, and the time between its participations."""
    spans: list[Span] = [(part.start, part.end or until) for part in _parts(files)]
    leaves = [(leave.start, leave.end or until) for file in files for leave in file.leaves if leave.start <= until]
    return days_standing(spans, leaves) if leaves or len(spans) > 1 else 0


def used_months(dossier: Dossier, file: CaseFile, today: date) -> int:
    """The whole months used of a programme: with what earlier participations used, without leave."""
    files = programme(dossier, file)
    last = file.participation.end or today
    return months_used(files[0].participation.start, last, standing(files, last))


def granted_months(dossier: Dossier, file: CaseFile) -> int | None:
    """The months the decisions give, extensions included; None where neither they nor the track say how many.

    A grant that names no length gives its track's. Extensions that earlier cases of the programme were granted count.
    """
    grants = decided(file, "grant")
    track = track_of(file)
    months = next((grant.months for grant in reversed(grants) if grant.months), track.max if track else None)
    if months is None:
        return None
    extensions = [each for part in programme(dossier, file) for each in decided(part, "extension")]
    return months + sum(each.months or 0 for each in extensions)


def planned_end(dossier: Dossier, file: CaseFile, today: date) -> date | None:
    """The last day of the programme by the decisions, moved by the leave taken or granted; None if they do not say."""
    months = granted_months(dossier, file)
    return None if months is None else end_after(dossier, file, months, today)


def end_after(dossier: Dossier, file: CaseFile, months: int, today: date) -> date:
    """The last day of so many months of programme, from its first participation on."""
    files = programme(dossier, file)
    until = max([file.participation.end or today, *(leave.end for leave in file.leaves if leave.end)])
    return last_day(files[0].participation.start, months, standing(files, until))


def group_of(participation: Participation) -> str | None:
    """The group of the end reason: permanent_stop, completed, interrupted; None if there is none."""
    return GROUPS.get(participation.end_reason or "")


def others(dossier: Dossier, file: CaseFile) -> Iterator[tuple[CaseFile, Participation]]:
    """The other cases of the person that have begun, in whichever unit."""
    for other in dossier.cases:
        if other is not file and other.participation is not None:
            yield other, other.participation


@cache
def same_place(one: str, other: str) -> bool | None:
    """Whether two units are the same today; None where it cannot be said: Oslo and one of its districts."""
    if one == other:
        return True
    try:
        one, other = (gazetteer().carried(unit, LAST_YEAR) for unit in (one, other))
    except BadInput:
        return None
    if OSLO in (one, other) and any(unit.startswith(f"B{OSLO[1:]}") for unit in (one, other)):
        return None
    return one == other


def _parts(files: list[CaseFile]) -> list[Participation]:
    return [file.participation for file in files]
