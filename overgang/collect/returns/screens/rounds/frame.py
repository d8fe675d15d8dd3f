"""The frame of a round that is open: units are added or left out, each with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.collation import collation_key
from overgang.base.text import day
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return, Round
from overgang.collect.returns.screens.rounds.forms import UnitLines, reason
from overgang.collect.returns.screens.rounds.saying import crumbs
from overgang.collect.returns.screens.rounds.standing import return_in, round_of
from overgang.collect.returns.states import INVITED, OPENED

PAGE = 100


class Add(forms.Form):
    """Units that are asked as well."""

    add = UnitLines(label=word("rounds.add"), help_text=word("rounds.add_help"))
    because = reason("because")

    def __init__(self, data: Any, year: int) -> None:
        super().__init__(data)
        self.fields["add"].year = year  # type: ignore[attr-defined]


class LeaveOut(forms.Form):
    """A unit that has not begun, and need not."""

    unit = forms.ChoiceField(label=word("rounds.unit"))
    out = reason("out_one")

    def __init__(self, data: Any, round_: Round) -> None:
        super().__init__(data)
        rows = Return.objects.filter(round=round_, state__in=(INVITED, OPENED), versions=None)
        names = sorted(((of.unit, place_name(of.unit)) for of in rows), key=lambda row: collation_key(row[1]))
        self.fields["unit"].choices = [("", ""), *names]  # type: ignore[attr-defined]


@policy("follow_up", methods=GET_AND_POST)
def frame(request: Any, year: int) -> HttpResponse:
    round_, t, lang = round_of(year), texts(), language()
    may = round_.closed is None
    do = request.POST.get("do") if request.method == "POST" and may else ""
    add = Add(request.POST if do == "add" else None, year)
    out = LeaveOut(request.POST if do == "out" else None, round_)
    if do == "add" and add.is_valid():
        why = dict.fromkeys(add.cleaned_data["add"], add.cleaned_data["because"])
        n = keeping.ask(request.actor, round_, why, now=timezone.now())
        messages.success(request, t("rounds.added_now", n=n))
        return redirect("returns:frame", year)
    if do == "out" and out.is_valid():
        of = return_in(year, out.cleaned_data["unit"])
        try:
            keeping.leave_out(request.actor, of, reason=out.cleaned_data["out"], now=timezone.now())
        except keeping.Moved:
            messages.error(request, t("rounds.has_begun", unit=place_name(of.unit)))
        else:
            messages.success(request, t("rounds.left_out_now", unit=place_name(of.unit)))
        return redirect("returns:frame", year)
    rows = [(place_name(of.unit), of.why, day(of.added, lang)) for of in Return.objects.filter(round=round_)]
    rows.sort(key=lambda row: collation_key(row[0]))
    model = {
        "title": t("rounds.frame"),
        "crumbs": crumbs(year),
        "may": may,
        "add": add,
        "out": out,
        "form": add if add.errors else out,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("side")),
        "left_out": [(place_name(unit), why) for unit, why in round_.left_out.items()],
    }
    return render(request, "returns/rounds/frame.html", model, status=400 if add.errors or out.errors else 200)
