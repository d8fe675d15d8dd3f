"""The work list and the person's page: what stands there, who sees it, what it costs, and that nothing breaks out."""

import re
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overgang.access.models import Event
from overgang.collect.register.findings import refresh
from overgang.collect.register.models import Case, Finding, Measure, Participation, Person, Plan
from overgang.collect.register.numbers import new_identifier
from tests.collect.register.screens.conftest import address, said
from tests.collect.register.screens.test_acts import NO_SUPPORT, text
from tests.internal import OTHER, OWN

LIST = "/arbeidsliste/"


@pytest.fixture
def late(running, today) -> Any:
    """A programme that ended half a year ago without a reason."""
    start, end = today - timedelta(days=500), today - timedelta(days=180)
    Participation.objects.update(start=start, end=end, planned_end=end)
    Case.objects.update(state="interrupted", asked=start)
    refresh([running.pk], today)
    return running


def test_the_front_page_of_an_adviser_is_the_work_list(adviser) -> None:
    assert "Ingenting å gjøre" in text(adviser.get("/"))


def test_nothing_to_do(adviser) -> None:
    assert "Ingenting å gjøre" in text(adviser.get(LIST))


def test_a_finding_leads_straight_to_the_form_that_mends_it(adviser, fill, late, today) -> None:
    page = text(adviser.get(LIST))
    where = address(late, "rett-avslutning")
    assert where in page
    assert "Åse Østby" in page
    values = {"end": said(today - timedelta(days=180)), "end_reason": "CO_WORK_GT29", "hours": "37,5"}
    answer = fill(adviser, where, **values, certificate="", **NO_SUPPORT)
    assert answer.status_code == 302
    assert not Finding.objects.open().filter(rule="DQ07").exists()


def test_filters_and_taking(adviser, late) -> None:
    assert "Ingen funn passer" in text(adviser.get(LIST + "?mine=1"))
    adviser.post(f"/personer/{late.key}/ta/", {"next": LIST})
    assert "Åse Østby" in text(adviser.get(LIST + "?mine=1"))
    adviser.post(f"/personer/{late.key}/ta/", {"next": LIST, "do": "leave"})
    assert "Ingen funn passer" in text(adviser.get(LIST + "?mine=1&over=1&regel=DQ07&side=x"))
    assert "Åse Østby" in text(adviser.get(LIST + "?over=1&regel=DQ07"))


def test_what_nears_its_end_stands_in_the_list(adviser, running, today) -> None:
    Participation.objects.update(planned_end=today + timedelta(days=10))
    page = text(adviser.get(LIST))
    assert address(running, "avslutt") in page
    assert address(running, "forleng") in page


def test_a_finding_is_explained_and_taken_back(adviser, late) -> None:
    finding = Finding.objects.open().filter(rule="DQ07").get()
    where = f"/funn/{finding.pk}/"
    assert 'id="explanation_error"' in text(adviser.post(where, {"do": "explain", "version": "1", "explanation": ""}))
    assert Finding.objects.get(pk=finding.pk).state == "open"
    answer = adviser.post(where, {"do": "explain", "version": finding.version, "explanation": "Venter på svar"})
    stored = Finding.objects.get(pk=finding.pk)
    assert (stored.state, stored.explanation) == ("explained", "Venter på svar")
    assert "Forklaringen er lagret." in text(adviser.get(answer["Location"]))
    assert Event.objects.filter(object=f"finding:{finding.pk}", action="changed", person=late.key).exists()
    assert adviser.post(where, {"do": "explain", "version": finding.version, "explanation": "x"}).status_code == 302
    adviser.post(where, {"do": "reopen", "version": stored.version})
    assert Finding.objects.get(pk=finding.pk).state == "open"


def test_only_a_leader_accepts(adviser, make_user, enter, late) -> None:
    assert late.cases.exists()
    finding = Finding.objects.open().filter(rule="DQ07").get()
    assert adviser.post(f"/funn/{finding.pk}/", {"do": "accept"}).status_code == 404
    leader = enter(make_user("leader", OWN))
    assert leader.post(f"/funn/{finding.pk}/", {"do": "accept"}).status_code == 302
    assert Finding.objects.get(pk=finding.pk).state == "accepted"


