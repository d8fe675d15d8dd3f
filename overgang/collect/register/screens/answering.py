"""The unit a person is handed over to answers: takes over, or refuses with a reason. Until then nobody sees who."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.codes import codelist
from overgang.base.text import short_day
from overgang.collect.register import steps
from overgang.collect.register.models import Handover
from overgang.collect.register.record import Conflict, record
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.screens.fields import code


class Refusal(forms.Form):
    """Why not."""

    reason = code("rejection_reason", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="%s", **kwargs)
        self.fields["reason"].label = texts()("handover.reason")


@policy("handover", methods=GET_AND_POST)
def answer(request: Any, handover: int) -> HttpResponse:
    """What is offered, and the two answers."""
    units = sorted(request.actor.units)
    found = Handover.objects.filter(pk=handover, to_unit__in=units).select_related("case__participation").first()
    if found is None:
        raise Http404
    form = Refusal(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        refuses = request.POST.get("do") == "refuse"
        if refuses and not form.cleaned_data["reason"]:
            form.add_error("reason", texts()("handover.reason_needed"))
        else:
            return _answered(request, found, form.cleaned_data["reason"] if refuses else None)
    return render(request, "register/answer.html", _model(found, form))


def _answered(request: Any, handover: Handover, reason: str | None) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    try:
        if reason is None:
            work = steps.accept(handover, answered=today)
        else:
            work = steps.refuse(handover, answered=today, reason=reason)
        record(request.actor, work, now=now)
    except (steps.NotNow, Conflict):
        handover.refresh_from_db()
        model = _model(handover, Refusal()) | {"gone": True}
        return render(request, "register/answer.html", model, status=409)
    if reason is not None:
        return redirect(f"{reverse('register:work_list')}?{urlencode({'avvist': 1})}")
    handover.refresh_from_db()
    assert handover.new_case is not None
    return redirect(f"{reverse('register:person', args=[handover.new_case.person.key])}?{urlencode({'overtatt': 1})}")


def _model(handover: Handover, form: Refusal) -> dict[str, Any]:
    t, lang, case = texts(), language(), handover.case
    participation = getattr(case, "participation", None)
    facts = [
        (t("handover.from"), place_name(case.unit)),
        (t("handover.offered_on"), short_day(handover.offered)),
        (t("field.regime"), codelist("regime").label(case.regime, lang)),
        (t("field.category"), codelist("category").label(case.category, lang)),
    ]
    if participation is not None:
        facts.append((t("field.start"), short_day(participation.start)))
        if participation.planned_end:
            facts.append((t("field.planned_end"), short_day(participation.planned_end)))
    key = ""
    if handover.state != "offered" and handover.new_case is not None:
        key = handover.new_case.person.key
    return {
        "title": t("handover.heading"),
        "form": form,
        "facts": facts,
        "gone": handover.state != "offered",
        "answered": t(f"handover.is_{handover.state}"),
        "key": key,
    }
