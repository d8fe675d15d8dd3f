"""A unit with programmes that ended and run, made quickly, and somebody to look at it."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from tests.internal import OWN


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def year(today) -> int:
    """The year the pages begin with."""
    from overgang.collect.register.unit.figures import in_focus

    return in_focus(today)


@pytest.fixture
def took_part(make_person, today) -> Callable[..., Any]:
    """`took_part(end=day, reason="CO_WORK_GT29")`: a person whose programme began two years ago, or on `start`."""
    from overgang.collect.register.models import Case, Participation

    def make(
        *,
        end: date | None = None,
        reason: str | None = None,
        start: date | None = None,
        unit: str | None = OWN,
        grade: int = 0,
        name: str = "Åse Østby",
        **fields: Any,
    ) -> Participation:
        person = make_person(unit, grade=grade, name=name)
        case = Case.objects.get(person=person)
        Case.objects.filter(pk=case.pk).update(
            regime="INTEGR_2021", state="completed" if end else "in_programme", trigger="offer"
        )
        begun = start or (end or today) - timedelta(days=730)
        return Participation.objects.create(case=case, start=begun, end=end, end_reason=reason, **fields)

    return make


@pytest.fixture
def found(today) -> Callable[..., Any]:
    """`found(participation, "DQ12")`: an open finding in its case."""
    from overgang.collect.register.models import Finding

    def make(participation: Any, rule: str, *, due: date | None = None, severity: str = "L", **values: Any) -> Finding:
        samples = {
            "DQ07": {"end": "2026-01-05"},
            "DQ12": {"what": "offer", "since": "2024-01-01", "last": "2024-04-01", "months": 3, "start": "2024-06-01"},
            "DQ13": {"end": "2026-01-05", "entered": "2026-06-05", "months": 2, "last": "2026-03-05"},
        }
        return Finding.objects.create(
            unit=participation.case.unit,
            case=participation.case,
            rule=rule,
            severity=severity,
            subject=f"participation:{participation.pk}",
            values=values or samples[rule],
            found=today,
            due=due or today - timedelta(days=10),
        )

    return make


def text(answer: Any) -> str:
    """A page as it is read, without no-break spaces."""
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return unescape(answer.content.decode()).replace("\u00a0", " ")
