"""The rounds, and one of them: how many have sent, who has not, and the file of it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from overgang.access import log
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import ZERO, day, number, short_day
from overgang.collect.files.write import listed
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import mail
from overgang.collect.returns.fieldwork import by_county, fieldwork
from overgang.collect.returns.models import Round
from overgang.collect.returns.screens.rounds.responses import seen_units
from overgang.collect.returns.screens.rounds.saying import COLUMNS, rate, said, state_of
from overgang.collect.returns.screens.rounds.standing import Standing, round_of, standings, today
from overgang.collect.returns.states import label

PAGE = 50


@policy("follow_up", "compliance")
def rounds(request: Any) -> HttpResponse:
    """All rounds, the latest first; a governor sees the own county's numbers."""
    lang, follows = language(), request.actor.may("follow_up")
    rows = []
    for round_ in Round.objects.order_by("-year"):
        found = fieldwork(one.asked for one in standings(round_, seen_units(request.actor, round_)))
        if found.asked:
            page = "returns:round" if follows else "returns:responses"
            rows.append((round_.year, reverse(page, args=(round_.year,)), state_of(round_), *said(found, lang)))
    return render(
        request, "returns/rounds/rounds.html", {"title": texts()("rounds.heading"), "rows": rows, "follows": follows}
    )


@policy("follow_up")
def one(request: Any, year: int) -> HttpResponse:
    """A round as it stands now."""
    round_, lang, t = round_of(year), language(), texts()
    found = standings(round_)
    whole = fieldwork(row.asked for row in found)
    counties = by_county(row.asked for row in found)
    waiting = [row for row in found if row.waits]
    shown = request.GET.get("fylke", "")
    page = Paginator([row for row in waiting if shown in ("", row.asked.county)], PAGE).get_page(
        request.GET.get("side")
    )
    mail.wake(timezone.now())
    model = {
        "title": t("rounds.of_year", year=year),
        "crumbs": [Link(t("rounds.heading"), reverse("returns:rounds"))],
        "round": round_,
        "open": round_.closed is None,
        "state": state_of(round_),
        "days": [(t(f"rounds.{name}"), day(getattr(round_, name), lang)) for name in ("as_of", "opens", "closes")],
        "rate": rate(whole, lang),
        "tiles": [(t(f"rounds.{name}"), number(getattr(whole, name), lang)) for name in COLUMNS],
        "columns": [t(f"rounds.{name}") for name in COLUMNS],
        "counties": [(place_name(id), *said(row, lang), row.rate or 0) for id, row in counties.items()],
        "waiting": len(waiting),
        "waiting_by_county": _choices(waiting, shown),
        "page": page,
        "rows": [_row(row, lang) for row in page],
        "closing": round_.closed is None and today() > round_.closes,
    }
    return render(request, "returns/rounds/round.html", model)


@policy("follow_up")
def file(request: Any, year: int) -> HttpResponse:
    """Every unit of a round with its state, as a CSV file."""
    round_, t, lang = round_of(year), texts(), language()
    names = ("unit", "code", "county", "why", "state", "sent_on", "unknown", "until", "contact", "letters")
    table = [[t(f"rounds.{name}") for name in names]]
    for row in standings(round_):
        of, asked = row.of, row.asked
        sent = of.current.sent if of.current else None
        table.append(
            [
                *(row.name, asked.unit, place_name(asked.county), of.why, label(asked.state, lang)),
                *(_short(sent), str(asked.dont_know) if asked.sent else "", short_day(of.until) if of.until else ""),
                *(_short(row.contact), str(row.invited + row.reminded)),
            ]
        )
    entry = log.Entry(Event.EXPORTED, object=f"svar.csv:{len(table) - 1}", purpose=str(year))
    log.write(request.actor, [entry], now=timezone.now())
    response = HttpResponse(listed(t("rounds.heading"), table, "csv"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="svar-{year}-per-{today().isoformat()}.csv"'
    return response


def _choices(waiting: list[Standing], shown: str) -> list[tuple[str, str, int, bool]]:
    counties: dict[str, int] = {}
    for row in waiting:
        counties[row.asked.county] = counties.get(row.asked.county, 0) + 1
    return [(id, place_name(id), n, id == shown) for id, n in sorted(counties.items())]


def _row(row: Standing, lang: str) -> dict[str, Any]:
    t = texts()
    went = [t(f"rounds.{name}", n=n) for name, n in (("invited_n", row.invited), ("reminded_n", row.reminded)) if n]
    return {
        "unit": row.asked.unit,
        "name": row.name,
        "county": place_name(row.asked.county),
        "state": label(row.asked.state, lang),
        "until": day(row.of.until, lang) if row.of.until else "",
        "contact": day(timezone.localdate(row.contact), lang) if row.contact else ZERO,
        "letters": ", ".join(went) or ZERO,
    }


def _short(at: Any) -> str:
    return short_day(timezone.localdate(at)) if at else ""
