"""The result a unit would get now, on cases counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from overgang.collect.register.models import Case, Participation, Person
from overgang.collect.register.preliminary import preliminary, without_reason

TODAY = date(2023, 1, 10)
UNIT = ["K5001"]

pytestmark = pytest.mark.django_db


def took_part(*spells: tuple[str, str, str | None], unit: str = "K5001", grade: int = 0) -> Person:
    person = Person.objects.create(birth_date=date(1990, 1, 1), sex="F", origin="SY", address_grade=grade)
    for start, end, reason in spells:
        case = Case.objects.create(person=person, unit=unit, regime="INTEGR_2021", state="in_programme")
        days = {"start": date.fromisoformat(start), "end": date.fromisoformat(end) if end else None}
        Participation.objects.create(case=case, end_reason=reason, **days)
    return person


def test_a_unit_with_five_exits_of_which_one_lacks_its_reason() -> None:
    took_part(("2021-03-01", "2022-02-01", "CO_WORK_GT29"))
    took_part(("2021-03-01", "2022-05-01", "CO_EDU_UPPER"))
    took_part(("2021-03-01", "2022-05-01", "CO_OTHER"))
    took_part(("2021-03-01", "2022-06-01", None))
    took_part(("2021-03-01", "2022-12-31", "IN_UNKNOWN"))
    took_part(("2022-03-01", "", None))
    found = preliminary(UNIT, 2022, TODAY)
    assert (found.participants, found.ended, found.attained, found.unknown) == (6, 5, 2, 1)
    assert (found.share, found.could_be, found.cost) == (40, (40, 60), Decimal("20.0"))
    assert len(without_reason(UNIT, 2022, TODAY)) == 1


def test_who_began_anew_counts_by_the_last_participation() -> None:
    took_part(("2021-03-01", "2022-02-01", "CO_WORK_GT29"), ("2022-04-01", "", None))
    took_part(("2021-03-01", "2022-02-01", None), ("2022-04-01", "2022-11-01", "CO_WORK_GT29"))
    found = preliminary(UNIT, 2022, TODAY)
    assert (found.participants, found.ended, found.attained, found.unknown) == (2, 1, 1, 0)


def test_neither_another_unit_nor_another_year_nor_the_strictly_confidential_count() -> None:
    took_part(("2021-03-01", "2022-02-01", "CO_WORK_GT29"), unit="K4601")
    took_part(("2020-03-01", "2021-12-31", "CO_WORK_GT29"))
    took_part(("2021-03-01", "2022-02-01", "CO_WORK_GT29"), grade=6)
    assert preliminary(UNIT, 2022, TODAY).participants == 0
    assert preliminary(UNIT, 2022, TODAY).share is None


def test_what_ends_after_today_still_runs() -> None:
    took_part(("2021-03-01", "2022-12-31", "CO_WORK_GT29"))
    assert preliminary(UNIT, 2022, date(2022, 12, 30)).ended == 0
    assert preliminary(UNIT, 2022, date(2022, 12, 31)).ended == 1
