"""Rows about a person: who it is, settlements, permits."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from overgang.access import bulk
from overgang.base.law import regimes
from overgang.collect.register import steps
from overgang.collect.register.batches.draft import Stop, partly_hidden
from overgang.collect.register.batches.kinds.kind import Kind, Values, own_unit
from overgang.collect.register.dossier import CaseFile, Dossier
from overgang.collect.register.models import Permit, Person, Settlement
from overgang.collect.register.numbers import new_identifier
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL, known_to

if TYPE_CHECKING:
    from datetime import date

    from overgang.collect.register.batches.context import Context

PERSON = (
    "name",
    "birth_date",
    "sex",
    "origin",
    "citizenship",
    "marital_status",
    "education",
    "upper_secondary",
    "unaccompanied_minor",
    "address_grade",
    "arrived",
)
FIELDS = tuple(zip(PERSON, PERSON, strict=True))
FACTS = tuple((name, name) for name in PERSON if name != "address_grade")
"""What may be said of somebody of others: their grade is theirs who have them."""


def person(values: Values, context: Context) -> Dossier:
    """Somebody known by either number, or a new person."""
    stands = context.standing
    number, other = values["number"], values.get("other_number")
    found = stands.person(number)
    second = stands.person(other) if other is not None else None
    if found is not None and second is not None and found is not second:
        raise Stop("number_of_another", "other_number", partly_hidden(other))
    made = found or second
    if values.get("address_grade") == STRICTLY_CONFIDENTIAL and not context.actor.sees_shielded:
        raise Stop("strictly_confidential", "address_grade", "6")
    if made is None:
        made = Dossier(bulk.new(Person))
    elif made.person.pk is not None and not stands.sees(made):
        _known(made, values, context)
    return made


def _known(dossier: Dossier, values: Values, context: Context) -> None:
    """Somebody of others is taken in where name and birth date are as they stand there: as on the screen."""
    if not known_to(context.actor, dossier.person, values.get("name") or "", values.get("birth_date")):
        raise Stop("not_as_registered", "number", partly_hidden(values["number"]))


def take_person(values: Values, dossier: Dossier, context: Context) -> None:
    stands, draft = context.standing, context.draft
    there = dossier.person.pk is not None or bool(dossier.identifiers)
    told = {name: value for name in PERSON if (value := values.get(name)) is not None}
    if not there:
        for name, value in told.items():
            setattr(dossier.person, name, value)
        draft.add(dossier.person, told)
        _open_case(dossier, context)
    elif not stands.sees(dossier):
        draft.new = True
        draft.told = [(name, None, value) for name, value in told.items()]
        _open_case(dossier, context)
        before = draft.told
        draft.settle(dossier.person, values, FACTS)
        draft.told = before
    else:
        draft.settle(dossier.person, values, FIELDS)
    for name in ("number", "other_number"):
        number = values.get(name)
        if number is not None and stands.index[number] not in stands.by_index:
            identifier = new_identifier(dossier.person, number.kind, number.number, stands.keys)
            dossier.identifiers.append(identifier)
            stands.by_index[identifier.index] = dossier
            new = draft.new
            draft.add(identifier, {name: partly_hidden(number)} if there else {})
            draft.new = new


def take_settlement(values: Values, dossier: Dossier, context: Context) -> None:
    own_unit(values, context.actor)
    fields = (("unit", "unit"), ("agreed", "agreed"), ("moved_in", "moved_in"))
    there = next((one for one in dossier.settlements if one.day == values["day"]), None)
    if there is not None:
        context.draft.settle(there, values, fields)
        return
    told = {name: values.get(name) for name in ("unit", "day", "agreed", "moved_in")}
    made = bulk.new(Settlement, person=dossier.person, **told)
    dossier.settlements.append(made)
    dossier.settlements.sort(key=lambda one: one.day)
    context.draft.add(made, told)


def take_permit(values: Values, dossier: Dossier, context: Context) -> None:
    wanted = values["decided"], values["basis"]
    there = next((one for one in dossier.permits if (one.decided, one.basis) == wanted), None)
    if there is not None:
        context.draft.settle(there, values, (("until", "until"),))
        return
    told = {name: values.get(name) for name in ("basis", "decided", "until")}
    made = bulk.new(Permit, person=dossier.person, **told)
    dossier.permits.append(made)
    dossier.permits.sort(key=lambda one: one.decided)
    context.draft.add(made, told)


def _open_case(dossier: Dossier, context: Context) -> None:
    """Nobody has asked for anything yet; what law it is under, a decision or a start says."""
    case = steps.new_case(dossier.person, unit=context.unit or None, regime=regime_now(context.today))
    dossier.cases.append(CaseFile(case))
    context.draft.create.append(case)


@cache
def regime_now(today: date) -> str:
    """The ordinary law on a day."""
    ordinary = [law for law in regimes() if law.valid_from <= today and "COLLECTIVE" not in law.id]
    return max(ordinary, key=lambda law: law.valid_from).id


KINDS = {
    "person": Kind("person", "birth_date", take_person, person),
    "settlement": Kind("settlement", "day", take_settlement),
    "permit": Kind("permit", "decided", take_permit),
}
