"""How far the units of a round have come, read from the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from overgang.base.collation import collation_key
from overgang.base.errors import BadInput
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.unit.places import county_of
from overgang.collect.returns.fieldwork import Asked
from overgang.collect.returns.keeping import CONTACT
from overgang.collect.returns.letters import INVITATION, REMINDER
from overgang.collect.returns.models import Answer, Letter, Return, Round, Step, Version
from overgang.collect.returns.states import DRAFT, OPENED, WITH_UNIT


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit of a round: what the figures are made of, and what a person wants to see beside them. `waits`: it has
    sent nothing that counts; `contact`: when it was last spoken with; `invited`, `reminded`:
    letters that left."""

    asked: Asked
    of: Return
    name: str
    waits: bool
    contact: datetime | None
    invited: int
    reminded: int


def round_of(year: int) -> Round:
    """Raises Http404 where the year has none."""
    found: Round = get_object_or_404(Round, year=year)
    return found


def standings(round_: Round, units: Iterable[str] | None = None) -> list[Standing]:
    """Every unit that was asked, or those of them that are wanted, in the order of their names."""
    rows = Return.objects.filter(round=round_).select_related("round", "current")
    if units is not None:
        rows = rows.filter(unit__in=list(units))
    known = list(_with_counts(rows))
    unknown = _dont_know(round_)
    found = [_standing(of, unknown.get(of.pk, 0), round_.year) for of in known]
    return sorted(found, key=lambda one: collation_key(one.name))


def return_in(year: int, unit: str) -> Return:
    """The return of a unit in a round. Raises Http404 where it was not asked."""
    found = Return.objects.filter(round_id=year, unit=unit).select_related("round", "current").first()
    if found is None:
        raise Http404
    return found


def today() -> date:
    return timezone.localdate()


def _with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    steps, mine = Step.objects.filter(of=OuterRef("pk")), Letter.objects.filter(sent__isnull=False)
    sent = Q(letters__in=mine)
    return rows.annotate(
        was_opened=Exists(steps.filter(what__in=(OPENED, DRAFT))),
        was_begun=Exists(Version.objects.filter(of=OuterRef("pk"))),
        contact=Max("steps__at", filter=Q(steps__what=CONTACT)),
        invited=Count("letters", filter=sent & Q(letters__kind=INVITATION), distinct=True),
        reminded=Count("letters", filter=sent & Q(letters__kind=REMINDER), distinct=True),
    )


def _dont_know(round_: Round) -> Mapping[int, int]:
    """Items answered with don't know in the version that counts, by return."""
    counted = Answer.objects.filter(version__of__round=round_, version__of__current_id=F("version"), answer="dont_know")
    return dict(counted.values_list("version__of").annotate(n=Count("pk")).order_by())


def _standing(of: Any, dont_know: int, year: int) -> Standing:
    sent = of.current_id is not None
    asked = Asked(
        of.unit, _county(of.unit, year), of.state, of.was_opened, of.was_begun, sent, dont_know if sent else 0
    )
    waits = not sent or of.state in WITH_UNIT
    return Standing(asked, of, place_name(of.unit), waits, of.contact, of.invited, of.reminded)


def _county(unit: str, year: int) -> str:
    """By the borders of the year; by today's for a unit that was not there then and was asked all the same."""
    try:
        return county_of(unit, year)
    except BadInput:
        return county_of(unit, today().year)
