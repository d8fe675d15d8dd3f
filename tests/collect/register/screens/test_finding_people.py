"""Search, intake and moves: a person elsewhere looks as one who is not there."""

import re
from datetime import date
from typing import Any

import pytest

from overgang.access.models import Event
from overgang.collect.register.models import Case, Decision, Handover, Identifier, Person
from overgang.collect.register.numbers import new_identifier
from tests.collect.register.screens.conftest import address, hidden, said
from tests.collect.register.screens.test_acts import text
from tests.internal import OTHER, OWN

DUF, WRONG_DUF = "201234567805", "201234567806"


def numbered(person: Person, number: str = DUF) -> Person:
    new_identifier(person, "duf", number).save()
    return person


def found(client: Any, asked: str) -> str:
    answer = client.post("/sok/", {"q": asked})
    return str(answer["Location"]) if answer.status_code == 302 else text(answer)


def test_a_number_opens_the_person_and_is_in_no_address(adviser, make_person) -> None:
    person = numbered(make_person())
    where = found(adviser, f"{DUF[:4]} {DUF[4:]}")
    assert where == f"/personer/{person.key}/"
    assert not any(DUF[-6:] in str(event.__dict__) for event in Event.objects.all())


def test_elsewhere_graded_and_missing_look_the_same(adviser, make_person) -> None:
    numbered(make_person(OTHER))
    numbered(make_person(grade=6), WRONG_DUF)
    pages = [found(adviser, asked) for asked in (DUF, WRONG_DUF, "209999999999")]
    strip = re.compile(r'(csrfmiddlewaretoken" value="[^"]+"|value="\d{12}")')
    assert len({strip.sub("", page) for page in pages}) == 1


@pytest.mark.parametrize("asked", ["åse", "ASE ØST", "ostby ase", "02.01.1990", "2.1.1990", "aase"])
def test_a_name_or_a_birth_date(adviser, make_person, asked) -> None:
    make_person(name="Åse Østby")
    make_person(name="Bo Li", birth_date=date(1980, 1, 1))
    page = found(adviser, asked)
    assert "Åse Østby" in page
    assert "Bo Li" not in page
    assert "1 person" in page


def test_a_name_with_a_hyphen(adviser, make_person) -> None:
    make_person(name="Ahmad Al-Masri")
    for asked in ("al-masri", "masri", "ahmad al"):
        assert "Ahmad Al-Masri" in found(adviser, asked)


def test_a_confidential_person_is_found_by_number_only(adviser, make_person) -> None:
    numbered(make_person(name="Skjult", grade=7))
    assert "Ingen treff" in found(adviser, "skjult")
    assert found(adviser, DUF).startswith("/personer/")


