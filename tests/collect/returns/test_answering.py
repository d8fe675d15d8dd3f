"""The unit's own pages: the form keeps all that is typed, says what is wrong beside it, and is sent once."""

import re
from datetime import date, timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import acting
from overgang.collect.register.models import Case, Participation, Person
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Answer, Return, Round, Step, Version
from overgang.collect.returns.questionnaire import questionnaire
from tests.internal import OTHER as OWN
from tests.internal import OWN as OTHER

pytestmark = pytest.mark.django_db
"""Stavanger is the own unit here: it had the same code in all years."""
ANALYST = acting(None, "Analytiker", "analyst", "")
WHOLE = {item.id: "0" for item in questionnaire(2007).items} | {"1": "12", "2": "8", "4": "4", "10a": "3", "9a": "1"}


@pytest.fixture
def round_(db: None) -> Round:  # noqa: ARG001
    return opened(2007)


def opened(year: int, *units: str, **days: Any) -> Round:
    today = timezone.localdate()
    dates = {"as_of": date(year, 12, 31), "opens": today - timedelta(days=9), "closes": today + timedelta(days=9)}
    frame = dict.fromkeys(units or (OWN, OTHER), "")
    return keeping.open_round(ANALYST, year=year, **dates | days, frame=frame, now=timezone.now())


@pytest.fixture
def adviser(make_user: Any, enter: Any) -> Any:
    return enter(make_user("adviser", OWN, name="kari"))


@pytest.fixture
def leader(make_user: Any, enter: Any) -> Any:
    return enter(make_user("leader", OWN, name="liv"))


def at(name: str = "answer", *more: Any, year: int = 2007, unit: str = OWN) -> str:
    return reverse(f"returns:{name}", args=[year, unit, *more])


