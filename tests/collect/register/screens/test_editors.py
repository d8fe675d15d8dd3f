"""Two editors, double clicks, undo: nothing is written twice, over somebody, or for good by mistake."""

import re
from datetime import timedelta
from typing import Any

import pytest

from overgang.access.models import Event
from overgang.collect.register.models import Case, Decision, Measure, Participation, Person
from tests.collect.register.screens.conftest import address, hidden, said
from tests.collect.register.screens.test_acts import NO_SUPPORT, text
from tests.internal import OWN

UNDO = re.compile(r'action="(/personer/[0-9a-f]+/angre/\d+/)"')
PERSON = {"name": "Åse Østby", "birth_date": "02.01.1990", "sex": "F", "origin": "SO", "education": "unknown"}


def undo(client: Any, answer: Any) -> Any:
    found = UNDO.search(text(client.get(answer["Location"])))
    assert found, "no way back is shown"
    return client.post(found[1])


def test_the_second_editor_gets_both_versions_and_may_save_on_top(make_user, enter, make_person) -> None:
    person = make_person()
    one, other = (enter(make_user("adviser", OWN)) for _ in range(2))
    where = address(person, "opplysninger", case=False)
    first, second = hidden(one.get(where)), hidden(other.get(where))
    assert one.post(where, {**PERSON, **first, "education": "higher"}).status_code == 302
    answer = other.post(where, {**PERSON, **second, "education": "primary", "mother_tongue": "somali"})
    assert answer.status_code == 409
    page = text(answer)
    assert "Høyere utdanning</td><td>Grunnskole" in page
    assert 'value="somali"' in page
    assert Person.objects.get().education == "higher"
    onto = other.post(where, {**PERSON, **hidden(answer), "education": "primary", "mother_tongue": "somali"})
    assert onto.status_code == 302
    assert (Person.objects.get().education, Person.objects.get().mother_tongue) == ("primary", "somali")


def test_a_double_click_writes_once(adviser, running, today) -> None:
    where = address(running, "tiltak")
    sent = {**hidden(adviser.get(where)), "kind": "norwegian", "start": said(today), "end": "", "hours": ""}
    one, other = adviser.post(where, sent), adviser.post(where, sent)
    assert (one.status_code, other.status_code, Measure.objects.count()) == (302, 302, 1)
    assert "Tiltaket er lagret." in text(adviser.get(other["Location"]))


def test_a_programme_is_ended_once(adviser, running, today) -> None:
    where = address(running, "avslutt")
    sent = {**hidden(adviser.get(where)), "end": said(today), "end_reason": "CO_OTHER", "certificate": "", **NO_SUPPORT}
    assert [adviser.post(where, sent).status_code for _ in range(3)] == [302, 302, 302]
    assert Event.objects.filter(action="changed", object__startswith="case:").count() == 1


def test_who_ends_what_another_has_ended_is_told(make_user, enter, running, today) -> None:
    one, other = (enter(make_user("adviser", OWN)) for _ in range(2))
    where = address(running, "avslutt")
    first, second = hidden(one.get(where)), hidden(other.get(where))
    values = {"end": said(today), "certificate": "", **NO_SUPPORT}
    one.post(where, {**first, **values, "end_reason": "CO_WORK_GT29"})
    answer = other.post(where, {**second, **values, "end_reason": "CO_OTHER"})
    assert answer.status_code == 409
    assert "Arbeid, mer enn 29 timer i uka</td><td>Annet</td>" in text(answer)
    assert Participation.objects.get().end_reason == "CO_WORK_GT29"
    onto = address(running, "rett-avslutning")
    assert f'action="{onto}"' in text(answer)
    other.post(onto, {**hidden(answer), **values, "end_reason": "CO_OTHER"})
    assert Participation.objects.get().end_reason == "CO_OTHER"


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nb", "Programmet er registrert startet {}. En sak starter bare én gang."),
        ("nn", "Programmet er registrert starta {}. Ei sak startar berre éin gong."),
        ("en", "The programme is registered as begun on {}. A case begins once only."),
    ],
)
@pytest.mark.parametrize("state", ["granted", "in_programme"])
def test_a_case_begins_once_whatever_its_state_says(make_user, enter, running, today, state, lang, told) -> None:
    Case.objects.update(state=state)
    client, where = enter(make_user("adviser", OWN, language=lang)), address(running, "start")
    begun = told.format(said(today - timedelta(days=100)))
    for answer in (client.get(where), client.post(where, {"start": said(today), "once": "a"})):
        assert (answer.status_code, begun in text(answer)) == (409, True)
    assert Participation.objects.get().start == today - timedelta(days=100)
    assert not Event.objects.exclude(action__in=("saw", "signed_in")).exists()


def test_the_back_button_does_not_overwrite(adviser, make_person) -> None:
    person = make_person()
    where = address(person, "opplysninger", case=False)
    sent = hidden(adviser.get(where))
    adviser.post(where, {**PERSON, **sent, "education": "higher"})
    assert adviser.post(where, {**PERSON, **sent, "education": "primary"}).status_code == 409


def test_a_save_is_undone(adviser, fill, running, today) -> None:
    Measure.objects.create(
        participation=Participation.objects.get(), kind="norwegian", start=today - timedelta(days=50)
    )
    values = {"end": said(today), "end_reason": "PS_OTHER", "certificate": said(today), **NO_SUPPORT}
    answer = fill(adviser, address(running, "avslutt"), **values)
    assert Measure.objects.get().end == today
    assert undo(adviser, answer).status_code == 302
    participation = Participation.objects.get()
    assert (participation.end, participation.end_reason, Measure.objects.get().end) == (None, None, None)
    assert Case.objects.get().state == "in_programme"
    assert not Decision.objects.filter(kind="stop_permanent").exists()


def test_what_was_deleted_comes_back(adviser, fill, running, today) -> None:
    fill(adviser, address(running, "tiltak"), kind="course", start=said(today), end="", hours="7,5")
    answer = fill(adviser, address(running, "slett-tiltak", row=Measure.objects.get()))
    assert not Measure.objects.exists()
    undo(adviser, answer)
    back = Measure.objects.get()
    assert (back.kind, back.start, str(back.hours)) == ("course", today, "7.5")


def test_what_was_built_on_is_not_undone(adviser, fill, make_person, today) -> None:
    person = make_person()
    answer = fill(adviser, address(person, "tilbud"), trigger="offer", asked=said(today))
    fill(adviser, address(person, "takket-nei"))
    assert UNDO.search(text(adviser.get(answer["Location"]))) is None
    event = Event.objects.filter(purpose__startswith="ask#").latest("id")
    adviser.post(f"/personer/{person.key}/angre/{event.pk}/")
    assert Case.objects.get().state == "declined"


def test_nobody_undoes_what_another_did(make_user, enter, adviser, fill, make_person, today) -> None:
    person = make_person()
    fill(adviser, address(person, "tilbud"), trigger="offer", asked=said(today))
    event = Event.objects.filter(purpose__startswith="ask#").latest("id")
    enter(make_user("adviser", OWN)).post(f"/personer/{person.key}/angre/{event.pk}/")
    assert Case.objects.get().state == "offered"


def test_a_form_sent_after_the_session_ended_leads_back_to_it(client, running) -> None:
    where = address(running, "tiltak")
    answer = client.post(where, {"kind": "norwegian"}, headers={"host": "localhost"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("next=%2Fpersoner%2F" + where.removeprefix("/personer/").replace("/", "%2F"))
