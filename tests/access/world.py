"""The register of the authorization matrix: a person of each kind, with a row of every kind, and signs by which each of
them is known wherever they turn up."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from overgang.access import log
from overgang.access.actor import acting
from overgang.access.models import Event, Grant, Token
from overgang.base.identity import check_digits
from overgang.collect.register import numbers
from overgang.collect.register.models import (
    Absence,
    Appeal,
    Batch,
    Case,
    Decision,
    Finding,
    Handover,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.returns.models import (
    Answer,
    Comment,
    Commenter,
    CommentRound,
    Question,
    Return,
    Round,
    SurveyFile,
    Version,
)
from overgang.collect.returns.questionnaire import questionnaire
from tests.access.ways import World
from tests.internal import OTHER, OWN

UNITS = {"own": OWN, "other": OTHER, "own7": OWN, "other7": OTHER, "six": None}
GRADES = {"own7": 7, "other7": 7, "six": 6}
NAMES = {
    "own": "Qvalmund",
    "other": "Qvernhild",
    "own7": "Qvikstein",
    "other7": "Qvorlaug",
    "six": "Qvysten",
    "missing": "Qvastmo",
    "elsewhere": "Qvendel",
}
"""What a person is called, where the measure is, what a finding says: a word that stands nowhere else."""
IDS = {"other": 710000000, "other7": 720000000, "six": 730000000, "elsewhere": 740000000, "missing": 987654321}
"""Every row of one of these, of whatever kind, has this id: one number tries them all. "elsewhere" is the case that
one's own person has in another unit."""
KEYS = {whose: f"{n}d{n}e{n}fa0b1c2d3e4" for n, whose in enumerate(NAMES, 1)}
"""Alike but for who it is: nobody shall be told by the digits of a key."""
HOLDERS = {"own": "Holmvard", "other": "Hersvein", "own7": "Hilmer", "other7": "Hotvar", "six": "Hysing"}
"""Users beside them."""
DAY = date(2024, 1, 15)


def number(whose: str) -> str:
    """The identity number of one of them, and one that nobody has."""
    nine = f"0101900{[*NAMES].index(whose) + 10:02}"
    digits = check_digits([int(sign) for sign in nine])
    while digits is None:
        nine = str(int(nine) + 20).zfill(9)
        digits = check_digits([int(sign) for sign in nine])
    return nine + "".join(map(str, digits))


def build(make_user: Any) -> World:
    """Everything of everybody."""
    now = timezone.now()
    keys, cases = {"missing": KEYS["missing"]}, {"missing": IDS["missing"]}
    made: dict[tuple[str, str], Any] = {("number", whose): number(whose) for whose in NAMES}
    for whose, unit in UNITS.items():
        person, case = person_of(whose, unit)
        keys[whose], cases[whose] = person.key, case.pk
        who = acting(1, "", "leader" if unit else "shielded_officer", unit or "")
        log.write(who, [log.Entry(Event.SAW, person=person.key)], now=now)
        holder = make_user("", name=HOLDERS[whose].lower(), pk=IDS.get(whose))
        role, place = ("adviser", unit) if unit else ("analyst", "")
        grant = _row(Grant, whose, user=holder, role=role, place=place, since=DAY)
        made |= {(name, whose): row.pk for name, row in rows_of(person, case, whose).items()}
        made["user", whose], made["grant", whose] = holder.pk, grant.pk
        if whose in ("own", "other"):
            values = {"kind": "person", "key": whose, "created": now, "moved": now, "state": "done"}
            made["batch", whose] = _row(Batch, whose, unit=unit, user=holder, file=f"{NAMES[whose]}.csv", **values).pk
            values = {"created": now, "expires": timezone.localdate(), "name": f"{HOLDERS[whose]} nøkkel"}
            made["asked", whose] = unit
            made["token", whose] = _row(Token, whose, hash=whose, grant=grant, **values).pk
    made["asked", "missing"] = "K9999"
    keep_returns()
    made |= asked_in_a_round(now)
    made |= made_of_comments() | {("commenter", "missing"): "K9999", ("comment", "missing"): 99}
    person = Person.objects.get(key=keys["own"])
    case = _row(Case, "elsewhere", person=person, unit=OTHER, regime="INTRO_2004")
    made |= {(name, "elsewhere"): row.pk for name, row in rows_of(person, case, "elsewhere").items()}
    del made["permit", "elsewhere"]  # which is the person's, and seen by whoever sees the person
    keys["elsewhere"], cases["elsewhere"], made["number", "elsewhere"] = person.key, case.pk, number("own")
    kinds = {name for name, _ in made}
    absent = {(kind, whose): IDS[whose] for kind in kinds - {"number"} for whose in IDS if whose != "elsewhere"}
    return World(keys, cases, absent | made)


