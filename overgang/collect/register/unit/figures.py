"""What the overview of a unit counts: results by year, exits by group, who is in the programme now, what is near."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q

from overgang.access.actor import Actor
from overgang.base.codes import codelist, end_reason
from overgang.base.law import closing, months_after
from overgang.collect.register.models import Handover, Leave, Participation
from overgang.collect.register.preliminary import Ended, Preliminary, exits, result, took_part

BEFORE = 2
"""Years shown before this one."""
NEAR = 3
"""Months ahead in which planned ends are counted."""
GROUPS = ("completed", "permanent_stop", "interrupted")
WITHOUT, OTHER = "without", "other"


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A year of a unit: the result, exits by group of reasons, and the cases that lack their reason."""

    result: Preliminary
    groups: Mapping[str, int]
    missing: tuple[int, ...]

    @property
    def year(self) -> int:
        return self.result.year

    @property
    def weight(self) -> Decimal:
        """Percentage points that one person counts for, to one decimal."""
        return (Decimal(100) / self.result.ended).quantize(Decimal("0.1")) if self.result.ended else Decimal(0)


@dataclass(frozen=True, slots=True)
class Now:
    """How many take part today, are on leave, are planned to end within three months, or should have."""

    participants: int
    on_leave: int
    near: int
    past: int


def shown_years(today: date) -> tuple[int, ...]:
    """This year and the two before, the latest first."""
    return tuple(today.year - back for back in range(BEFORE + 1))


def in_focus(today: date) -> int:
    """The year one is at work on: the last one until its figures are closed, then this one."""
    last = today.year - 1
    return last if today <= closing(last).day else today.year


def unit_years(actor: Actor, years: Sequence[int], today: date) -> list[UnitYear]:
    """The years of the actor's unit, as the register stands today."""
    return [_unit_year(year, last) for year, last in took_part(actor.units, years, today).items()]


def _unit_year(year: int, last: list[Ended]) -> UnitYear:
    ended = exits(year, last)
    return UnitYear(
        result=result(year, last),
        groups=Counter(group_of(row.reason) for row in ended),
        missing=tuple(row.case for row in ended if not row.reason),
    )


@cache
def group_of(reason: str) -> str:
    """The group an exit with this reason is counted in; `without` where there is none."""
    if not reason:
        return WITHOUT
    if reason not in codelist("end_reason"):
        return OTHER
    group = end_reason(reason).group
    return group if group in GROUPS else OTHER


def now(actor: Actor, today: date) -> Now:
    """Who is in the programme today: begun, and not ended before tomorrow."""
    away = Leave.objects.filter(Q(end=None) | Q(end__gte=today), participation=OuterRef("pk"), start__lte=today)
    running = Participation.objects.seen_by(actor).filter(Q(end=None) | Q(end__gt=today), start__lte=today)
    last = months_after(today, NEAR)
    counts = running.aggregate(
        participants=Count("pk"),
        on_leave=Count("pk", filter=Exists(away)),
        near=Count("pk", filter=Q(end=None, planned_end__range=(today, last))),
        past=Count("pk", filter=Q(end=None, planned_end__lt=today)),
    )
    return Now(**counts)


def open_handovers(actor: Actor) -> tuple[int, int]:
    """Persons offered to the unit, and persons it has offered to others, that wait for an answer."""
    offered = Handover.objects.filter(state="offered")
    units = sorted(actor.units)
    counts = offered.filter(Q(to_unit__in=units) | Q(case__unit__in=units)).aggregate(
        to_us=Count("pk", filter=Q(to_unit__in=units)), from_us=Count("pk", filter=Q(case__unit__in=units))
    )
    return counts["to_us"], counts["from_us"]


def days_to(day: date, today: date) -> int:
    return (day - today) // timedelta(days=1)
