"""What the tests of imports send: small files by hand, and what comes of them."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from overgang.access.actor import Actor, acting
from overgang.access.models import Grant, User
from overgang.base.identity import DNR, DUF, DUF_WEIGHTS, FNR, check_digits, weighted
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import worker
from overgang.collect.register.models import Batch
from overgang.collect.register.record import MODELS
from overgang.collect.register.told import values_of

NOW = datetime(2024, 6, 3, 10, 0, tzinfo=UTC)


def number(n: int, kind: str = FNR) -> str:
    """The n-th synthetic number: born in May 1990."""
    if kind == DUF:
        ten = f"2015{n:06d}"
        return ten + f"{weighted([int(digit) for digit in ten], DUF_WEIGHTS) % 11:02d}"
    return numbers(n, 1, kind)[0]


@cache
def _all(kind: str) -> tuple[str, ...]:
    nines = (
        f"{day + 40 * (kind == DNR):02d}{month + 80}90{serial}"
        for month in (5, 6, 7)
        for serial in range(500, 900)
        for day in range(1, 29)
    )
    found = ((nine, check_digits([int(digit) for digit in nine])) for nine in nines)
    return tuple(f"{nine}{checks[0]}{checks[1]}" for nine, checks in found if checks)


def numbers(first: int, n: int, kind: str = FNR) -> tuple[str, ...]:
    """So many synthetic numbers from the first on; there are some 28 000."""
    return _all(kind)[first : first + n]


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


PERSON = "number;name;birth_date;sex;origin;education"
PARTICIPATION = "number;unit;start;regime;planned_end"
EXIT = "number;unit;start;end;end_reason;hours"
MEASURE = "number;kind;start;end;hours"


def person(n: int, name: str = "Blid Vott", **values: str) -> str:
    return f"{number(n)};{name};01.05.1990;F;SY;{values.get('education', 'primary')}"


def start(n: int, day: str, planned: str = "", unit: str = "5001", regime: str = "INTEGR_2021") -> str:
    return f"{number(n)};{unit};{day};{regime};{planned}"


def leave_programme(
    n: int, start: str, end: str, reason: str = "CO_WORK_GT29", hours: str = "37,5", unit: str = "5001"
) -> str:
    return f"{number(n)};{unit};{start};{end};{reason};{hours}"


def held_by(name: str, unit: str, role: str = "adviser") -> Actor:
    """A user who holds the role at the unit."""
    user = User.objects.create_user(name, name=name.title())
    Grant.objects.create(user=user, role=role, place=unit, since=date(2020, 1, 1))
    return acting(user.pk, user.name, role, unit)


def checked(actor: Actor, kind: str, content: bytes, now: datetime = NOW) -> Batch:
    """A batch after its dry run, by this process."""
    made, _ = batches.submit(actor, kind, f"{kind}.csv", content, now=now)
    worker.run(made.pk)
    made.refresh_from_db()
    return made


def sent(actor: Actor, kind: str, content: bytes, choice: Any = "all", now: datetime = NOW) -> Batch:
    """A batch that is written, or could not be."""
    made = checked(actor, kind, content, now)
    if made.state == "checked" and batches.accept(made, choice, now=now):
        worker.run(made.pk)
        made.refresh_from_db()
    return made


def outcomes(batch: Batch) -> list[str]:
    return list(batch.lines.order_by("line").values_list("outcome", flat=True))


def rules(batch: Batch) -> list[str]:
    """The rules of all faults: of the file, then of its rows."""
    found = [fault["rule"] for fault in batch.report.get("faults", ())]
    for line in batch.lines.order_by("line"):
        found += [fault["rule"] for fault in line.faults]
    return found


def told(batch: Batch) -> list[list[Any]]:
    return [one for line in batch.lines.order_by("line") for one in line.told]


def dump() -> dict[str, dict[int, dict[str, Any]]]:
    """Everything the register holds, versions aside."""
    return {model.__name__: {row.pk: values_of(row) for row in model._default_manager.all()} for model in MODELS}