def keep_returns() -> None:
    """Both units have sent their returns for 2024."""
    day, sent = date(2025, 1, 2), datetime(2025, 2, 1, tzinfo=UTC)
    asked = Round.objects.create(year=2024, as_of=date(2024, 12, 31), opens=day, closes=date(2025, 2, 28))
    for unit in (OWN, OTHER):
        of = Return.objects.create(round=asked, unit=unit, added=day, state="sent")
        of.current = Version.objects.create(of=of, sent=sent)
        of.save()
        Answer.objects.bulk_create(
            Answer(version=of.current, item=item.id, raw="0", answer="zero", value=0)
            for item in questionnaire(2024).items
        )


def asked_in_a_round(now: datetime) -> dict[tuple[str, str], Any]:
    """A return of each unit: a version of it was sent, and it is open again."""
    days = {"as_of": date(2020, 12, 31), "opens": date(2021, 1, 2), "closes": timezone.localdate()}
    round_ = Round.objects.create(year=2020, **days)
    for unit in (OWN, OTHER):
        of = Return.objects.create(round=round_, unit=unit, added=date(2021, 1, 2), state="draft")
        Version.objects.create(of=of, number=1, sent=now)
        Version.objects.create(of=of, number=2, typed={"1": "12"})
    return {("return", "own"): OWN, ("return", "other"): OTHER, ("return", "missing"): "K9999"}


def made_of_comments() -> dict[tuple[str, str], Any]:
    """Comments of a year that are being written and of one that are being decided, by both units; and survey files."""
    found: dict[tuple[str, str], Any] = {}
    now, day = timezone.now(), timezone.localdate()
    for year in (2011, 2012):
        asked = Round.objects.create(year=year, as_of=day, opens=day, closes=day, released=now)
        closed = now if year == 2012 else None
        CommentRound.objects.create(round=asked, opened=now, closes=day, closed=closed)
        question = Question.objects.create(round=asked, number=1, nb="Hva?", nn="Kva?", en="What?")
        for number, (whose, unit) in enumerate((("own", OWN), ("other", OTHER)), 1):
            of = Return.objects.create(round=asked, unit=unit, added=day)
            Commenter.objects.create(of=of, sent=closed, number=number if closed else None)
            Comment.objects.create(question=question, of=of, text="Vi gjorde det.", at=now)
            file = SurveyFile.objects.create(round=asked, key=whose, file="a.csv", at=now, taken=now, grid=[[1, ["a"]]])
            found |= {("commenter", whose): unit, ("comment", whose): number, ("survey", whose): file.pk}
    return found


def person_of(whose: str, unit: str | None) -> tuple[Person, Case]:
    """A person with a case and a number."""
    values = {"name": f"{NAMES[whose]} Lund", "birth_date": date(1990, 1, 2), "sex": "F", "origin": "SO"}
    person = _row(Person, whose, key=KEYS[whose], address_grade=GRADES.get(whose, 0), **values)
    numbers.new_identifier(person, "fnr", number(whose)).save()
    return person, _row(Case, whose, person=person, unit=unit, regime="INTRO_2004")


def rows_of(person: Person, case: Case, whose: str) -> dict[str, Any]:
    """A row of every kind, and a finding; and somebody from elsewhere who is handed over to the unit."""
    unit, said = case.unit, NAMES[whose]
    participation = _row(Participation, whose, case=case, start=DAY)
    own: dict[str, Any] = {"participation": participation}
    decision = _row(Decision, whose, case=case, kind="grant", decided=DAY)
    finding = {"unit": unit, "rule": "DQ01", "severity": "E", "found": DAY, "due": DAY, "explanation": said}
    found = own | {
        "measure": _row(Measure, whose, kind="norwegian", start=DAY, provider=f"{said} kurs", **own),
        "leave": _row(Leave, whose, kind="care_leave", start=DAY, **own),
        "absence": _row(Absence, whose, start=DAY, end=DAY, **own),
        "decision": decision,
        "plan": _row(Plan, whose, case=case, day=DAY),
        "permit": _row(Permit, whose, person=person, basis="asylum", decided=DAY),
        "settlement": _row(Settlement, whose, person=person, unit=unit, day=DAY),
        "appeal": _row(Appeal, whose, decision=decision, lodged=DAY),
        "finding": _row(Finding, whose, case=case, values={"what": "none"}, **finding),
    }
    if unit:
        moved = Person.objects.create(name="Bo Li", birth_date=DAY, sex="M", origin="SY")
        there = Case.objects.create(person=moved, unit=OTHER if unit == OWN else OWN, regime="INTRO_2004")
        found["handover"] = _row(Handover, whose, case=there, to_unit=unit, offered=DAY)
    return found


def _row(model: Any, whose: str, **values: Any) -> Any:
    return model.objects.create(pk=IDS.get(whose), **values)
