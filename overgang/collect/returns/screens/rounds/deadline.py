"""The last day: of the round, of a single unit by a decision, and when the round is closed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from overgang.access.forms import DayField
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.text import day, number
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping, mail
from overgang.collect.returns.models import Mailbox, Round, Step
from overgang.collect.returns.screens.rounds.forms import reason
from overgang.collect.returns.screens.rounds.saying import crumbs, state_of
from overgang.collect.returns.screens.rounds.standing import return_in, round_of, standings, today
from overgang.collect.returns.states import STATES, WITH_UNIT, label

NAMED = 50
"""Units that are named before a round is closed."""


class LastDay(forms.Form):
    closes = DayField(label=word("rounds.closes"))

    def __init__(self, data: Any, round_: Round) -> None:
        super().__init__(data, initial={"closes": round_.closes})
        self.opens = round_.opens

    def clean_closes(self) -> Any:
        found = self.cleaned_data["closes"]
        if found < self.opens:
            raise ValidationError(word("rounds.closes_before"))
        return found


class Decision(forms.Form):
    """A later day for one unit, and why."""

    until = DayField(label=word("rounds.until"), help_text=word("rounds.until_help"))
    reason = reason("reason")

    def clean_until(self) -> Any:
        found = self.cleaned_data["until"]
        if found < today():
            raise ValidationError(word("rounds.until_past"))
        return found


@policy("follow_up", methods=GET_AND_POST)
def closing_day(request: Any, year: int) -> HttpResponse:
    """Another last day for all units of a round."""
    round_, t = round_of(year), texts()
    if round_.closed:
        messages.error(request, t("rounds.closed_already"))
        return redirect("returns:round", year)
    form = LastDay(request.POST if request.method == "POST" else None, round_)
    if request.method == "POST" and form.is_valid():
        keeping.reschedule(request.actor, round_, closes=form.cleaned_data["closes"], now=timezone.now())
        messages.success(request, t("rounds.closes_now", day=day(form.cleaned_data["closes"], language())))
        return redirect("returns:round", year)
    model = {"title": t("rounds.closing_day"), "crumbs": crumbs(year), "form": form, "lead": t("rounds.closing_lead")}
    return render(request, "returns/rounds/form.html", model, status=400 if form.errors else 200)


@policy("follow_up", methods=GET_AND_POST)
def of_unit(request: Any, year: int, unit: str) -> HttpResponse:
    """A unit in a round: what happened, its letters, and a later day or the return once more, by a decision."""
    of, t, lang = return_in(year, unit), texts(), language()
    with_unit = of.state in WITH_UNIT
    form = Decision(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = keeping.prolong if with_unit else keeping.reopen
        try:
            act(request.actor, of, **form.cleaned_data, now=timezone.now())
        except keeping.Moved:
            messages.error(request, t("rounds.moved"))
        else:
            mail.wake(timezone.now())
            messages.success(request, t("rounds.prolonged_now" if with_unit else "rounds.reopened_now"))
        return redirect("returns:deadline", year, unit)
    box = Mailbox.objects.filter(unit=unit).first()
    model = {
        "title": place_name(unit),
        "crumbs": crumbs(year),
        "of": of,
        "facts": [
            (t("rounds.state"), label(of.state, lang)),
            (t("rounds.why"), of.why),
            (t("rounds.until"), day(of.until or of.round.closes, lang)),
            (t("rounds.address"), box.address if box else t("rounds.no_address")),
        ],
        "form": form,
        "heading": t("rounds.prolong" if with_unit else "rounds.reopen"),
        "lead": t("rounds.prolong_lead" if with_unit else "rounds.reopen_lead"),
        "steps": [
            (step.at, _what(step, lang), str(step.by or "Overgang"), step.note)
            for step in of.steps.select_related("by").order_by("-at", "-pk")
        ],
        "letters": of.letters.order_by("-made", "-pk"),
    }
    return render(request, "returns/rounds/unit.html", model, status=400 if form.errors else 200)


@policy("follow_up", methods=GET_AND_POST)
def close(request: Any, year: int) -> HttpResponse:
    """Asks first, naming who will stand as not having responded; then closes the round."""
    round_, t, lang = round_of(year), texts(), language()
    if round_.closed:
        messages.error(request, t("rounds.closed_already"))
        return redirect("returns:round", year)
    if request.method == "POST":
        n = keeping.close(request.actor, round_, now=timezone.now(), today=today())
        messages.success(request, t("rounds.closed_now", n=number(n, lang)))
        return redirect("returns:round", year)
    rows = [row for row in standings(round_) if row.of.state in WITH_UNIT]
    over = [row.name for row in rows if row.of.until is None or row.of.until < today()]
    later = [(row.name, day(row.of.until, lang)) for row in rows if row.of.until and row.of.until >= today()]
    model = {
        "title": t("rounds.close"),
        "crumbs": crumbs(year),
        "state": state_of(round_),
        "early": today() <= round_.closes,
        "says": t("rounds.close_says", n=number(len(over), lang)),
        "over": over[:NAMED],
        "more": t("rounds.close_more", n=number(len(over) - NAMED, lang)) if len(over) > NAMED else "",
        "later": later,
    }
    return render(request, "returns/rounds/close.html", model)


def _what(step: Step, lang: str) -> str:
    return label(step.what, lang) if step.what in STATES else texts()(f"rounds.step_{step.what}")
