"""The screens of the log: what was seen and changed by whom, as a file, the chain, and what a person may be told.

A leader sees what was done for the own unit, an auditor everything. A person is found by a number, sent by POST and
turned into the key that stands in the log; how to do that, the apps know (`person_key` of an app's configuration).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access import log
from overgang.access.actor import Actor, units_of
from overgang.access.forms import DayField
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.roles import roles
from overgang.access.texts import texts, word
from overgang.base.neutral import neutral
from overgang.base.places import gazetteer
from overgang.base.text import LANGUAGES

PAGE = 100
LONGEST_FILE = 100_000
ACTIONS = (
    Event.SAW,
    Event.CREATED,
    Event.CHANGED,
    Event.DELETED,
    Event.SEARCHED,
    Event.EXPORTED,
    Event.DENIED,
    Event.SIGNED_IN,
)


def visible(actor: Actor) -> models.QuerySet[Event]:
    """The events this actor may see."""
    found = Event.objects.select_related("user")
    return found.filter(place__in=units_of(actor.place)) if actor.place else found


class Filter(forms.Form):
    """Which events: by user, person, action and time."""

    user = forms.CharField(label=word("signin.username"), required=False, max_length=60)
    person = forms.RegexField(r"^[0-9a-f]{16}\Z", label=word("log.person"), required=False)
    action = forms.ChoiceField(label=word("log.action"), required=False)
    since = DayField(label=word("log.since"), required=False, help_text="")
    until = DayField(label=word("log.until"), required=False, help_text="")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        t = texts()
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", t("log.every")),
            *((action, t(f"log.did_{action}")) for action in ACTIONS),
        ]

    def of(self, events: models.QuerySet[Event]) -> models.QuerySet[Event]:
        """Those of the events that were asked for; none when the question is not understood."""
        if not self.is_valid():
            return events.none()
        asked = self.cleaned_data
        if asked["user"]:
            events = events.filter(user__username__iexact=asked["user"])
        if asked["person"]:
            events = events.filter(person=asked["person"])
        if asked["action"]:
            events = events.filter(action=asked["action"])
        if asked["since"]:
            events = events.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            events = events.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return events


@policy("log")
def events(request: Any) -> HttpResponse:
    """The events, newest first."""
    form = Filter(request.GET)
    page = Paginator(form.of(visible(request.actor)).order_by("-id"), PAGE).get_page(request.GET.get("side"))
    model = {
        "title": texts()("log.heading"),
        "form": form,
        "page": page,
        "rows": [Row.of(event) for event in page],
        "asked": urlencode({key: value for key, value in request.GET.items() if key != "side" and value}),
        "person": form.cleaned_data.get("person") if form.is_valid() else "",
    }
    return render(request, "access/events.html", model, status=200 if form.is_valid() else 400)


@policy("log", methods=POST)
def find_person(request: Any) -> HttpResponse:
    """From a person's number to the events about the person; the number stands in no address and no log."""
    number = request.POST.get("number", "")[:40]
    log.write(request.actor, [log.Entry(Event.SEARCHED, object="log")], now=timezone.now())
    key = next((key for key in _keys(request.actor, number)), "")
    if not key or not visible(request.actor).filter(person=key).exists():
        raise Http404
    return redirect(f"{reverse('access:events')}?{urlencode({'person': key})}")


@policy("log")
def events_file(request: Any) -> Any:
    """The same events as a file for a spreadsheet, oldest first."""
    form = Filter(request.GET)
    found = form.of(visible(request.actor)).order_by("id")[:LONGEST_FILE]
    log.write(request.actor, [log.Entry(Event.EXPORTED, object="log")], now=timezone.now())
    answer = StreamingHttpResponse(_lines(found, texts()), "text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="logg.csv"'
    return answer


@policy("log", methods=GET_AND_POST)
def chain(request: Any) -> HttpResponse:
    """The head of the chain; a POST checks it from the beginning, against a head that was kept elsewhere."""
    kept = request.POST.get("head", "").strip()[:64]
    model = {
        "title": texts()("log.chain_heading"),
        "crumbs": [Link(texts()("log.heading"), reverse("access:events"))],
        "head": log.head(),
        "sealed": log.sealed(),
        "waiting": Event.objects.filter(seal=None).count(),
        "checked": request.method == "POST",
        "kept": kept,
        "broken": log.broken(kept) if request.method == "POST" else "",
    }
    return render(request, "access/chain.html", model)


@policy("log")
def seen(request: Any, person: str) -> HttpResponse:
    """Who has seen a person, as a list to print for that person, in the language the person reads. A leader's list
    holds the own unit only: what other units do is not the leader's to know or tell."""
    found = list(visible(request.actor).filter(person=person).order_by("-id"))
    if not found:
        raise Http404
    log.write(request.actor, [log.Entry(Event.SAW, person=person, object="log")], now=timezone.now())
    asked = request.GET.get("lang", "")
    lang = asked if asked in LANGUAGES else texts().lang
    t = texts(lang)
    model = {
        "title": t("log.seen_heading"),
        "said": t,
        "in_lang": lang,
        "others": [(known, texts(known)("frame.language")) for known in LANGUAGES if known != lang],
        "rows": _by_day(found, lang),
        "whole": not request.actor.place,
        "crumbs": [Link(texts()("log.heading"), reverse("access:events"))],
    }
    return render(request, "access/seen.html", model)


@dataclass(frozen=True, slots=True)
class Row:
    """An event as a page writes it."""

    at: datetime
    who: str
    username: str
    role: str
    action: str
    person: str
    object: str
    purpose: str

    @classmethod
    def of(cls, event: Event, lang: str | None = None) -> "Row":
        t = texts(lang)
        return cls(
            timezone.localtime(event.at),
            str(event.user) if event.user else t("log.system"),
            event.user.username if event.user else "",
            role_label(event.role, event.place, t.lang),
            t(f"log.did_{event.action}"),
            event.person,
            event.object,
            event.purpose,
        )


def role_label(role: str, place: str, lang: str) -> str:
    """ "Leder, Trondheim"; roles and places that are no more are written as they were."""
    known = roles().get(role)
    name = known.label(lang) if known else role
    try:
        where = gazetteer().place(place).name if place else ""
    except LookupError:
        where = place
    return ", ".join(part for part in (name, where) if part)


def _by_day(found: list[Event], lang: str) -> list[tuple[date, str, str, str, int]]:
    """Day, who, in which role, what, how often: a row for what one user did the same way on one day."""
    t, counted = texts(lang), dict[tuple[date, str, str, str], int]()
    for event in found:
        who = str(event.user) if event.user else t("log.system")
        did = t(f"log.told_{event.action}")
        row = (timezone.localdate(event.at), who, role_label(event.role, event.place, lang), did)
        counted[row] = counted.get(row, 0) + 1
    return [(*row, times) for row, times in counted.items()]


class _Echo:
    """Gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(found: models.QuerySet[Event], t: Any) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    names = ("at", "who", "username", "role", "action", "person", "object", "purpose")
    yield "\ufeff" + writer.writerow([t(f"log.column_{name}") for name in names])
    for event in found.iterator(chunk_size=2000):
        row = Row.of(event, t.lang)
        cells = (str(getattr(row, name)) for name in names[1:])
        yield writer.writerow([f"{row.at:%Y-%m-%d %H:%M:%S}", *map(neutral, cells)])


def _keys(actor: Actor, number: str) -> Iterator[str]:
    for app in apps.get_app_configs():
        find = getattr(app, "person_key", None)
        if find and (key := find(actor, number)):
            yield key


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
