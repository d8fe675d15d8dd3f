"""How a round is told in words: where it stands, its counts and its response rate."""

from django.urls import reverse
from django.utils import timezone

from overgang.access.frame import Link
from overgang.access.texts import language, texts
from overgang.base.text import NBSP, ZERO, day, decimal, number
from overgang.collect.returns.fieldwork import Fieldwork
from overgang.collect.returns.models import Round
from overgang.collect.returns.screens.rounds.standing import today

COLUMNS = ("asked", "opened", "begun", "sent", "accepted", "partial")


def state_of(round_: Round) -> str:
    """ "Åpen til 28. februar 2026"."""
    t, lang = texts(), language()
    if round_.closed:
        return t("rounds.is_closed", day=day(timezone.localdate(round_.closed), lang))
    if today() < round_.opens:
        return t("rounds.is_coming", day=day(round_.opens, lang))
    over = today() > round_.closes
    return t("rounds.is_over" if over else "rounds.is_open", day=day(round_.closes, lang))


def rate(found: Fieldwork, lang: str) -> str:
    """ "93,4 %"; a sign where nobody was asked."""
    if found.rate is None:
        return ZERO
    return decimal(found.rate, 1, lang) + ("%" if lang == "en" else f"{NBSP}%")


def said(found: Fieldwork, lang: str) -> tuple[list[str], str]:
    """The counts in words, and the response rate."""
    counts = (getattr(found, name) for name in COLUMNS)
    return [number(n, lang) if n else ZERO for n in counts], rate(found, lang)


def crumbs(year: int) -> list[Link]:
    """The way from the rounds to one of them, for the pages below it."""
    t = texts()
    return [
        Link(t("rounds.heading"), reverse("returns:rounds")),
        Link(t("rounds.of_year", year=year), reverse("returns:round", args=(year,))),
    ]
