"""What an actor may see of the register: the one place where it is decided.

A person is seen by the units that have a case of theirs, each its own cases and no others; a strictly confidential
person (grade 6) has no unit and is seen by named officers only. What is not seen does not exist: `get` raises the same
DoesNotExist for both.
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from overgang.access.actor import Actor
from overgang.base.collation import folded

STRICTLY_CONFIDENTIAL, CONFIDENTIAL = 6, 7


def known_to(actor: Actor, person: Any, name: str, birth_date: date | None) -> bool:
    """Whether somebody who does not see a person knows who it is: name and birth date, as they stand. Never of a
    strictly confidential person, but for their officers, so that nobody can tell."""
    if person.address_grade == STRICTLY_CONFIDENTIAL and not actor.sees_shielded:
        return False
    return bool(birth_date == person.birth_date and _same_name(name, person.name))


def _same_name(typed: str, stored: str) -> bool:
    """The same words in any order, or all of the shorter name's, when these are two or more."""
    one, other = (set(folded(name).replace("-", " ").split()) for name in (typed, stored))
    shorter = min(one, other, key=len)
    return one == other or (len(shorter) >= 2 and shorter <= (one | other) and (one <= other or other <= one))


class Scoped(models.QuerySet[Any]):
    """Rows that belong to a person by way of `case` (the path to it in `through`)."""

    through: ClassVar[str] = "case__"

    def seen_by(self, actor: Actor) -> Self:
        """Only what this actor may see."""
        graded = Q(**{f"{self.through}person__address_grade": STRICTLY_CONFIDENTIAL})
        if actor.sees_shielded:
            return self.filter(graded)
        return self.filter(~graded, **{f"{self.through}unit__in": sorted(actor.units)}) if actor.units else self.none()


class Persons(models.QuerySet[Any]):
    """Persons."""

    def seen_by(self, actor: Actor) -> Self:
        """Those with a case in a unit the actor acts for, or the strictly confidential for their officers."""
        if actor.sees_shielded:
            return self.filter(address_grade=STRICTLY_CONFIDENTIAL)
        if not actor.units:
            return self.none()
        cases = self.model.cases.rel.related_model.objects.filter(person=OuterRef("pk"), unit__in=sorted(actor.units))
        return self.filter(Exists(cases)).exclude(address_grade=STRICTLY_CONFIDENTIAL)

    def listed_for(self, actor: Actor) -> Self:
        """Those that may stand in a list or a file with a place: neither grade."""
        return self.seen_by(actor).exclude(address_grade__in=(STRICTLY_CONFIDENTIAL, CONFIDENTIAL))


class OfPerson(models.QuerySet[Any]):
    """Rows that belong to a person directly: identifiers, permits, settlements."""

    def seen_by(self, actor: Actor) -> Self:
        persons = self.model.person.field.related_model.objects
        return self.filter(person__in=persons.seen_by(actor))


class Cases(Scoped):
    """Cases themselves."""

    through: ClassVar[str] = ""


class OfParticipation(Scoped):
    """Measures, leave, absence, certificates."""

    through: ClassVar[str] = "participation__case__"


class OfDecision(Scoped):
    """Appeals."""

    through: ClassVar[str] = "decision__case__"


class OfUnit(models.QuerySet[Any]):
    """Rows with a unit of their own: findings, batches. For grade 6 the unit is empty."""

    def seen_by(self, actor: Actor) -> Self:
        return self.filter(unit=None) if actor.sees_shielded else self.filter(unit__in=sorted(actor.units))
