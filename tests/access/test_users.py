"""Users and roles: who gives what to whom, reviews, and that all of it is in the log."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from overgang.access.management import REVIEW_EVERY
from overgang.access.models import Event, Grant, User
from tests.internal import OTHER, OWN, PASSWORD

pytestmark = pytest.mark.django_db


def day(offset: int = 0) -> str:
    return f"{timezone.localdate() + timedelta(days=offset):%d.%m.%Y}"


@pytest.fixture
def leader(make_user, enter) -> Client:
    return enter(make_user("leader", OWN, name="leder"))


@pytest.fixture
def administrator(make_user, enter) -> Client:
    return enter(make_user("administrator", name="admin"))


def logged() -> list[str]:
    return list(Event.objects.exclude(action="signed_in").order_by("id").values_list("object", flat=True))


def test_a_leader_sees_the_users_of_the_own_unit(leader, make_user) -> None:
    make_user("adviser", OWN, name="kari")
    make_user("adviser", OTHER, name="ola")
    html = leader.get("/brukere/").content.decode()
    assert "kari" in html
    assert "ola" not in html.replace("Øola", "")
    assert leader.get(f"/brukere/{User.objects.get(username='ola').pk}").status_code == 404


def test_a_leader_gives_ends_and_reviews_a_role(leader, make_user) -> None:
    user = make_user("language_adviser", OWN, name="kari")
    values = {"role": "adviser", "since": day(), "until": day(30)}
    assert leader.post(f"/brukere/{user.pk}/rolle", values).status_code == 302
    grant = Grant.objects.get(user=user, role="adviser")
    assert (grant.place, grant.given_by.username) == (OWN, "leder")
    assert leader.post(f"/brukere/{user.pk}/rolle", values).status_code == 400, "not twice"
    assert leader.post(f"/brukere/rolle/{grant.pk}/gjennomgang").status_code == 302
    assert leader.post(f"/brukere/rolle/{grant.pk}/slutt").status_code == 302
    assert not Grant.objects.filter(user=user, role="adviser").valid_on(timezone.localdate()).exists()
    assert logged() == [f"grant:adviser:{OWN}:{user.pk}"] * 3
    assert Event.objects.exclude(content="").count() == 3


@pytest.mark.parametrize("role", ["governor", "analyst", "auditor", "administrator", "shielded_officer", "nonsense"])
def test_a_leader_gives_no_role_above_the_own_level(leader, make_user, role) -> None:
    user = make_user("adviser", OWN)
    assert leader.post(f"/brukere/{user.pk}/rolle", {"role": role, "since": day()}).status_code == 400
    assert Grant.objects.filter(user=user).count() == 1


def test_a_leader_names_no_other_place(leader, make_user) -> None:
    user = make_user("language_adviser", OWN)
    leader.post(f"/brukere/{user.pk}/rolle", {"role": "adviser", "since": day(), "place": OTHER})
    assert Grant.objects.get(user=user, role="adviser").place == OWN


@pytest.mark.parametrize("who", ["leader", "administrator"])
def test_nobody_manages_oneself(make_user, enter, who) -> None:
    user = make_user(who, OWN if who == "leader" else "")
    client, grant = enter(user), Grant.objects.get(user=user)
    role = {"role": who, "since": day(100), "place": ""}
    assert client.post(f"/brukere/{user.pk}/rolle", role).status_code == 400
    for path in (f"rolle/{grant.pk}/slutt", f"rolle/{grant.pk}/gjennomgang", f"{user.pk}/lenke", f"{user.pk}/steng"):
        assert client.post(f"/brukere/{path}").status_code == 403, path
    assert Grant.objects.get() == grant
    assert logged() == []


def test_a_new_user_gets_a_link_that_is_shown_once(leader) -> None:
    values = {"name": "Kari Nordmann", "username": "Kari.N", "language": "nn", "role": "adviser", "since": day()}
    wrong = leader.post("/brukere/ny", values)
    assert wrong.status_code == 400
    html = leader.post("/brukere/ny", values | {"username": "kari.n"}).content.decode()
    made = User.objects.get(username="kari.n")
    assert "/inn/passord/" in html
    assert not made.has_usable_password()
    assert made.grants.get().place == OWN
    assert "/inn/passord/" not in leader.get(f"/brukere/{made.pk}").content.decode()
    assert "Er i bruk" in leader.post("/brukere/ny", values | {"username": "kari.n"}).content.decode()


@pytest.mark.parametrize(
    ("role", "place", "fits"),
    [
        ("adviser", "K5001", True),
        ("adviser", "B030103", True),
        ("adviser", "F50", False),
        ("adviser", "", False),
        ("adviser", "X1", False),
        ("governor", "F50", True),
        ("governor", "K5001", False),
        ("analyst", "", True),
        ("shielded_officer", "F00", True),
    ],
)
def test_a_role_is_held_where_it_fits(administrator, make_user, role, place, fits) -> None:
    user = make_user()
    answer = administrator.post(f"/brukere/{user.pk}/rolle", {"role": role, "place": place, "since": day()})
    assert (answer.status_code == 302) is fits
    assert Grant.objects.filter(user=user).exists() is fits


def test_dates_that_cannot_be_are_refused(leader, make_user) -> None:
    user = make_user("language_adviser", OWN)
    for since, until in ((day(), day(-1)), (day(-40), ""), ("1.1.24", ""), ("", "")):
        values = {"role": "adviser", "since": since, "until": until}
        assert leader.post(f"/brukere/{user.pk}/rolle", values).status_code == 400


def test_a_role_that_was_not_reviewed_for_a_year_is_listed(leader, make_user) -> None:
    late, fresh = make_user("adviser", OWN, name="sen"), make_user("adviser", OWN, name="fersk")
    long_ago = timezone.localdate() - REVIEW_EVERY - timedelta(days=1)
    Grant.objects.filter(user=late).update(since=long_ago)
    html = leader.get("/brukere/?vis=forfalt").content.decode()
    assert f"/brukere/{late.pk}" in html
    assert f"/brukere/{fresh.pk}" not in html
    leader.post(f"/brukere/rolle/{late.grants.get().pk}/gjennomgang")
    assert f"/brukere/{late.pk}" not in leader.get("/brukere/?vis=forfalt").content.decode()


def test_who_is_shut_out_is_out_everywhere_at_once(leader, make_user, enter) -> None:
    user = make_user("adviser", OWN, name="kari")
    sessions = [enter(user), enter(user)]
    leader.post(f"/brukere/{user.pk}/steng")
    assert [client.get("/")["Location"] for client in sessions] == ["/inn/"] * 2
    assert "feil" in Client().post("/inn/", {"login": "kari", "password": PASSWORD}).content.decode()
    leader.post(f"/brukere/{user.pk}/steng")
    assert [client.get("/")["Location"] for client in sessions] == ["/inn/"] * 2, "old sessions stay ended"


def test_who_has_roles_elsewhere_too_is_shut_by_an_administrator(leader, administrator, make_user) -> None:
    user = make_user("adviser", OWN)
    Grant.objects.create(user=user, role="adviser", place=OTHER, since=timezone.localdate())
    assert leader.post(f"/brukere/{user.pk}/steng").status_code == 403
    assert leader.post(f"/brukere/{user.pk}/lenke").status_code == 403
    assert administrator.post(f"/brukere/{user.pk}/steng").status_code == 302
    user.refresh_from_db()
    assert not user.is_active


def test_a_new_link_ends_the_old_password_and_every_session(leader, make_user, enter) -> None:
    user = make_user("adviser", OWN)
    client = enter(user)
    assert "/inn/passord/" in leader.post(f"/brukere/{user.pk}/lenke").content.decode()
    assert client.get("/")["Location"] == "/inn/"


def test_the_menu_shows_what_the_role_may(make_user, enter) -> None:
    for role, place, expected in (
        ("adviser", OWN, set()),
        ("leader", OWN, {"/brukere/", "/logg/"}),
        ("auditor", "", {"/logg/"}),
        ("administrator", "", {"/brukere/"}),
    ):
        html = enter(make_user(role, place)).get("/").content.decode()
        assert {path for path in ("/brukere/", "/logg/") if f'href="{path}"' in html} == expected, role


def test_what_is_refused_is_logged_with_its_address(make_user, enter) -> None:
    user = make_user("adviser", OWN)
    assert "Rollen din gir ikke tilgang" in enter(user).get("/logg/").content.decode()
    event = Event.objects.get(action="denied")
    assert (event.user_id, event.role, event.place, event.object) == (user.pk, "adviser", OWN, "access:events")
