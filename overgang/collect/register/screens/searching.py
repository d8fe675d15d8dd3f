"""Search in one's own unit: a number exactly, a name or a date of birth. What is typed is posted, and never logged."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.collation import collation_key, folded
from overgang.base.days import NoDay, parse_day
from overgang.base.text import number, plural, short_day
from overgang.collect.register.models import Case, Identifier, Person
from overgang.collect.register.numbers import indices, plain
from overgang.collect.register.record import writing
from overgang.collect.register.screens.fields import tidy
from overgang.collect.register.states import CLOSED

MOST = 50
"""Persons shown; with more, one types more."""
A_MINUTE = 30
"""Searches a user may make in a minute."""
LONGEST = 100
DIGITS = re.compile(r"[0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Hit:
    key: str
    name: str
    born: str
    open: bool


@policy("persons", methods=GET_AND_POST)
def search(request: Any) -> HttpResponse:
    """An empty box, or what was found. One person found by number is opened at once."""
    t = texts()
    model: dict[str, Any] = {"title": t("search.heading"), "asked": "", "hits": None}
    if request.method != "POST":
        return render(request, "register/search.html", model)
    asked = tidy(request.POST.get("q", "")[:LONGEST])
    model["asked"] = asked
    if not asked:
        return render(request, "register/search.html", model | {"fault": t("search.empty")})
    if not may_search(request.actor):
        return render(request, "register/search.html", model | {"fault": t("search.often")}, status=429)
    if is_number(asked):
        found = with_number(request.actor, asked)
        if found is not None:
            return redirect("register:person", key=found.key)
        return render(request, "register/search.html", model | {"hits": [], "by_number": True})
    hits = matching(request.actor, asked)
    model |= {"hits": hits[:MOST], "more": len(hits) > MOST, "found": _found(len(hits))}
    return render(request, "register/search.html", model)


def may_search(actor: Actor) -> bool:
    """Logs one more search, unless there have been too many in the last minute."""
    now = timezone.now()
    with writing():
        done = Event.objects.filter(user=actor.user, at__gte=now - timedelta(minutes=1), action=Event.SEARCHED)
        if done.count() >= A_MINUTE:
            return False
        log.write(actor, [log.Entry(Event.SEARCHED)], now=now)
    return True


def is_number(asked: str) -> bool:
    """Whether it is to be looked up as an identity number: mostly digits, and no date."""
    try:
        parse_day(asked)
    except NoDay:
        return bool(DIGITS.search(plain(asked))) and len(plain(asked)) <= 24
    return False


def with_number(actor: Actor, typed: str) -> Person | None:
    """The person with a number, among those the actor may see."""
    known = Identifier.objects.seen_by(actor).filter(index__in=indices(typed)).select_related("person").first()
    return known.person if known else None


def matching(actor: Actor, asked: str) -> list[Hit]:
    """Persons of the unit whose names have all the words that were typed, or who were born on that day; those with a
    confidential address are found by their number only."""
    people = Person.objects.seen_by(actor) if actor.sees_shielded else Person.objects.listed_for(actor)
    try:
        rows = list(people.filter(birth_date=parse_day(asked)).values_list("pk", "key", "name", "birth_date"))
    except NoDay:
        words = _words(asked)
        rows = [row for row in people.values_list("pk", "key", "name", "birth_date") if _has(row[2], words)]
    rows.sort(key=lambda row: (collation_key(row[2]), row[3]))
    rows = rows[: MOST + 1]
    ids = [row[0] for row in rows]
    running = set(
        Case.objects.seen_by(actor).filter(person__in=ids).exclude(state__in=CLOSED).values_list("person_id", flat=True)
    )
    return [
        Hit(key, name or texts()("register.nameless"), short_day(born), pk in running) for pk, key, name, born in rows
    ]


def _has(name: str, words: list[str]) -> bool:
    parts = _words(name)
    return all(any(part.startswith(word) for part in parts) for word in words)


def _words(name: str) -> list[str]:
    """ "Al-Masri" is two words, on both sides of the search."""
    return folded(name).replace("-", " ").split()


def _found(n: int) -> str:
    t = texts()
    return f"{number(n, language())} {plural(n, t('search.person_one'), t('search.person_many'))}"
