"""The returns of a whole round, read with a query instead of one a unit."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import F

from overgang.collect.returns.annual_return import AnnualReturn, Beside, read_return
from overgang.collect.returns.interval import UNKNOWN, Interval
from overgang.collect.returns.models import Answer, Round, Version
from overgang.collect.returns.questionnaire import questionnaire

STARTERS = "starters"


def counted(year: int) -> Mapping[str, AnnualReturn]:
    """By unit, the version that counts of each return of a year that was sent."""
    asked = questionnaire(year)
    known = {item.id for item in asked.items}
    typed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    rows = Answer.objects.filter(version__of__round_id=year, version__of__current_id=F("version"))
    for unit, item, raw in rows.values_list("version__of__unit", "item", "raw"):
        if item in known:
            typed[unit][item] = raw
    return {unit: read_return(asked, unit, typed[unit]) for unit in sorted(typed)}


def besides(year: int) -> Mapping[str, Beside]:
    """By unit, what its return is held against: what the register said when it was sent, and last year's return."""
    there = Round.objects.filter(pk=year - 1).exists()
    before = counted(year - 1) if there else {}
    sent = Version.objects.filter(of__round_id=year, of__current_id=F("pk")).values_list("of__unit", "register")
    return {unit: _beside(register, before.get(unit)) for unit, register in sent}


def _beside(register: Mapping[str, tuple[int, int | None]], last: AnnualReturn | None) -> Beside:
    known = {id: Interval(low, high) for id, (low, high) in register.items() if "@" not in id}
    starters = known.pop(STARTERS, UNKNOWN)
    return Beside(known, {item: last.known(item) for item in last.answers} if last else {}, starters)
