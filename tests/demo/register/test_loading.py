"""The demo's register in the database: loaded once, used again, replaced by another seed; and who can sign in."""

from datetime import UTC, datetime

import pytest

from overgang.access import keys
from overgang.access.actor import is_place_of
from overgang.access.models import Grant, User
from overgang.access.roles import roles
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register import schema
from overgang.collect.register.models import Person
from overgang.collect.register.schema import Register
from overgang.demo.accounts import ACCOUNTS, make_accounts, password, shown
from overgang.demo.country import NOTE, synthetic_key
from overgang.demo.loading import bring_in, hand_over, is_loaded
from tests.collect.conftest import AS_OF, silent
from tests.collect.register.test_load import tables

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def test_a_register_is_loaded_once_and_gives_way_to_another_seed(settings, tmp_path):
    settings.KEYS = tmp_path
    hand_over(schema.whole(tables()), tmp_path)
    content = schema.content(tables())
    assert not is_loaded(content)
    loaded = bring_in(tmp_path, tmp_path, 1, AS_OF, NOW)
    assert is_loaded(content)
    own = Register(schema.whole(tables()), synthetic=True, note=NOTE, key=synthetic_key(1))
    assert loaded.snapshot == freeze(own, tmp_path / FOLDER, as_of=AS_OF, progress=silent).name
    again = bring_in(tmp_path, None, 1, AS_OF, NOW)
    assert (again.rows, again.snapshot, again.accounts) == (0, loaded.snapshot, loaded.accounts)
    other = bring_in(tmp_path, tmp_path, 2, AS_OF, NOW)
    assert (other.rows, other.accounts) == (loaded.rows, loaded.accounts)
    assert other.snapshot != loaded.snapshot
    assert Person.objects.count() == 4


def test_every_role_has_an_account_at_a_fitting_place():
    assert {account.role for account in ACCOUNTS} == set(roles())
    assert all(is_place_of(roles()[account.role].at, account.place) for account in ACCOUNTS)


def test_accounts_are_made_once_and_their_password_is_shown():
    ring = keys.new_ring()
    for _ in range(2):
        make_accounts(ring, now=NOW)
    assert Grant.objects.count() == User.objects.count() == len(ACCOUNTS)
    first, *others = shown(ring)
    assert password(ring) in first
    assert password(ring) != password(keys.new_ring())
    assert User.objects.get(username="leder.trondheim").check_password(password(ring))
    assert "  leder.trondheim           Leder, Trondheim" in others
