"""The leader's page of deadlines by law: what was begun or entered too late, or still is not."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import ZERO, day, number, plural
from overgang.collect.register.findings import legal
from overgang.collect.register.models import Finding
from overgang.collect.register.rules import title
from overgang.collect.register.scope import CONFIDENTIAL
from overgang.collect.register.screens.work_list import item
from overgang.collect.register.unit.figures import days_to

PAGE = 30


@policy("approve")
def deadlines(request: Any) -> HttpResponse:
    actor, today, t, lang = request.actor, timezone.localdate(), texts(), language()
    found = Finding.objects.seen_by(actor).open().filter(legal(today))
    rules = list(
        found.values("rule").annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=today))).order_by("rule")
    )
    graded = found.filter(case__person__address_grade=CONFIDENTIAL).count()
    listed = found.exclude(case__person__address_grade=CONFIDENTIAL).select_related("case__person", "owner")
    chosen = next((row["rule"] for row in rules if row["rule"] == request.GET.get("regel")), "")
    if chosen:
        listed = listed.filter(rule=chosen)
    page = Paginator(listed.order_by("due", "pk"), PAGE).get_page(request.GET.get("side"))
    model = {
        "title": t("deadlines.heading"),
        "rules": [(row["rule"], title(row["rule"], lang), *_shown(row["n"], row["late"])) for row in rules],
        "chosen": chosen,
        "page": page,
        "rows": [_row(row, today) for row in page],
        "graded": f"{number(graded, lang)} {plural(graded, t('unit.finding_one'), t('unit.finding_many'))}"
        if graded
        else "",
        "printed": day(today, lang),
    }
    return render(request, "register/deadlines.html", model)


def _shown(*counts: int) -> list[str]:
    return [number(n, language()) if n else ZERO for n in counts]


def _row(finding: Finding, today: date) -> dict[str, Any]:
    t, lang = texts(), language()
    over = days_to(today, finding.due)
    case = finding.case
    return {
        "findings": [item(finding, today)],
        "key": case.person.key if case else "",
        "name": (case.person.name or t("register.nameless")) if case else t("work_list.unit"),
        "over": t("deadlines.over", days=f"{number(over, lang)} {plural(over, t('unit.day_one'), t('unit.day_many'))}")
        if over > 0
        else "",
        "owner": str(finding.owner) if finding.owner else "",
    }
