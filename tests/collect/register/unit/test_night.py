"""The nightly run: findings of persons and units brought up to date, and the log sealed; twice is as once."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from overgang.access import log
from overgang.access.actor import SYSTEM
from overgang.access.models import Event, Seal
from overgang.base.errors import BadInput
from overgang.base.locks import alone
from overgang.collect.register import night
from overgang.collect.register.batches import storage
from overgang.collect.register.models import Finding
from tests.internal import OTHER, OWN

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("night")]  # two nights at once refuse one another
NOW = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 2, 1)
SAID: list[str] = []


def run() -> night.Night:
    return night.run(NOW, TODAY, SAID.append)


def of_units() -> list[tuple[str | None, str, str]]:
    return sorted(Finding.objects.filter(case=None).values_list("unit", "subject", "state"))


def test_a_unit_with_too_many_exits_without_reason(took_part) -> None:
    for at in range(20):
        took_part(end=date(2025, 6, 1), reason="CO_OTHER" if at > 1 else None)
    assert run().units["new"] == 1
    assert of_units() == [(OWN, "year:2025.end_reason", "open")]
    assert Finding.objects.get(case=None).values["without"] == 2
    again = run()
    assert (again.units["new"], again.units["same"], again.persons["new"]) == (0, 1, 0)


def test_five_in_a_hundred_is_not_too_many(took_part) -> None:
    for at in range(20):
        took_part(end=date(2025, 6, 1), reason="CO_OTHER" if at else None)
    run()
    assert of_units() == []


def test_participants_and_no_exits(took_part) -> None:
    took_part(start=date(2025, 1, 1), unit=OTHER)
    run()
    assert of_units() == [(OTHER, "year:2025", "open")]
    took_part(start=date(2024, 1, 1), end=date(2025, 5, 1), reason="CO_OTHER", unit=OTHER)
    run()
    assert of_units() == [(OTHER, "year:2025", "corrected")]


def test_what_another_rule_found_about_the_unit_stands(took_part) -> None:
    Finding.objects.create(unit=OWN, rule="DQ30", severity="W", subject="x", found=TODAY, due=TODAY)
    took_part(start=date(2025, 1, 1))
    run()
    assert (OWN, "x", "open") in of_units()


def test_a_unit_that_was_merged_is_asked_about_as_the_one_it_is(took_part) -> None:
    took_part(start=date(2025, 1, 1), unit="K5030")
    run()
    assert of_units() == [(OWN, "year:2025", "open")]


def test_the_log_is_sealed(took_part) -> None:
    took_part()
    log.write(SYSTEM, [log.Entry(Event.CREATED)], now=NOW)
    found = run()
    assert (found.sealed, found.head) == (1, Seal.objects.get().head)
    assert run().sealed == 0
    assert log.broken() == ""
    assert any("persons checked" in said for said in SAID)


def test_old_files_and_sessions_are_gone_and_the_others_there(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    storage.folder().mkdir()
    for name, age in (("1.sealed", 31), ("2.sealed", 29)):
        path = storage.folder() / name
        path.touch()
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (at, at))
    for key, left in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=left))
    assert run().forgotten == 1
    assert [path.name for path in storage.folder().iterdir()] == ["2.sealed"]
    assert [found.session_key for found in Session.objects.all()] == ["new"]


def test_two_at_once() -> None:
    with alone(settings.HOME / night.LOCK), pytest.raises(BadInput, match="under way"):
        run()
