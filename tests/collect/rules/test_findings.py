"""Findings in the database: opened, corrected, back again, explained, and how many questions that takes."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overgang.collect.register.findings import legal, nightly, refresh, refresh_unit
from overgang.collect.register.models import Case, Finding, Identifier, Participation, Person
from overgang.collect.register.rules import whole_unit
from tests.collect.rules.invented import invent

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2024, 3, 4), date(2024, 3, 5), date(2024, 3, 6)


@pytest.fixture
def ended() -> Participation:
    """A programme that ended on 31 January 2024 with no reason."""
    person = Person.objects.create(birth_date=date(1985, 5, 5), sex="F", origin="SO", name="Åse Østby")
    Identifier.objects.create(person=person, kind="fnr", cipher=b"0", index="1")
    case = Case.objects.create(person=person, unit="K1103", regime="INTRO_2004", state="interrupted")
    return Participation.objects.create(case=case, start=date(2022, 2, 1), end=date(2024, 1, 31))


def only() -> Finding:
    return Finding.objects.get()


def again(participation: Participation, day: date) -> dict[str, int]:
    counts = refresh([participation.case.person_id], day)
    return {state: number for state, number in counts.items() if number}


def test_a_new_finding_is_open_and_has_a_day_it_is_due(ended: Participation) -> None:
    assert again(ended, MONDAY) == {"new": 1}
    finding = only()
    assert (finding.rule, finding.severity, finding.state, finding.unit) == ("DQ07", "E", "open", "K1103")
    assert (finding.found, finding.due, finding.closed) == (MONDAY, date(2024, 3, 31), None)
    assert (finding.case, finding.subject, finding.owner) == (ended.case, f"participation:{ended.pk}", None)
    assert finding.values == {"end": "2024-01-31"}


def test_what_is_still_there_stays_as_it_is(ended: Participation) -> None:
    again(ended, MONDAY)
    assert again(ended, TUESDAY) == {"same": 1}
    assert (only().found, only().version) == (MONDAY, 1)


def test_what_is_mended_is_corrected_and_what_comes_back_is_open_again(ended: Participation) -> None:
    again(ended, MONDAY)
    ended.end_reason = "CO_OTHER"
    ended.save()
    assert again(ended, TUESDAY) == {"gone": 1}
    assert (only().state, only().closed, only().version) == ("corrected", TUESDAY, 2)
    assert again(ended, WEDNESDAY) == {}
    ended.end_reason = None
    ended.save()
    assert again(ended, WEDNESDAY) == {"back": 1}
    assert (only().state, only().closed, only().found, only().version) == ("open", None, WEDNESDAY, 3)


@pytest.mark.parametrize("state", [Finding.EXPLAINED, Finding.ACCEPTED])
def test_what_is_explained_stays_so_until_it_says_something_else(ended: Participation, state: str) -> None:
    again(ended, MONDAY)
    Finding.objects.update(state=state, explanation="The employer has not answered.")
    assert again(ended, TUESDAY) == {"same": 1}
    assert only().state == state
    ended.end = date(2024, 2, 15)
    ended.save()
    assert again(ended, WEDNESDAY) == {"changed": 1}
    assert (only().state, only().values, only().due) == ("open", {"end": "2024-02-15"}, date(2024, 4, 15))
    assert only().explanation == "The employer has not answered."


@pytest.mark.parametrize("state", [Finding.EXPLAINED, Finding.ACCEPTED])
def test_what_is_explained_and_then_mended_is_corrected(ended: Participation, state: str) -> None:
    again(ended, MONDAY)
    Finding.objects.update(state=state)
    ended.end_reason = "CO_OTHER"
    ended.save()
    assert again(ended, TUESDAY) == {"gone": 1}
    assert only().state == "corrected"


def test_strictly_confidential_persons_have_findings_without_a_unit(ended: Participation) -> None:
    again(ended, MONDAY)
    Person.objects.update(address_grade=6)
    Case.objects.update(unit=None)
    assert again(ended, TUESDAY) == {"changed": 1}
    assert (only().unit, only().state) == (None, "open")


def test_an_exit_without_a_reason_is_a_legal_finding_after_two_months(ended: Participation) -> None:
    again(ended, MONDAY)
    assert not Finding.objects.filter(legal(date(2024, 3, 31))).exists()
    assert Finding.objects.filter(legal(date(2024, 4, 1))).exists()


def test_the_same_person_under_a_duf_number_only(ended: Participation) -> None:
    other = Person.objects.create(birth_date=date(1985, 5, 5), sex="F", origin="SO", name="Åse Østby")
    Identifier.objects.create(person=other, kind="duf", cipher=b"0", index="2")
    Case.objects.create(person=other, unit="K4601", regime="INTRO_2004")
    refresh([other.pk, ended.case.person_id], MONDAY)
    assert list(Finding.objects.filter(rule="DQ02").values_list("case__person", flat=True)) == [other.pk]
    Person.objects.filter(pk=ended.case.person_id).update(address_grade=6)
    refresh([other.pk], TUESDAY)
    assert Finding.objects.get(rule="DQ02").state == "corrected", "nothing tells that a shielded person is there"


def test_findings_about_a_unit_as_a_whole() -> None:
    found = [("DQ35", one) for one in whole_unit(2023, 60, 20, 2)]
    assert refresh_unit("K1103", found, MONDAY)["new"] == 1
    assert refresh_unit("K1103", found, TUESDAY)["same"] == 1
    assert not any(refresh_unit("K4601", [], TUESDAY).values())
    assert refresh_unit("K1103", [], WEDNESDAY)["gone"] == 1
    assert (only().case, only().unit, only().state) == (None, "K1103", "corrected")


def test_a_whole_register_takes_few_questions() -> None:
    invent(300)
    persons = list(Person.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        first = refresh(persons, date(2026, 11, 27))
    assert first["new"] > 100
    assert len(queries) < 25
    told = []
    assert nightly(date(2026, 11, 27), lambda done, total: told.append((done, total)), chunk=100) == {
        "new": 0, "same": first["new"], "changed": 0, "back": 0, "gone": 0
    }  # fmt: skip
    assert told == [(100, 300), (200, 300), (300, 300)]


def test_some_of_many_are_read_alone() -> None:
    """Persons are read as a range of ids where that is quicker; the others in it are left alone."""
    invent(50)
    persons = list(Person.objects.values_list("pk", flat=True))
    refresh(persons[1::5], date(2026, 11, 27))
    assert set(Finding.objects.values_list("case__person", flat=True)) <= set(persons[1::5])
    refresh(persons[:9] + persons[10:11], date(2026, 11, 27))
    assert not Finding.objects.filter(case__person=persons[9]).exists()
