"""An invented register as the models hold it, as large as wanted: for findings in a database, and for measuring."""

import hashlib
import random
from datetime import date, timedelta
from decimal import Decimal

from overgang.collect.register.models import (
    Absence,
    Case,
    Decision,
    Identifier,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)

UNITS = ("K1103", "K4601", "B030103", "K5001", "K1804")
REASONS = ("CO_WORK_GT29", "CO_EDU_UPPER", "CO_OTHER", "CO_NOT_JOBSEEKER", "IN_MOVED", "PS_HEALTH", None)
DAY = timedelta(days=1)


def invent(persons: int, seed: int = 1) -> None:
    """Writes persons with numbers, permit, settlement, a case, decisions, measures, leave, absence."""
    rng = random.Random(seed)
    first = (Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    rows: dict[type, list] = {
        model: []
        for model in (
            Person, Identifier, Permit, Settlement, Case, Decision, Plan, Participation, Measure, Leave, Absence
        )
    }  # fmt: skip
    for pk in range(first, first + persons):
        _person(rng, pk, rows)
    for model, made in rows.items():
        model._default_manager.bulk_create(made, batch_size=2000)


def _person(rng, pk, rows):
    start = date(2008, 1, 1) + rng.randrange(6000) * DAY
    law = "INTRO_2004" if start < date(2021, 3, 1) else "INTEGR_2021" if start < date(2026, 1, 1) else "INTEGR_2026"
    arrived = start - rng.randrange(60, 400) * DAY
    rows[Person].append(
        Person(
            pk=pk,
            key=f"{pk:016x}",
            name=f"Navn {rng.randrange(2000)}",
            birth_date=start - rng.randrange(19 * 366, 50 * 365) * DAY,
            sex=rng.choice("MF"),
            origin=rng.choice(("SO", "SY", "UA", "ER")),
            arrived=arrived,
            upper_secondary=rng.random() < 0.4,
        )
    )
    for kind in ("duf", "fnr") if rng.random() < 0.9 else ("duf",):
        index = hashlib.sha256(f"{kind}{pk}".encode()).hexdigest()
        rows[Identifier].append(Identifier(person_id=pk, kind=kind, cipher=b"0" * 40, index=index))
    rows[Permit].append(Permit(person_id=pk, basis="asylum", decided=arrived + 20 * DAY))
    unit = rng.choice(UNITS)
    rows[Settlement].append(Settlement(person_id=pk, unit=unit, day=start - rng.randrange(20, 95) * DAY))
    case = 2 * pk
    rows[Case].append(
        Case(pk=case, person_id=pk, unit=unit, regime=law, trigger="offer", asked=start - 20 * DAY, state="ended")
    )
    rows[Decision].append(Decision(case_id=case, kind="grant", decided=start - 10 * DAY))
    length = rng.randrange(200, 1200)
    end = start + length * DAY
    running = end > date(2026, 11, 1)
    reason = None if running else rng.choice(REASONS)
    if reason == "PS_HEALTH":
        rows[Decision].append(Decision(case_id=case, kind="stop_permanent", decided=end))
    if law != "INTRO_2004":
        rows[Plan].append(Plan(case_id=case, day=start, end_goal="work", elements=["norwegian", "social_studies"]))
    rows[Participation].append(
        Participation(
            pk=case,
            case_id=case,
            start=start,
            end=None if running else end,
            end_reason=reason,
            entered=None if running else end + rng.randrange(75) * DAY,
            hours=Decimal(30) if reason == "CO_WORK_GT29" else None,
        )
    )
    last = None if running else end
    rows[Measure].append(Measure(participation_id=case, kind="norwegian", start=start, end=last, hours=15))
    for part in range(3):
        begin = start + part * length // 3 * DAY
        until = last if part == 2 else start + (part + 1) * length // 3 * DAY
        rows[Measure].append(
            Measure(participation_id=case, kind="work_practice", start=begin, end=until, hours=rng.randrange(13, 20))
        )
    if rng.random() < 0.3:
        away = start + 60 * DAY
        rows[Leave].append(
            Leave(participation_id=case, kind="long_sickness", start=away, end=away + rng.randrange(10, 100) * DAY)
        )
    for quarter in range(rng.randrange(3)):
        day = start + quarter * 90 * DAY
        rows[Absence].append(Absence(participation_id=case, start=day, end=day + 89 * DAY, authorised=6))
