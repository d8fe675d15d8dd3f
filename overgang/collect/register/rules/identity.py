"""Who the person is: numbers, and perhaps the same person twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.identity import DUF
from overgang.collect.register.rules.facts import current
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier


@rule("DQ01", Severity.ERROR, ("identifier",), source="FOR-2005-04-20-342 § 5; check digits", stage=Stage.CASE)
def valid_identifier(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """That a number is one person's only, the database guarantees."""
    if not current(dossier, file):
        return
    if not dossier.identifiers:
        yield Found(mark(dossier.person), {WHAT: "none"})
    for identifier in dossier.identifiers:
        if not identifier.valid:
            yield Found(mark(identifier, dossier.identifiers), {WHAT: "wrong", "kind": identifier.kind})


@rule(
    "DQ02",
    Severity.ERROR,
    ("identifier", "name", "birth_date", "sex", "origin"),
    source="spec 5.6",
    stage=Stage.CASE,
    needs="somebody else of the same name, birth date, sex and country (`Dossier.alike`, set by `findings.refresh`)",
)
def same_person(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Told of the one who has only a DUF number. Nothing of the other is said, and nobody of grade 6 is compared."""
    if dossier.alike and current(dossier, file) and only_duf(dossier):
        yield Found(mark(dossier.person), {"birth": dossier.person.birth_date.isoformat()})


def only_duf(dossier: Dossier) -> bool:
    return bool(dossier.identifiers) and all(identifier.kind == DUF for identifier in dossier.identifiers)
