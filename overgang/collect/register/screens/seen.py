"""A person as one actor may see them: their own unit's cases, and of other units only whether one is active."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.http import Http404

from overgang.access.actor import Actor
from overgang.collect.register.dossier import CaseFile, Dossier, dossiers
from overgang.collect.register.models import (
    Absence,
    Appeal,
    Case,
    Decision,
    Leave,
    Measure,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.register.states import CLOSED


@dataclass(frozen=True, slots=True)
class Seen:
    """`cases`: those the actor may see, the latest first. `elsewhere`: another unit has an open case; never which.

    `whole` holds the cases of other units too: for sums over the whole programme, and never for showing.
    """

    actor: Actor
    person: Person
    cases: tuple[CaseFile, ...]
    settlements: tuple[Settlement, ...]
    elsewhere: bool
    today: date
    lang: str
    whole: Dossier = field(repr=False)

    @property
    def permits(self) -> list[Permit]:
        return self.whole.permits

    @property
    def open_case(self) -> CaseFile | None:
        """The case something can still happen in."""
        return next((file for file in self.cases if file.case.state not in CLOSED), None)

    def file(self, case: int | None) -> CaseFile:
        """One of the cases. Raises Http404 for one that is not there, or not for this actor."""
        for file in self.cases:
            if file.case.pk == case:
                return file
        raise Http404

    def row(self, model: type[models.Model], id: int) -> tuple[Any, CaseFile | None]:
        """A row that belongs to the person, and its case. Raises Http404 as `file` does."""
        for file, rows in self._rows():
            for row in rows:
                if isinstance(row, model) and row.pk == id:
                    return row, file
        raise Http404

    def _rows(self) -> list[tuple[CaseFile | None, list[Any]]]:
        found: list[tuple[CaseFile | None, list[Any]]] = [(None, [*self.permits, *self.settlements])]
        for file in self.cases:
            single = [row for row in (file.participation, file.certificate) if row is not None]
            lists = (file.decisions, file.plans, file.measures, file.leaves, file.absences, file.appeals)
            found.append((file, [*single, *(row for rows in lists for row in rows)]))
        return found


ROWS: dict[str, type[models.Model]] = {
    model.__name__.lower(): model for model in (Absence, Appeal, Decision, Leave, Measure, Permit, Plan, Settlement)
}
"""The rows a person has many of, by the name they have in addresses."""


def seen_person(actor: Actor, key: str, today: date, lang: str) -> Seen:
    """Raises Http404 for a person that is not there and for one that is another unit's: nobody can tell which."""
    person = Person.objects.seen_by(actor).filter(key=key).first()
    if person is None:
        raise Http404
    return seen_by(actor, person, today, lang)


def seen_by(actor: Actor, person: Person, today: date, lang: str) -> Seen:
    """A person the caller has found with `seen_by` of the models, with what the actor may see of them."""
    own = set(Case.objects.seen_by(actor).filter(person=person).values_list("pk", flat=True))
    (whole,) = dossiers([person.pk])
    cases = tuple(file for file in reversed(whole.cases) if file.case.pk in own)
    return Seen(
        actor=actor,
        person=whole.person,
        cases=cases,
        settlements=tuple(row for row in whole.settlements if actor.sees_shielded or row.unit in actor.units),
        elsewhere=any(file.case.pk not in own and file.case.state not in CLOSED for file in whole.cases),
        today=today,
        lang=lang,
        whole=whole,
    )
