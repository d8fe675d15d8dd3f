"""The page of a person: who it is, what is to be done, what has happened, and what can happen next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from overgang.access.policies import POST, policy
from overgang.access.texts import language, texts
from overgang.base.codes import codelist
from overgang.base.text import short_day
from overgang.collect.register.dossier import CaseFile
from overgang.collect.register.models import Finding, Handover
from overgang.collect.register.numbers import number_of, partly
from overgang.collect.register.record import saw
from overgang.collect.register.screens.acts import About, Act, offered
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.screens.entering import receipt
from overgang.collect.register.screens.history import history
from overgang.collect.register.screens.seen import Seen, seen_person
from overgang.collect.register.screens.tables import Table, tables
from overgang.collect.register.screens.work_list import item
from overgang.collect.register.states import CLOSED
from overgang.collect.register.timeline import Timeline, timeline

PURPOSES = ("check", "decision", "contact", "correction")
"""Why somebody needs the whole number."""


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done now."""

    text: str
    href: str
    first: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case as the page shows it."""

    id: int
    heading: str
    state: str
    tag: str
    facts: list[tuple[str, str]]
    timeline: Timeline | None
    tables: list[Table]
    buttons: list[Button]
    open: bool
    has_days: bool

    @property
    def prefix(self) -> str:
        """What the ids of its tables begin with."""
        return f"s{self.id}-"


@policy("persons")
def person(request: Any, key: str) -> HttpResponse:
    seen = seen_person(request.actor, key, timezone.localdate(), language())
    saw(request.actor, seen.person, "person", now=timezone.now())
    return render(request, "register/person.html", _model(request, seen))


@policy("persons", methods=POST)
def numbers(request: Any, key: str) -> HttpResponse:
    """The same page with whole numbers, for a purpose that goes to the log."""
    seen = seen_person(request.actor, key, timezone.localdate(), language())
    purpose = request.POST.get("purpose")
    if purpose not in PURPOSES:
        return render(request, "register/person.html", _model(request, seen) | {"purpose_missing": True}, status=400)
    saw(request.actor, seen.person, "number", now=timezone.now(), purpose=purpose)
    return render(request, "register/person.html", _model(request, seen, whole=True))


def _model(request: Any, seen: Seen, *, whole: bool = False) -> dict[str, Any]:
    t, actor = texts(), request.actor
    writes = actor.may("register")
    findings = Finding.objects.seen_by(actor).filter(case__person=seen.person).exclude(state=Finding.CORRECTED)
    rows = list(findings.select_related("case__person", "owner").order_by("due", "pk"))
    return {
        "title": seen.person.name or t("register.nameless"),
        "seen": seen,
        "born": short_day(seen.person.birth_date),
        "numbers": list(_numbers(seen, whole=whole)),
        "whole": whole,
        "purposes": [(each, t(f"purpose.{each}")) for each in PURPOSES],
        "facts": list(_facts(seen)),
        "findings": [item(row, seen.today) for row in rows if row.state == Finding.OPEN],
        "answered": [
            (item(row, seen.today), t(f"finding.{row.state}"), row.explanation, row.version)
            for row in rows
            if row.state != Finding.OPEN
        ],
        "mine": any(row.owner_id == actor.user for row in rows),
        "cases": [_sheet(seen, file, writes=writes) for file in seen.cases],
        "person_tables": [table for table in tables(seen, None) if table.rows],
        "buttons": list(_buttons(About(seen))) if writes else [],
        "handed": _handed(seen),
        "history": history(seen, everything=request.GET.get("historie") == "alt"),
        "receipt": receipt(request, seen),
        "writes": writes,
    }


def _sheet(seen: Seen, file: CaseFile, *, writes: bool) -> Sheet:
    t, lang = texts(), seen.lang
    about = About(seen, file)
    words = {name: t(f"timeline.{name}") for name in ("programme", "planned", "stop")}
    return Sheet(
        id=file.case.pk,
        heading=f"{codelist('regime').label(file.case.regime, lang)}, {place_name(file.case.unit)}".strip(", "),
        state=t(f"state.{about.state}"),
        tag="neutral" if file.case.state in CLOSED else "warning" if about.state != "in_programme" else "success",
        facts=list(_case_facts(seen, file)),
        timeline=timeline(file, today=seen.today, lang=lang, words=words),
        tables=[table for table in tables(seen, file) if table.rows],
        buttons=list(_buttons(about)) if writes else [],
        open=file.case.state not in CLOSED,
        has_days=file.participation is not None,
    )


def _buttons(about: About) -> Iterator[Button]:
    for act in offered(about):
        if act.id in ("hand_over", "withdraw") and not about.seen.actor.may("handover"):
            continue
        yield Button(texts()(f"act.{act.id}"), href(act, about), about.state in act.first_in)


def href(act: type[Act], about: About) -> str:
    args: list[Any] = [about.seen.person.key]
    if act.level == "case":
        args.append(about.case.case.pk)
    return reverse(f"register:{act.id}", args=args)


def _numbers(seen: Seen, *, whole: bool) -> Iterator[tuple[str, str, bool]]:
    """Kind, number, whether its check digits are right."""
    t = texts()
    for row in seen.whole.identifiers:
        row.person = seen.person
        number = number_of(row)
        yield t(f"number.{row.kind}"), number if whole else partly(number), row.valid


def _facts(seen: Seen) -> Iterator[tuple[str, str]]:
    t, lang, person = texts(), seen.lang, seen.person
    yield t("field.sex"), t(f"sex.{person.sex}")
    yield t("field.origin"), label("origin", person.origin, lang)
    if person.citizenship:
        yield t("field.citizenship"), label("origin", person.citizenship, lang)
    if person.marital_status:
        yield t("field.marital_status"), label("marital_status", person.marital_status, lang)
    yield t("field.education"), label("education", person.education, lang)
    if person.upper_secondary is not None:
        yield t("field.upper_secondary"), t(f"yes_no.{'yes' if person.upper_secondary else 'no'}")
    if person.mother_tongue:
        yield t("field.mother_tongue"), person.mother_tongue
    for name in ("arrived", "competence_mapped", "career_guided", "died"):
        if day := getattr(person, name):
            yield t(f"field.{name}"), short_day(day)
    for name in ("unaccompanied_minor", "research_reserved"):
        if getattr(person, name):
            yield t(f"field.{name}"), t("yes_no.yes")


def _case_facts(seen: Seen, file: CaseFile) -> Iterator[tuple[str, str]]:
    t, lang, case = texts(), seen.lang, file.case
    yield t("field.category"), label("category", case.category, lang)
    if case.asked:
        yield label("trigger", case.trigger, lang), short_day(case.asked)
    participation = file.participation
    if participation is None:
        return
    yield t("field.start"), short_day(participation.start)
    if participation.end is None:
        if participation.planned_end:
            yield t("field.planned_end"), short_day(participation.planned_end)
        return
    yield t("field.end"), short_day(participation.end)
    yield t("field.end_reason"), label("end_reason", participation.end_reason or "", lang) or t("register.missing")
    if participation.hours is not None:
        yield t("field.hours"), str(participation.hours).replace(".", "," if lang != "en" else ".")
    if participation.after_move:
        yield t("field.after_move"), t(f"after_move.{participation.after_move}")
    for name in ("social_assistance", "national_insurance", "other_support"):
        yield t(f"field.{name}"), label("support", getattr(participation, name), lang)
    if file.certificate:
        yield t("field.certificate"), short_day(file.certificate.issued)


def _handed(seen: Seen) -> list[str]:
    """Handovers of the actor's own cases, in a sentence each."""
    t = texts()
    rows = Handover.objects.filter(case__in=[file.case.pk for file in seen.cases]).order_by("-pk")
    return [
        t(f"handover.{row.state}", unit=place_name(row.to_unit), day=short_day(row.answered or row.offered))
        for row in rows
        if row.state != "withdrawn"
    ]


def label(name: str, code: str, lang: str) -> str:
    """The label of a code; what the list does not have as it stands."""
    known = codelist(name)
    return known.label(code, lang) if code in known else code
