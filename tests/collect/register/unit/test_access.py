"""Who gets in: every page of the unit for every role, in a table of its own that knows nothing of the policies."""

import pytest

from overgang.access.roles import roles
from tests.internal import OWN

pytestmark = pytest.mark.django_db

UNIT, LEADER = frozenset({"adviser", "leader"}), frozenset({"leader"})
SUPERVISORS = frozenset({"governor", "analyst"})
WHO = {
    "/enhet/": UNIT,
    "/enhet/avsluttede/": UNIT,
    "/enhet/uttrekk/": UNIT,
    "/enhet/frister/": LEADER,
    "/tilsyn/": SUPERVISORS,
    "/tilsyn/tall.csv": SUPERVISORS,
}
AT = {"unit": OWN, "county": "F50", "country": ""}


@pytest.mark.parametrize("role", sorted(roles()))
@pytest.mark.parametrize("page", sorted(WHO))
def test_each_page_for_each_role(make_user, enter, role, page) -> None:
    client = enter(make_user(role, AT[roles()[role].at]))
    assert client.get(page).status_code == (200 if role in WHO[page] else 403)
    allowed = role in WHO[page]
    assert client.post(page).status_code == (403 if not allowed else 200 if page == "/enhet/uttrekk/" else 405)


@pytest.mark.parametrize("page", sorted(WHO))
def test_a_visitor_signs_in_first(client, page) -> None:
    assert client.get(page)["Location"].startswith("/inn/")
