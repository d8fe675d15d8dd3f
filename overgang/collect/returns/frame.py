"""Who is asked about a year, and why: proposed from the register, then decided by a person."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from overgang.base.places import gazetteer
from overgang.base.places.gazetteer import LAST_YEAR
from overgang.collect.register.models import Participation, Settlement
from overgang.collect.register.unit.places import unit_in

YEARS = 3
"""The year itself and the two before: a unit that settled refugees, or had somebody begin, in them is asked (R07)."""
SMALL = range(1, 5)
"""Counts that are not told of a unit."""


def everybody(year: int) -> dict[str, str]:
    """All units of the year."""
    return {place.id: "alle enheter" for place in gazetteer().units(min(year, LAST_YEAR))}


def named(year: int) -> dict[str, str]:
    """The units of a year as people write them, in small letters: by id, code and, where only one has it, name."""
    places = gazetteer().units(min(year, LAST_YEAR))
    names: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for name in (place.name, *place.names.values()):
            names[name.casefold()].add(place.id)
    found = {name: min(same) for name, same in names.items() if len(same) == 1}
    return found | {key.casefold(): place.id for place in places for key in (place.id, place.code)}


def recent(year: int) -> dict[str, str]:
    """The units that settled somebody, or had somebody begin, in three years: "12 begynte i programmet 2023–2025". A
    unit that has become a part of another is asked with it. Persons with a graded address are of no place here."""
    first = year - YEARS + 1
    span = (date(first, 1, 1), date(year, 12, 31))
    settled = Settlement.objects.filter(day__range=span, person__address_grade=0)
    begun = Participation.objects.filter(start__range=span, case__person__address_grade=0)
    counts: dict[str, list[str]] = defaultdict(list)
    for text, found in (
        ("bosatt", _by_unit(settled, "unit", "person", year)),
        ("begynte i programmet", _by_unit(begun, "case__unit", "case__person", year)),
    ):
        for unit, n in found.items():
            counts[unit].append(f"{'færre enn 5' if n in SMALL else n} {text}")
    return {unit: f"{', '.join(counts[unit])} {first}–{year}" for unit in sorted(counts)}


PROPOSALS: Mapping[str, Any] = {"recent": recent, "everybody": everybody}


def _by_unit(rows: QuerySet[Any], unit: str, person: str, year: int) -> Counter[str]:
    found: Counter[str] = Counter()
    asked = {place.id for place in gazetteer().units(min(year, LAST_YEAR))}
    for id, n in rows.exclude(**{unit: None}).values_list(unit).annotate(n=Count(person, distinct=True)).order_by():
        if (at := unit_in(id, year)) in asked:
            found[at] += n
    return found
