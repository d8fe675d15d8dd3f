"""What a return is held against: cases counted by hand, and random registers counted again a person at a time."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from overgang.access.actor import acting
from overgang.base.codes import end_reasons
from overgang.base.places import gazetteer
from overgang.collect.register.models import Case, Decision, Leave, Participation, Person
from overgang.collect.returns import keeping
from overgang.collect.returns.beside import beside_of, besides_of, units_in
from overgang.collect.returns.interval import Interval, exactly
from overgang.collect.returns.models import Answer, Return, Round, Version
from overgang.collect.returns.questionnaire import questionnaire

pytestmark = pytest.mark.django_db
UNIT = "K5001"
ANALYST = acting(3, "Analytiker", "analyst", "")


def asked(year: int, *units: str) -> Round:
    from django.utils import timezone

    days = {"as_of": date(year, 12, 31), "opens": date(year + 1, 1, 2), "closes": date(year + 1, 2, 28)}
    frame = dict.fromkeys(units or (UNIT,), "")
    return keeping.open_round(ANALYST, year=year, **days, frame=frame, now=timezone.now())


def took_part(
    *spells: tuple[str, str, str | None], unit: str | None = UNIT, grade: int = 0, **said: str
) -> Participation:
    """A person with these participations, each in a case of its own; the last is given back."""
    person = Person.objects.create(birth_date=date(1990, 1, 1), sex="F", origin="SY", address_grade=grade)
    for start, end, reason in spells:
        case = Case.objects.create(person=person, unit=unit, regime="INTRO_2004", state="in_programme")
        days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end) if end else None}
        last = Participation.objects.create(case=case, end_reason=reason, **days, **said)
    return last


def known(year: int = 2025, unit: str = UNIT) -> dict[str, Interval]:
    return dict(beside_of(Return.objects.get(round_id=year, unit=unit)).register)


def test_a_year_counted_by_hand() -> None:
    asked(2025)
    took_part(("2024-03-01", "2025-02-01", "CO_WORK_GT29"), social_assistance="no")
    took_part(("2024-03-01", "2025-12-31", "PS_WORK_LT30"), social_assistance="yes", national_insurance="yes")
    took_part(("2025-03-01", "2025-06-01", None))
    took_part(("2025-03-01", "2026-01-10", "CO_EDU_UPPER"))
    took_part(("2024-03-01", "2025-04-01", "IN_MOVED"), ("2025-08-01", "", None))
    away = took_part(("2024-03-01", "", None))
    Leave.objects.create(participation=away, kind="care_leave", start=date(2025, 12, 31))
    found = known()
    assert [found[item] for item in ("1", "2", "3", "4")] == [exactly(6), exactly(3), exactly(1), exactly(3)]
    assert (found["10a"], found["7d"], found["7b"], found["9a"]) == (exactly(2), exactly(1), exactly(0), exactly(0))
    assert (found["13a"], found["13b"], found["13c"]) == (Interval(1, 2), Interval(1, 3), Interval(0, 3))
    assert beside_of(Return.objects.get()).starters == exactly(2)
    assert "14" not in found


def test_what_came_after_the_day_of_the_round_is_not_in_it() -> None:
    took_part(("2025-03-01", "2025-09-01", "CO_WORK_GT29"))
    took_part(("2025-10-15", "", None))
    asked(2025)
    Round.objects.update(as_of=date(2025, 8, 31))
    assert [known()[item] for item in ("1", "2", "4")] == [exactly(1), exactly(1), exactly(0)]
    Round.objects.update(as_of=date(2026, 1, 15))
    took_part(("2026-01-10", "", None))
    assert [known()[item] for item in ("1", "2", "4")] == [exactly(2), exactly(2), exactly(1)]


def test_neither_other_units_nor_the_strictly_confidential_are_in_it() -> None:
    asked(2025)
    took_part(("2025-03-01", "", None), unit="K4601")
    took_part(("2025-03-01", "", None), unit=None, grade=6)
    took_part(("2025-03-01", "", None), grade=6)
    took_part(("2025-03-01", "", None), grade=7)
    assert known()["1"] == exactly(1)


def test_of_a_year_that_the_register_holds_nobody_of_nothing_is_known() -> None:
    asked(2025, UNIT, "K1103")
    took_part(("2026-01-01", "", None))
    assert known() == {}
    took_part(("2025-03-01", "", None), unit="K1103")
    assert known()["1"] == exactly(0)


def test_how_long_programmes_lasted_and_were_granted() -> None:
    asked(2007, "K1103")
    within = took_part(("2005-06-01", "2007-05-30", "CO_WORK_GT29"), unit="K1103")
    longer = took_part(("2005-06-01", "2007-05-31", "CO_WORK_GT29"), unit="K1103")
    away = took_part(("2005-06-01", "2007-06-20", "CO_EDU_UPPER"), unit="K1103")
    stopped = took_part(("2007-01-01", "2007-03-01", "PS_HEALTH"), unit="K1103")
    Leave.objects.create(participation=away, kind="care_leave", start=date(2006, 1, 1), end=date(2006, 1, 31))
    for of, months in ((within, 24), (longer, 36), (stopped, 24)):
        Decision.objects.create(case=of.case, kind="grant", decided=of.start, months=months)
    Decision.objects.create(case=stopped.case, kind="extension", decided=stopped.start, months=6)
    found = known(2007, "K1103")
    assert found["5"] == exactly(2)
    assert found["6"] == Interval(2, 3)


def test_cases_count_with_the_unit_of_the_year() -> None:
    asked(2021, "K4204")
    took_part(("2019-03-01", "2021-03-01", "CO_WORK_GT29"), unit="K1018")
    took_part(("2020-03-01", "", None), unit="K4204")
    assert known(2021, "K4204")["1"] == exactly(2)
    assert units_in(2021)["K1018"] == "K4204"
    assert units_in(2019)["K1018"] == "K1018"
    assert "K4204" not in units_in(2019)
    assert units_in(2010)["K3201"] == "K0219"


@pytest.mark.parametrize("year", [2007, 2019, 2025])
def test_a_unit_of_a_year_is_itself(year: int) -> None:
    places = {unit.id for unit in gazetteer().units(year)}
    assert {unit: units_in(year)[unit] for unit in places} == {unit: unit for unit in places}
    assert set(units_in(year).values()) == places


def test_last_year_of_a_unit_that_has_become_of_three_is_their_sum() -> None:
    old = asked(2019, "K1001", "K1017", "K1018", "K5001", "K5030")
    asked(2020, "K4204", "K5001")
    for unit, value in (("K1001", 30), ("K1017", 4), ("K5001", 50)):
        _answered(old, unit, value)
    assert beside_of(Return.objects.get(round_id=2020, unit="K4204")).last == {}
    _answered(old, "K1018", 1)
    assert beside_of(Return.objects.get(round_id=2020, unit="K4204")).last == {"1": exactly(35)}
    assert beside_of(Return.objects.get(round_id=2020, unit="K5001")).last == {}
    _answered(old, "K5030", 2)
    assert beside_of(Return.objects.get(round_id=2020, unit="K5001")).last == {"1": exactly(52)}


def _answered(round_: Round, unit: str, value: int) -> None:
    of = Return.objects.get(round=round_, unit=unit)
    version = Version.objects.create(of=of, sent="2020-02-01T12:00:00Z")
    Answer.objects.create(version=version, item="1", raw=str(value), answer="value", value=value)
    Return.objects.filter(pk=of.pk).update(current=version)


@pytest.mark.parametrize("seed", range(4))
def test_a_random_register_counted_a_person_at_a_time(seed: int) -> None:
    luck = Random(seed)
    units = ["K0219", "K1103", "K3201", None]
    codes = [reason.code for reason in end_reasons() if reason.group != "system"]
    for _ in range(120):
        spells, day = [], date(2013, 1, 1) + timedelta(days=luck.randrange(1200))
        for _ in range(luck.choice((1, 1, 2, 3))):
            end = day + timedelta(days=luck.randrange(900))
            spells.append((f"{day}", f"{end}", luck.choice([None, *codes])))
            day = end + timedelta(days=1 + luck.randrange(100))
        if luck.random() < 0.3:
            spells[-1] = (spells[-1][0], "", None)
        unit = luck.choice(units)
        last = took_part(
            *spells, unit=unit, grade=0 if unit else 6, other_support=luck.choice(("yes", "no", "unknown"))
        )
        if luck.random() < 0.3:
            start = last.start + timedelta(days=luck.randrange(200))
            Leave.objects.create(participation=last, kind="care_leave", start=start, end=start + timedelta(days=300))
    round_ = asked(2016, "K0219", "K1103")
    found = besides_of(round_)
    for of in round_.returns.all():
        assert found[of.unit] == beside_of(of)
        plain, starters = counted(of.unit, 2016)
        assert {id: found[of.unit].register[id] for id in plain} == plain
        assert found[of.unit].starters == exactly(starters)
        assert plain["1"].low > 5


SAME = {"K3201": "K0219"}
"""Bærum, by its code of 2024."""


def counted(unit: str, year: int) -> tuple[dict[str, Interval], int]:
    """The same by a loop over persons: what each did in the year."""
    turn, counts, maybe, starters = date(year, 12, 31), Counter(), Counter(), 0
    for person in Person.objects.exclude(address_grade=6):
        rows = [case.participation for case in person.cases.all() if SAME.get(case.unit, case.unit) == unit]
        there = [row for row in rows if row.start.year <= year and (row.end is None or row.end.year >= year)]
        if not there:
            continue
        last = max(there, key=lambda row: row.start)
        counts["1"] += 1
        starters += all(row.start.year == year for row in there)
        if last.end is None or last.end > turn:
            counts["2"] += 1
            counts["3"] += any(one.start <= turn <= one.end for one in last.leaves.all())
            continue
        counts["4"] += 1
        counts["13c"] += last.other_support == "yes"
        maybe["13c"] += last.other_support == "unknown"
        for item in questionnaire(year).items:
            counts[item.id] += last.end_reason in item.reasons
    ids = [item.id for item in questionnaire(year).items if item.reasons or item.id in ("1", "2", "3", "4", "13c")]
    return {id: Interval(counts[id], counts[id] + maybe[id]) for id in ids}, starters
