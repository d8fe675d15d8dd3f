"""The demo's register in the database: loaded once, used again, replaced by another seed; and who can sign in."""

from datetime import UTC, datetime, timedelta

import pytest

from overgang.access import keys
from overgang.access.actor import SYSTEM, is_place_of
from overgang.access.models import Grant, User
from overgang.access.roles import roles
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register import reading, schema
from overgang.collect.register.models import Person
from overgang.collect.register.schema import IN_SNAPSHOT, Register
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import read_return
from overgang.collect.returns.mailboxes import address_fault
from overgang.collect.returns.models import Mailbox, Return, Round, Version
from overgang.collect.returns.questionnaire import questionnaire
from overgang.demo.accounts import ACCOUNTS, make_accounts, password, shown
from overgang.demo.country import NOTE, synthetic_key
from overgang.demo.loading import bring_in, hand_over, is_loaded
from overgang.demo.round import domain, make_round
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


def test_the_round_of_2025_is_open_to_the_day_after_and_one_return_begun():
    make_accounts(keys.new_ring(), now=NOW)
    for now in (NOW, NOW, NOW + timedelta(days=3)):
        make_round(now)
        round_ = Round.objects.get()
        assert (round_.closes, round_.closed) == ((now + timedelta(days=1)).date(), None)
    assert Return.objects.count() == Mailbox.objects.count() == 371
    assert len(set(Mailbox.objects.values_list("address", flat=True))) == 371
    assert Mailbox.objects.get(unit="K5001").address == "postmottak@trondheim.example"
    assert {box.unit for box in Mailbox.objects.all() if address_fault(box.address)} == set()
    draft = Version.objects.get()
    assert (draft.of.unit, draft.sent, draft.typed["1"]) == ("K5001", None, "318")
    assert read_return(questionnaire(2025), "K5001", draft.typed).unread == {}


def test_a_round_that_goes_on_is_in_no_snapshot():
    make_round(NOW)
    made = reading.read(keys.new_ring(), IN_SNAPSHOT).tables
    assert (made["invited"].height, made["annual_return"].height) == (0, 0)
    keeping.close(SYSTEM, Round.objects.get(), now=NOW, today=NOW.date() + timedelta(days=2))
    assert reading.read(keys.new_ring(), IN_SNAPSHOT).tables["invited"].height == 371


def test_names_become_addresses():
    assert domain("Kárášjohka - Karasjok") == "karasjohka-karasjok"
    assert domain("Ål") == "al"
    assert domain("Herøy (Nordland)") == "heroy-nordland"


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
