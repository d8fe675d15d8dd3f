"""Somebody in the programme in Trondheim, an adviser there, and ways to send forms as a browser does."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from tests.internal import OWN

HIDDEN = re.compile(r'<input type="hidden" name="(seen|once)" value="([^"]*)">')


@pytest.fixture
def adviser(make_user, enter) -> Any:
    """A client in which an adviser of Trondheim is signed in."""
    return enter(make_user("adviser", OWN))


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def running(make_person, today) -> Any:
    """A person whose programme began 100 days ago."""
    from overgang.collect.register.models import Case, Decision, Participation

    person = make_person(OWN)
    case = person.cases.get()
    start = today - timedelta(days=100)
    Case.objects.filter(pk=case.pk).update(state="in_programme", regime="INTEGR_2021", trigger="offer", asked=start)
    Decision.objects.create(case=case, kind="grant", decided=start, months=24, track="over25_work_or_school")
    Participation.objects.create(case=case, start=start, planned_end=start + timedelta(days=730))
    return person


def hidden(page: Any) -> dict[str, str]:
    """What the form of a page carries."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.content.decode())}


@pytest.fixture
def fill() -> Callable[..., Any]:
    """`fill(client, address, field=value)`: opens a form and sends it with these values."""

    def send(client: Any, address: str, **values: Any) -> Any:
        page = client.get(address)
        assert page.status_code == 200, page.content.decode()[:2000]
        return client.post(address, {**hidden(page), **values})

    return send


def address(person: Any, slug: str, *, row: Any = None, case: bool = True) -> str:
    """Where a form of the person's only case is, or that of a row."""
    tail = f"{row.pk}/" if row is not None else f"{person.cases.get().pk}/" if case else ""
    return f"/personer/{person.key}/{slug}/{tail}"


def said(day: date) -> str:
    """03.05.2024."""
    return f"{day.day:02}.{day.month:02}.{day.year}"
