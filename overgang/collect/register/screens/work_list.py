"""The work list: what is to be done in the unit, soonest first, with the way straight to the form that mends it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
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

PERSONS = 12
"""Persons on a page of the list."""
SHOWN = 3
"""Findings of a person before the rest are left to the person's page."""
SOON = timedelta(weeks=6)
ENDING = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """The open findings of a unit, counted. `hidden`: of persons who stand in no list; `rules`: of all others;
    `persons`: who are to be listed, those whose findings are due soonest first."""

    all: int
    late: int
    hidden: int
    rules: Counter[str]
    persons: list[int]


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
    findings = Finding.objects.seen_by(actor).open()
    told = tally(findings, actor, chosen, today)
    page = Paginator(told.persons, PERSONS).get_page(chosen.page)
    model = {
        "title": t("work_list.heading"),
        "page": page,
        "groups": groups(list(page), findings, today, actor.user),
        "summary": summary(told.all, told.late),
        "unit_findings": [item(row, today) for row in findings.filter(case=None)[:5]],
        "hidden": _counted(told.hidden, "finding") if told.hidden else "",
        "handovers": handovers(actor),
        "ending": ending(actor, today),
        "chosen": chosen,
        "rules": [(rule, title(rule, language()), told.rules[rule]) for rule in sorted(told.rules)],
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

    def keep(self, findings: Any, user: int | None, today: date) -> Any:
        """The findings that pass."""
        if self.mine:
            findings = findings.filter(owner=user)
        if self.late:
            findings = findings.filter(due__lt=today)
        return findings.filter(rule=self.rule) if self.rule else findings


def tally(findings: Any, actor: Any, chosen: Filters, today: date) -> Tally:
    """Counts open findings, and finds the persons whose findings pass the filters. The database sums by rule and by
    case, from the findings alone; joined to persons, finding by finding, it takes three times as long."""
    counts = {"n": Count("pk"), "late": Count("pk", filter=Q(due__lt=today)), "of_cases": Count("case")}
    rules = list(findings.values_list("rule").annotate(**counts).order_by())
    person_of, graded = {}, []
    for case, person, grade in Case.objects.seen_by(actor).values_list("pk", "person", "person__address_grade"):
        if grade == CONFIDENTIAL:
            graded.append(case)
        else:
            person_of[case] = person
    hidden = Counter[str]()
    if graded:
        hidden.update(dict(findings.filter(case__in=graded).values_list("rule").annotate(Count("pk")).order_by()))
    first: dict[int, date] = {}
    kept = chosen.keep(findings.filter(case__isnull=False), actor.user, today)
    for case, due in kept.values_list("case").annotate(Min("due")).order_by():
        if person := person_of.get(case):
            first[person] = min(due, first.get(person, due))
    return Tally(
        all=sum(n for _, n, _, _ in rules),
        late=sum(n for _, _, n, _ in rules),
        hidden=hidden.total(),
        rules=Counter({rule: n for rule, _, _, n in rules}) - hidden,
        persons=sorted(first, key=lambda person: (first[person], person)),
    )


def groups(ids: list[int], findings: Any, today: date, user: int | None) -> list[Group]:
    """The persons of a page with all their open findings, in the order of the page."""
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


def summary(found: int, late: int) -> str:
    """ "12 funn, 3 over fristen"."""
    t, lang = texts(), language()
    told = _counted(found, "finding")
    return t("work_list.summary", found=told, late=number(late, lang)) if late else told


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
    rows = list(
        Participation.objects.seen_by(actor)
        .filter(end=None, planned_end__lte=today + SOON)
        .exclude(case__person__address_grade=CONFIDENTIAL)
        .order_by("planned_end", "pk")
        .values_list("case__person__key", "case", "case__person__name", "planned_end")
    )
    people = [
        {
            "key": key,
            "case": case,
            "name": name or texts()("register.nameless"),
            "day": short_day(day),
            "past": day < today,
        }
        for key, case, name, day in rows[:ENDING]
    ]
    return {"people": people, "more": max(len(rows) - ENDING, 0)}


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
