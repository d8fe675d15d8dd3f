"""What a governor sees of a round: which of the county's units have sent, and no answer of theirs."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import Actor
from overgang.access.frame import Link
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import ZERO, day
from overgang.collect.register.unit.places import county_of
from overgang.collect.returns.fieldwork import fieldwork
from overgang.collect.returns.models import Return, Round
from overgang.collect.returns.screens.rounds.saying import rate, state_of
from overgang.collect.returns.screens.rounds.standing import Standing, round_of, standings, today
from overgang.collect.returns.states import label


@policy("compliance")
def responses(request: Any, year: int) -> HttpResponse:
    round_, lang, t = round_of(year), language(), texts()
    found = standings(round_, seen_units(request.actor, round_))
    if not found:
        raise Http404
    model = {
        "title": t("rounds.of_year", year=year),
        "crumbs": [Link(t("rounds.heading"), reverse("returns:rounds"))],
        "state": state_of(round_),
        "rate": rate(fieldwork(row.asked for row in found), lang),
        "rows": [_row(row, lang) for row in found],
    }
    return render(request, "returns/rounds/responses.html", model)


def seen_units(actor: Actor, round_: Round) -> list[str] | None:
    """The units of the actor's county by today's borders; None, all of them, for who acts for the country."""
    if not actor.place:
        return None
    asked = Return.objects.filter(round=round_).values_list("unit", flat=True)
    return [unit for unit in asked if county_of(unit, today().year) == actor.place]


def _row(row: Standing, lang: str) -> tuple[str, str, bool, str, str]:
    of = row.of
    sent = day(timezone.localdate(of.current.sent), lang) if of.current and of.current.sent else ZERO
    return row.name, label(of.state, lang), row.waits, sent, day(of.until, lang) if of.until else ""
