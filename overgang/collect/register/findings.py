"""Findings in the database, brought up to date with what the rules find: after a change, and every night.

What happens to a finding is `_changed` below: new ones are opened; those no rule finds any more are corrected; those
that come back, or were explained or accepted and now say something else, are open again. To explain and to accept is
the adviser's and the leader's, elsewhere.
"""

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.db.models import F, Q

from overgang.access import bulk
from overgang.collect.register.dossier import CHUNK, Dossier, dossiers
from overgang.collect.register.models import Finding, Person
from overgang.collect.register.rules import RULES, Found, Rule, run
from overgang.collect.register.rules.identity import only_duf
from overgang.collect.register.rules.rule import Severity
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL

AT_NIGHT = 500
"""Persons at a time for the whole register: others wait to write for as long as that takes."""
Key = tuple[int | None, str, str]
"""Case, rule, subject: a finding is there once."""
BATCH = 500
"""Rows written at a time: seven columns each stay below the variables a statement of SQLite may have."""
NEW, SAME, CHANGED, BACK, GONE = STATES = ("new", "same", "changed", "back", "gone")
KEPT = "corrected before"


def refresh(persons: Collection[int], today: date, known: Collection[Dossier] = ()) -> Mapping[str, int]:
    """Runs all rules on these persons and brings their findings up to date, a chunk of persons a transaction.

    Returns how many findings are new, the same, changed, back, and gone (corrected). The database is asked a dozen
    times for each two thousand persons, and written to in bulk. `known`: dossiers the caller holds already, of persons
    it has locked, as they are in the register now.
    """
    counts: Counter[str] = Counter()
    wanted = sorted(set(persons))
    there = {dossier.person.pk: dossier for dossier in known}
    with _without_collector():
        for at in range(0, len(wanted), CHUNK):
            counts.update(_refreshed(wanted[at : at + CHUNK], today, there))
    return {state: counts[state] for state in STATES}


def nightly(
    today: date, progress: Callable[[int, int], None] = lambda _done, _all: None, chunk: int = AT_NIGHT
) -> Mapping[str, int]:
    """`refresh` for everybody; `progress` is told after each chunk how many persons are done, of how many."""
    persons = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    counts: Counter[str] = Counter()
    for at in range(0, len(persons), chunk):
        counts.update(refresh(persons[at : at + chunk], today))
        progress(min(at + chunk, len(persons)), len(persons))
    return {state: counts[state] for state in STATES}


def refresh_unit(
    unit: str, found: Iterable[tuple[str, Found]], today: date, rules: Collection[str] = ("DQ30", "DQ35")
) -> Mapping[str, int]:
    """Brings the findings about a unit as a whole up to date, given all that these rules find, with the rules' ids."""
    rows: dict[Key, tuple[str | None, Rule, Found, date]] = {}
    for id, one in found:
        rows[None, id, one.subject] = (unit, RULES[id], one, RULES[id].due(one, today))
    with transaction.atomic():
        stored = Finding.objects.select_for_update().filter(unit=unit, case=None, rule__in=rules)
        counts = _brought_up_to_date(stored, rows, today)
    return {state: counts[state] for state in STATES}


def legal(today: date) -> Q:
    """The findings that go to the leader and the county governor: the legal ones, and errors past their due date whose
    rule makes them so (an exit without a reason after two months)."""
    late = [rule.id for rule in RULES.values() if rule.legal_when_late]
    return Q(severity=Severity.LEGAL) | Q(rule__in=late, due__lt=today)


