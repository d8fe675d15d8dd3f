"""Sign-in: second factor, first password, limits, and a real provider of OpenID Connect on this machine."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from overgang.access.models import Event
from overgang.access.signin import Factors, ring, subject
from overgang.access.visit import password_link
from overgang.settings.oidc import oidc_provider
from tests.internal import OWN, PASSWORD

pytestmark = pytest.mark.django_db

HIGH, LOW = "idporten-loa-high", "idporten-loa-substantial"


@pytest.fixture
def visitor() -> Client:
    cache.clear()
    return Client(raise_request_exception=False, headers={"host": "localhost"})


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06}"


def sign_in(client: Client, name: str, password: str = PASSWORD) -> Any:
    return client.post("/inn/", {"login": name, "password": password})


def denied() -> list[str]:
    return list(Event.objects.filter(action="denied").values_list("object", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_role_that_sees_persons_must_set_up_a_second_factor(visitor, make_user, settings) -> None:
    settings.SECOND_FACTOR = True
    user = make_user("adviser", OWN, name="kari")
    elsewhere = Client(headers={"host": "localhost"})
    for client in (visitor, elsewhere):
        sign_in(client, "kari")
        assert client.get("/")["Location"] == "/totrinn"
    assert visitor.get("/inn/totrinn/app")["Location"].startswith("/inn/igjen"), "the password once more"
    visitor.post("/inn/igjen", {"password": PASSWORD})
    html = visitor.get("/inn/totrinn/app").content.decode()
    secret = re.search(r'class="secret">(\w+)<', html)[1]  # type: ignore[index]
    assert visitor.post("/inn/totrinn/app", {"code": code_now(secret)}).status_code == 302
    assert visitor.get("/").status_code == 200
    assert elsewhere.get("/")["Location"] == "/inn/", "a session without it is over"
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored
    assert Factors().decrypt(stored) == secret


def test_with_a_second_factor_the_password_alone_opens_nothing(visitor, make_user) -> None:
    user = make_user("adviser", OWN, name="kari")
    secret = generate_totp_secret()
    Authenticator.objects.create(user=user, type="totp", data={"secret": Factors().encrypt(secret)})
    assert sign_in(visitor, "kari")["Location"].startswith("/inn/totrinn/kode")
    assert visitor.get("/")["Location"] == "/inn/"
    wrong = visitor.post("/inn/totrinn/kode", {"code": "000000"})
    assert "Koden er feil" in wrong.content.decode()
    assert denied() == ["second_factor"]
    visitor.post("/inn/totrinn/kode", {"code": code_now(secret)})
    assert visitor.get("/").status_code == 200


def test_the_session_key_changes_at_sign_in(visitor, make_user) -> None:
    make_user("adviser", OWN, name="kari")
    session = visitor.session
    session["planted"] = 1
    session.save()
    visitor.cookies["sessionid"] = before = session.session_key
    sign_in(visitor, "kari")
    assert visitor.cookies["sessionid"].value != before
    assert visitor.cookies["sessionid"]["httponly"]


def test_guesses_are_stopped_before_a_password_is_hashed(visitor, make_user) -> None:
    make_user("adviser", OWN, name="kari")
    for _ in range(5):
        sign_in(visitor, "kari", "wrong")
    answer = sign_in(visitor, "kari", PASSWORD)
    assert "For mange forsøk" in answer.content.decode()
    assert len(denied()) == 5


def test_nobody_registers_by_oneself(visitor) -> None:
    for path in ("/inn/signup/", "/accounts/signup/", "/inn/password/reset/"):
        assert visitor.get(path).status_code == 404


def test_a_first_password_is_set_once_by_its_link(visitor, make_user) -> None:
    user = make_user("adviser", OWN, name="kari")
    address = "/inn/passord/{}/{}".format(*password_link(user))
    assert visitor.get(address).status_code == 200
    new = "et helt nytt passord"
    short = visitor.post(address, {"new_password1": "kort", "new_password2": "kort"})
    assert short.status_code == 200
    assert 'href="#id_new_password2"' in short.content.decode()
    assert visitor.post(address, {"new_password1": new, "new_password2": new})["Location"] == "/inn/"
    assert visitor.get(address).status_code == 404
    assert visitor.get("/inn/passord/MQ/x-y").status_code == 404
    assert visitor.get("/inn/passord/!!/x-y").status_code == 404
    assert sign_in(visitor, "kari", new)["Location"] == "/"


def test_a_password_is_changed_by_its_owner_and_ends_other_sessions(visitor, make_user, enter) -> None:
    user, new = make_user("adviser", OWN, name="kari"), "et helt nytt passord"
    sign_in(visitor, "kari")
    elsewhere = enter(user)
    values = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert visitor.post("/inn/passord", values).status_code == 302
    assert visitor.get("/").status_code == 200
    assert elsewhere.get("/")["Location"] == "/inn/"
    assert Event.objects.filter(action="changed", object="password").count() == 1


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def oidc(provider: str, settings: Any) -> str:
    given = {"ISSUER": provider, "CLIENT_ID": "overgang", "CLIENT_SECRET": "secret", "NAME": "ID-porten", "ACR": HIGH}
    settings.SOCIALACCOUNT_PROVIDERS = oidc_provider({f"OVERGANG_OIDC_{key}": value for key, value in given.items()})
    settings.OIDC_ACR = frozenset({HIGH})
    settings.OIDC_CLAIM = "pid"
    settings.SECOND_FACTOR = True
    return provider


def at_provider(client: Client, provider: str, sub: str, **claims: str) -> str:
    """Goes to the provider, signs in there as somebody with these claims, and gives the address one is sent back to."""
    requests.put(f"{provider}/users/{sub}", json=claims, timeout=10).raise_for_status()
    there = client.post("/inn/leverandor/oidc")["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == [HIGH]
    back = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10)
    found = urlsplit(back.headers["Location"])
    return f"{found.path}?{found.query}"


def test_a_known_person_signs_in_at_the_provider(visitor, oidc, make_user) -> None:
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    answer = visitor.get(at_provider(visitor, oidc, "s-1", pid="07868432491", acr=HIGH))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.get("/").status_code == 200, "the provider's level is the second factor"
    assert Event.objects.filter(action="signed_in").count() == 1


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"pid": "07868432491", "acr": LOW}, "lavere sikkerhetsnivå"),
        ({"pid": "07868432491"}, "lavere sikkerhetsnivå"),
        ({"pid": "08818620781", "acr": HIGH}, "ikke registrert som bruker"),
        ({"acr": HIGH}, "ikke registrert som bruker"),
        ({"pid": "", "acr": HIGH}, "ikke registrert som bruker"),
    ],
)
def test_others_are_refused(visitor, oidc, make_user, claims, said) -> None:
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    make_user("adviser", OWN, name="without-subject")
    answer = visitor.get(at_provider(visitor, oidc, "s-2", **claims))
    assert answer.status_code == 403
    assert said in answer.content.decode()
    assert visitor.get("/")["Location"] == "/inn/"
    assert denied() == ["sign_in"]


def test_a_user_who_is_shut_out_stays_out(visitor, oidc, make_user) -> None:
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"), is_active=False)
    answer = visitor.get(at_provider(visitor, oidc, "s-3", pid="07868432491", acr=HIGH))
    assert answer.status_code == 403
    assert visitor.get("/")["Location"] == "/inn/"


@pytest.mark.parametrize("tampered", ["state", "code"])
def test_a_tampered_answer_is_refused(visitor, oidc, make_user, tampered) -> None:
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    back = at_provider(visitor, oidc, "s-4", pid="07868432491", acr=HIGH)
    answer = visitor.get(re.sub(rf"{tampered}=[^&]*", f"{tampered}=forged", back))
    assert answer.status_code in (401, 403)
    assert visitor.get("/")["Location"] == "/inn/"
    assert denied() == ["sign_in"]


def test_the_answer_of_one_browser_opens_nothing_in_another(visitor, oidc, make_user) -> None:
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    back = at_provider(visitor, oidc, "s-5", pid="07868432491", acr=HIGH)
    stranger = Client(raise_request_exception=False, headers={"host": "localhost"})
    assert stranger.get(back).status_code in (401, 403)
    assert stranger.get("/")["Location"] == "/inn/"


def test_the_visitor_cannot_ask_for_a_lower_level(visitor, oidc, make_user) -> None:
    """allauth lets the address override what is asked of the provider; what counts is what the token says."""
    make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    requests.put(f"{oidc}/users/s-6", json={"pid": "07868432491", "acr": LOW}, timeout=10)
    there = visitor.post(f"/inn/leverandor/oidc?auth_params=acr_values={LOW}")["Location"]
    back = requests.post(there, data={"sub": "s-6"}, allow_redirects=False, timeout=10)
    found = urlsplit(back.headers["Location"])
    assert visitor.get(f"{found.path}?{found.query}").status_code == 403


def test_the_claim_itself_is_stored_nowhere(visitor, oidc, make_user) -> None:
    user = make_user("adviser", OWN, name="kari", subject=subject("07868432491"))
    visitor.get(at_provider(visitor, oidc, "s-7", pid="07868432491", acr=HIGH))
    user.refresh_from_db()
    assert user.subject == ring().index_of("subject", "07868432491")
    assert not user.socialaccount_set.exists()


def test_a_provider_is_given_whole_or_not_at_all() -> None:
    assert oidc_provider({}) == {}
    with pytest.raises(Exception, match="OVERGANG_OIDC_CLIENT_SECRET"):
        oidc_provider({"OVERGANG_OIDC_ISSUER": "https://x", "OVERGANG_OIDC_CLIENT_ID": "y"})


def test_a_wrong_name_takes_as_long_as_a_wrong_password(visitor, make_user, settings) -> None:
    """Within a factor of two, in processor time, with the slow hash of the real site."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    make_user("adviser", OWN, name="kari")
    took = {}
    for name in ("kari", "nobody"):
        begun = time.process_time()
        sign_in(visitor, name, "wrong")
        took[name] = time.process_time() - begun
    assert 0.5 < took["kari"] / took["nobody"] < 2
