"""The work list: what is to be done in the unit, soonest first, with the way straight to the form that mends it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import number, plural, short_day
from overgang.collect.register.models import Case, Finding, Handover, Participation
from overgang.collect.register.rules import RULES, sentence, title
from overgang.collect.register.scope import CONFIDENTIAL
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.screens.mending import Way, way_to_mend

PERSONS = 20
"""Persons on a page of the list."""
SHOWN = 3
"""Findings of a person before the rest are left to the person's page."""
SOON = timedelta(weeks=6)
ENDING = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One finding as it is shown."""

    id: int
    rule: str
    title: str
    sentence: str
    severity: str
    due: str
    late: bool
    way: Way | None


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one person."""

    key: str
    name: str
    born: str
    due: str
    late: bool
    items: tuple[Item, ...]
    more: int
    mine: bool


@policy("register")
def work_list(request: Any) -> HttpResponse:
    actor, today, t = request.actor, timezone.localdate(), texts()
    chosen = Filters.of(request.GET)
    listed = Finding.objects.seen_by(actor).open()
    persons = listed.exclude(case=None)
    if not actor.sees_shielded:
        persons = persons.exclude(case__person__address_grade=CONFIDENTIAL)
    counts = listed.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due__lt=today)),
        hidden=Count("pk", filter=Q(case__person__address_grade=CONFIDENTIAL)),
    )
    page = Paginator(_persons(chosen.applied(persons, actor.user, today)), PERSONS).get_page(chosen.page)
    model = {
        "title": t("work_list.heading"),
        "page": page,
        "groups": groups(page, persons, today, actor.user),
        "counts": counts,
        "summary": summary(counts),
        "unit_findings": [item(row, today) for row in listed.filter(case=None)[:5]],
        "hidden": _counted(counts["hidden"], "finding") if counts["hidden"] and not actor.sees_shielded else "",
        "handovers": handovers(actor),
        "ending": ending(actor, today),
        "chosen": chosen,
        "rules": [
            (rule, title(rule, language()), n)
            for rule, n in persons.values_list("rule").annotate(n=Count("pk")).order_by("rule")
        ],
        "answered": _answered(request),
        "can_hand_over": actor.may("handover"),
    }
    return render(request, "register/work_list.html", model)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    mine: bool = False
    late: bool = False
    rule: str = ""
    page: str = "1"

    @classmethod
    def of(cls, asked: Any) -> "Filters":
        rule = asked.get("regel", "")
        return cls(
            bool(asked.get("mine")), bool(asked.get("over")), rule if rule in RULES else "", asked.get("side", "1")
        )

    @property
    def any(self) -> bool:
        return self.mine or self.late or bool(self.rule)

    @property
    def query(self) -> str:
        """The filters in an address, for the links to other pages of the list."""
        asked = {"mine": "1" if self.mine else "", "over": "1" if self.late else "", "regel": self.rule}
        return urlencode({name: value for name, value in asked.items() if value})

    def applied(self, findings: Any, user: int | None, today: date) -> Any:
        if self.mine:
            findings = findings.filter(owner=user)
        if self.late:
            findings = findings.filter(due__lt=today)
        return findings.filter(rule=self.rule) if self.rule else findings


def groups(page: Page[Any], findings: Any, today: date, user: int | None) -> list[Group]:
    """The persons of a page with all their open findings, in the order of the page."""
    ids = [row["case__person"] for row in page]
    of: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings.filter(case__person__in=ids).select_related("case__person").order_by("due", "pk"):
        assert finding.case is not None
        of[finding.case.person_id].append(finding)
    return [_group(of[id], today, user) for id in ids if of[id]]


def item(finding: Finding, today: date) -> Item:
    lang = language()
    return Item(
        id=finding.pk,
        rule=finding.rule,
        title=title(finding.rule, lang),
        sentence=sentence(finding.rule, finding.values, lang),
        severity=finding.severity,
        due=short_day(finding.due),
        late=finding.due < today,
        way=way_to_mend(finding) if finding.case_id else None,
    )


def summary(counts: dict[str, int]) -> str:
    """ "12 funn, 3 over fristen"."""
    t, lang = texts(), language()
    found = _counted(counts["all"], "finding")
    return t("work_list.summary", found=found, late=number(counts["late"], lang)) if counts["late"] else found


def handovers(actor: Any) -> list[dict[str, Any]]:
    """Persons offered to the unit: from where and since when, never who."""
    if not actor.may("handover"):
        return []
    rows = Handover.objects.filter(to_unit__in=sorted(actor.units), state="offered").select_related("case")
    return [
        {"id": row.pk, "day": short_day(row.offered), "unit": place_name(row.case.unit)}
        for row in rows.order_by("offered", "pk")[:PERSONS]
    ]


def ending(actor: Any, today: date) -> dict[str, Any]:
    """Programmes whose planned end is near or past."""
    own = Case.objects.seen_by(actor)  # asked for by the case: else the database goes through every open programme
    rows = Participation.objects.filter(case__in=own, end=None, planned_end__lte=today + SOON)
    if not actor.sees_shielded:
        rows = rows.exclude(case__person__address_grade=CONFIDENTIAL)
    first = list(rows.select_related("case__person").order_by("planned_end", "pk")[: ENDING + 1])
    people = [
        {
            "key": row.case.person.key,
            "case": row.case_id,
            "name": row.case.person.name or texts()("register.nameless"),
            "day": short_day(row.planned_end),
            "past": row.planned_end < today,
        }
        for row in first[:ENDING]
        if row.planned_end
    ]
    return {"people": people, "more": rows.count() - ENDING if len(first) > ENDING else 0}


def _persons(findings: Any) -> Any:
    return findings.values("case__person").annotate(first=Min("due")).order_by("first", "case__person")


def _group(findings: list[Finding], today: date, user: int | None) -> Group:
    case = findings[0].case
    assert case is not None
    person = case.person
    return Group(
        key=person.key,
        name=person.name or texts()("register.nameless"),
        born=short_day(person.birth_date),
        due=short_day(findings[0].due),
        late=findings[0].due < today,
        items=tuple(item(finding, today) for finding in findings[:SHOWN]),
        more=len(findings) - SHOWN if len(findings) > SHOWN else 0,
        mine=any(finding.owner_id == user for finding in findings),
    )


def _counted(n: int, what: str) -> str:
    t, lang = texts(), language()
    return f"{number(n, lang)} {plural(n, t(f'work_list.{what}_one'), t(f'work_list.{what}_many'))}"


def _answered(request: Any) -> dict[str, Any] | None:
    """The finding that was just explained or accepted, with the way back."""
    asked = request.GET.get("svart", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    finding = Finding.objects.seen_by(request.actor).filter(pk=asked).exclude(state=Finding.OPEN).first()
    if finding is None:
        return None
    known = (Finding.EXPLAINED, Finding.ACCEPTED)
    text = texts()(f"finding.{finding.state}_done") if finding.state in known else ""
    return {"id": finding.pk, "version": finding.version, "text": text} if text else None
