"""The gate: who gets in, in which role, for how long, and that a page without a policy is refused."""

from datetime import date, timedelta

import pytest
from django.core import checks
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from overgang.access import gate
from overgang.access.models import Event, Grant
from overgang.access.policies import Policy, Refusal, Who, addresses, policy, refusal
from tests.internal import OTHER, OWN, PASSWORD

pytestmark = pytest.mark.django_db


def test_every_address_declares_a_policy(settings) -> None:
    settings.SECOND_FACTOR = True
    assert [found.name for found in addresses() if found.policy is None or not found.name] == []
    assert checks.run_checks() == []


def undeclared(request):  # noqa: ARG001
    raise AssertionError


urlpatterns = [path("naked", undeclared, name="naked")]


def test_an_address_without_a_policy_fails_the_check() -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert [found.id for found in checks.run_checks() if found.id == "access.E001"] == ["access.E001"]


def test_a_permission_that_no_role_gives_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        policy("nonsense")


@pytest.mark.parametrize(
    ("found", "method", "signed_in", "expected"),
    [
        (None, "GET", True, Refusal.UNDECLARED),
        (Policy(Who.EVERYBODY), "GET", False, None),
        (Policy(Who.EVERYBODY), "POST", False, Refusal.METHOD),
        (Policy(Who.SIGNED_IN), "GET", False, Refusal.SIGN_IN),
        (Policy(Who.SIGNED_IN), "GET", True, None),
        (Policy(Who.ACTING), "GET", True, Refusal.CHOOSE_ROLE),
    ],
)
def test_what_is_refused(found, method, signed_in, expected) -> None:
    assert refusal(found, method, None, signed_in) is expected


def test_a_visitor_is_sent_to_sign_in_and_back(client) -> None:
    answer = client.get("/rolle?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/inn/?next=%2Frolle%3Fx%3D1")


def test_sign_in_leads_to_the_front_page_in_the_users_language(make_user) -> None:
    make_user("adviser", OWN, name="kari", language="nn")
    client = Client(headers={"host": "localhost"})
    before = client.get("/inn/").cookies
    answer = client.post("/inn/", {"login": "kari", "password": PASSWORD}, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [("/", 302)]
    assert "Programrådgjevar, Trondheim" in html
    assert 'lang="nn"' in html
    assert answer["Cache-Control"] == "no-store"
    assert before.get("sessionid") is None
    assert [(event.action, event.user.username) for event in Event.objects.all()] == [("signed_in", "kari")]


def test_a_wrong_password_gives_the_same_answer_whoever_it_is(make_user) -> None:
    user = make_user("adviser", OWN, name="kari")
    answers = []
    for login in ("kari", "nobody"):
        client = Client(headers={"host": "localhost"})
        answer = client.post("/inn/", {"login": login, "password": "wrong"})
        answers.append(answer.content.decode().split("</nav>")[-1].replace(login, "?"))
    assert "Brukernavnet eller passordet er feil." in answers[0]
    strip = [[line for line in text.splitlines() if "csrf" not in line] for text in answers]
    assert strip[0] == strip[1]
    assert [(event.action, event.object, event.user_id) for event in Event.objects.order_by("id")] == [
        ("denied", "sign_in", user.pk),
        ("denied", "sign_in", None),
    ]


def test_one_acts_in_one_role_at_a_time_and_switches_by_post(make_user, enter) -> None:
    user = make_user("adviser", OWN)
    other = Grant.objects.create(user=user, role="leader", place=OTHER, since=date(2020, 1, 1))
    client = enter(user)
    assert client.get("/")["Location"] == "/rolle"
    assert "Leder, Stavanger" in client.get("/rolle").content.decode()
    assert client.post("/rolle", {"grant": other.pk})["Location"] == "/"
    assert "Leder, Stavanger" in client.get("/").content.decode()


def test_the_grant_of_somebody_else_is_not_there(make_user, enter) -> None:
    theirs = Grant.objects.get(user=make_user("leader", OTHER))
    assert enter(make_user("adviser", OWN)).post("/rolle", {"grant": theirs.pk}).status_code == 404


def test_a_grant_that_ends_is_over_at_the_next_request(make_user, enter) -> None:
    user = make_user("adviser", OWN)
    client = enter(user)
    assert client.get("/").status_code == 200
    Grant.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert client.get("/")["Location"] == "/rolle"
    assert "ingen rolle" in client.get("/rolle").content.decode()


def test_a_user_who_is_shut_out_is_out_at_the_next_request(make_user, enter) -> None:
    user = make_user("adviser", OWN)
    client = enter(user)
    user.is_active = False
    user.save()
    assert client.get("/")["Location"] == "/inn/"


@pytest.mark.parametrize(("key", "seconds"), [(gate.SEEN, 30 * 60), (gate.BEGUN, 8 * 60 * 60)])
def test_a_session_ends_when_idle_or_old(make_user, enter, key, seconds) -> None:
    client = enter(make_user("adviser", OWN))
    for age, expected in ((seconds - 30, 200), (seconds + 30, 302)):
        session = client.session
        session[key] = int(timezone.now().timestamp()) - age
        session.save()
        assert client.get("/").status_code == expected


def test_the_language_is_chosen_by_post_and_comes_back(make_user, enter) -> None:
    user = make_user("adviser", OWN)
    client = enter(user)
    assert client.post("/sprak", {"lang": "en", "next": "/rolle"})["Location"] == "/rolle"
    assert 'lang="en"' in client.get("/rolle").content.decode()
    for elsewhere in ("https://example.org/", "//example.org/", "rolle", "123"):
        assert client.post("/sprak", {"lang": "en", "next": elsewhere})["Location"] == "/"
    assert client.get("/sprak").status_code == 405


def test_a_link_to_sign_in_chooses_the_language_and_it_stays(client) -> None:
    assert 'lang="nb"' in client.get("/inn/").content.decode()
    for lang, said in (("nn", "Logg inn"), ("en", "Sign in")):
        page = client.get("/inn/", {"lang": lang}).content.decode()
        assert (f'<html lang="{lang}"' in page, f"{said}</h1>" in page) == (True, True)
        assert f'<html lang="{lang}"' in client.get("/inn/").content.decode()
    for nonsense in ("de", "", "nn-NO", "../x"):
        assert '<html lang="en"' in client.get("/inn/", {"lang": nonsense}).content.decode()
    client.post("/sprak", {"lang": "nb", "next": "/inn/"})
    assert '<html lang="nb"' in client.get("/inn/").content.decode()


def test_a_link_changes_nothing_for_who_has_a_language(make_user, enter) -> None:
    client = enter(make_user("adviser", OWN, language="nn"))
    answer = client.get("/", {"lang": "en"})
    assert '<html lang="nn"' in answer.content.decode()
    assert gate.LANGUAGE_COOKIE not in answer.cookies


def test_a_form_from_elsewhere_is_refused(make_user, enter) -> None:
    answer = enter(make_user("adviser", OWN), enforce_csrf_checks=True).post("/rolle", {"grant": 1})
    assert answer.status_code == 403
    assert "Skjemaet er for gammelt" in answer.content.decode()
