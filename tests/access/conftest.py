"""The world of the matrix, and a client for everybody who may come: built once a file, in a transaction that is taken
back at its end, and in which each test is one of its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from overgang.access import gate
from overgang.access.roles import roles
from overgang.collect.register.batches import worker
from tests.access import world as worlds
from tests.access.ways import World
from tests.internal import OWN, QUICK, entered, user_with

AT = {"unit": OWN, "county": "F50", "country": ""}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, Client]]]:  # noqa: ARG001
    with django_db_blocker.unblock(), override_settings(**QUICK), transaction.atomic():
        yield worlds.build(user_with), _clients()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: Any, db: None, read_once: None, settings: Any, monkeypatch: Any, tmp_path: Path) -> World:  # noqa: ARG001
    """A person of each kind with rows, a number and an event, and a user with a role at each place; files that are sent
    lie in a folder of its own, for tests run side by side."""
    settings.HOME = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    settings.SESSION_IDLE = settings.SESSION_LONGEST
    monkeypatch.setattr(gate, "SEEN_EVERY", settings.SESSION_LONGEST)
    monkeypatch.setattr(worker, "wake", lambda: None)
    return built[0]


@pytest.fixture
def clients(built: Any, db: None) -> dict[str, Client]:  # noqa: ARG001
    """A signed-in client a role, and those without one."""
    return built[1]


def _clients() -> dict[str, Client]:
    found = {role: entered(user_with(role, AT[known.at], name=role)) for role, known in roles().items()}
    found["anonymous"] = Client(raise_request_exception=False, headers={"host": "localhost"})
    found["ended"] = entered(user_with("leader", OWN, name="ended", until=timezone.localdate() - timedelta(days=1)))
    found["disabled"] = entered(user_with("leader", OWN, name="disabled"))
    get_user_model().objects.filter(username="disabled").update(is_active=False)
    return found