def test_every_search_is_logged_without_its_term_and_there_is_an_end_to_them(adviser, make_person) -> None:
    make_person()
    answers = [adviser.post("/sok/", {"q": "aase"}).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (200, 429)
    events = Event.objects.filter(action="searched")
    assert events.count() == 30
    assert not any("aase" in str(event.__dict__) for event in events)


def begin(client: Any, number: str, **values: str) -> Any:
    """Both steps of the intake."""
    page = client.post("/personer/ny/", {"step": "1", "number": number, **({} if number else {"none": "on"})})
    assert page.status_code == 200, page
    sent = {"step": "2", "number": number, "category": "right_and_duty", **hidden(page), **values}
    return client.post("/personer/ny/", sent if number else {**sent, "none": "on"})


NEW = {"name": "Mona Ali", "birth_date": "03.04.1995", "sex": "F", "origin": "SY"}


def test_a_new_person_with_the_regime_of_the_permit(adviser) -> None:
    permit = {"basis": "asylum", "decided": "01.03.2024", "arrived": "01.06.2023", "settled": "01.05.2024"}
    answer = begin(adviser, DUF, **NEW, **permit)
    assert answer.status_code == 302, text(answer)
    case = Case.objects.get()
    assert (case.unit, case.state, case.person.name) == (OWN, "candidate", "Mona Ali")
    assert case.regime.startswith("INTEGR")
    assert (case.person.permits.get().basis, case.person.settlements.get().unit) == ("asylum", OWN)
    assert DUF not in answer["Location"]
    assert "Personen er registrert." in text(adviser.get(answer["Location"]))


def test_an_early_permit_is_under_the_old_law(adviser) -> None:
    begin(adviser, DUF, **NEW, basis="asylum", decided="01.03.2019", arrived="01.06.2018")
    assert Case.objects.get().regime == "INTRO_2004"


def test_another_regime_needs_a_reason(adviser) -> None:
    values = {**NEW, "basis": "asylum", "decided": "01.03.2024", "regime": "INTRO_2004"}
    assert "Skriv hvorfor" in text(begin(adviser, DUF, **values))
    assert not Person.objects.exists()
    begin(adviser, DUF, **values, why="Søkte før 2021")
    assert Case.objects.get().regime == "INTRO_2004"


def test_without_a_number(adviser) -> None:
    assert begin(adviser, "", **NEW).status_code == 302
    assert not Identifier.objects.exists()


def test_a_wrong_duf_is_a_warning_a_wrong_national_number_is_not_taken(adviser) -> None:
    from overgang.base.identity import is_valid

    wrong = next(f"2012345678{n:02}" for n in range(99) if not is_valid("duf", f"2012345678{n:02}"))
    page = adviser.post("/personer/ny/", {"step": "1", "number": wrong})
    assert "DUF-nummeret stemmer ikke" in text(page)
    assert begin(adviser, wrong, **NEW).status_code == 302
    assert "Kontrollsifrene" in text(adviser.post("/personer/ny/", {"step": "1", "number": "01010012345"}))


def test_neither_number_nor_none(adviser) -> None:
    assert "kryss av" in text(adviser.post("/personer/ny/", {"step": "1", "number": ""}))


def test_sent_twice_it_is_one_person(adviser) -> None:
    page = adviser.post("/personer/ny/", {"step": "1", "number": DUF})
    sent = {"step": "2", "number": DUF, "category": "right", **hidden(page), **NEW}
    one, other = adviser.post("/personer/ny/", sent), adviser.post("/personer/ny/", sent)
    assert (one["Location"], Person.objects.count()) == (other["Location"], 1)


def test_who_is_here_already_is_opened(adviser, make_person) -> None:
    person = numbered(make_person())
    answer = adviser.post("/personer/ny/", {"step": "1", "number": DUF})
    assert answer["Location"].startswith(f"/personer/{person.key}/")


def test_who_is_elsewhere_gets_a_case_by_name_and_birth_date(adviser, make_person) -> None:
    person = numbered(make_person(OTHER))
    page = text(adviser.post("/personer/ny/", {"step": "1", "number": DUF}))
    assert "registrert fra før" in page
    assert "Østby" not in page
    assert "Stavanger" not in page
    assert "stemmer ikke med det som er registrert" in text(
        begin(adviser, DUF, name="Åse Østby", birth_date="03.01.1990")
    )
    assert Case.objects.count() == 1
    assert begin(adviser, DUF, name="Østby Åse", birth_date="02.01.1990").status_code == 302
    assert set(Case.objects.values_list("person_id", "unit")) == {(person.pk, OTHER), (person.pk, OWN)}
    page = text(adviser.get(f"/personer/{person.key}/"))
    assert "aktiv i en annen kommune" in page
    assert "Stavanger" not in page


def test_a_strictly_confidential_person_never_matches(adviser, make_person) -> None:
    numbered(make_person(grade=6))
    right = text(begin(adviser, DUF, name="Åse Østby", birth_date="02.01.1990"))
    numbered(make_person(OTHER), "209999999999")
    wrong = text(begin(adviser, "209999999999", name="Åse Østby", birth_date="02.01.1991"))
    strip = re.compile(r'(csrfmiddlewaretoken" value="[^"]+"|once" value="[^"]+"|\d{12}|02\.01\.199\d)')
    assert strip.sub("", right) == strip.sub("", wrong)
    assert Case.objects.count() == 2


@pytest.fixture
def there(make_user, enter) -> Any:
    return enter(make_user("adviser", OTHER))


def test_a_move_is_handed_over_and_taken(adviser, there, fill, running, today) -> None:
    answer = fill(adviser, address(running, "flytting"), to_unit=OTHER, offered_on=said(today))
    assert answer.status_code == 302
    offered = Handover.objects.get()
    page = text(there.get("/arbeidsliste/"))
    assert f"/flyttinger/{offered.pk}/" in page
    page += text(there.get(f"/flyttinger/{offered.pk}/"))
    assert "Østby" not in page
    assert running.key not in page
    assert there.get(f"/personer/{running.key}/").status_code == 404
    answer = there.post(f"/flyttinger/{offered.pk}/", {"do": "accept"})
    assert answer["Location"].startswith(f"/personer/{running.key}/")
    assert there.post(f"/flyttinger/{offered.pk}/", {"do": "accept"}).status_code == 409
    assert Case.objects.filter(unit=OTHER).count() == 1
    assert "Overtatt av Stavanger" in text(adviser.get(f"/personer/{running.key}/"))


def test_a_move_is_refused_with_a_reason(adviser, there, fill, running, today) -> None:
    fill(adviser, address(running, "flytting"), to_unit=OTHER, offered_on=said(today))
    where = f"/flyttinger/{Handover.objects.get().pk}/"
    assert "Velg en grunn" in text(there.post(where, {"do": "refuse", "reason": ""}))
    there.post(where, {"do": "refuse", "reason": "secondary_move"})
    assert Handover.objects.get().state == "refused"
    assert Decision.objects.get(case__unit=OTHER).reason == "secondary_move"


def test_a_move_is_taken_back(adviser, there, fill, running, today) -> None:
    fill(adviser, address(running, "flytting"), to_unit=OTHER, offered_on=said(today))
    fill(adviser, address(running, "angre-flytting"))
    assert there.post(f"/flyttinger/{Handover.objects.get().pk}/", {"do": "accept"}).status_code == 409
    assert not Case.objects.filter(unit=OTHER).exists()


def test_a_move_is_answered_by_the_unit_it_is_offered_to_only(adviser, fill, running, today) -> None:
    fill(adviser, address(running, "flytting"), to_unit=OTHER, offered_on=said(today))
    assert adviser.get(f"/flyttinger/{Handover.objects.get().pk}/").status_code == 404


def test_who_takes_over_carries_on_what_was_begun(adviser, there, fill, running, today) -> None:
    fill(adviser, address(running, "flytting"), to_unit=OTHER, offered_on=said(today))
    there.post(f"/flyttinger/{Handover.objects.get().pk}/", {"do": "accept"})
    new = Case.objects.get(unit=OTHER)
    Case.objects.filter(pk=new.pk).update(state="granted")
    where = f"/personer/{running.key}/start/{new.pk}/"
    fill(there, where, start=said(today), planned_end="")
    new.refresh_from_db()
    assert new.participation.previous is not None
    assert new.participation.previous.case.unit == OWN
