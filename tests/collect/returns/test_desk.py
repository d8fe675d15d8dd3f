"""The follow-up desk: what an analyst sees and does with a return, and what two of them at once are told."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from overgang.access.actor import acting
from overgang.access.models import Event
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return, Round, Version
from overgang.collect.returns.questionnaire import questionnaire

pytestmark = pytest.mark.django_db
NOW, TODAY = datetime(2008, 2, 1, 9, 0, tzinfo=UTC), date(2008, 2, 1)
FITS = {item.id: "0" for item in questionnaire(2007).items} | {"1": "12", "2": "8", "4": "4", "10a": "3", "9a": "1"}
TOO_MANY = FITS | {"10a": "5"}
TOO_FEW = FITS | {"10a": "2"}
ABOUT_PARTICIPANTS = FITS | {"1": "13"}
UNKNOWN = FITS | {"4": "00"}
FRAME = {"K1103": TOO_MANY, "K1601": FITS, "K1201": TOO_FEW, "K0602": ABOUT_PARTICIPANTS, "K0219": UNKNOWN}
SILENT = "K0104"


@pytest.fixture
def round_(make_user):
    """Five units that have sent, and one that has not."""
    analyst = acting(make_user("analyst", name="annen").pk, "Annen", "analyst", "")
    dates = {"as_of": date(2007, 12, 31), "opens": date(2008, 1, 2), "closes": date(2008, 2, 15)}
    found = keeping.open_round(analyst, year=2007, **dates, frame=dict.fromkeys([*FRAME, SILENT], ""), now=NOW)
    for unit, typed in FRAME.items():
        leader = acting(make_user("leader", unit).pk, "Leder", "leader", unit)
        send(leader, Return.objects.get(unit=unit), typed)
    return found


def send(leader, of, typed):
    draft = keeping.save(leader, of, typed, {}, seen=0, now=NOW)
    try:
        keeping.approve(leader, of, number=draft.number, seen=1, now=NOW, today=TODAY)
    except keeping.NotReady as refused:
        why = {keeping.place(one): f"Forklart av {of.unit}" for one in refused.unexplained}
        draft = keeping.save(leader, of, typed, why, seen=1, now=NOW)
        keeping.approve(leader, of, number=draft.number, seen=2, now=NOW, today=TODAY)


@pytest.fixture
def client(make_user, enter, round_):  # noqa: ARG001
    return enter(make_user("analyst", name="ane"))


@pytest.fixture
def other(make_user, enter, round_):  # noqa: ARG001
    return enter(make_user("analyst", name="bo"))


def page(answer, status=200):
    assert answer.status_code == status
    return " ".join(unescape(answer.content.decode()).split())


def act(client, do, unit="K1103", number=1, **values):
    return client.post(f"/oppfolging/2007/{unit}/", {"do": do, "number": number, **values})


def state(unit="K1103"):
    return Return.objects.get(unit=unit).state


def test_the_front_page_leads_to_the_latest_round_or_says_that_there_is_none(client, make_user, enter):
    assert client.get("/oppfolging/").url == "/oppfolging/2007/"
    Round.objects.all().delete()
    assert "Ingen har svart" in page(enter(make_user("analyst")).get("/oppfolging/"))


def test_the_queue_has_who_does_not_know_first_then_by_gap_times_weight(client):
    html = page(client.get("/oppfolging/2007/"))
    assert units(html) == ["K0219", "K1103", "K1201"]
    assert units(page(client.get("/oppfolging/2007/?liste=further"))) == ["K0602"]
    assert units(page(client.get("/oppfolging/2007/?liste=fitting"))) == ["K1601"]


def units(html):
    return [part[:5] for part in html.split('<tr data-unit="')[1:]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("fylke=F11", ["K1103"]),
        ("klasse=under_reporting", ["K1201"]),
        ("tilstand=flagged", ["K0219", "K1103", "K1201"]),
        ("tilstand=sent", []),
        ("tilstand=done", []),
        ("tilstand=&side=99", ["K0219", "K1103", "K1201"]),
        ("liste=nonsense&fylke=F99", []),
    ],
)
def test_the_list_can_be_narrowed(client, asked, expected):
    html = page(client.get(f"/oppfolging/2007/?{asked}"))
    assert units(html) == expected
    assert ("Ingenting å følge opp her." in html) == (not expected)


def test_sums_with_dont_know_are_told_as_at_least_and_what_is_missing(client):
    html = page(client.get("/oppfolging/2007/"))
    assert "<dd>5 av 6</dd>" in html
    assert '<dt>har avsluttet</dt><dd>minst 16</dd><dd class="tiles__note">1 enhet mangler</dd>' in html


def test_the_page_of_a_unit_shows_the_check_with_its_explanation_and_its_sources(client):
    html = page(client.get("/oppfolging/2007/K1103/"))
    for said in ("AR07", "«Forklart av K1103»", "Overrapportering (+2)", "Kildene side om side", "Versjon 1"):
        assert said in html
    assert "Neste: Bergen" in html


def test_last_year_s_return_stands_beside_and_what_differs_is_marked_without_colour(client, round_, make_user):  # noqa: ARG001
    analyst = acting(make_user("analyst").pk, "A", "analyst", "")
    dates = {"as_of": date(2008, 12, 31), "opens": date(2009, 1, 2), "closes": date(2009, 2, 15)}
    keeping.open_round(analyst, year=2008, **dates, frame={"K1103": ""}, now=NOW)
    send(acting(analyst.user, "L", "leader", "K1103"), Return.objects.get(unit="K1103", round=2008), FITS)
    html = page(client.get("/oppfolging/2008/K1103/"))
    row = html[html.index(">10a ") :]
    assert row[row.index("<td>") :].startswith("<td>3</td><td>–</td><td>5</td>")


def test_a_contact_is_noted_with_channel_role_and_what_was_said(client):
    answer = act(client, "contact", channel="phone", whom="Flyktningtjenesten", note="De ser på spørsmål 10a.")
    assert answer.url == "/oppfolging/2007/K1103/?gjort=contact&enhet=K1103"
    html = page(client.get(answer.url))
    assert "telefon, Flyktningtjenesten" in html
    assert "De ser på spørsmål 10a." in html
    assert state() == "contacted"
    assert Event.objects.filter(object="return:2007:K1103").latest("id").action == "changed"


@pytest.mark.parametrize("whom", ["Kari 99 88 77 66", "kari@kommune.no", ""])
def test_a_contact_names_no_person_and_what_was_typed_stays(client, whom):
    html = page(act(client, "contact", channel="mail", whom=whom, note="Ringer tilbake."))
    assert "Ringer tilbake." in html
    assert f'value="{whom}"' in html or not whom
    assert 'aria-invalid="true"' in html
    assert state() == "flagged"


def test_accepting_goes_on_to_the_next_and_can_be_undone_by_who_did_it(client, other):
    answer = act(client, "accept")
    assert answer.url.startswith("/oppfolging/2007/K1201/?")
    assert 'value="take_back"' in page(client.get(answer.url))
    assert 'value="take_back"' not in page(other.get(answer.url))
    assert state() == "accepted"
    page(act(other, "take_back"), 409)
    assert state() == "accepted"
    act(client, "take_back")
    assert state() == "flagged"
    act(client, "contact", channel="phone", whom="Leder", note="Ja")
    act(client, "remark", remark="To uten årsak.")
    assert state() == "accepted_with_remark"
    act(client, "take_back")
    assert state() == "contacted"


def test_a_remark_that_is_empty_accepts_nothing(client):
    assert "aria-invalid" in page(act(client, "remark", remark="  "))
    assert state() == "flagged"


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(client, other):
    act(client, "accept")
    html = page(act(other, "remark", remark="Min merknad"), 409)
    assert "Noen andre har behandlet svaret" in html
    assert "Ane" in html
    act(client, "take_up", reason="Ny opplysning")
    act(client, "contact", channel="phone", whom="Leder", note="x")
    correct(client, do="save", i10a="3")
    assert "Noen andre har behandlet svaret" in page(act(other, "remark", remark="Min merknad", number=1), 409)
    assert "Min merknad" in page(act(other, "remark", remark="Min merknad", number=1), 409)


def test_a_return_is_taken_up_again_for_a_reason(client):
    act(client, "accept")
    assert "aria-invalid" in page(act(client, "take_up", reason=""))
    act(client, "take_up", reason="Registeret viser flere")
    assert state() == "flagged"


def test_a_return_is_opened_for_the_unit_to_a_day_that_has_not_passed(client):
    yesterday, soon = (date.today() + timedelta(days=days) for days in (-1, 14))  # noqa: DTZ011
    assert "Dagen er passert" in page(act(client, "reopen", until=f"{yesterday:%d.%m.%Y}", reason="Feil"))
    act(client, "reopen", until=f"{soon:%d.%m.%Y}", reason="Feil i spørsmål 10a")
    assert state() == "draft"
    assert "K1103" in units(page(client.get("/oppfolging/2007/?tilstand=draft")))
    page(correct(client, do="save", i10a="3"), 409)


def correct(client, unit="K1103", number=1, reason="Rettet på telefon", **typed):
    return client.post(f"/oppfolging/2007/{unit}/rett/", {"number": number, "reason": reason, **typed})


def test_a_correction_shows_old_beside_new_before_it_is_saved_and_keeps_both_versions(client):
    html = page(correct(client, do="see", i10a="3"))
    assert "<td>5</td><td>3</td>" in html
    assert "Ingen kontroll slår ut etter rettelsen." in html
    assert Version.objects.filter(of__unit="K1103").count() == 1
    answer = correct(client, do="save", i10a="3")
    html = page(client.get(answer.url))
    assert "<del>5</del> → <ins>3</ins>" in html
    assert "«Rettet på telefon»" in html
    assert "Ane" in html
    assert [version.number for version in Version.objects.filter(of__unit="K1103")] == [1, 2]
    assert state() == "sent"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"i10a": "tre"}, "10a Ordinært arbeid: "),
        ({"i10a": "3,5"}, "10a Ordinært arbeid: "),
        ({"i4": "13"}, "har avsluttet, men bare"),
        ({"i4": ""}, "Svar på hvert spørsmål"),
        ({"i10a": "5"}, "Ingenting er endret"),
        ({"i10a": "3", "reason": " "}, "Skriv begrunnelsen"),
        ({"i10a": "3", "reason": "x" * 1001}, "høyst 1000 tegn"),
    ],
)
def test_bad_input_gets_its_sentence_and_nothing_typed_is_lost(client, typed, sentence):
    html = page(correct(client, do="see", **{"i9b": "0", **typed}))
    assert sentence in html
    for name, value in typed.items():
        if name != "reason":
            assert f'name="{name}" value="{value}"' in html
    assert Version.objects.filter(of__unit="K1103").count() == 1
    page(correct(client, do="save", **typed))
    assert Version.objects.filter(of__unit="K1103").count() == 1


def test_of_two_who_correct_at_once_the_second_keeps_what_was_typed_on_top_of_the_first(client, other):
    correct(client, do="save", i10a="3")
    html = page(correct(other, do="save", i10a="5", i9a="2", i1="12"), 409)
    assert "Noen andre har rettet svaret" in html
    assert 'name="i10a" value="3"' in html
    assert 'name="i9a" value="2"' in html
    assert 'name="number" value="2"' in html


def test_all_in_which_nothing_fails_are_accepted_at_once_but_what_moved_on(client, other):
    html = page(client.get("/oppfolging/2007/godta/"))
    assert 'name="of" value="K1601:1"' in html
    assert "K1103:1" not in html
    correct(other, "K1601", do="save", i1="13", i2="9")
    client.post("/oppfolging/2007/godta/", {"of": ["K1601:1", "K1103:1", "nonsense"]})
    assert state("K1601") == "sent"
    assert state("K1103") == "flagged"
    answer = client.post("/oppfolging/2007/godta/", {"of": ["K1601:2"]})
    assert "Godtatt: 1 av 1." in page(client.get(answer.url))
    assert state("K1601") == "accepted"
    assert Return.objects.get(unit="K1601").steps.latest("pk").version.number == 2
    assert "1 av 5 svar er behandlet." in page(client.get("/oppfolging/2007/"))


def test_a_unit_that_has_not_sent_has_no_page(client):
    page(client.get(f"/oppfolging/2007/{SILENT}/"), 404)
    page(client.get("/oppfolging/1999/"), 404)
    page(act(client, "nonsense"), 404)


def test_a_return_that_was_opened_again_and_not_sent_counts_when_the_round_closes(client, round_, make_user):  # noqa: ARG001
    analyst = acting(make_user("analyst").pk, "A", "analyst", "")
    keeping.reopen(analyst, Return.objects.get(unit="K1103"), until=TODAY, reason="Feil", now=NOW)
    assert keeping.close(analyst, round_, now=NOW, today=date(2008, 3, 1)) == 1
    assert (state("K1103"), state(SILENT)) == ("flagged", "no_response")


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_every_page_has_its_words_in_each_language(client, lang):
    assert client.post("/sprak", {"lang": lang}).status_code == 302
    for path in ("", "K1103/", "K1103/rett/", "godta/", "liste.csv"):
        assert client.get(f"/oppfolging/2007/{path}").status_code == 200
    assert correct(client, do="see", i10a="3").status_code == 200
