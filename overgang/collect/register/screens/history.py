"""The history of a person's cases: who changed what, when, and from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from overgang.access.texts import texts
from overgang.base.codes import codelist
from overgang.base.law import regimes
from overgang.base.text import short_day
from overgang.collect.register.models import Change
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.screens.seen import Seen

SHOWN = 15
HIDDEN = frozenset({"case_id", "person_id", "participation_id", "decision_id", "cipher", "index", "key", "previous_id"})
HIDDEN_ROWS = frozenset({"handover"})
LISTS: Mapping[str, tuple[str, ...]] = {
    "kind": ("decision", "measure", "leave"),
    "reason": ("rejection_reason", "leave", "end_reason"),
    "end_reason": ("end_reason",),
    "trigger": ("trigger",),
    "category": ("category",),
    "regime": ("regime",),
    "origin": ("origin",),
    "citizenship": ("origin",),
    "education": ("education",),
    "marital_status": ("marital_status",),
    "basis": ("permit_basis",),
    "end_goal": ("end_goal",),
    "cause": ("absence_cause",),
    "outcome": ("appeal_outcome",),
    "social_assistance": ("support",),
    "national_insurance": ("support",),
    "other_support": ("support",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change: `fields` are label, before, after."""

    when: str
    who: str
    what: str
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class History:
    rows: list[Told]
    more: bool


def history(seen: Seen, *, everything: bool = False) -> History:
    """The changes of the actor's own cases and of the person, the latest first. What another unit changed of the person
    is told without who."""
    own = [file.case.pk for file in seen.cases]
    rows = Change.objects.filter(Q(case__in=own) | Q(case=None), person=seen.person).exclude(model__in=HIDDEN_ROWS)
    if not seen.actor.sees_shielded:
        rows = rows.exclude(~Q(event__place__in=sorted(seen.actor.units)), model="settlement")
    found = rows.select_related("event__user").order_by("-event_id")
    shown = list(found if everything else found[: SHOWN + 1])
    return History(
        [_told(seen, row) for row in (shown if everything else shown[:SHOWN])], not everything and len(shown) > SHOWN
    )


def _told(seen: Seen, change: Change) -> Told:
    t, event = texts(), change.event
    own = seen.actor.sees_shielded or event.place in seen.actor.units or event.user_id is None
    who = str(event.user) if event.user_id and own else t("history.system" if own else "history.other")
    at = timezone.localtime(event.at)
    what = t("history.line", what=t(f"row.{change.model}"), action=t(f"history.{event.action}"))
    fields = [
        (_name(name), _written(name, before, seen.lang), _written(name, after, seen.lang))
        for name, (before, after) in change.fields.items()
        if name not in HIDDEN and (before or after) not in (None, "", False, [])
    ]
    return Told(f"{short_day(at.date())} {at:%H:%M}", who, what, fields)


def _name(field: str) -> str:
    known = texts()["field"]
    return known[field] if field in known else field  # noqa: SIM401 - a missing text raises


def _written(name: str, value: Any, lang: str) -> str:
    t = texts(lang)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return t(f"yes_no.{'yes' if value else 'no'}")
    if name == "state" and value in t["state"]:
        return t(f"state.{value}")
    if name in ("unit", "to_unit"):
        return place_name(str(value))
    if name == "sex":
        return t(f"sex.{value}")
    if isinstance(value, list):
        return ", ".join(t(f"element.{each}") if each in t["element"] else str(each) for each in value)
    if name == "kind" and value in t["number"]:
        return t(f"number.{value}")
    if name == "track":
        return next((track.label(lang) for law in regimes() for track in law.tracks if track.id == value), str(value))
    if name == "provenance":
        return t(f"provenance.{value}") if value in t["provenance"] else str(value)
    for known in LISTS.get(name, ()):
        if value in codelist(known):
            return codelist(known).label(value, lang)
    return _day_or(str(value))


def _day_or(text: str) -> str:
    try:
        return short_day(date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text