def test_a_confidential_person_is_counted_and_not_named(adviser, late) -> None:
    Person.objects.update(address_grade=7)
    page = text(adviser.get(LIST))
    assert "Åse Østby" not in page
    assert late.key not in page
    assert "fortrolig adresse" in page


def test_the_page_of_a_person(adviser, running, today) -> None:
    new_identifier(running, "duf", "201234567805").save()
    Measure.objects.create(participation=Participation.objects.get(), kind="norwegian", start=today)
    page = text(adviser.get(f"/personer/{running.key}/"))
    for shown in (
        "Åse Østby",
        "02.01.1990",
        "I program",
        "Norsk med samfunnskunnskap",
        "Innvilgelse",
        "Avslutt program",
    ):
        assert shown in page, shown
    assert "201234567805" not in page
    assert "timeline__bar--measure" in page
    assert "style=" not in page.replace("data-style=", "")
    assert Event.objects.filter(action="saw", object="person", person=running.key).count() == 1


def test_a_whole_number_is_shown_for_a_purpose_only(adviser, running) -> None:
    new_identifier(running, "duf", "201234567805").save()
    where = f"/personer/{running.key}/vis-nummer/"
    assert adviser.post(where, {}).status_code == 400
    assert "201234567805" in text(adviser.post(where, {"purpose": "check"}))
    event = Event.objects.get(object="number")
    assert (event.action, event.purpose, event.person) == ("saw", "check", running.key)


def test_history_tells_who_changed_what(adviser, fill, running) -> None:
    fill(adviser, address(running, "sak"), category="may_be_offered", trigger="offer", asked="01.02.2025")
    page = text(adviser.get(f"/personer/{running.key}/"))
    assert "<del>Rett og plikt</del> → <ins>Kan tilbys</ins>" in page
    assert "Adviser-K5001" in page


def places(person: Any) -> list[str]:
    case = person.cases.first()
    tail = f"{case.pk}/" if case else "1/"
    slugs = ("avslutt", "tiltak", "plan", "permisjon", "flytting", "sak")
    return [f"/personer/{person.key}/", f"/personer/{person.key}/opplysninger/"] + [
        f"/personer/{person.key}/{slug}/{tail}" for slug in slugs
    ]


