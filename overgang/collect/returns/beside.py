"""What else is known about a unit's return: last year's, and what the register holds on the day of the round.

Strictly confidential persons (grade 6) have no unit and are in no number here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, Q

from overgang.access.actor import unit_on
from overgang.base.codes import NOT_REGISTERED
from overgang.base.places import FIRST_YEAR, LAST_YEAR, gazetteer
from overgang.collect.register.models import Leave, Participation
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL
from overgang.collect.returns.annual_return import Beside
from overgang.collect.returns.answer import Answer as Given
from overgang.collect.returns.answer import State
from overgang.collect.returns.held import RECEIVED, Stay, held, needs_times
from overgang.collect.returns.interval import UNKNOWN, Interval, exactly, interval_of, total
from overgang.collect.returns.models import Answer, Return, Round, Version
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.times import times

STARTERS = "starters"
FEW = 20
"""Units that are asked for by name; of more all answers of the year are read."""


def beside_of(of: Return) -> Beside:
    """What a return is held against."""
    return besides_of(of.round, (of.unit,))[of.unit]


def besides_of(round_: Round, units: Collection[str] | None = None) -> Mapping[str, Beside]:
    """The same for some units of a round, or all of them, in a handful of queries. Of a year that the register holds
    nobody of, it says nothing."""
    asked = questionnaire(round_.year)
    wanted = set(round_.returns.values_list("unit", flat=True)) if units is None else set(units)
    stays = _stays(round_, wanted, all_=units is None)
    found = {unit: held(round_.year, round_.as_of, stays[unit]) for unit in wanted}
    if needs_times(asked):
        known = times((stay for one in found.values() for stay in one.exits), round_.as_of)
        found = {unit: replace(one, times=known) for unit, one in found.items()}
    last = _last_years(round_.year, wanted)
    if not any(stays.values()) and not _running(round_).exists():
        return {unit: Beside(last=last[unit]) for unit in wanted}
    return {unit: Beside(one.counts(asked), last[unit], exactly(one.starters)) for unit, one in found.items()}


def kept(beside: Beside) -> dict[str, list[int | None]]:
    """All of it as it is kept with a version that is sent."""
    known = {**beside.register, **{f"{id}@last": number for id, number in beside.last.items()}}
    return {id: [number.low, number.high] for id, number in {**known, STARTERS: beside.starters}.items()}


def when_sent(version: Version) -> Beside:
    """What was known beside a version when it was sent."""
    known = {id: Interval(low, high) for id, (low, high) in version.register.items()}
    return Beside(
        register={id: number for id, number in known.items() if "@" not in id and id != STARTERS},
        last={id.removesuffix("@last"): number for id, number in known.items() if "@" in id},
        starters=known.get(STARTERS, UNKNOWN),
    )


def besides_when_sent(year: int) -> Mapping[str, Beside]:
    """By unit, what the version that counts was held against when it was sent, beside last year's return as it is."""
    sent = list(Version.objects.filter(of__round_id=year, of__current_id=F("pk")).select_related("of"))
    last = _last_years(year, [version.of.unit for version in sent])
    return {version.of.unit: replace(when_sent(version), last=last[version.of.unit]) for version in sent}


def _stays(round_: Round, units: Collection[str], *, all_: bool) -> Mapping[str, list[Stay]]:
    """The participations that ran at some time of the year or on the day, by the unit of that year."""
    day, of_unit = round_.as_of, units_in(round_.year)
    rows = _running(round_)
    leaves = Leave.objects.filter(Q(end=None) | Q(end__gte=day), start__lte=day)
    if not all_:
        codes = sorted(code for code, unit in of_unit.items() if unit in units)
        rows, leaves = rows.filter(case__unit__in=codes), leaves.filter(participation__case__unit__in=codes)
    away = set(leaves.values_list("participation_id", flat=True))
    found: dict[str, list[Stay]] = defaultdict(list)
    columns = ("case__unit", "case__person_id", "start", "end", "end_reason", "case_id", "pk", "previous_id", *RECEIVED)
    for code, person, start, end, reason, case, id, previous, *received in rows.exclude(
        case__person__address_grade=STRICTLY_CONFIDENTIAL
    ).values_list(*columns):
        if unit := of_unit.get(code):
            said = dict(zip(RECEIVED, received, strict=True))
            found[unit].append(
                Stay(person, start, end or date.max, reason or NOT_REGISTERED, case, id, previous, id in away, said)
            )
    return found


def _running(round_: Round) -> Any:
    first = min(date(round_.year, 1, 1), round_.as_of)
    return Participation.objects.filter(start__lte=round_.as_of).exclude(end__lt=first)


@cache
def units_in(year: int) -> Mapping[str, str]:
    """The unit of a year that each unit there ever was counts with: itself, what carried it on, or, of one that came
    later, what it was then; a later one that was several then is not in it."""
    places, found = gazetteer(), {}
    own = {unit.id for unit in places.units(min(year, LAST_YEAR))}
    for code in _all_units():
        later = places.place(code).valid_from.year > year
        unit = unit_on(code, date(year, 12, 31)) if later else places.carried(code, min(year, LAST_YEAR))
        if unit in own:
            found[code] = unit
    return found


@cache
def _all_units() -> frozenset[str]:
    places = gazetteer()
    return frozenset(unit.id for year in range(FIRST_YEAR, LAST_YEAR + 1) for unit in places.units(year))


def _last_years(year: int, units: Iterable[str]) -> Mapping[str, Mapping[str, Interval]]:
    """The numbers of the versions that count of the year before, by unit and item: of a unit that has become of
    several, their sum. Nothing where one of them did not answer."""
    before = {unit: _of_last_year(unit, year) for unit in units}
    rows: dict[str, dict[str, Interval]] = defaultdict(dict)
    for unit, item, raw, state, value in _answers(year - 1, {code for codes in before.values() for code in codes}):
        rows[unit][item] = interval_of(Given(raw, State(state), value))
    return {unit: _summed([rows[code] for code in codes]) for unit, codes in before.items()}


def _answers(year: int, units: Collection[str]) -> Iterable[tuple[str, str, str, str, int | None]]:
    """Unit, item, text as typed, state and number of each answer that counts."""
    counted = Answer.objects.filter(version__of__round_id=year, version__of__current_id=F("version"))
    if len(units) <= FEW:
        counted = counted.filter(version__of__unit__in=sorted(units))
    return counted.values_list("version__of__unit", "item", "raw", "answer", "value")


def _summed(parts: list[dict[str, Interval]]) -> Mapping[str, Interval]:
    common = set.intersection(*map(set, parts)) if parts else set()
    return {item: total(part[item] for part in parts) for item in common}


@cache
def _of_last_year(unit: str, year: int) -> tuple[str, ...]:
    """The units of the year before that a unit is made of, itself or others; none where one was divided."""
    places = gazetteer()
    changes = [change for change in places.predecessors(unit) if change.day.year == year]
    if any(change.weight != 1 for change in changes):
        return ()
    old = {change.old for change in changes} | {unit}
    return tuple(sorted(code for code in old if places.place(code).valid_in(year - 1)))
