"""The pages of a round: opened after a preview, followed, prolonged and closed, with its letters."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import acting
from overgang.base.days import day_text
from overgang.collect.returns import keeping, mail
from overgang.collect.returns.letters import INVITATION
from overgang.collect.returns.models import Letter, Mailbox, Return, Round
from tests.collect.returns.test_mail import to

pytestmark = pytest.mark.django_db
ANALYST = acting(3, "Analytiker", "analyst", "")
UNITS = {"K5001": "12 begynte i programmet 2023–2025", "K4601": "alle enheter", "K1103": "alle enheter"}


@pytest.fixture
def analyst(make_user, enter) -> Any:
    return enter(make_user("analyst"))


@pytest.fixture
def governor(make_user, enter) -> Any:
    return enter(make_user("governor", "F50"))


@pytest.fixture
def laid(settings, monkeypatch) -> list[bool]:
    """A mail server is set up, and how often a sender was started."""
    settings.MAIL = to(25)
    woken: list[bool] = []
    monkeypatch.setattr(mail, "wake", lambda now: woken.append(True))  # noqa: ARG005
    return woken


@pytest.fixture
def round_(db) -> Round:  # noqa: ARG001
    today = timezone.localdate()
    dates = {"as_of": today, "opens": today, "closes": today + timedelta(days=30)}
    return keeping.open_round(ANALYST, year=2025, **dates, frame=UNITS, now=timezone.now())


def said(answer: Any) -> str:
    """The words of a page, as they are read."""
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def opening(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    days = {"as_of": "31.12.2025", "opens": day_text(today), "closes": day_text(today + timedelta(days=30))}
    return {"year": "2025", **days, "proposal": "everybody", "do": "preview"} | changes


def test_without_rounds_the_list_says_what_to_do(analyst):
    assert "Det er ingen runder ennå." in said(analyst.get("/runder/"))


def test_a_round_is_seen_whole_before_it_is_opened(analyst):
    page = said(analyst.post("/runder/ny/", opening()))
    assert "Enheter som blir spurt: 371. Foreslåtte som er tatt ut: 0." in page
    assert not Round.objects.exists()


def test_units_are_left_out_and_added_with_their_reasons(analyst):
    wanted = opening(seen="2025:everybody", unit=["K5001", "K4601"], do="open", add="Stavanger\n0301")
    page = analyst.post("/runder/ny/", wanted)
    assert page.status_code == 400
    for fault in ("Skriv hvorfor enhetene er tatt ut", "ingen enheter det året: 0301"):
        assert fault in said(page)
    wanted |= {"add": "Stavanger", "because": "Har ansvar for forsøket", "out": "Bare forsøkskommuner"}
    answer = analyst.post("/runder/ny/", wanted, follow=True)
    assert "Runden er åpnet. Enheter som er spurt: 3." in said(answer)
    whys = dict(Return.objects.values_list("unit", "why"))
    assert whys == {"K5001": "alle enheter", "K4601": "alle enheter", "K1103": "Har ansvar for forsøket"}
    left_out = Round.objects.get().left_out
    assert (len(left_out), left_out["K5501"]) == (368, "Bare forsøkskommuner")


def test_an_empty_proposal_opens_nothing(analyst):
    page = analyst.post("/runder/ny/", opening(proposal="recent", seen="2025:recent", do="open"))
    assert "Ingen enheter passer." in said(page)
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"year": "2003"}, "velg et av dem"),
        ({"closes": "01.01.2020"}, "Runden kan ikke stenge før den åpner."),
        ({"opens": "32.01.2026"}, "kalenderen"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(analyst, wrong, says):
    page = analyst.post("/runder/ny/", opening(**wrong))
    assert page.status_code == 400
    assert says in said(page)


def test_a_year_has_one_round(analyst, round_):
    assert f"Det er en runde for {round_.year} allerede." in said(analyst.post("/runder/ny/", opening()))


def test_the_round_is_told_in_numbers_and_by_county(analyst, round_):
    Return.objects.filter(unit="K4601").update(state="opened")
    page = said(analyst.get(f"/runder/{round_.year}/"))
    assert "0,0 % av de spurte har sendt inn" in page.replace("\u00a0", " ")
    assert "Trøndelag 1" in page
    assert "Har ikke sendt inn: 3" in page


def test_the_file_names_every_unit_and_no_cell_is_a_formula(analyst, round_):
    Return.objects.filter(unit="K5001").update(why="=1+1")
    lines = analyst.get(f"/runder/{round_.year}/svar.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert '"Trondheim";"K5001";"Trøndelag";"\'=1+1";"invitert"' in lines[3]


def test_a_governor_sees_the_county_and_nothing_of_others(governor, round_):
    page = said(governor.get(f"/runder/{round_.year}/svar/"))
    assert "Trondheim" in page
    assert "Bergen" not in page
    assert "2025" in said(governor.get("/runder/"))


def test_a_unit_that_has_not_sent_gets_a_later_day_with_a_reason(analyst, round_):
    day = round_.closes + timedelta(days=14)
    page = f"/runder/{round_.year}/frist/K5001/"
    assert analyst.post(page, {"until": day_text(day), "reason": ""}).status_code == 400
    answer = analyst.post(page, {"until": day_text(day), "reason": "Sykdom"}, follow=True)
    assert "Enheten har fått lengre frist." in said(answer)
    assert "Sykdom" in said(answer)
    assert Return.objects.get(unit="K5001").until == day


def test_a_closed_round_names_who_did_not_respond_and_one_may_get_it_again(analyst, round_, laid):
    Mailbox.objects.create(unit="K5001", address="post@a.example")
    page = said(analyst.get(f"/runder/{round_.year}/lukk/"))
    assert "blir stående som «ikke svart»: 3." in page
    assert "Siste dag er ikke passert ennå." in page
    assert "Enheter som ikke har svart: 3." in said(analyst.post(f"/runder/{round_.year}/lukk/", follow=True))
    day = timezone.localdate() + timedelta(days=7)
    wanted = {"until": day_text(day), "reason": "Ny leder"}
    assert "Rapporten er åpnet igjen." in said(analyst.post(f"/runder/{round_.year}/frist/K5001/", wanted, follow=True))
    assert Return.objects.get(unit="K5001").state == "draft"
    assert "Ny leder" in Letter.objects.get().text
    assert laid


def test_the_last_day_is_changed_while_the_round_is_open(analyst, round_):
    day = round_.closes + timedelta(days=7)
    analyst.post(f"/runder/{round_.year}/frist/", {"closes": day_text(day)})
    assert Round.objects.get().closes == day
    early = analyst.post(f"/runder/{round_.year}/frist/", {"closes": "01.01.2020"})
    assert "Runden kan ikke stenge før den åpner." in said(early)
    keeping.close(ANALYST, round_, now=timezone.now(), today=day)
    answer = analyst.post(f"/runder/{round_.year}/frist/", {"closes": day_text(day + timedelta(days=1))}, follow=True)
    assert "Runden er lukket." in said(answer)
    assert Round.objects.get().closes == day


def test_the_frame_is_changed_with_reasons_and_who_has_begun_stays(analyst, round_):
    leader = acting(2, "Leder", "leader", "K1103")
    keeping.save(leader, Return.objects.get(unit="K1103"), {"1": "3"}, {}, seen=0, now=timezone.now())
    page = f"/runder/{round_.year}/ramme/"
    assert "K1103" not in analyst.get(page).content.decode().split('name="unit"')[1].split("</select>")[0]
    analyst.post(page, {"do": "out", "unit": "K4601", "out": "Ingen deltakere"})
    analyst.post(page, {"do": "add", "add": "Tromsø", "because": "Bosetter fra i år"})
    assert set(Return.objects.values_list("unit", flat=True)) == {"K5001", "K1103", "K5501"}
    assert Round.objects.get().left_out == {"K4601": "Ingen deltakere"}
    of = Return.objects.get(unit="K1103")
    with pytest.raises(keeping.Moved):
        keeping.leave_out(ANALYST, of, reason="Feil", now=timezone.now())
    analyst.post(page, {"do": "add", "add": "Bergen", "because": "Har deltakere likevel"})
    assert Round.objects.get().left_out == {}


def test_letters_are_read_before_they_are_sent_and_sent_once(analyst, round_, laid):
    Mailbox.objects.create(unit="K5001", address="post@a.example", language="nb")
    Mailbox.objects.create(unit="K4601", address="post@b.example", language="nn")
    page = said(analyst.get(f"/runder/{round_.year}/brev/invitation/"))
    assert "Enheter som får brevet: 2." in page
    assert "Stavanger" in page
    assert "Vi ber om årsrapporten" in page
    assert "Rådgjevaren fyller ut" in page
    for _ in range(2):
        answer = analyst.post(f"/runder/{round_.year}/brev/invitation/", {"wave": "1"}, follow=True)
    assert Letter.objects.count() == 2
    assert "Uten adresse: 1" in said(answer)
    assert laid
    for wave in ("1", "1", "2"):
        analyst.post(f"/runder/{round_.year}/brev/reminder/", {"wave": wave})
    assert Letter.objects.filter(kind="reminder").count() == 4
    assert analyst.post(f"/runder/{round_.year}/brev/reminder/", {"wave": "9"}).status_code == 404


def test_where_no_server_is_set_up_the_page_says_so(analyst, round_, settings):
    settings.MAIL = {}
    assert "Det er ikke satt opp noen e-posttjener her" in said(analyst.get(f"/runder/{round_.year}/brev/"))
    analyst.post(f"/runder/{round_.year}/brev/invitation/", {"wave": "1"})
    assert not Letter.objects.exists()


def test_a_letter_that_was_refused_is_shown_with_the_answer_and_sent_again(analyst, round_, laid):
    Mailbox.objects.create(unit="K5001", address="post@a.example")
    mail.lay(ANALYST, mail.to_get(round_, INVITATION, 1), INVITATION, 1, now=timezone.now())
    Letter.objects.update(failed="550 5.1.1 No such user")
    assert "550 5.1.1 No such user" in said(analyst.get(f"/runder/{round_.year}/brev/"))
    analyst.post(reverse("returns:letter_again", args=(round_.year, Letter.objects.get().pk)))
    assert Letter.objects.waiting().count() == 1
    assert laid


def test_a_list_of_addresses_is_taken_and_its_faults_are_told(analyst):
    page = analyst.post("/postmottak/", {"text": "5001;post@a.example\nAtlantis;post@b.example"})
    assert page.status_code == 400
    assert "Linje 2: «Atlantis» er ingen kommune eller bydel i dag" in said(page)
    assert Mailbox.objects.get().address == "post@a.example"
    analyst.post("/postmottak/K5001/", {"address": "ny@a.example", "language": "nn"})
    assert Mailbox.objects.get().address == "ny@a.example"
    assert "ingen e-postadresse" in said(analyst.post("/postmottak/K5001/", {"address": "x", "language": "nb"}))
    analyst.post("/postmottak/K5001/", {"address": "", "language": "nb"})
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("lang", ["nn", "en"])
def test_every_page_is_there_in_the_other_languages(analyst, round_, laid, lang):  # noqa: ARG001
    analyst.post("/sprak", {"lang": lang})
    Mailbox.objects.create(unit="K5001", address="post@a.example")
    mail.lay(ANALYST, mail.to_get(round_, INVITATION, 1), INVITATION, 1, now=timezone.now())
    at = f"/runder/{round_.year}/"
    own = ("", "ramme/", "frist/", "lukk/", "frist/K5001/", "brev/", "brev/reminder/", "svar/", "svar.csv")
    for address in ("/runder/", "/runder/ny/", "/postmottak/", "/postmottak/K5001/", *(at + page for page in own)):
        assert analyst.get(address).status_code == 200, address
