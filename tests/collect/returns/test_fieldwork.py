"""How far a round has come, and who is proposed for it."""

from datetime import date
from decimal import Decimal

import pytest

from overgang.collect.returns.fieldwork import Asked, Fieldwork, by_county, fieldwork
from overgang.collect.returns.frame import everybody, named, recent

ROWS = (
    Asked("A", "F1", "invited"),
    Asked("B", "F1", "opened", opened=True),
    Asked("C", "F1", "draft", opened=True, begun=True),
    Asked("D", "F1", "sent", begun=True, sent=True),
    Asked("E", "F2", "accepted", begun=True, sent=True, dont_know=3),
    Asked("F", "F2", "draft", opened=True, begun=True, sent=True, dont_know=1),
    Asked("G", "F2", "no_response", opened=True, begun=True, dont_know=2),
)


def test_each_column_counts_who_has_come_so_far_or_further():
    assert fieldwork(ROWS) == Fieldwork(asked=7, opened=6, begun=5, sent=3, accepted=1, partial=2)


def test_the_counties_together_are_the_country():
    counties = by_county(ROWS)
    assert {id: (row.asked, row.sent) for id, row in counties.items()} == {"F1": (4, 1), "F2": (3, 2)}


@pytest.mark.parametrize(
    ("asked", "sent", "rate"),
    [
        (249, 232, "93.2"),
        (371, 370, "99.7"),
        (2000, 1999, "99.9"),
        (3000, 2999, "99.9"),
        (8, 8, "100.0"),
        (8, 0, "0.0"),
    ],
)
def test_the_response_rate_has_one_decimal_and_is_whole_only_when_all_have_sent(asked, sent, rate):
    assert Fieldwork(asked=asked, sent=sent).rate == Decimal(rate)


def test_of_nobody_there_is_no_rate():
    assert Fieldwork().rate is None


def test_everybody_is_the_municipalities_and_the_districts_of_oslo():
    units = everybody(2025)
    assert len(units) == 356 + 15
    assert "K0301" not in units


def test_a_unit_is_found_by_number_name_and_names_in_other_languages():
    known = named(2025)
    assert {known["5001"], known["k5001"], known["trondheim"], known["tråante"]} == {"K5001"}


@pytest.fixture
def begun(make_person):
    """`begun("K5001", date(2024, 3, 1))`: somebody of the unit who began that day."""
    from overgang.collect.register.models import Case, Participation

    def make(unit: str, day: date, **fields):
        person = make_person(unit, **fields)
        Participation.objects.create(case=Case.objects.get(person=person), start=day)

    return make


@pytest.mark.django_db
def test_proposed_are_the_units_where_somebody_began_in_three_years(begun):
    for _ in range(5):
        begun("K5001", date(2023, 1, 1))
    begun("K1103", date(2022, 12, 31))
    begun("K4601", date(2025, 12, 31))
    begun("K4601", date(2026, 1, 1))
    begun("K3101", date(2024, 5, 1), grade=7)
    assert recent(2025) == {
        "K4601": "færre enn 5 begynte i programmet 2023–2025",
        "K5001": "5 begynte i programmet 2023–2025",
    }


@pytest.mark.django_db
def test_who_settled_counts_once_and_a_former_unit_is_asked_with_its_heir(make_person):
    from overgang.collect.register.models import Settlement

    for at in range(6):
        person = make_person("K1002")
        Settlement.objects.create(person=person, unit="K1002", day=date(2018, 1, 1 + at))
        Settlement.objects.create(person=person, unit="K1018", day=date(2019, 1, 1 + at))
    found = recent(2020)
    assert set(found) == {"K4205", "K4204"}
    assert found["K4204"] == "6 bosatt 2018–2020"
