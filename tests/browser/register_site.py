"""A register with a handful of invented persons in two units, for the browser: `python -m tests.browser.register_site`
makes it in OVERGANG_HOME, with its users."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

OWN, OTHER = "K5001", "K4601"
PASSWORD = "tolv tegn og mer"
USERS = {
    "kari": ("adviser", OWN),
    "liv": ("leader", OWN),
    "ola": ("adviser", OTHER),
    "arne": ("analyst", ""),
}
NAMES = ("Amina Hassan", "Yonas Tesfay", "Olena Kovalenko", "Ahmad Al-Masri", "Fatuma Åsmund", "Dawit Haile")


def build() -> None:
    """Tables, keys, users, persons and what the rules find in them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
    import django

    django.setup()
    from django.utils import timezone

    from overgang.access import installation
    from overgang.access.actor import SYSTEM
    from overgang.access.models import Grant, User
    from overgang.collect.register.record import Work, record

    now, today = timezone.now(), timezone.localdate()
    list(installation.prepare("admin", "http://127.0.0.1", now=now))
    for name, (role, place) in USERS.items():
        user = User(username=name, name=name.title())
        user.set_password(PASSWORD)
        user.save()
        Grant.objects.create(user=user, role=role, place=place, since=today - timedelta(days=30))
    for at, name in enumerate(NAMES):
        record(SYSTEM, Work(list(_person(at, name, today))), now=now)


def _person(at: int, name: str, today: date) -> Iterator[Any]:
    from overgang.collect.register.models import (
        Case,
        Decision,
        Leave,
        Measure,
        Participation,
        Permit,
        Person,
        Plan,
        Settlement,
    )
    from overgang.collect.register.numbers import new_identifier

    start = today - timedelta(days=400 + 60 * at)
    ended = at == 1
    person = Person(
        name=name,
        birth_date=date(1985 + at, 1 + at, 3 + at),
        sex="FMFMFM"[at],
        origin=("SO", "ER", "UA", "SY", "SO", "ER")[at],
        education="primary",
        arrived=start - timedelta(days=200),
    )
    case = Case(
        person=person,
        unit=OWN,
        regime="INTEGR_2021",
        state="interrupted" if ended else "in_programme",
        trigger="offer",
        asked=start - timedelta(days=40),
    )
    end = today - timedelta(days=120) if ended else None
    planned = today + timedelta(days=20) if at == 2 else start + timedelta(days=730)
    participation = Participation(case=case, start=start, planned_end=planned, end=end, entered=end)
    yield from (person, case, participation, new_identifier(person, "duf", f"2023{123450 + at}00"))
    yield Permit(person=person, basis="asylum", decided=start - timedelta(days=150))
    yield Settlement(person=person, unit=OWN, day=start - timedelta(days=60))
    yield Decision(
        case=case, kind="grant", decided=start - timedelta(days=30), months=24, track="over25_work_or_school"
    )
    yield Plan(case=case, day=start, end_goal="work", norwegian_goal="B1", elements=["norwegian", "social_studies"])
    if at != 3:
        yield Measure(
            participation=participation, kind="norwegian", start=start, end=end, hours=20, provider="Læringssenteret"
        )
        yield Measure(
            participation=participation, kind="work_practice", start=start + timedelta(days=200), end=end, hours=12
        )
    if at == 0:
        leave = start + timedelta(days=100)
        yield Leave(
            participation=participation, kind="care_leave", decided=leave, start=leave, end=leave + timedelta(days=90)
        )


if __name__ == "__main__":
    build()
