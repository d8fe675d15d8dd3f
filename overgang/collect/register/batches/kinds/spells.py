"""Rows about what happens in a programme: measures, leave, absence, and the certificate after it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from overgang.access import bulk
from overgang.base.text import short_day
from overgang.collect.register.batches.context import Context
from overgang.collect.register.batches.draft import Stop
from overgang.collect.register.batches.kinds.kind import Kind, Values
from overgang.collect.register.dossier import CaseFile, Dossier
from overgang.collect.register.models import Absence, Certificate, Leave, Measure


def take_measure(values: Values, dossier: Dossier, context: Context) -> None:
    file = programme_of(values, dossier, context)
    key = {"kind": values["kind"], "start": values["start"], "provider": values.get("provider") or ""}
    _take(values, file, file.measures, Measure, key, ("end", "hours", "directed_to"), context)


def take_leave(values: Values, dossier: Dossier, context: Context) -> None:
    file = programme_of(values, dossier, context)
    key = {"kind": values["kind"], "start": values["start"]}
    _take(values, file, file.leaves, Leave, key, ("decided", "end"), context)


def take_absence(values: Values, dossier: Dossier, context: Context) -> None:
    file = programme_of(values, dossier, context)
    key = {"start": values["start"], "cause": values.get("cause") or ""}
    _take(values, file, file.absences, Absence, key, ("end", "authorised", "unauthorised"), context)


def take_certificate(values: Values, dossier: Dossier, context: Context) -> None:
    file = programme_of({"participation_start": values["start"]}, dossier, context)
    if file.certificate is not None:
        context.draft.settle(file.certificate, values, (("issued", "issued"),))
        return
    file.certificate = Certificate(participation=file.participation, issued=values["issued"])
    context.draft.add(file.certificate, {"issued": values["issued"]})


def programme_of(values: Values, dossier: Dossier, context: Context) -> CaseFile:
    """The programme a row belongs to: that of the start it names, or else the only one that can be meant."""
    begun = [file for file in context.standing.own(dossier) if file.participation is not None]
    named = values.get("participation_start")
    if named is not None:
        found = [file for file in begun if _starts(file) == named]
        if not found:
            field = "participation_start" if "start" in values else "start"
            raise Stop("no_programme", field, day=named)
        return found[0]
    if len(begun) > 1:
        around = [file for file in begun if _covers(file, values["start"])]
        if len(around) != 1:
            raise Stop("which_programme", "participation_start", days=[short_day(_starts(file)) for file in begun])
        return around[0]
    if not begun:
        raise Stop("no_programme_yet", "number")
    return begun[0]


def _take(
    values: Values,
    file: CaseFile,
    rows: list[Any],
    model: type[models.Model],
    key: Values,
    others: tuple[str, ...],
    context: Context,
) -> None:
    there = next((row for row in rows if all(getattr(row, name) == value for name, value in key.items())), None)
    if there is not None:
        context.draft.settle(there, values, [(name, name) for name in others])
        return
    given = {name: values[name] for name in others if values.get(name) is not None}
    made = bulk.new(model, participation=file.participation, **key, **given)
    rows.append(made)
    rows.sort(key=lambda row: row.start)
    context.draft.add(made, {**{name: value or None for name, value in key.items()}, **given})


def _starts(file: CaseFile) -> date:
    assert file.participation is not None
    return file.participation.start


def _covers(file: CaseFile, day: date) -> bool:
    participation = file.participation
    assert participation is not None
    return participation.start <= day and (participation.end is None or day <= participation.end)


KINDS = {
    "measure": Kind("measure", "start", take_measure),
    "leave": Kind("leave", "start", take_leave),
    "absence": Kind("absence", "start", take_absence),
    "certificate": Kind("certificate", "issued", take_certificate),
}
