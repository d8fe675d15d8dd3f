"""Opening a round: dates, a proposed frame, what a person changes in it, and all of it seen before it is opened."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access.forms import DayField
from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.collation import collation_key
from overgang.base.errors import BadInput
from overgang.base.places.gazetteer import FIRST_YEAR, LAST_YEAR
from overgang.base.text import number
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.unit.places import county_of
from overgang.collect.returns import keeping
from overgang.collect.returns.frame import PROPOSALS
from overgang.collect.returns.models import Round
from overgang.collect.returns.questionnaire import years
from overgang.collect.returns.screens.rounds.forms import UnitLines, reason
from overgang.collect.returns.screens.rounds.standing import today

OPEN_FOR = timedelta(weeks=6)
"""How long a round is open, if nobody says otherwise."""


class Opening(forms.Form):
    """What a round is."""

    year = forms.IntegerField(
        label=word("rounds.year"), help_text=word("rounds.year_help"), widget=forms.TextInput(attrs={"size": "6"})
    )
    as_of = DayField(label=word("rounds.as_of"), help_text=word("rounds.as_of_help"))
    opens = DayField(label=word("rounds.opens"), help_text=word("rounds.opens_help"))
    closes = DayField(label=word("rounds.closes"), help_text=word("rounds.closes_help"))
    proposal = forms.ChoiceField(label=word("rounds.proposal"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposal"].choices = [(id, word(f"rounds.proposal_{id}")) for id in PROPOSALS]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not max(min(years()), FIRST_YEAR) <= year <= LAST_YEAR:
            raise ValidationError(texts()("rounds.no_year", first=max(min(years()), FIRST_YEAR), last=LAST_YEAR))
        if Round.objects.filter(year=year).exists():
            raise ValidationError(texts()("rounds.there_already", year=year))
        return year

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("opens") and found.get("closes") and found["closes"] < found["opens"]:
            self.add_error("closes", texts()("rounds.closes_before"))
        return found


class Changes(forms.Form):
    """What a person changes in the proposed frame."""

    out = reason("out", required=False)
    add = UnitLines(label=word("rounds.add"), help_text=word("rounds.add_help"), required=False)
    because = reason("because", required=False)

    def __init__(self, data: Any, year: int, *, leaves_out: bool) -> None:
        super().__init__(data)
        self.fields["add"].year = year  # type: ignore[attr-defined]
        self.leaves_out = leaves_out

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.leaves_out and not found.get("out"):
            self.add_error("out", texts()("rounds.out_missing"))
        if found.get("add") and not found.get("because"):
            self.add_error("because", texts()("rounds.because_missing"))
        return found


@policy("follow_up", methods=GET_AND_POST)
def opening(request: Any) -> HttpResponse:
    """The form; after a POST of it the frame, unit by unit; after another the round is there."""
    form = Opening(request.POST if request.method == "POST" else None, initial=_usual(today()))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=400 if form.errors else 200)
    year, proposal = form.cleaned_data["year"], form.cleaned_data["proposal"]
    proposed: Mapping[str, str] = PROPOSALS[proposal](year)
    seen = request.POST.get("seen") == f"{year}:{proposal}"
    kept = [unit for unit in proposed if unit in set(request.POST.getlist("unit"))] if seen else list(proposed)
    changes = Changes(request.POST if seen else None, year, leaves_out=len(kept) < len(proposed))
    if not seen or not changes.is_valid():
        return _page(request, form, changes, proposed, set(kept), status=400 if changes.errors else 200)
    added = dict.fromkeys(changes.cleaned_data["add"], changes.cleaned_data["because"])
    frame = {unit: proposed[unit] for unit in kept} | {unit: why for unit, why in added.items() if unit not in kept}
    if request.POST.get("do") != "open" or not frame:
        return _page(request, form, changes, proposed, set(kept), added)
    left_out = {unit: changes.cleaned_data["out"] for unit in proposed if unit not in frame}
    dates = {name: form.cleaned_data[name] for name in ("as_of", "opens", "closes")}
    try:
        keeping.open_round(request.actor, year=year, **dates, frame=frame, left_out=left_out, now=timezone.now())
    except BadInput:
        form.add_error("year", texts()("rounds.there_already", year=year))
        return _page(request, form, status=400)
    messages.success(request, texts()("rounds.opened_now", n=number(len(frame), language())))
    return redirect("returns:round", year)


def _page(
    request: Any,
    form: Opening,
    changes: Changes | None = None,
    proposed: Mapping[str, str] | None = None,
    kept: set[str] | None = None,
    added: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    t, lang = texts(), language()
    year = form.cleaned_data["year"] if proposed is not None else 0
    rows = [
        (unit, place_name(unit), place_name(county_of(unit, year)), why, unit in (kept or ()))
        for unit, why in (proposed or {}).items()
    ]
    more = [(place_name(unit), why) for unit, why in (added or {}).items() if unit not in (kept or ())]
    asked = len(kept or ()) + len(more)
    model = {
        "title": t("rounds.new"),
        "crumbs": [Link(t("rounds.heading"), reverse("returns:rounds"))],
        "form": form,
        "changes": changes,
        "previewed": proposed is not None,
        "seen": f"{year}:{form.cleaned_data['proposal']}" if proposed is not None else "",
        "rows": sorted(rows, key=lambda row: collation_key(row[1])),
        "added": more,
        "says": t("rounds.frame_says", n=number(asked, lang), out=number(len(rows) - len(kept or ()), lang)),
        "asked": asked,
    }
    return render(request, "returns/rounds/opening.html", model, status=status)


def _usual(day: date) -> dict[str, Any]:
    """Last year's round as one usually opens it."""
    year = day.year - 1
    return {"year": year, "as_of": date(year, 12, 31), "opens": day, "closes": day + OPEN_FOR, "proposal": "recent"}
