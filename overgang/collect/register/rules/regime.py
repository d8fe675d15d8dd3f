"""The law a case is under: whether it fits permit, age and dates, and what it wants registered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.law import age_on, regimes_of
from overgang.base.law.choice import COLLECTIVE_2022, COLLECTIVE_FROM, INTEGR_2026, INTRO_2004
from overgang.collect.register.rules.facts import LAWS, begun, complete
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

INTEGRATION = ("INTEGR_2021", "INTEGR_2026")
OFFERED = "may_be_offered"


@rule(
    "DQ15",
    Severity.WARNING,
    ("category", "birth_date"),
    source="Introduction Act § 2, Integration Act § 8",
    stage=Stage.CASE,
    needs="under the Integration Act the day the first permit was granted; without one only that somebody was too "
    "young when the programme began is sure",
)
def age_fits_category(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    day, law = begun(file), LAWS.get(file.case.regime)
    if day is None or law is None or file.case.category == OFFERED:
        return
    youngest, oldest = law.ages
    what = "begun"
    if law.id != INTRO_2004 and dossier.permits:
        day, what = min(dossier.permits[0].decided, day), "permit"
    born = dossier.person.birth_date
    if day.year - born.year < oldest and day.year - born.year > youngest:
        return
    age = age_on(born, day)
    if age < youngest or (age > oldest and (law.id == INTRO_2004 or what == "permit")):
        yield Found(mark(file.case), {WHAT: what, "age": age, "day": day.isoformat()})


@rule(
    "DQ19",
    Severity.ERROR,
    ("end_goal", "norwegian_goal", "contract", "upper_secondary", "education"),
    source="the directorate's guidance 2022",
    stage=Stage.CASE,
    needs="a plan; the flag and the education are asked of cases begun since `complete_from`, the flag also where "
    "there is a plan",
)
def items_of_the_law(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """What the law has not is not registered, and what decides the length must be."""
    regime, person = file.case.regime, dossier.person
    if regime == INTRO_2004:
        for plan in file.plans:
            named = [name for name in ("end_goal", "norwegian_goal", "contract") if getattr(plan, name)]
            if named:
                yield Found(mark(plan, file.plans), {WHAT: "not_intro", "fields": ",".join(named)})
    elif regime in INTEGRATION:
        if person.upper_secondary is None and (file.plans or complete(file)):
            yield Found(mark(person), {WHAT: "flag"})
    elif person.education not in ("", "unknown") and complete(file):
        yield Found(mark(person), {WHAT: "not_collective", "education": person.education})


@rule(
    "DQ32",
    Severity.ERROR,
    ("regime", "permit", "arrived", "start"),
    source="Integration Act §§ 9, 51; chapter 6A",
    stage=Stage.CASE,
    needs="a permit from before the programme began; without one only days that the regime cannot have are found",
)
def regime_fits(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    """Whoever has begun keeps the regime: any permit there was when it began may have given it."""
    law, day = LAWS.get(file.case.regime), begun(file)
    if law is None or day is None:
        return
    own = file.participation
    end = own.end if own is not None else None
    values = {"regime": law.id, "begun": day.isoformat()}
    if day < _earliest(law.id, end):
        yield Found(mark(file.case), {WHAT: "too_early", **values})
        return
    permits = [permit for permit in dossier.permits if permit.decided <= day]
    if not permits or (own is not None and own.previous_id is not None):
        return
    arrived = dossier.person.arrived
    if not any(law.id in regimes_of(permit.basis, permit.decided, arrived, day, end) for permit in permits):
        fitting = regimes_of(permits[0].basis, permits[0].decided, arrived, day, end)[0]
        values = {**values, "granted": permits[0].decided.isoformat(), "fitting": fitting}
        yield Found(mark(file.case), {WHAT: "permit", **values})


def _earliest(regime: str, end: date | None) -> date:
    """The first day a programme of this regime can have begun."""
    law = LAWS[regime]
    if regime == COLLECTIVE_2022:
        return COLLECTIVE_FROM
    if regime == INTEGR_2026 and (end is None or end >= law.valid_from):
        return LAWS["INTEGR_2021"].valid_from
    return law.opt_in_from or law.valid_from
