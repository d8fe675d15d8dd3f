"""Files of the unit's own persons: what is in them, what never is, and that it is told."""

import csv
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db.models import Q

from overgang.access.models import Event
from overgang.base.identity import check_digits
from overgang.base.neutral import FORMULA
from overgang.collect.register import numbers
from overgang.collect.register.models import Case, Measure
from overgang.collect.register.unit import lists
from tests.internal import OTHER, OWN

pytestmark = pytest.mark.django_db
PURPOSE = "Samtale med ledelsen"
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+47 999",
    "-1+1",
    "@SUM(A1)",
    "'=1",
    "\t=1",
    'O"Hara; "quoted"',
    "Åse\u202eØstby",
    "＝1+1",
    "line\r\nbreak",
)


@pytest.fixture
def leader(make_user, enter):
    return enter(make_user("leader", OWN))


def asked(client, list: str, *, format: str = "csv", purpose: str = PURPOSE, **more):
    return client.post(
        "/enhet/uttrekk/",
        {"list": list, "year": more.pop("year", "2026"), "format": format, "purpose": purpose, **more},
    )


def rows(answer) -> list[list[str]]:
    assert answer["Content-Type"].startswith("text/csv"), answer.content.decode()[:3000]
    content = answer.content.decode("utf-8")
    assert content.startswith("\ufeff")
    return list(csv.reader(StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_participants_today(took_part, leader) -> None:
    took_part(start=date(2025, 3, 1), planned_end=date(2027, 2, 28), name="Åse Østby")
    took_part(name="Ferdig", end=date(2026, 1, 5), reason="CO_OTHER")
    took_part(name="Annen", unit=OTHER)
    header, *found = rows(asked(leader, "participants"))
    assert header[0] == "Navn"
    assert [row[0] for row in found] == ["Åse Østby"]
    assert found[0][1:5] == ["02.01.1990", "Kvinne", "Somalia", "Trondheim"]
    assert found[0][-2:] == ["01.03.2025", "28.02.2027"]


def test_exits_and_measures_of_a_year(took_part, leader) -> None:
    ended = took_part(name="Ferdig", end=date(2026, 1, 5), reason="CO_WORK_GT29", hours="37.5")
    Measure.objects.create(participation=ended, kind="norwegian", start=date(2025, 1, 1), end=date(2026, 1, 1))
    Measure.objects.create(participation=ended, kind="norwegian", start=date(2024, 5, 1), end=date(2025, 12, 31))
    (exit,) = rows(asked(leader, "exits"))[1:]
    assert exit[0] == "Ferdig"
    assert exit[4] == "05.01.2026"
    assert exit[6] == "37,5"
    (measure,) = rows(asked(leader, "measures"))[1:]
    assert measure[6:8] == ["01.01.2025", "01.01.2026"]
    assert len(rows(asked(leader, "exits", year="2025"))) == 1


def test_findings_and_deadlines(took_part, found, leader, make_user, enter) -> None:
    found(took_part(name="Sen"), "DQ12")
    found(took_part(name="Nylig"), "DQ07", severity="E", due=date(2999, 1, 1))
    assert [row[0] for row in rows(asked(leader, "findings"))[1:]] == ["Sen", "Nylig"]
    (late,) = rows(asked(leader, "deadlines"))[1:]
    assert late[0] == "Sen"
    assert late[2] == "DQ12"
    adviser = enter(make_user("adviser", OWN))
    assert asked(adviser, "deadlines")["Content-Type"].startswith("text/html")
    assert "deadlines" not in adviser.get("/enhet/uttrekk/").content.decode().split("<form class")[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_back_exact_and_does_nothing(took_part, leader, kind, name) -> None:
    took_part(name=name)
    answer = asked(leader, "participants", format=kind)
    if kind == "csv":
        cell = rows(answer)[1][0]
        assert not cell.startswith(("=", "+", "-", "@", "\t", "＝"))
        assert (cell.removeprefix("'") if FORMULA.match(name) else cell) == name
    else:
        found = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].cell(2, 1)
        assert found.data_type == "s"
        assert found.value == name.replace("\r\n", "\n") or found.value.replace("_x000D_", "\r") == name


@pytest.mark.parametrize("wanted", sorted(lists.LISTS))
def test_nobody_with_a_graded_address_is_ever_in_a_file(took_part, found, leader, wanted) -> None:
    for grade, unit in ((7, OWN), (6, None)):
        made = took_part(name="Skjult Person", grade=grade, unit=unit, end=date(2026, 1, 5))
        Measure.objects.create(participation=made, kind="norwegian", start=date(2025, 1, 1), provider="Skjult")
        found(made, "DQ12")
        running = took_part(name="Skjult Person", grade=grade, unit=unit)
        found(running, "DQ12")
    for kind in ("csv", "xlsx"):
        content = asked(leader, wanted, format=kind).content
        if kind == "csv":
            assert len(rows(asked(leader, wanted))) == 1
        assert b"Skjult" not in content


def test_a_graded_row_that_slips_through_stops_the_file(took_part, leader, monkeypatch) -> None:
    took_part(name="Skjult Person", grade=7)
    monkeypatch.setattr(lists, "Q", lambda **_: Q())
    answer = asked(leader, "participants")
    assert answer.status_code == 500
    assert b"Skjult" not in answer.content
    assert not Event.objects.filter(action=Event.EXPORTED).exists()


def test_it_is_logged_with_its_purpose_its_size_and_each_person(took_part, leader) -> None:
    keys = {took_part().case.person.key for _ in range(3)}
    asked(leader, "participants")
    events = Event.objects.filter(action=Event.EXPORTED)
    assert {event.purpose for event in events} == {PURPOSE}
    assert {event.object for event in events} == {"deltakere.csv:3"}
    assert {event.person for event in events} == keys | {""}


@pytest.mark.parametrize("purpose", ["", "   ", "abc", "Gjelder 01019012345", "010190 123 45", "x" * 151])
def test_without_a_purpose_there_is_no_file(took_part, leader, purpose) -> None:
    took_part()
    answer = asked(leader, "participants", purpose=purpose)
    assert 'id="purpose_error"' in answer.content.decode()
    assert not Event.objects.filter(action=Event.EXPORTED).exists()


@pytest.mark.parametrize("wrong", [{"list": "nothing"}, {"year": "1999"}, {"format": "exe"}, {"list": ""}])
def test_what_is_not_there_cannot_be_asked_for(leader, wrong) -> None:
    values = {"list": "participants", "year": "2026", "format": "csv", "purpose": PURPOSE, **wrong}
    answer = leader.post("/enhet/uttrekk/", values)
    assert answer["Content-Type"].startswith("text/html")


def test_identity_numbers_only_when_asked_for_and_then_it_is_told(took_part, leader) -> None:
    made = took_part()
    digits = check_digits([int(sign) for sign in "010190100"])
    number = "010190100" + "".join(map(str, digits or (0, 0)))
    numbers.new_identifier(made.case.person, "fnr", number).save()
    assert number not in asked(leader, "participants").content.decode()
    answer = asked(leader, "participants", numbers="on")
    header, row = rows(answer)
    assert dict(zip(header, row, strict=True))["Fødselsnummer"] == number
    assert Event.objects.filter(object="deltakere.csv:1:numbers", person=made.case.person.key).exists()


def test_who_is_in_the_file_follows_the_case_and_not_the_person(took_part, make_user, enter) -> None:
    made = took_part(unit=OTHER, name="Flyttet")
    Case.objects.create(person=made.case.person, unit=OWN, regime="INTEGR_2021")
    assert len(rows(asked(enter(make_user("leader", OWN)), "participants"))) == 1
