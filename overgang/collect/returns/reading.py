"""The returns of a whole round, read with a query instead of one a unit."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import F

from overgang.collect.returns.annual_return import AnnualReturn, read_return
from overgang.collect.returns.models import Answer
from overgang.collect.returns.questionnaire import questionnaire


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
