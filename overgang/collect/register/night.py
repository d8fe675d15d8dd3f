"""The nightly run: every rule on everybody, the rule about whole units, old files and sessions gone, the log sealed.

It may be run twice, and stopped at any time: what is done is done, and the next run goes on from what is stored.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from overgang.access import log, sessions
from overgang.base.errors import BadInput
from overgang.base.locks import alone
from overgang.collect.register.batches import storage
from overgang.collect.register.findings import STATES, nightly, refresh_unit
from overgang.collect.register.models import Finding, Participation
from overgang.collect.register.preliminary import exits, took_part
from overgang.collect.register.record import writing
from overgang.collect.register.rules.exits import REASONS_FROM
from overgang.collect.register.rules.lists import whole_unit
from overgang.collect.register.unit.places import unit_in

LOCK = "night.lock"
WHOLE_UNIT = "DQ35"


@dataclass(frozen=True, slots=True)
class Night:
    """What a run did: findings of persons and of units by what became of them, the files no longer kept,
    and the events it sealed."""

    persons: Mapping[str, int]
    units: Mapping[str, int]
    forgotten: int
    sealed: int
    head: str


def run(now: datetime, today: date, progress: Callable[[str], None]) -> Night:
    """Raises BadInput while another run is under way."""
    with alone(settings.HOME / LOCK) as mine:
        if not mine:
            raise BadInput("Another night run is under way: wait until it has ended.")
        told = -1

        def step(done: int, of: int) -> None:
            nonlocal told
            if (tenth := 10 * done // of) > told:
                told = tenth
                progress(f"{done} of {of} persons checked")

        persons = nightly(today, step)
        units = refresh_units(today)
        progress("units checked")
        forgotten = storage.forget(now)
        sessions.forget(now)
        with writing():
            seal = log.seal(now=now)
        return Night(persons, units, forgotten, seal.events if seal else 0, seal.head if seal else "")


def refresh_units(today: date) -> Mapping[str, int]:
    """The findings about each unit as a whole, on its figures of the year that is over. A unit that has become a part
    of another is asked about with it."""
    year, counts = today.year - 1, Counter[str]()
    for unit, parts in _units(year, today).items():
        last = took_part(parts, [year], today)[year]
        ended = exits(year, last)
        without = sum(not row.reason and row.end >= REASONS_FROM for row in ended)
        found = [(WHOLE_UNIT, one) for one in whole_unit(year, len(last), len(ended), without)]
        with writing():
            counts.update(refresh_unit(unit, found, today, rules=(WHOLE_UNIT,)))
    return {state: counts[state] for state in STATES}


def _units(year: int, today: date) -> dict[str, set[str]]:
    """Those with participants in the year or a finding that stands, by the unit they are today."""
    begun = Participation.objects.filter(start__lte=date(year, 12, 31)).exclude(end__lt=date(year, 1, 1))
    of_cases = begun.exclude(case__unit=None).order_by().values_list("case__unit", flat=True).distinct()
    standing = Finding.objects.filter(case=None, rule=WHOLE_UNIT).exclude(unit=None).exclude(state=Finding.CORRECTED)
    found: dict[str, set[str]] = {}
    for unit in sorted({*of_cases, *standing.values_list("unit", flat=True)}):
        found.setdefault(unit_in(unit, today.year), set()).add(unit)
    return found
