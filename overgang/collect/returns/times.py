"""How long the programmes of those who ended were: the months that were used of them, and the months granted.

A programme that carries on another counts with it, in whichever unit that was. What no decision says is not known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from overgang.base.law import Span, days_standing, months_used
from overgang.collect.register.models import Decision, Leave, Participation
from overgang.collect.register.rules.facts import LAWS
from overgang.collect.returns.held import Stay, Time

Part = tuple[int, int, date, date | None, int | None]
"""A participation: its id, its case, first and last day, and the one it carries on."""
Granted = tuple[str, int | None, str, str]
"""A decision's kind, months and track, and the regime."""
CHUNK = 500


def times(exits: Iterable[Stay], day: date) -> Mapping[int, Time]:
    """By case."""
    last: list[Part] = [(stay.id, stay.case, stay.start, stay.last, stay.previous) for stay in exits]
    parts = {part[0]: part for part in (*last, *_carried_on(last))}
    leaves: dict[int, list[Span]] = defaultdict(list)
    for of, start, end in _in_chunks(Leave, "participation_id", parts, ("participation_id", "start", "end")):
        leaves[of].append((start, end or day))
    decisions: dict[int, list[Granted]] = defaultdict(list)
    columns = ("case_id", "kind", "months", "track", "case__regime")
    cases = [part[1] for part in parts.values()]
    for case, *said in _in_chunks(Decision, "case_id", cases, columns, Q(kind__in=("grant", "extension"))):
        decisions[case].append(tuple(said))
    found = {}
    for part in last:
        chain = _chain(parts, part)
        found[part[1]] = Time(_used(chain, leaves, day), _granted(chain, decisions))
    return found


def _used(chain: Sequence[Part], leaves: Mapping[int, list[Span]], day: date) -> int:
    spans = [(start, end or day) for _, _, start, end, _ in chain]
    away = [span for part in chain for span in leaves[part[0]]]
    return months_used(spans[0][0], spans[-1][1], days_standing(spans, away))


def _granted(chain: Sequence[Part], decisions: Mapping[int, list[Granted]]) -> int | None:
    """The last grant's months, or those of the track it names; with every extension of the programme."""
    own = [row for row in decisions[chain[-1][1]] if row[0] == "grant"]
    months = next((found for row in reversed(own) if (found := row[1] or _of_track(row))), None)
    extensions = [row[1] for part in chain for row in decisions[part[1]] if row[0] == "extension"]
    if months is None or None in extensions:
        return None
    return months + sum(each or 0 for each in extensions)


def _of_track(row: Granted) -> int | None:
    _, _, track, regime = row
    law = LAWS.get(regime)
    return next((each.max for each in law.tracks if each.id == track), None) if law and track else None


def _carried_on(parts: Iterable[Part]) -> Iterable[Part]:
    """The earlier participations that these carry on, and those that they do."""
    known: dict[int, Part] = {}
    wanted = {part[4] for part in parts if part[4]}
    while wanted:
        rows = _in_chunks(Participation, "pk", wanted, ("pk", "case_id", "start", "end", "previous_id"))
        known |= {row[0]: row for row in rows}
        wanted = {row[4] for row in known.values() if row[4]} - known.keys()
    return known.values()


def _chain(parts: Mapping[int, Part], last: Part) -> list[Part]:
    chain = [last]
    while (before := chain[0][4]) in parts and parts[before] not in chain:
        chain.insert(0, parts[before])
    return chain


def _in_chunks(
    model: type, column: str, ids: Iterable[int], columns: Sequence[str], only: Q | None = None
) -> Iterable[tuple]:
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), CHUNK):
        rows = model.objects.filter(only or Q(), **{f"{column}__in": wanted[at : at + CHUNK]})
        yield from rows.order_by("pk").values_list(*columns)
