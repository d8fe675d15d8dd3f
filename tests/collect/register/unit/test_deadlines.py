"""The leader's page of breaches of the law, and what supervisors see of them: counts, never somebody."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest

from overgang.access.models import Event
from overgang.collect.register.models import Finding
from tests.collect.register.unit.conftest import text
from tests.internal import OTHER, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(make_user, enter):
    return enter(make_user("leader", OWN))


@pytest.fixture
def governor(make_user, enter):
    return enter(make_user("governor", "F50"))


def test_the_leader_sees_the_legal_findings_of_the_unit(took_part, found, leader, today) -> None:
    late = today - timedelta(days=3)
    found(took_part(name="Sen Start"), "DQ12", due=late)
    found(took_part(name="Sen Registrering"), "DQ13", due=today)
    found(took_part(name="Uten Årsak Lenge"), "DQ07", severity="E", due=late)
    found(took_part(name="Uten Årsak Nylig"), "DQ07", severity="E", due=today)
    found(took_part(name="Fortrolig", grade=7), "DQ12", due=late)
    found(took_part(name="Annen Enhet", unit=OTHER), "DQ12", due=late)
    page = text(leader.get("/enhet/frister/"))
    for name in ("Sen Start", "Sen Registrering", "Uten Årsak Lenge", "3 dager over fristen"):
        assert name in page
    for name in ("Uten Årsak Nylig", "Fortrolig<", "Annen Enhet"):
        assert name not in page
    assert "Uten Årsak Lenge" not in text(leader.get("/enhet/frister/?regel=DQ12"))


def test_no_breach(leader) -> None:
    assert "Ingen brudd på lovens frister" in text(leader.get("/enhet/frister/"))


def _cells(page: str, place: str) -> list[str]:
    row = page.split(f'<th scope="row">{place}</th>')[1].split("</tr>")[0]
    return [cell.removesuffix("</td>") for cell in row.split("<td>")[1:]]


@pytest.fixture
def begun(took_part, year):
    """`begun(n, late=m)`: so many began in the year in Trondheim, of whom so many too late."""

    def make(n: int, *, late: int, found, unit: str = OWN, grade: int = 0, due: date | None = None) -> None:
        from overgang.collect.register.models import Case

        for at in range(n):
            made = took_part(start=date(year, 1, 1), unit=unit, grade=grade, name="Ingen Skal Se")
            Case.objects.filter(pk=made.case_id).update(asked=date(year - 1, 12, 1))
            if at < late:
                found(made, "DQ12", due=due)

    return make


def test_a_unit_is_counted_by_hand(begun, found, governor) -> None:
    begun(20, late=5, found=found)
    page = text(governor.get("/tilsyn/"))
    assert _cells(page, "Trondheim") == ["20", "75 %", "–", ".", "5", "–", "–", "5"]
    assert "Ingen Skal Se" not in page
    assert "Stavanger" not in page


def test_small_counts_and_the_shares_behind_them_are_not_shown(begun, found, governor) -> None:
    begun(20, late=4, found=found)
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim") == ["20", ":", "–", ".", ":", "–", "–", ":"]


def test_nor_is_a_small_rest(begun, found, governor) -> None:
    begun(9, late=6, found=found)
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim")[:2] == ["9", ":"]


def test_graded_persons_are_in_no_count(begun, found, governor) -> None:
    begun(20, late=5, found=found)
    begun(9, late=9, found=found, grade=7)
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim")[:5] == ["20", "75 %", "–", ".", "5"]


def test_what_was_late_stays_late_when_it_is_explained(begun, found, governor) -> None:
    begun(20, late=5, found=found)
    Finding.objects.update(state=Finding.EXPLAINED)
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim")[:5] == ["20", "75 %", "–", ".", "–"]


def test_entry_within_two_months(took_part, found, governor, year, today) -> None:
    for at in range(12):
        made = took_part(end=date(year, 1, 1), reason="CO_OTHER", entered=date(year, 1, 2))
        if at < 6:
            found(made, "DQ13", due=today)
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim") == ["–", ".", "12", "50 %", "–", "6", "–", "–"]


def test_a_governor_has_the_units_of_the_county_and_the_analyst_the_counties(begun, found, governor, make_user, enter):
    begun(6, late=0, found=found, unit=OTHER)
    own = text(governor.get("/tilsyn/"))
    assert "Trondheim" in own
    assert "Steinkjer" in own
    assert "Stavanger" not in own
    country = text(enter(make_user("analyst", "")).get("/tilsyn/"))
    assert _cells(country, "Rogaland")[:2] == ["6", "100 %"]
    assert "Trondheim" not in country
    assert country.count('<th scope="row">') == 15


def test_a_unit_that_was_merged_counts_in_the_one_it_is_now(begun, found, governor) -> None:
    begun(7, late=0, found=found, unit="K5030")  # Klæbu, in Trondheim since 2020
    assert _cells(text(governor.get("/tilsyn/")), "Trondheim")[0] == "7"


def test_the_table_is_sorted_and_what_is_hidden_stands_last(begun, found, governor) -> None:
    begun(8, late=0, found=found)
    begun(3, late=0, found=found, unit="K5006")
    page = text(governor.get("/tilsyn/?sorter=started&ned=1"))
    names = [part.split("</th>")[0] for part in page.split('<th scope="row">')[1:]]
    assert (names[0], names[-1]) == ("Trondheim", "Steinkjer")
    assert 'aria-sort="descending"' in page
    assert "sorter=place" in text(governor.get("/tilsyn/?sorter=nonsense&ned=1"))


def test_the_file_has_the_same_signs_and_is_logged(begun, found, governor) -> None:
    begun(20, late=4, found=found)
    answer = governor.get("/tilsyn/tall.csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    (trondheim,) = (row for row in rows if row[0] == "Trondheim")
    assert [cell.replace("\u00a0", " ") for cell in trondheim[1:3]] == ["20", ":"]
    event = Event.objects.get(action=Event.EXPORTED)
    assert (event.object.split(":")[0], event.person) == ("tilsyn.csv", "")


@pytest.mark.parametrize(("role", "place"), [("governor", "F50"), ("analyst", "")])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_in_every_language(make_user, enter, role, place, language) -> None:
    assert f'<html lang="{language}">' in text(enter(make_user(role, place, language=language)).get("/tilsyn/"))


def test_it_is_the_front_page_of_supervisors(governor) -> None:
    assert "Lovens frister i Trøndelag" in text(governor.get("/"))
