"""Dossiers in a few words, for the tests of the rules: `dossier(case(start=..., end=...))`."""

from datetime import date

from overgang.base.text import LANGUAGES
from overgang.collect.register.dossier import CaseFile, Dossier
from overgang.collect.register.models import (
    Absence,
    Appeal,
    Case,
    Certificate,
    Decision,
    Identifier,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.register.rules import RULES, Found, run, sentence
from overgang.collect.register.rules.rule import WHAT
from overgang.collect.register.rules.sentences import PLAIN, placeholders, texts

TODAY = date(2026, 11, 27)
SEEN: set[tuple[str, str]] = set()
"""The sentences that some finding has been told in."""
HERE, ELSEWHERE = "K1103", "K4601"


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def case(start=None, end=None, *, id=1, unit=HERE, regime="INTRO_2004", **more) -> CaseFile:
    """A case file; with a start it has a participation. `more`: fields of the participation, or of the case (`asked`,
    `trigger`, `category`, `state`), or lists of rows (`decisions`, `plans`, `measures`, `leaves`, `absences`)."""
    of_case = {name: more.pop(name) for name in ("asked", "trigger", "category", "state") if name in more}
    of_case["asked"] = day(of_case.get("asked"))
    lists = {
        name: more.pop(name)
        for name in ("decisions", "plans", "measures", "leaves", "absences", "certificate", "appeals")
        if name in more
    }
    file = CaseFile(Case(pk=id, person_id=1, unit=unit, regime=regime, **of_case), **lists)
    if start:
        days = {name: day(more.pop(name)) for name in ("planned_end", "entered") if name in more}
        file.participation = Participation(pk=id, case=file.case, start=day(start), end=day(end), **days, **more)
    return file


def dossier(*files, identifiers=None, permits=(), settlements=(), alike=False, **person) -> Dossier:
    """A person with a number, unless others are given."""
    days = {name: day(person.pop(name)) for name in ("birth_date", "arrived", "died") if name in person}
    days.setdefault("birth_date", date(1985, 5, 5))
    if identifiers is None:
        identifiers = [Identifier(pk=1, person_id=1, kind="fnr", index="a")]
    who = Person(pk=1, sex="F", origin="SO", **days, **person)
    return Dossier(who, identifiers, list(permits), list(settlements), list(files), alike)


def number(kind="fnr", valid=True, id=1) -> Identifier:
    return Identifier(pk=id, person_id=1, kind=kind, valid=valid, index=str(id))


def permit(decided, basis="asylum", id=1) -> Permit:
    return Permit(pk=id, person_id=1, basis=basis, decided=day(decided))


def settled(on, unit=HERE, id=1) -> Settlement:
    return Settlement(pk=id, person_id=1, unit=unit, day=day(on))


def decision(kind, decided, id=1, **more) -> Decision:
    days = {name: day(more.pop(name)) for name in ("since", "until") if name in more}
    return Decision(pk=id, kind=kind, decided=day(decided), **days, **more)


def appeal(decision_id, lodged, outcome, id=1) -> Appeal:
    return Appeal(pk=id, decision_id=decision_id, lodged=day(lodged), outcome=outcome)


def plan(on, id=1, **more) -> Plan:
    return Plan(pk=id, day=day(on), contract=day(more.pop("contract", None)), **more)


def measure(kind, start, end=None, hours=None, id=1) -> Measure:
    return Measure(pk=id, kind=kind, start=day(start), end=day(end), hours=hours)


def leave(kind, start, end=None, id=1, **more) -> Leave:
    return Leave(pk=id, kind=kind, start=day(start), end=day(end), **more)


def absence(start, end, id=1) -> Absence:
    return Absence(pk=id, start=day(start), end=day(end))


def certificate(issued) -> Certificate:
    return Certificate(pk=1, issued=day(issued))


def found(id: str, who: Dossier, today=TODAY) -> list[Found]:
    """What a rule finds in a dossier; each finding can be told in every language, with all its values and no others."""
    result = [one for _, rule, one, _ in run(who, today) if rule.id == id]
    for one in result:
        told(id, one)
    return result


def whats(id: str, who: Dossier, today=TODAY) -> list[str]:
    """Which of a rule's sentences its findings are told in."""
    return [str(one.values.get(WHAT, PLAIN)) for one in found(id, who, today)]


def told(id: str, one: Found) -> list[str]:
    SEEN.add((id, str(one.values.get(WHAT, PLAIN))))
    said = texts()[id][str(one.values.get(WHAT, PLAIN))]
    named = {name for name, _ in placeholders(said["nb"])}
    assert named == set(one.values) - {WHAT}, f"{id} names {sorted(named)} of {sorted(one.values)}"
    assert all(isinstance(value, str | int) for value in one.values.values())
    assert len(one.subject) <= 40
    assert RULES[id]
    sentences = [sentence(id, one.values, lang) for lang in LANGUAGES]
    assert all("{" not in text and text[0] == text[0].upper() and text.endswith(".") for text in sentences)
    return sentences
