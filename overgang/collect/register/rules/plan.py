"""The individual plan: what the Integration Act wants in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.collect.register.rules.facts import LAWS, complete
from overgang.collect.register.rules.limits import LIMITS
from overgang.collect.register.rules.regime import INTEGRATION
from overgang.collect.register.rules.rule import Found, Severity, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

OF_PARENTS = "parental_guidance"
"""Mandatory for those with children under 18 only, and the register holds no children."""


@rule(
    "DQ20",
    Severity.WARNING,
    ("end_goal", "norwegian_goal", "contract", "competence_mapped", "career_guided"),
    source="Integration Act §§ 9, 10, 15, 16",
    needs="a plan, or a programme begun since `complete_from`",
)
def goals_registered(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if file.case.regime not in INTEGRATION or not (file.plans or complete(file)):
        return
    plan, person = file.plans[-1] if file.plans else None, dossier.person
    missing = [name for name in ("end_goal", "norwegian_goal", "contract") if plan is None or not getattr(plan, name)]
    missing += [name for name in ("competence_mapped", "career_guided") if getattr(person, name) is None]
    if missing:
        start = file.participation.start
        yield Found(mark(file.case), {"fields": ",".join(missing), "start": start.isoformat()})


@rule(
    "DQ33",
    Severity.WARNING,
    ("plan", "elements"),
    source="Introduction Act § 4, Integration Act §§ 14, 14 a, 37 c",
    needs="a plan; one without any element is asked about only if it is from `complete_from` on. Parental guidance is "
    "never asked for, since the register holds no children",
)
def mandatory_elements(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    law = LAWS.get(file.case.regime)
    if law is None or not file.plans:
        return
    plan = file.plans[-1]
    if not plan.elements and plan.day < LIMITS.complete_from:
        return
    missing = [element for element in law.content if element not in plan.elements and element != OF_PARENTS]
    if missing:
        yield Found(mark(plan, file.plans), {"day": plan.day.isoformat(), "fields": ",".join(missing)})
