"""A finding that cannot be mended is explained; the leader accepts. Both can be taken back, and all of it is logged."""

from typing import Any

from django import forms
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from overgang.access import log
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import texts
from overgang.base.text import short_day
from overgang.collect.register.models import Finding, Person
from overgang.collect.register.record import saw, writing
from overgang.collect.register.screens.fields import tidy
from overgang.collect.register.screens.work_list import item

LONGEST = 1000
DONE = {"explain": Finding.EXPLAINED, "accept": Finding.ACCEPTED, "reopen": Finding.OPEN}


class Explanation(forms.Form):
    explanation = forms.CharField(
        max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="%s", **kwargs)
        field = self.fields["explanation"]
        field.label, field.help_text, field.required = texts()("finding.why"), texts()("finding.why_help"), needed

    def clean_explanation(self) -> str:
        return tidy(self.cleaned_data["explanation"])


@policy("register", methods=GET_AND_POST)
def finding(request: Any, finding: int) -> HttpResponse:
    """Shows a finding; a POST explains, accepts (the leader) or opens it again."""
    found = Finding.objects.seen_by(request.actor).filter(pk=finding).select_related("case__person").first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, found, Explanation(initial={"explanation": found.explanation}))
    do = request.POST.get("do", "")
    if do not in DONE or (do == "accept" and not request.actor.may("approve")):
        raise Http404
    form = Explanation(request.POST, needed=do == "explain")
    if not form.is_valid():
        return _shown(request, found, form)
    values = {"state": DONE[do], "closed": None if do == "reopen" else timezone.localdate()}
    if do != "reopen":
        values["explanation"] = form.cleaned_data["explanation"] or found.explanation
    if not _written(request, found, values):
        found.refresh_from_db()
        if found.state != values["state"]:
            return _shown(request, found, form, changed=True)
    told = "" if do == "reopen" else f"?{urlencode({'svart': found.pk})}"
    return redirect(_back(request) or reverse("register:work_list") + told)


@policy("register", methods=POST)
def take(request: Any, key: str) -> HttpResponse:
    """The actor takes over the open findings of a person, or lets go of their own."""
    person = Person.objects.seen_by(request.actor).filter(key=key).first()
    if person is None:
        raise Http404
    rows = Finding.objects.seen_by(request.actor).open().filter(case__person=person)
    owner = None if request.POST.get("do") == "leave" else request.actor.user
    with writing():
        ids = list(rows.values_list("pk", flat=True))
        Finding.objects.filter(pk__in=ids).update(owner=owner)
        entries = [log.Entry(Event.CHANGED, person=person.key, object=f"finding:{id}") for id in ids]
        log.write(request.actor, entries, now=timezone.now())
    return redirect(_back(request) or reverse("register:work_list"))


def _written(request: Any, found: Finding, values: dict[str, Any]) -> bool:
    """Whether the finding was still as the form showed it; then it is changed, with its event."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else found.version
    with writing():
        rows = Finding.objects.filter(pk=found.pk, version=seen)
        if not rows.update(**values, version=F("version") + 1):
            return False
        person = found.case.person.key if found.case else ""
        entry = log.Entry(Event.CHANGED, person=person, object=f"finding:{found.pk}", purpose=str(values["state"]))
        log.write(request.actor, [entry], now=timezone.now())
    return True


def _shown(request: Any, found: Finding, form: Explanation, *, changed: bool = False) -> HttpResponse:
    t = texts()
    if found.case:
        saw(request.actor, found.case.person, f"finding:{found.pk}", now=timezone.now())
    shown = item(found, timezone.localdate())
    model = {
        "title": shown.title,
        "item": shown,
        "found": short_day(found.found),
        "person": found.case.person if found.case else None,
        "form": form,
        "version": found.version,
        "state": t(f"finding.{found.state}"),
        "open": found.state == Finding.OPEN,
        "accepts": request.actor.may("approve"),
        "changed": changed,
    }
    return render(request, "register/finding.html", model, status=409 if changed else 200)


def _back(request: Any) -> str | None:
    """Where the button stood, when it says so."""
    back = request.POST.get("next", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()}) else None
