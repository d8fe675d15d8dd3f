"""Where units get their letters: a list that is pasted or uploaded, and each address by itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.collation import collation_key
from overgang.base.places import gazetteer
from overgang.base.places.gazetteer import LAST_YEAR
from overgang.base.text import LANGUAGES, number
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import mailboxes
from overgang.collect.returns.models import Mailbox
from overgang.collect.returns.screens.rounds.standing import today

LARGEST = 1_000_000
"""Bytes of a list; one of all units has some 20 000."""
TOLD = 20


class Listed(forms.Form):
    """A list, pasted or as a file."""

    text = forms.CharField(
        label=word("mailboxes.text"),
        help_text=word("mailboxes.text_help"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file = forms.FileField(
        label=word("mailboxes.file"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"})
    )

    def clean_file(self) -> str:
        found = self.cleaned_data["file"]
        if found is None:
            return ""
        if found.size > LARGEST:
            raise ValidationError(word("mailboxes.too_large"))
        return decoded(found.read())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not (found["text"].strip() or found["file"].strip()):
            raise ValidationError(word("mailboxes.nothing"))
        return found


class One(forms.Form):
    """The address of a unit; none takes it away."""

    address = forms.CharField(
        label=word("rounds.address"), help_text=word("mailboxes.address_help"), required=False, max_length=254
    )
    language = forms.ChoiceField(
        label=word("mailboxes.language"), choices=[(lang, word(f"mailboxes.{lang}")) for lang in LANGUAGES]
    )

    def clean_address(self) -> str:
        found = str(self.cleaned_data["address"])
        if found and mailboxes.address_fault(found):
            raise ValidationError(word("mailboxes.fault_address"))
        return found


@policy("follow_up", methods=GET_AND_POST)
def addresses(request: Any) -> HttpResponse:
    """All units with their addresses, those without first; a POST reads a list."""
    t, lang = texts(), language()
    year = min(today().year, LAST_YEAR)
    posted = request.method == "POST"
    form = Listed(request.POST if posted else None, request.FILES if posted else None)
    faults: list[mailboxes.Fault] = []
    if posted and form.is_valid():
        text = "\n".join(part for part in (form.cleaned_data["text"], form.cleaned_data["file"]) if part)
        found, faults = mailboxes.read_list(text, year)
        n = mailboxes.keep(request.actor, found.values(), now=timezone.now())
        said = t("mailboxes.taken", n=number(len(found), lang), changed=number(n, lang))
        if not faults:
            messages.success(request, said)
            return redirect("returns:addresses")
        messages.warning(request, f"{said} {t('mailboxes.not_taken', n=number(len(faults), lang))}")
    boxes = Mailbox.objects.in_bulk()
    units = {place.id for place in gazetteer().units(year)} | set(boxes)
    rows = [(unit, place_name(unit), boxes.get(unit)) for unit in units]
    rows.sort(key=lambda row: (row[2] is not None, collation_key(row[1])))
    model = {
        "title": t("mailboxes.heading"),
        "crumbs": [Link(t("rounds.heading"), reverse("returns:rounds"))],
        "form": form,
        "rows": [(unit, name, box, t(f"mailboxes.{box.language}") if box else "") for unit, name, box in rows],
        "missing": t("mailboxes.missing", n=number(sum(box is None for _, _, box in rows), lang)),
        "told": [(one.line, t(f"mailboxes.fault_{one.why}", found=one.found)) for one in faults[:TOLD]],
        "more": max(len(faults) - TOLD, 0),
    }
    return render(request, "returns/rounds/addresses.html", model, status=400 if form.errors or faults else 200)


@policy("follow_up", methods=GET_AND_POST)
def address(request: Any, unit: str) -> HttpResponse:
    """The address of one unit."""
    if unit not in {place.id for place in gazetteer().units(min(today().year, LAST_YEAR))} and not (
        Mailbox.objects.filter(unit=unit).exists()
    ):
        raise Http404
    t, box = texts(), Mailbox.objects.filter(unit=unit).first()
    initial = {"address": box.address, "language": box.language} if box else {}
    form = One(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        mailboxes.keep(request.actor, [Mailbox(unit=unit, **form.cleaned_data)], now=timezone.now())
        messages.success(request, t("mailboxes.kept", unit=place_name(unit)))
        return redirect("returns:addresses")
    crumbs = [
        Link(t("rounds.heading"), reverse("returns:rounds")),
        Link(t("mailboxes.heading"), reverse("returns:addresses")),
    ]
    model = {"title": place_name(unit), "crumbs": crumbs, "form": form}
    return render(request, "returns/rounds/form.html", model, status=400 if form.errors else 200)


def decoded(content: bytes) -> str:
    """Text as spreadsheets save it: UTF-8, or the Windows character set of old ones."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
