"""The list of a year's exits, to be read on the screen and printed: reason, hours, certificate."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import day, number, plural
from overgang.collect.register.models import Participation
from overgang.collect.register.scope import CONFIDENTIAL
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.unit.figures import in_focus, shown_years
from overgang.collect.register.unit.lists import LISTS, cells, rows_of

REASON, CERTIFICATE = "end_reason", "certificate__issued"
SHOWN = ("name", "birth_date", "start", "end", "end_reason", "hours", "certificate")
"""The columns of the file that fit on paper."""
EXITS = replace(
    LISTS["exits"], columns=tuple(each for each in LISTS["exits"].columns if each.text.split(".")[1] in SHOWN)
)


@policy("overview")
def ended(request: Any) -> HttpResponse:
    actor, today, t, lang = request.actor, timezone.localdate(), texts(), language()
    years = shown_years(today)
    year = next((known for known in years if str(known) == request.GET.get("ar")), in_focus(today))
    found = rows_of(EXITS, actor, year, today)
    header, *written = cells(EXITS, found, lang)
    graded = (
        Participation.objects.seen_by(actor)
        .filter(end__year=year, end__lte=today, case__person__address_grade=CONFIDENTIAL)
        .count()
    )
    without = {
        "reason": sum(not row[REASON] for row in found),
        "certificate": sum(row[CERTIFICATE] is None for row in found),
    }
    model = {
        "title": t("ended.heading", year=year),
        "unit": place_name(actor.place),
        "years": [(known, known == year) for known in years],
        "header": header,
        "rows": [(row["_key"], line) for row, line in zip(found, written, strict=True)],
        "counted": f"{number(len(found), lang)} {plural(len(found), t('ended.exit_one'), t('ended.exit_many'))}",
        "without": [t(f"ended.without_{name}", n=number(n, lang)) for name, n in without.items() if n],
        "graded": f"{number(graded, lang)} {plural(graded, t('unit.person_one'), t('unit.person_many'))}"
        if graded
        else "",
        "printed": day(today, lang),
    }
    return render(request, "register/ended.html", model)