@transaction.atomic
def _refreshed(persons: list[int], today: date, known: Mapping[int, Dossier]) -> Counter[str]:
    """Nobody writes to these persons between reading and telling: the persons are locked, on SQLite the database."""
    wanted = [id for id in persons if id not in known]
    if connection.features.has_select_for_update:
        list(Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
    files = [*(known[id] for id in persons if id in known), *dossiers(wanted)]
    alike = _alike(files)
    rows: dict[Key, tuple[str | None, Rule, Found, date]] = {}
    for dossier in files:
        dossier.alike = dossier.person.pk in alike
        shielded = dossier.person.address_grade == STRICTLY_CONFIDENTIAL
        for file, rule, found, due in run(dossier, today):
            unit = None if shielded else file.case.unit
            rows.setdefault((file.case.pk, rule.id, found.subject), (unit, rule, found, due))
    stored = Finding.objects.select_for_update(of=("self",)).filter(case__person__in=persons)
    return _brought_up_to_date(stored, rows, today)


def _brought_up_to_date(
    stored: Iterable[Finding], rows: Mapping[Key, tuple[str | None, Rule, Found, date]], today: date
) -> Counter[str]:
    counts: Counter[str] = Counter()
    seen: set[Key] = set()
    changed: list[Finding] = []
    gone: list[int] = []
    for finding in stored:
        key = (finding.case_id, finding.rule, finding.subject)
        seen.add(key)
        state = _changed(finding, rows.get(key), today)
        counts[state] += 1
        if state in (CHANGED, BACK):
            changed.append(finding)
        elif state == GONE:
            gone.append(finding.pk)
    new = [_finding(key, row, today) for key, row in rows.items() if key not in seen]
    counts[NEW] = len(new)
    bulk.insert(new)
    for at in range(0, len(gone), CHUNK):
        Finding.objects.filter(pk__in=gone[at : at + CHUNK]).update(
            state=Finding.CORRECTED, closed=today, version=F("version") + 1
        )
    fields = ["unit", "severity", "values", "state", "found", "due", "closed", "version"]
    Finding.objects.bulk_update(changed, fields, batch_size=BATCH)
    return counts


def _changed(finding: Finding, row: tuple[str | None, Rule, Found, date] | None, today: date) -> str:
    """What becomes of a finding that is stored; it gets its new values if it changes, unless it is only closed."""
    if row is None:
        return KEPT if finding.state == Finding.CORRECTED else GONE
    unit, rule, found, due = row
    severity = str(found.severity or rule.severity)
    same_values = finding.values == dict(found.values)
    back = finding.state == Finding.CORRECTED
    if not back and same_values and finding.unit == unit and finding.severity == severity:
        return SAME
    finding.unit, finding.severity, finding.values = unit, severity, dict(found.values)
    finding.version += 1
    if back:
        finding.found = today
    if back or not same_values:
        if back or found.since is not None or finding.state != Finding.OPEN:
            finding.due = due
        finding.state, finding.closed = Finding.OPEN, None
    return BACK if back else CHANGED


def _finding(key: Key, row: tuple[str | None, Rule, Found, date], today: date) -> Finding:
    unit, rule, found, due = row
    return bulk.new(
        Finding,
        unit=unit,
        case_id=key[0],
        rule=rule.id,
        severity=str(found.severity or rule.severity),
        subject=found.subject,
        values=dict(found.values),
        found=today,
        due=due,
    )


def _alike(files: list[Dossier]) -> set[int]:
    """Those with only a DUF number beside whom somebody else has the same name, birth date, sex and country."""
    asked: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for dossier in files:
        person = dossier.person
        if person.name and person.address_grade != STRICTLY_CONFIDENTIAL and only_duf(dossier):
            asked[person.name, person.birth_date, person.sex, person.origin].append(person.pk)
    if not asked:
        return set()
    near = Person.objects.filter(name__in={key[0] for key in asked}, birth_date__in={key[1] for key in asked})
    near = near.exclude(address_grade=STRICTLY_CONFIDENTIAL)
    found = set()
    for pk, *key in near.values_list("pk", "name", "birth_date", "sex", "origin").iterator(chunk_size=CHUNK):
        found.update(own for own in asked.get(tuple(key), ()) if own != pk)
    return found


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without the collector of cycles: it would go through hundreds of thousands of rows that are all in use."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
