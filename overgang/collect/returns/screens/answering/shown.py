"""The return as it stands, where it cannot be typed in: its answers, its versions, and what has happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from overgang.access.texts import texts
from overgang.base.text import day
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Version
from overgang.collect.returns.screens.answering.answers import groups, said
from overgang.collect.returns.screens.answering.found import About, crumbs, moment
from overgang.collect.returns.states import AWAITING, DRAFT, NO_RESPONSE, REMARKED, STATES, WITH_UNIT, label

TOLD = frozenset({DRAFT, REMARKED, keeping.REOPENED, keeping.CORRECTED, keeping.IMPORTED, keeping.REPLACED})
"""Steps whose note is for the unit too. What was noted of a contact is the directorate's own."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A version, and what it changed: a question, the answer before, the answer after."""

    number: int
    sent: str
    by: str
    reason: str
    current: bool
    first: bool
    changes: list[tuple[str, str, str]]
    receipt: str


def page(request: Any, found: About) -> HttpResponse:
    version = found.of.current or found.draft
    model = {
        "title": found.title,
        "asked": found.asked.title[found.lang],
        "state": label(found.of.state, found.lang),
        "says": _says(found),
        "awaiting": found.of.state == AWAITING,
        "done": done(request),
        "groups": groups(found, keeping.given_in(version)) if version else [],
        "versions": list(versions(found)),
        "history": list(_history(found)),
        "href": found.href(),
        "crumbs": crumbs(),
    }
    return render(request, "returns/answering/shown.html", model)


def done(request: Any) -> str:
    """What was done just now."""
    known = texts()["answering"]
    what = request.GET.get("gjort", "")
    return known[what] if what in ("handed_in", "taken_back") else ""


def not_open(found: About) -> str:
    return texts()("answering.not_open", day=day(found.of.round.opens, found.lang))


def versions(found: About) -> Iterator[Edition]:
    """Those that were sent, the newest first."""
    rows = found.of.versions.exclude(sent=None).select_related("author", "approver", "of").prefetch_related("answers")
    sent = list(rows.order_by("number"))
    changes = {new.pk: list(_changes(found, old, new)) for old, new in pairwise(sent)}
    for version in reversed(sent):
        yield Edition(
            number=version.number,
            sent=moment(version.sent, found.lang),
            by=str(version.approver or version.author or ""),
            reason=version.reason,
            current=version.pk == found.of.current_id,
            first=version.pk not in changes,
            changes=changes.get(version.pk, []),
            receipt=found.href("receipt", version.number),
        )


def _changes(found: About, old: Version, new: Version) -> Iterator[tuple[str, str, str]]:
    before, after = keeping.given_in(old), keeping.given_in(new)
    for item in found.asked.items:
        one, other = before.answer(item.id), after.answer(item.id)
        if one != other:
            yield f"{item.id} {item.label[found.lang]}", said(item, one, found.lang), said(item, other, found.lang)


def _says(found: About) -> str:
    t = texts()
    if found.of.state in WITH_UNIT and not found.open(timezone.localdate()):
        return not_open(found)
    if found.of.state in (AWAITING, NO_RESPONSE):
        return t("return_shown.awaiting" if found.of.state == AWAITING else "return_shown.no_response")
    return t("return_shown.sent")


def _history(found: About) -> Iterator[dict[str, str]]:
    t = texts()
    for step in found.of.steps.select_related("by").order_by("-at", "-pk"):
        name = str(step.by) if step.by else ""
        yield {
            "at": moment(step.at, found.lang),
            "what": label(step.what, found.lang) if step.what in STATES else t(f"return_step.{step.what}"),
            "by": t("return_shown.by", name=name) if name else "",
            "note": step.note if step.what in TOLD else "",
        }
