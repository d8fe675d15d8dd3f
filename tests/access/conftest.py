"""The world of the matrix, and a client for everybody who may come."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from overgang.access.roles import roles
from overgang.collect.register.batches import worker
from tests.access import world as worlds
from tests.access.ways import World
from tests.internal import OWN

AT = {"unit": OWN, "county": "F50", "country": ""}


@pytest.fixture
def world(make_user: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A person of each kind with rows, a number and an event, and a user with a role at each place; files that are sent
    lie in a folder of its own, for tests run side by side."""
    settings.HOME = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(worker, "wake", lambda: None)
    return worlds.build(make_user)


@pytest.fixture
def clients(make_user: Any, enter: Any) -> dict[str, Client]:
    """A signed-in client a role, and those without one."""
    found = {role: enter(make_user(role, AT[known.at], name=role)) for role, known in roles().items()}
    found["anonymous"] = Client(raise_request_exception=False, headers={"host": "localhost"})
    found["ended"] = enter(make_user("leader", OWN, name="ended", until=timezone.localdate() - timedelta(days=1)))
    found["disabled"] = enter(make_user("leader", OWN, name="disabled"))
    get_user_model().objects.filter(username="disabled").update(is_active=False)
    return found
