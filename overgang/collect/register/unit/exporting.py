"""Taking a list out of the register as a file: what for is asked, and who took whom is logged before it leaves."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts, word
from overgang.collect.files.write import listed
from overgang.collect.register.record import writing
from overgang.collect.register.screens.fields import Line, choice
from overgang.collect.register.unit.figures import in_focus, shown_years
from overgang.collect.register.unit.lists import LISTS, List, cells, rows_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHORTEST, LONGEST = 5, 150
NUMBER = re.compile(r"\d(?:[ .-]?\d){5,}")
"""What may be an identity number: it has nothing to do in the log."""


class Order(forms.Form):
    """Which list, of which year, as what kind of file, what for, and whether with identity numbers."""

    list = forms.ChoiceField(label=word("export.list"), widget=forms.RadioSelect)
    year = forms.ChoiceField(label=word("export.year"), help_text=word("export.year_help"))
    format = choice(lambda: [(name, texts()(f"export.{name}")) for name in TYPES], radio=True)
    purpose = Line(label=word("export.purpose"), help_text=word("export.purpose_help"), max_length=LONGEST)
    numbers = forms.BooleanField(label=word("export.numbers"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="%s", **kwargs)
        today = timezone.localdate()
        known = [found for found in LISTS.values() if actor.may(found.may)]
        self.fields["list"].choices = [(found.id, texts()(f"export.{found.id}")) for found in known]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(str(year), str(year)) for year in shown_years(today)]  # type: ignore[attr-defined]
        self.fields["format"].label = word("export.format")
        self.initial = {"list": known[0].id, "year": str(in_focus(today)), "format": "xlsx", **self.initial}

    def clean_purpose(self) -> str:
        purpose = str(self.cleaned_data["purpose"])
        if len(purpose) < SHORTEST:
            raise ValidationError(word("export.purpose_short"))
        if NUMBER.search(purpose):
            raise ValidationError(word("export.purpose_number"))
        return purpose


@policy("export", methods=GET_AND_POST)
def export(request: Any) -> HttpResponse:
    """The form; a POST answers with the file."""
    if request.method != "POST":
        asked = request.GET.get("liste", "")
        initial = {"list": asked} if asked in LISTS and request.actor.may(LISTS[asked].may) else {}
        return _shown(request, Order(request.actor, initial=initial))
    form = Order(request.actor, request.POST)
    if not form.is_valid():
        return _shown(request, form)
    return _file(request.actor, form.cleaned_data)


def _shown(request: Any, form: Order) -> HttpResponse:
    return render(request, "register/export.html", {"title": texts()("export.heading"), "form": form})


def _file(actor: Actor, asked: dict[str, Any]) -> HttpResponse:
    today, lang, wanted = timezone.localdate(), language(), LISTS[asked["list"]]
    year, kind, numbers = int(asked["year"]), asked["format"], bool(asked["numbers"])
    with writing():
        rows = rows_of(wanted, actor, year, today)
        content = listed(texts()(f"export.{wanted.id}"), cells(wanted, rows, lang, numbers=numbers), kind)
        what = f"{wanted.slug}.{kind}:{len(rows)}{':numbers' if numbers else ''}"
        _log(actor, {row["_key"] for row in rows if row["_key"]}, what, asked["purpose"])
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{_name(wanted, year, today.isoformat())}.{kind}"'
    return response


def _log(actor: Actor, persons: set[str], what: str, purpose: str) -> None:
    """One event for the file with its number of rows, and one for each person in it: who has looked can be told."""
    entries = [log.Entry(Event.EXPORTED, object=what, purpose=purpose)]
    entries += [log.Entry(Event.EXPORTED, person=key, object=what, purpose=purpose) for key in sorted(persons)]
    log.write(actor, entries, now=timezone.now())


def _name(wanted: List, year: int, today: str) -> str:
    """ "avsluttede-2025-per-2026-01-10"."""
    return f"{wanted.slug}-{year}-per-{today}" if wanted.yearly else f"{wanted.slug}-{today}"