def sent(typed: dict[str, str], explained: dict[str, str] | None = None, **more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return (
        {f"q-{id}": text for id, text in typed.items()}
        | {f"why:{place}": text for place, text in (explained or {}).items()}
        | {"seen": "0"}
        | more
    )


def shown(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def of(year: int = 2007) -> Return:
    return Return.objects.select_related("current").get(round_id=year, unit=OWN)


def draft() -> Version:
    found = keeping.draft_of(of())
    assert found is not None
    return found


def took_part(ended: str | None = None, reason: str | None = None, unit: str = OWN) -> None:
    person = Person.objects.create(birth_date=date(1980, 1, 1), sex="F", origin="SO")
    case = Case.objects.create(person=person, unit=unit, regime="INTRO_2004", state="in_programme")
    end = date.fromisoformat(ended) if ended else None
    Participation.objects.create(case=case, start=date(2007, 2, 1), end=end, end_reason=reason)


def test_a_unit_that_was_never_asked_is_told_so(adviser):
    assert "Ingen årsrapport å svare på" in shown(adviser.get(reverse("returns:returns")))


@pytest.mark.usefixtures("round_")
def test_the_list_has_what_can_be_done(adviser, leader):
    assert f'href="{at()}"' in shown(adviser.get(reverse("returns:returns")))
    adviser.post(at(), sent(WHOLE, confirmed="1", do="hand_in"))
    assert "Se over og godkjenn" in shown(leader.get(reverse("returns:returns")))
    assert f'href="{at("approve")}"' in shown(leader.get(reverse("returns:returns")))


def test_it_is_filled_in_from_the_register_with_the_source_and_last_year(adviser):
    for _ in range(3):
        took_part()
    took_part("2008-06-01", "CO_WORK_GT29")
    opened(2007)
    before = Return.objects.get(round_id=2007, unit=OWN)
    version = Version.objects.create(of=before, sent=timezone.now())
    Answer.objects.create(version=version, item="2", raw="7", answer="value", value=7)
    Return.objects.filter(pk=before.pk).update(current=version)
    opened(2008)
    page = shown(adviser.get(at(year=2008)))
    assert 'name="q-2" value="3"' in page
    assert "Registeret 31.12.2008: 3" in page
    assert "I fjor: 7" in page
    assert 'name="q-10a" value="1"' in page
    assert "Registeret 31.12.2008: mellom 0 og 1" in page  # what was received is not registered
    assert 'name="q-13a" value=""' in page
    assert not Version.objects.filter(of__round_id=2008).exists()
    assert of(2008).state == "opened"


TYPED = {
    "fem": "er ikke et tall",
    "3,5": "er ikke et helt tall",
    "-2": "mindre enn null",
    "000": "kan bety både ingen og vet ikke",
    "1 234": "skriv 1234",
    "07": "begynner med null",
    "12\n13\t14": "limt inn flere celler",
    "9" * 200_000: "flere enn noen kommune har hatt",
    "<script>alert(1)</script>": "er ikke et tall",
    "\x00": "er ikke et tall",
}


@pytest.mark.parametrize("text", TYPED, ids=lambda text: repr(text[:12]))
@pytest.mark.usefixtures("round_")
def test_what_cannot_be_read_stays_in_its_field_with_a_sentence(adviser, text):
    answer = adviser.post(at("draft"), sent({"4": text}))
    assert answer.status_code == 200
    assert TYPED[text] in shown(answer)
    page = adviser.get(at()).content.decode()
    (kept,) = re.findall(r'name="q-4" value="([^"]*)"', page)
    assert unescape(kept) == text.replace("\x00", "\ufffd")
    assert "<script>alert" not in page
    assert draft().typed["4"] == text.replace("\x00", "\ufffd")


@pytest.mark.usefixtures("round_")
def test_dont_know_is_00_and_never_0(adviser):
    adviser.post(at(), sent({"4": "12"}, do="dont_know:4"))
    assert draft().typed["4"] == "00"
    page = shown(adviser.get(at()))
    assert "Det regnes ikke som null" in page
    assert 'name="q-4" value="00"' in page


@pytest.mark.usefixtures("round_")
def test_the_checks_are_said_beside_their_fields_while_somebody_types(adviser):
    page = shown(adviser.post(at("draft"), sent({"1": "12", "2": "13", "3": "00"})))
    assert "13 er i programmet nå, men bare 12 har deltatt i året." in page
    assert "Kan ikke kontrolleres ennå: 3 er svart «vet ikke»." in page
    page = shown(adviser.post(at("draft"), sent({"1": "12", "2": "8", "4": ""}, seen="1")))
    assert "Kan ikke kontrolleres ennå" not in page.partition('data-of="4"')[2].partition("</div>")[0]
    page = shown(adviser.post(at("draft"), sent({"1": "12", "2": "8", "3": "0", "4": "5"}, seen="2")))
    assert "Deltakere i året er 12, men de som er i programmet og de som har avsluttet, er til sammen 13." in page
    assert 'name="why:AR03:1,2,4"' in page


@pytest.mark.usefixtures("round_")
def test_a_blank_answer_is_spoken_of_only_when_it_is_checked(adviser):
    assert "Svaret mangler" not in shown(adviser.get(at()))
    adviser.post(at(), sent({"1": "12"}, do="check"))
    page = shown(adviser.get(f"{at()}?kontroll=1"))
    assert page.count("2 I programmet nå: Svaret mangler") == 1
    assert "1 Deltakere i året: Svaret mangler" not in page


@pytest.mark.usefixtures("round_")
def test_nothing_is_handed_in_before_it_is_mended_explained_and_confirmed(adviser):
    too_many = WHOLE | {"10a": "5"}
    assert "kryss=0" in adviser.post(at(), sent(too_many, do="hand_in")).headers["Location"]
    answer = adviser.post(at(), sent(too_many, do="hand_in", confirmed="1", seen="1"))
    assert answer.headers["Location"] == f"{at()}?kontroll=1"
    assert of().state == "draft"
    page = shown(adviser.get(answer.headers["Location"]))
    assert "Forklar eller rett: Årsakene er oppgitt for 6 personer, men 4 har avsluttet." in page
    (place,) = set(re.findall(r'name="why:(AR07:[^"]+)"', page))
    adviser.post(at(), sent(too_many, {place: "To fikk to jobber."}, do="hand_in", confirmed="1", seen="1"))
    assert of().state == "awaiting_approval"


@pytest.mark.usefixtures("round_")
def test_an_explanation_stays_when_its_check_no_longer_fails(adviser):
    page = shown(adviser.post(at("draft"), sent(WHOLE | {"10a": "5"})))
    (place,) = set(re.findall(r'name="why:(AR07:[^"]+)"', page))
    adviser.post(at("draft"), sent(WHOLE | {"10a": "5"}, {place: "To fikk to jobber."}, seen="1"))
    adviser.post(at("draft"), sent(WHOLE, seen="2"))
    page = shown(adviser.post(at("draft"), sent(WHOLE | {"10a": "5"}, seen="3")))
    assert "To fikk to jobber." in page


@pytest.mark.usefixtures("round_")
def test_of_two_who_save_the_second_sees_both(adviser, leader):
    adviser.post(at("draft"), sent({"1": "12", "2": "8"}))
    answer = leader.post(at("draft"), sent({"1": "13", "2": "8"}))
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/plain")
    answer = leader.post(at(), sent({"1": "13", "2": "8"}, do="save"))
    page = shown(answer)
    assert answer.status_code == 409
    assert "Kari lagret kl." in page
    assert "<td>12</td><td>13</td>" in page
    assert 'name="q-1" value="13"' in page
    assert draft().typed["1"] == "12"
    leader.post(at(), sent({"1": "13", "2": "8"}, do="save", seen="1"))
    assert draft().typed["1"] == "13"


@pytest.mark.usefixtures("round_")
def test_a_page_that_was_open_when_the_return_went_to_the_leader_changes_nothing(adviser):
    adviser.post(at(), sent(WHOLE, do="hand_in", confirmed="1"))
    answer = adviser.post(at(), sent(WHOLE | {"1": "99"}, do="save", seen="1"))
    assert answer.status_code == 409
    assert "til godkjenning" in shown(answer)
    assert "<dd>99</dd>" in shown(answer)
    assert adviser.post(at("draft"), sent(WHOLE | {"1": "99"}, seen="1")).status_code == 409
    assert of().state == "awaiting_approval"
    assert draft().typed["1"] == "12"


@pytest.mark.usefixtures("round_")
def test_it_can_be_taken_back_and_given_back_with_a_note(adviser, leader):
    adviser.post(at(), sent(WHOLE, do="hand_in", confirmed="1"))
    assert "Hent tilbake" in shown(adviser.get(at()))
    adviser.post(at(), {"do": "take_back"})
    assert of().state == "draft"
    adviser.post(at(), sent(WHOLE, do="hand_in", confirmed="1", seen="1"))
    assert "Skriv hva som skal rettes" in shown(leader.post(at("approve"), {"do": "give_back", "note": " "}))
    leader.post(at("approve"), {"do": "give_back", "note": "Tell permisjonene på nytt."})
    assert of().state == "draft"
    assert "Tell permisjonene på nytt." in shown(adviser.get(at()))
    assert leader.post(at("approve"), {"do": "give_back", "note": "En gang til."}).status_code == 409


def approved(leader: Any, **more: str) -> Any:
    return leader.post(at("approve"), {"do": "approve", "number": "1", "seen": "1"} | more)


def test_a_leader_sees_what_differs_and_why_and_sends_it_once(adviser, leader):
    took_part()
    opened(2007)
    page = shown(adviser.post(at("draft"), sent(WHOLE | {"7b": "00"})))
    places = set(re.findall(r'name="why:([^"]+)"', page))
    why = dict.fromkeys(places, "Registeret er ikke fylt ut.")
    adviser.post(at(), sent(WHOLE | {"7b": "00"}, why, do="hand_in", confirmed="1", seen="1"))
    page = shown(leader.get(at("approve")))
    assert "Sendt til godkjenning av Kari" in page
    assert "1 Deltakere i året</th><td><strong>12</strong></td><td>1</td>" in page
    assert "Registeret er ikke fylt ut." in page
    assert "7b Avbrutt: flyttet" in page
    first, second = approved(leader, seen="2"), approved(leader, seen="2")
    assert first.headers["Location"] == second.headers["Location"] == f"{at('receipt', 1)}?sendt=1"
    assert Version.objects.filter(of=of()).count() == 1
    assert Step.objects.filter(what__in=("sent", "flagged")).count() == 1
    assert of().current.approver.username == "liv"


@pytest.mark.usefixtures("round_")
def test_a_leader_who_saw_an_older_draft_sees_it_again_before_it_is_sent(adviser, leader):
    adviser.post(at(), sent(WHOLE, do="hand_in", confirmed="1"))
    leader.get(at("approve"))
    leader.post(at(), sent(WHOLE | {"9b": "00"}, do="save", seen="1"))
    answer = approved(leader)
    assert answer.status_code == 409
    assert "Svarene er endret" in shown(answer)
    assert of().current is None


@pytest.mark.usefixtures("round_")
def test_a_leader_answers_and_sends_alone(leader):
    assert leader.post(at(), sent(WHOLE, do="hand_in", confirmed="1")).headers["Location"] == at("approve")
    approved(leader)
    assert of().state == "sent"
    answer = leader.post(at(), sent(WHOLE | {"1": "13"}, do="save", seen="1"))
    assert answer.status_code == 409
    assert "sendt inn" in shown(answer)
    assert approved(leader, number="2").status_code == 409


@pytest.mark.usefixtures("round_")
def test_after_the_last_day_all_is_kept_and_nothing_is_sent(adviser, leader):
    adviser.post(at("draft"), sent(WHOLE))
    Round.objects.update(closes=timezone.localdate() - timedelta(days=1))
    assert "kan ikke sendes inn nå" in shown(adviser.get(at()))
    assert 'value="hand_in"' not in shown(adviser.get(at()))
    adviser.post(at(), sent(WHOLE, do="hand_in", confirmed="1", seen="1"))
    assert of().state == "draft"
    assert "kan ikke sendes inn nå" in shown(approved(leader))
    keeping.close(ANALYST, Round.objects.get(), now=timezone.now(), today=timezone.localdate())
    answer = adviser.post(at(), sent(WHOLE | {"1": "77"}, do="save", seen="1"))
    assert answer.status_code == 409
    assert "<dd>77</dd>" in shown(answer)
    assert "Runden ble lukket" in shown(adviser.get(at()))


def test_before_the_round_opens_nothing_can_be_typed(adviser):
    opened(2007, opens=timezone.localdate() + timedelta(days=1))
    assert "Runden åpner" in shown(adviser.get(at()))
    answer = adviser.post(at(), sent(WHOLE, do="save"))
    assert answer.status_code == 409
    assert not Version.objects.exists()


@pytest.mark.usefixtures("round_")
def test_another_units_return_is_not_there(adviser):
    for name, more in (("answer", ()), ("receipt", (1,)), ("receipt_file", (1,))):
        assert adviser.get(at(name, *more, unit=OTHER)).status_code == 404
    assert adviser.post(at(unit=OTHER), sent(WHOLE, do="save")).status_code == 404
    assert adviser.get(at(year=1899)).status_code == 404
    assert adviser.get(f"/arsrapport/{'9' * 30}/{OWN}/").status_code == 404


@pytest.mark.usefixtures("round_")
def test_an_open_return_is_a_new_version_and_the_old_receipt_says_what_it_said(adviser, leader):
    leader.post(at(), sent(WHOLE, do="hand_in", confirmed="1"))
    approved(leader)
    first = leader.get(at("receipt_file", 1)).content
    until = timezone.localdate() + timedelta(days=5)
    keeping.reopen(ANALYST, of(), until=until, reason="Permisjonene manglet.", now=timezone.now())
    assert "Permisjonene manglet." in shown(adviser.get(at()))
    assert 'name="q-1" value="12"' in shown(adviser.get(at()))
    leader.post(at(), sent(WHOLE | {"3": "2"}, do="hand_in", confirmed="1"))
    approved(leader, number="2")
    page = shown(adviser.get(at()))
    assert "3 Av disse i permisjon: <del>0</del> → <ins>2</ins>" in page
    assert "Utgave 2" in page
    assert "En senere utgave gjelder nå." in shown(adviser.get(at("receipt", 1)))
    assert leader.get(at("receipt_file", 1)).content == first
    assert leader.get(at("receipt_file", 3)).status_code == 404


@pytest.mark.usefixtures("round_")
def test_the_receipt_says_what_was_answered_in_words_and_is_the_same_bytes_every_time(leader):
    typed = WHOLE | {"9b": "00", "3": "9", "2": "8"}
    leader.post(at(), sent(typed | {"3": "0"}, do="hand_in", confirmed="1"))
    approved(leader)
    page = shown(leader.get(at("receipt", 1)))
    assert "9b</span> Høyere utdanning</dt><dd>vet ikke</dd>" in page
    assert "<dt>Godkjent av</dt><dd>Liv</dd>" in page
    answer = leader.get(at("receipt_file", 1))
    assert answer["Content-Type"] == "application/pdf"
    assert f"kvittering-2007-{OWN.lower()}-1.pdf" in answer["Content-Disposition"]
    again = leader.get(at("receipt_file", 1))
    assert sha256(answer.content).digest() == sha256(again.content).digest()
    assert answer.content.startswith(b"%PDF")


def test_hostile_text_is_only_text_in_the_receipt(leader):
    opened(2025)
    hostile = "#panic() $x$ [= Overskrift] <b>fet</b> \\ \u202e \ufffd æøå " + "a" * 3000
    typed = {item.id: "0" for item in questionnaire(2025).items} | {"14": "45 %", "15": hostile}
    leader.post(at(year=2025), sent(typed, do="hand_in", confirmed="1"))
    leader.post(at("approve", year=2025), {"do": "approve", "number": "1", "seen": "1"})
    assert of(2025).current is not None
    assert leader.get(at("receipt_file", 1, year=2025)).content.startswith(b"%PDF")
    page = shown(leader.get(at("receipt", 1, year=2025)))
    assert "<b>fet</b>" not in leader.get(at("receipt", 1, year=2025)).content.decode()
    assert "45 %" in page.replace("\xa0", " ")


@pytest.mark.usefixtures("round_")
def test_what_the_directorate_noted_of_a_contact_is_its_own(leader):
    leader.post(at(), sent(WHOLE, do="hand_in", confirmed="1"))
    approved(leader)
    keeping.contact(ANALYST, of(), channel="phone", note="Virker usikker på tallene.", now=timezone.now())
    page = shown(leader.get(at()))
    assert "direktoratet tok kontakt" in page
    assert "usikker" not in page


@pytest.mark.usefixtures("round_")
def test_the_form_is_there_in_all_three_languages(make_user, enter):
    for lang, word in (("nb", "Vet ikke"), ("nn", "Veit ikkje"), ("en", "Don't know")):
        client = enter(make_user("adviser", OWN, language=lang))
        assert word in shown(client.get(at()))
        client.post(
            at("draft"), sent({"1": "x"}, seen=str(keeping.draft_of(of()).saved if keeping.draft_of(of()) else 0))
        )


@pytest.mark.usefixtures("round_")
def test_a_text_too_long_for_a_request_is_refused_whole(adviser):
    assert adviser.post(at("draft"), sent({"4": "9" * 2_000_000})).status_code == 400
    assert not Version.objects.exists()
