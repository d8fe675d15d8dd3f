"""A pytest plugin for the tests of the internal site: `pytest -p tests.internal tests/access`.

It chooses the settings and gives them a home of their own before anything loads them, and brings the fixtures every
internal test may ask for. With `OVERGANG_TEST_DATABASE=postgresql` those that ask a database run on a PostgreSQL server
that it starts.
"""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import postgres

os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
if "PYTEST_XDIST_WORKER" not in os.environ:
    HOME = tempfile.mkdtemp(prefix="overgang-test-")
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
    os.environ["OVERGANG_HOME"] = HOME
    if os.environ.get("OVERGANG_TEST_DATABASE") == "postgresql":
        os.environ["DATABASE_URL"] = postgres.start()

from overgang.access import keys
from overgang.collect.cells.process import read_grid
from overgang.collect.files import reading

if not (Path(os.environ["OVERGANG_HOME"]) / keys.FILE).exists():
    keys.write(Path(os.environ["OVERGANG_HOME"]), keys.new_ring())


DATABASE = os.environ.get("OVERGANG_TEST_DATABASE") or "sqlite"
"""Which one this run is about: `sqlite` or `postgresql`."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks a database: the rest has no other answer there."""
    if DATABASE == "sqlite":
        return
    asks = {"db", "transactional_db", "database"}
    idle = [item for item in items if not item.get_closest_marker("django_db") and not asks & {*item.fixturenames}]  # type: ignore[attr-defined]
    config.hook.pytest_deselected(items=idle)
    items[:] = [item for item in items if item not in idle]


PASSWORD = "tolv tegn og mer"
OWN, OTHER = "K5001", "K1103"
"""Trondheim and Stavanger."""


QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"], "SECOND_FACTOR": False}
"""Passwords are hashed slowly on purpose; tests sign in often."""


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    for name, value in QUICK.items():
        setattr(settings, name, value)


MakeUser = Callable[..., Any]


def user_with(role: str = "", place: str = "", *, name: str = "", until: date | None = None, **fields: Any) -> Any:
    """A user with a password and that role, since last month."""
    from overgang.access.models import Grant, User

    name = name or f"{role or 'nobody'}-{place or 'country'}-{User.objects.count()}".lower()
    user = User(username=name, name=name.title(), **fields)
    user.set_password(PASSWORD)
    user.save()
    if role:
        since = (until or date.today()) - timedelta(days=30)  # noqa: DTZ011
        Grant.objects.create(user=user, role=role, place=place, since=since, until=until)
    return user


def entered(user: Any, **options: Any) -> Any:
    """A client in which the user is signed in and acts in the only role there is."""
    from django.test import Client

    client = Client(raise_request_exception=False, headers={"host": "localhost"}, **options)
    client.force_login(user)
    return client


@pytest.fixture
def make_user(db: None) -> MakeUser:  # noqa: ARG001
    """`make_user("adviser", "K5001")`: see `user_with`."""
    return user_with


@pytest.fixture
def enter() -> Callable[..., Any]:
    """`enter(user)`: see `entered`."""
    return entered


@pytest.fixture
def make_person(db: None) -> Callable[..., Any]:  # noqa: ARG001
    """`make_person("K5001")`: a person with a case in that unit; `grade` 6 has none."""
    from overgang.collect.register.models import Case, Person

    def make(unit: str | None = OWN, *, grade: int = 0, **fields: Any) -> Any:
        values = {"name": "Åse Østby", "birth_date": date(1990, 1, 2), "sex": "F", "origin": "SO"} | fields
        person = Person.objects.create(address_grade=grade, **values)
        Case.objects.create(person=person, unit=None if grade == 6 else unit, regime="INTRO_2004")
        return person

    return make


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same bytes is read by a child process once a run, and not for each test that sends it."""
    monkeypatch.setattr(reading, "read_grid", _read_once)


_READ: dict[tuple[bytes, frozenset[str]], str] = {}


def _read_once(path: Path, names: Iterable[str]) -> Any:
    key = path.read_bytes(), frozenset(names)
    if key not in _READ:
        _READ[key] = json.dumps(read_grid(path, key[1]))
    return json.loads(_READ[key])
