"""New keys for old, while somebody reads and writes; ended at any moment, it goes on where it was."""

import os
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from overgang.access import keys, rotation
from overgang.access.actor import acting
from overgang.access.models import User
from overgang.access.ring import ring
from overgang.access.signin import subject, subjects
from overgang.base.errors import BadInput
from overgang.collect.files import Identifier as Number
from overgang.collect.files import Row
from overgang.collect.register import sealing
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import storage
from overgang.collect.register.batches.standing import standing
from overgang.collect.register.models import Batch, Change, Identifier, Person
from overgang.collect.register.numbers import new_identifier, number_of
from overgang.collect.register.record import Work, record
from overgang.collect.register.screens.searching import with_number
from tests.collect.register.sending import NOW, PERSON, csv, number, person
from tests.internal import OWN

pytestmark = pytest.mark.django_db

PEOPLE = 7
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A ring and a folder of their own."""
    settings.KEYS = settings.HOME = tmp_path
    keys.write(tmp_path, keys.new_ring())
    return tmp_path


@pytest.fixture
def held(make_person: Any, make_user: Any) -> dict[int, str]:
    """Numbers, one of them with its change kept, a file, and a second factor; by id what each number is."""
    found = {}
    for n in range(PEOPLE):
        made = new_identifier(make_person(name=f"Person {n}"), "fnr", number(n))
        made.save()
        found[made.pk] = number(n)
    new = new_identifier(Person.objects.earliest("pk"), "duf", number(1, "duf"))
    sender = make_user("adviser", OWN, name="sender")
    record(acting(sender.pk, "Sender", "adviser", OWN), Work([new]), now=NOW)
    batches.submit(acting(sender.pk, "Sender", "adviser", OWN), "person", "p.csv", csv(PERSON, person(1)), now=NOW)
    data = {"secret": get_adapter().encrypt("hemmelig")}
    Authenticator.objects.create(user=make_user(name="kari"), type=Authenticator.Type.TOTP, data=data)
    return found | {new.pk: number(1, "duf")}


def silent(_: Any) -> None:
    pass


def rotate(home: Path) -> keys.KeyRing:
    return rotation.rotate(home, silent, now=NOW)


def opened() -> dict[int, str]:
    return {row.pk: number_of(row) for row in Identifier.objects.select_related("person")}


def test_everything_is_renewed_and_nothing_changed(home: Path, held: dict[int, str]) -> None:
    ring = rotate(home)
    assert ring.current == "2"
    assert list(rotation.listed(home)) == [
        "1: 0 numbers, 0 changes of numbers, 0 files, 0 second factors",
        f"2 (current): {PEOPLE + 1} numbers, 1 changes of numbers, 1 files, 1 second factors",
        "index: one key",
    ]
    assert opened() == held
    change = Change.objects.get(model="identifier")
    assert bytes.fromhex(change.fields["cipher"][1]).startswith(b"2:")
    with storage.opened(Batch.objects.get()) as path:
        assert path.read_bytes() == csv(PERSON, person(1))
    factor = Authenticator.objects.get()
    assert get_adapter().decrypt(factor.data["secret"]) == "hemmelig"
    rotation.retire(home, "1", now=NOW)
    assert opened() == held
    assert rotate(home).current == "3"


class Ended(Exception):
    """The process ends here."""


@pytest.mark.parametrize("after", range(1, 6))
def test_what_was_ended_goes_on_and_all_can_be_read_meanwhile(
    home: Path, held: dict[int, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 2)
    steps = iter(range(1, 99))

    def end(_: str) -> None:
        if next(steps) == after:
            raise Ended

    with pytest.raises(Ended):
        rotation.rotate(home, end, now=NOW)
    assert opened() == held
    with pytest.raises(BadInput, match=r"needed by|in use"):
        rotation.retire(home, "1", now=NOW)
    new = new_identifier(Person.objects.latest("pk"), "duf", number(9, "duf"))
    new.save()
    assert bytes(new.cipher).startswith(b"2:")
    assert rotate(home).current == "2"
    assert opened() == held | {new.pk: number(9, "duf")}
    rotation.retire(home, "1", now=NOW)


@pytest.mark.parametrize("after", range(1, 6))
def test_a_number_is_found_before_during_and_after_the_change_of_the_index(
    home: Path, held: dict[int, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 2)
    steps = iter(range(1, 99))

    def end(_: str) -> None:
        if next(steps) == after:
            raise Ended

    with pytest.raises(Ended):
        rotation.rotate_index(home, end, now=NOW)
    found_everywhere(held)
    rotation.rotate_index(home, silent, now=NOW)
    found_everywhere(held)
    rotation.retire(home, "index", now=NOW)
    assert ring().older_index is None
    found_everywhere(held)


def found_everywhere(held: dict[int, str]) -> None:
    """By the search, and by a file."""
    actor = acting(1, "Sender", "adviser", OWN)
    for id, digits in held.items():
        owner = Identifier.objects.get(pk=id).person
        assert with_number(actor, digits) == owner
        row = _row(digits)
        stands = standing([row], actor)
        dossier = stands.person(row.values["number"])
        assert dossier is not None
        assert dossier.person == owner
        assert not stands.moved()


def _row(digits: str) -> Any:
    kind = "duf" if len(digits) == 12 else "fnr"
    return Row(2, {"number": Number(kind, digits)})


def test_who_signs_in_at_a_provider_is_known_by_the_older_key_until_then(
    home: Path, make_user: Any, held: dict[int, str]
) -> None:
    assert held
    user = make_user("adviser", OWN, subject=subject("claim"))
    rotation.rotate_index(home, silent, now=timezone.now())
    assert user.subject in subjects("claim")
    assert user.subject != subject("claim")
    with pytest.raises(BadInput, match="1 users who sign in at a provider"):
        rotation.retire(home, "index", now=NOW)
    User.objects.filter(pk=user.pk).update(subject=subject("claim"), last_login=timezone.now())
    rotation.retire(home, "index", now=NOW)


def test_the_key_in_use_is_never_taken_away(home: Path, held: dict[int, str]) -> None:
    assert held
    for id, says in (("1", "in use"), ("7", "no key '7'"), ("index", "one key for look-up")):
        with pytest.raises(BadInput, match=says):
            rotation.retire(home, id, now=NOW)


def test_a_lost_key_is_named(home: Path, held: dict[int, str]) -> None:
    assert held
    lost = keys.read(home)
    keys.write(home, keys.without_key(keys.with_new_key(lost), "1"))
    assert "not in the ring, and needed: 1" in list(rotation.listed(home))
    with pytest.raises(BadInput, match="'1' is not in the key ring"):
        rotate(home)


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """A process of its own, on a database that outlives it, and while somebody looks up numbers."""
    home = tmp_path / "killed"
    env = {**os.environ, "OVERGANG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
    env.pop("DATABASE_URL", None)
    begin = [sys.executable, "-m", "tests.access.rotating", "begin"]
    subprocess.run(begin, env=env, check=True, cwd=ROOT, timeout=300)
    command = [sys.executable, "-c", "from overgang.cli import main; raise SystemExit(main())", "keys", "rotate"]
    for lines, index in ((1, []), (2, ["--index"])):
        process = subprocess.Popen([*command, *index], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    read = [sys.executable, "-m", "tests.access.rotating", "read"]
    assert subprocess.run(read, env=env, check=True, cwd=ROOT, timeout=300, capture_output=True).stdout == b"whole\n"
    for index in ([], ["--index"]):
        subprocess.run([*command, *index], env=env, cwd=ROOT, check=True, timeout=300, capture_output=True)
    assert subprocess.run(read, env=env, check=True, cwd=ROOT, timeout=300, capture_output=True).stdout == b"whole\n"


def test_reserve_codes_one_by_one_are_renewed(home: Path, make_user: Any) -> None:
    sealed = [b64encode(ring().encrypted(code, "second factor")).decode() for code in ("11111111", "22222222")]
    kind = Authenticator.Type.RECOVERY_CODES
    Authenticator.objects.create(user=make_user(name="liv"), type=kind, data={"migrated_codes": sealed})
    rotate(home)
    rotation.retire(home, "1", now=NOW)
    data = Authenticator.objects.get().data
    assert [get_adapter().decrypt(code) for code in data["migrated_codes"]] == ["11111111", "22222222"]
