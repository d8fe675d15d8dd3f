"""The unit's returns: each year it was asked, where it stands, and what can be done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from overgang.access.actor import Actor
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import short_day
from overgang.collect.returns.models import Return
from overgang.collect.returns.screens.answering.found import About
from overgang.collect.returns.states import AWAITING, DRAFT, WITH_UNIT, label


@dataclass(frozen=True, slots=True)
class Row:
    year: int
    unit: str
    state: str
    last_day: str
    way: str
    href: str
    to_do: bool


@policy("answer")
def returns(request: Any) -> HttpResponse:
    rows = Return.objects.seen_by(request.actor).select_related("round").order_by("-round_id", "unit")
    found = [_row(request.actor, About(of, language()), timezone.localdate()) for of in rows]
    model = {"title": texts()("answering.heading"), "rows": found, "several": len({row.unit for row in found}) > 1}
    return render(request, "returns/answering/list.html", model)


def _row(actor: Actor, about: About, today: date) -> Row:
    way, name = _way(actor, about, today)
    return Row(
        year=about.of.round_id,
        unit=about.unit,
        state=label(about.of.state, about.lang),
        last_day=short_day(about.last_day),
        way=texts()(f"answering.{way}"),
        href=about.href(name),
        to_do=way != "do_see",
    )


def _way(actor: Actor, about: About, today: date) -> tuple[str, str]:
    """What there is to do, and where."""
    state = about.of.state
    if state not in WITH_UNIT or not about.open(today) or today > about.last_day:
        return "do_see", "answer"
    if state == AWAITING:
        return ("do_approve", "approve") if actor.may("approve") else ("do_see", "answer")
    return ("do_go_on" if state == DRAFT else "do_answer"), "answer"
