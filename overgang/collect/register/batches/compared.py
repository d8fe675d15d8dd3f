"""What a file from the local case system and the register disagree on (DQ30), for the list under a file.

A file of exits is held against all that the register has of exits in the same time, so that what the file lacks is told
too; a file of measures against how many measures the register has of the same programmes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count

from overgang.access.actor import Actor
from overgang.access.ring import ring
from overgang.collect.files import Sheet
from overgang.collect.register.batches.standing import indices_of
from overgang.collect.register.models import Identifier, Participation
from overgang.collect.register.record import CHUNK
from overgang.collect.register.rules import Entry, Found, reconciled

Held = tuple[str, str, dict[str, Any]]
"""The key of the person, the subject, and what the sentence names."""


def compared(sheet: Sheet, actor: Actor) -> list[Held]:
    """The disagreements about persons this actor sees; nothing for files of other kinds."""
    if sheet.kind not in ("exit", "measure"):
        return []
    own = ring()
    index = {number: indices_of(number, own) for number in {row.values["number"] for row in sheet.rows}}
    keys = _keys(sorted(one for indices in index.values() for one in indices), actor)
    rows = [(keys[at], row.values) for row in sheet.rows for at in index[row.values["number"]] if at in keys]
    found = _exits(rows, actor) if sheet.kind == "exit" else _measures(rows, actor)
    return [(one.subject.split(":")[0], one.subject, dict(one.values)) for one in found]


def _exits(rows: Sequence[tuple[str, Any]], actor: Actor) -> Iterator[Found]:
    ends = [values["end"] for _, values in rows]
    if not ends:
        return
    here = {(entry.person, entry.start): entry for entry in _entries(actor, end__range=(min(ends), max(ends)))}
    wanted = {(key, values["start"]) for key, values in rows}
    for keys in _chunks(sorted({key for key, _ in rows})):
        known = {(entry.person, entry.start): entry for entry in _entries(actor, case__person__key__in=keys)}
        here |= {at: entry for at, entry in known.items() if at in wanted}
    there = []
    for key, values in rows:
        known_here = here.get((key, values["start"]))
        n = known_here.measures if known_here else 0
        there.append(Entry(key, values["start"], values["end"], values.get("end_reason"), n))
    yield from reconciled(there, here.values())


def _measures(rows: Sequence[tuple[str, Any]], actor: Actor) -> Iterator[Found]:
    here: dict[str, list[Entry]] = {}
    for keys in _chunks(sorted({key for key, _ in rows})):
        for entry in _entries(actor, case__person__key__in=keys):
            here.setdefault(entry.person, []).append(entry)
    sent = Counter(_programme(values, here.get(key, ())) for key, values in rows)
    asked = [entry for entries in here.values() for entry in entries if entry in sent]
    there = [Entry(one.person, one.start, one.end, one.end_reason, sent[one]) for one in asked]
    yield from reconciled(there, asked)


def _programme(values: Any, entries: Sequence[Entry]) -> Entry | None:
    """The programme a measure belongs to, if that is sure."""
    named, day = values.get("participation_start"), values["start"]
    fits = [one for one in entries if (one.start == named if named else one.start <= day <= (one.end or day))]
    return fits[0] if len(fits) == 1 else None


def _entries(actor: Actor, **which: Any) -> Iterator[Entry]:
    known = Participation.objects.seen_by(actor).filter(**which).annotate(n=Count("measures"))
    for person, start, end, reason, n in known.values_list("case__person__key", "start", "end", "end_reason", "n"):
        yield Entry(person, start, end, reason, n)


def _keys(indices: Sequence[str], actor: Actor) -> dict[str, str]:
    """The keys of the persons the actor sees, by the keyed hash of their numbers."""
    found: dict[str, str] = {}
    for some in _chunks(indices):
        found.update(Identifier.objects.seen_by(actor).filter(index__in=some).values_list("index", "person__key"))
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
