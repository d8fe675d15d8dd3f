"""The return a page is about, and what is said of it everywhere."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from overgang.access.frame import Link
from overgang.access.texts import language, texts
from overgang.base.places import LAST_YEAR
from overgang.base.text import day, short_day
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import Beside
from overgang.collect.returns.beside import beside_of
from overgang.collect.returns.models import Return, Version
from overgang.collect.returns.questionnaire import Questionnaire, questionnaire


@dataclass(frozen=True)
class About:
    """A return that the actor sees."""

    of: Return
    lang: str

    @cached_property
    def asked(self) -> Questionnaire:
        return questionnaire(self.of.round_id)

    @cached_property
    def beside(self) -> Beside:
        return beside_of(self.of)

    @cached_property
    def draft(self) -> Version | None:
        return keeping.draft_of(self.of)

    @property
    def unit(self) -> str:
        return place_name(self.of.unit)

    @property
    def title(self) -> str:
        """ "Årsrapport 2007, Stavanger"."""
        return f"{texts()('answering.heading')} {self.of.round_id}, {self.unit}"

    @property
    def last_day(self) -> date:
        """The last day the unit may send."""
        return max(self.of.until or self.of.round.closes, self.of.round.closes)

    def open(self, today: date) -> bool:
        return today >= self.of.round.opens or self.of.until is not None

    def href(self, name: str = "answer", *more: Any) -> str:
        return reverse(f"returns:{name}", args=[self.of.round_id, self.of.unit, *more])


def about(request: Any, year: int, unit: str) -> About:
    """Raises Http404 for a return the actor does not see as for one that is not there."""
    rows = Return.objects.seen_by(request.actor).select_related("round", "current")
    if year > LAST_YEAR:
        raise Http404
    return About(get_object_or_404(rows, round_id=year, unit=unit), language())


def crumbs(*more: Link) -> list[Link]:
    return [Link(texts()("answering.heading"), reverse("returns:returns")), *more]


def clock(at: datetime | None) -> str:
    """ "10.42"."""
    return f"{timezone.localtime(at):%H.%M}" if at else ""


def moment(at: datetime | None, lang: str) -> str:
    """ "1. februar 2008 kl. 10.42"."""
    if at is None:
        return ""
    return texts(lang)("return_receipt.at", day=day(timezone.localdate(at), lang), time=clock(at))


def on(at: datetime) -> str:
    return short_day(timezone.localdate(at))