def neutral(answer: Any) -> str:
    """A page without the token that is another each time."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text(answer))


def test_others_and_the_shielded_are_not_there(adviser, make_person) -> None:
    missing = neutral(adviser.get("/personer/0000000000000000/"))
    for person in (make_person(OTHER), make_person(grade=6)):
        for where in places(person):
            assert adviser.get(where).status_code == 404, where
            assert adviser.post(where, {}).status_code == (405 if where.count("/") == 3 else 404), where
        assert neutral(adviser.get(f"/personer/{person.key}/")).replace(person.key, "0" * 16) == missing
    assert not Event.objects.filter(action="saw").exists()


def test_a_case_of_another_unit_is_not_reached_through_ones_own_person(adviser, running, today) -> None:
    case = Case.objects.create(person=running, unit=OTHER, regime="INTEGR_2021", state="in_programme")
    other = Participation.objects.create(case=case, start=today)
    measure = Measure.objects.create(participation=other, kind="course", start=today, provider="Hemmelig skole")
    assert "Hemmelig" not in text(adviser.get(f"/personer/{running.key}/"))
    for where in (f"avslutt/{case.pk}", f"rett-tiltak/{measure.pk}", f"slett-tiltak/{measure.pk}", f"plan/{case.pk}"):
        assert adviser.get(f"/personer/{running.key}/{where}/").status_code == 404
        assert adviser.post(f"/personer/{running.key}/{where}/", {}).status_code == 404


@pytest.mark.parametrize("role", ["governor", "analyst", "auditor", "administrator"])
def test_roles_without_persons_see_none(make_user, enter, running, role) -> None:
    place = "F50" if role == "governor" else ""
    client = enter(make_user(role, place))
    for where in (*places(running), LIST, "/sok/", "/personer/ny/"):
        assert client.get(where).status_code == 403


def test_who_may_see_and_not_write_gets_no_buttons(make_user, enter, running) -> None:
    client = enter(make_user("language_adviser", OWN))
    page = text(client.get(f"/personer/{running.key}/"))
    assert "Avslutt program" not in page
    assert client.get(address(running, "avslutt")).status_code == 403


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% debug %}",
    "'; DROP TABLE register_person; --",
    '=HYPERLINK("http://x")',
    "a\x00b\x1b[31m\r\nSet-Cookie: x=1",
    "\u202egnirts\u2066",
    "<svg/onload=alert(1)>${7*7}#{7*7}",
    "A" * 150,
)


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_text_comes_back_escaped(adviser, fill, running, today, bad) -> None:
    whole = {"name": bad, "birth_date": "02.01.1990", "sex": "F", "origin": "SO", "education": "unknown"}
    fill(adviser, address(running, "opplysninger", case=False), **whole, mother_tongue=bad[:40])
    fill(adviser, address(running, "tiltak"), kind="course", start=said(today), end="", hours="", provider=bad)
    fill(adviser, address(running, "lovregime"), regime="INTEGR_2026", why=bad)
    values = {"decided": said(today), "months": "1", "planned_end": "", "override": bad}
    fill(adviser, address(running, "forleng"), **values)
    refresh([running.pk], today)
    finding = Finding.objects.open().first()
    if finding:
        adviser.post(f"/funn/{finding.pk}/", {"do": "explain", "version": finding.version, "explanation": bad})
    pages = [
        f"/personer/{running.key}/",
        LIST,
        address(running, "tiltak"),
        address(running, "opplysninger", case=False),
    ]
    answers = [text(adviser.get(page)) for page in pages]
    answers += [text(adviser.post("/sok/", {"q": bad})), text(adviser.post("/personer/ny/", {"number": bad}))]
    for page in answers:
        for raw in ("<script>alert", "<img src=x", "<svg/onload", "\x00", "\x1b", "\u202e"):
            assert raw not in page
        assert ">49" not in page
    assert Person.objects.get().name


@pytest.mark.parametrize("field", ["version", "seen", "once", "case"])
def test_what_a_form_carries_may_be_anything(adviser, running, today, field) -> None:
    for value in ("", "x", "[]", "{", '{"case:1": "x"}', "9" * 400, "\x00"):
        answer = adviser.post(address(running, "tiltak"), {field: value, "kind": "course", "start": said(today)})
        assert answer.status_code in (302, 409, 200)


def crowd(n: int, today: date) -> Person:
    """A unit with so many persons, each with a programme and findings; the last of them."""
    persons = [
        Person(name=f"Person {at}", birth_date=date(1990, 1, 1 + at % 28), sex="F", origin="SY") for at in range(n)
    ]
    persons = Person.objects.bulk_create(persons)
    cases = [Case(person=person, unit=OWN, regime="INTEGR_2021", state="in_programme") for person in persons]
    cases = Case.objects.bulk_create(cases)
    start = today - timedelta(days=200)
    own = Participation.objects.bulk_create([Participation(case=case, start=start) for case in cases])
    Measure.objects.bulk_create(
        [Measure(participation=each, kind=kind, start=start) for each in own for kind in ("norwegian", "course")]
    )
    Plan.objects.bulk_create([Plan(case=case, day=start) for case in cases])
    refresh([person.pk for person in persons], today)
    return persons[-1]


def test_the_pages_ask_the_database_a_bounded_number_of_times(adviser, today) -> None:
    """And no more of a large unit than of a small one. Milliseconds of the processor are printed, not judged."""
    counted: list[dict[str, int]] = []
    for n in (30, 2000):
        last = crowd(n, today)
        counts = {}
        pages = {"list": LIST, "person": f"/personer/{last.key}/", "form": address(last, "avslutt")}
        for name, where in pages.items():
            adviser.get(where)
            with CaptureQueriesContext(connection) as asked:
                begun = time.process_time()
                assert adviser.get(where).status_code == 200
                took = time.process_time() - begun
            counts[name] = len(asked)
            print(f"{n} persons, {name}: {len(asked)} queries, {1000 * took:.0f} ms")
        begun = time.process_time()
        adviser.post("/sok/", {"q": "person 29"})
        print(f"{n} persons, search: {1000 * (time.process_time() - begun):.0f} ms")
        counted.append(counts)
    assert counted[0] == counted[1]
    assert counted[1]["list"] <= 16
    assert counted[1]["person"] <= 30
    assert counted[1]["form"] <= 30
