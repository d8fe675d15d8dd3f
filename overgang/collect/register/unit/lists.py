"""What a list or a file of a unit's persons may hold: its columns as data, and nobody with a graded address.

Persons of grade 6 and 7 are left out when the rows are read. Before anything is handed out every row is asked again by
the rule that finds them in lists (DQ34): a mistake in a query stops the list instead of telling where somebody lives.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from overgang.access.actor import Actor
from overgang.access.texts import texts
from overgang.base.codes import codelist
from overgang.collect.files.write import as_cell
from overgang.collect.register.findings import legal
from overgang.collect.register.models import Finding, Identifier, Measure, Participation
from overgang.collect.register.numbers import number_of
from overgang.collect.register.rules import sentence, title
from overgang.collect.register.rules.lists import no_shielded
from overgang.collect.register.screens.acts.moving import place_name

CHUNK = 900
NUMBERS = ("fnr", "dnr", "duf")


class ShieldedInList(Exception):
    """A person with a graded address was about to stand in a list with a place. Nothing is handed out."""


Row = Mapping[str, Any]
Write = Callable[[Row, str], str]
"""From a row and a language to the text of a cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """`text`: the key of its heading. `paths`: what is read for it; `write`: how it is told."""

    text: str
    paths: tuple[str, ...]
    write: Write


@dataclass(frozen=True, slots=True)
class List:
    """One kind of list. `case`: the path from its rows to the case; `yearly`: it is about a year; `of_unit`:
    it has rows about the unit as a whole, without a case; `may`: the permission beside `export` that it takes."""

    id: str
    slug: str
    case: str
    rows: Callable[[Actor, int, date], QuerySet[Any]]
    columns: tuple[Column, ...]
    yearly: bool = False
    of_unit: bool = False
    may: str = "export"


def plain(text: str, path: str) -> Column:
    """A column with the value as it is: days, numbers, names."""
    return Column(text, (path,), lambda row, lang: as_cell(row[path], lang))


def coded(text: str, path: str, name: str) -> Column:
    """A column of codes, told by their labels."""

    def write(row: Row, lang: str) -> str:
        known, code = codelist(name), row[path] or ""
        return known.label(code, lang) if code in known else str(code)

    return Column(text, (path,), write)


def worded(text: str, path: str, section: str) -> Column:
    """A column of values that have a text of ours: `section.value`."""

    def write(row: Row, lang: str) -> str:
        known = texts(lang)[section]
        return known[row[path]] if row[path] in known else str(row[path] or "")

    return Column(text, (path,), write)


def told(text: str, write: Callable[[str, Mapping[str, Any], str], str]) -> Column:
    """A column that tells a finding."""
    return Column(text, ("rule", "values"), lambda row, lang: write(row["rule"], row["values"], lang))


def _person(case: str) -> tuple[Column, ...]:
    return (plain("field.name", f"{case}person__name"), plain("field.birth_date", f"{case}person__birth_date"))


def _unit(case: str) -> Column:
    path = f"{case}unit"
    return Column("field.unit", (path,), lambda row, _: place_name(row[path]))


def _running(actor: Actor, year: int, today: date) -> QuerySet[Any]:  # noqa: ARG001
    running = Participation.objects.seen_by(actor).filter(Q(end=None) | Q(end__gt=today), start__lte=today)
    return running.order_by("case__person__name", "case__person", "start")


def _ended(actor: Actor, year: int, today: date) -> QuerySet[Any]:
    ended = Participation.objects.seen_by(actor).filter(end__year=year, end__lte=today)
    return ended.order_by("end", "case__person__name", "pk")


def _held_in(actor: Actor, year: int, today: date) -> QuerySet[Any]:  # noqa: ARG001
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Measure.objects.seen_by(actor).filter(Q(end=None) | Q(end__gte=first), start__lte=last)
    return rows.order_by("participation__case__person__name", "participation__case__person", "start", "pk")


def _findings(actor: Actor, year: int, today: date) -> QuerySet[Any]:  # noqa: ARG001
    return Finding.objects.seen_by(actor).open().order_by("due", "rule", "pk")


def _legal(actor: Actor, year: int, today: date) -> QuerySet[Any]:
    return _findings(actor, year, today).filter(legal(today))


OF_FINDING = (
    *_person("case__"),
    plain("finding.rule", "rule"),
    told("unit.finding", lambda rule, values, lang: title(rule, lang)),  # noqa: ARG005
    told("unit.says", sentence),
    plain("finding.found", "found"),
    plain("finding.due_on", "due"),
    plain("unit.owner", "owner__name"),
)
LISTS: Mapping[str, List] = {
    found.id: found
    for found in (
        List(
            "participants",
            "deltakere",
            "case__",
            _running,
            (
                *_person("case__"),
                worded("field.sex", "case__person__sex", "sex"),
                coded("field.origin", "case__person__origin", "origin"),
                _unit("case__"),
                coded("field.regime", "case__regime", "regime"),
                coded("field.category", "case__category", "category"),
                plain("field.start", "start"),
                plain("field.planned_end", "planned_end"),
            ),
        ),
        List(
            "exits",
            "avsluttede",
            "case__",
            _ended,
            (
                *_person("case__"),
                _unit("case__"),
                plain("field.start", "start"),
                plain("field.end", "end"),
                coded("field.end_reason", "end_reason", "end_reason"),
                plain("field.hours", "hours"),
                worded("field.after_move", "after_move", "after_move"),
                plain("field.certificate", "certificate__issued"),
                plain("field.entered", "entered"),
            ),
            yearly=True,
        ),
        List(
            "measures",
            "tiltak",
            "participation__case__",
            _held_in,
            (
                *_person("participation__case__"),
                _unit("participation__case__"),
                coded("unit.measure", "kind", "measure"),
                coded("field.directed_to", "directed_to", "directed_to"),
                plain("field.provider", "provider"),
                plain("field.start", "start"),
                plain("field.end", "end"),
                plain("field.hours", "hours"),
            ),
            yearly=True,
        ),
        List("findings", "funn", "case__", _findings, OF_FINDING, of_unit=True),
        List("deadlines", "frister", "case__", _legal, OF_FINDING, may="approve"),
    )
}
"""Every list by id, in the order they are offered in."""


def rows_of(wanted: List, actor: Actor, year: int, today: date) -> list[Row]:
    """The rows of a list that the actor may take out. Raises ShieldedInList when a graded person is among them."""
    paths = {path for column in wanted.columns for path in column.paths}
    person = f"{wanted.case}person"
    about = {"_person": person, "_key": f"{person}__key", "_grade": f"{person}__address_grade"}
    about["_unit"] = f"{wanted.case}unit"
    ungraded = Q(**{f"{person}__address_grade": 0})
    if wanted.of_unit:
        ungraded |= Q(case=None)
    found = list(wanted.rows(actor, year, today).filter(ungraded).values(*sorted(paths | set(about.values()))))
    rows = [{**row, **{name: row[path] for name, path in about.items()}} for row in found]
    checked((row["_key"] or "", row["_grade"] or 0, row["_unit"]) for row in rows)
    return rows


def checked(rows: Iterable[tuple[str, int, str | None]]) -> None:
    """Raises ShieldedInList when one of the rows (mark, grade, place) is a graded person's."""
    if any(no_shielded(rows)):
        raise ShieldedInList


def cells(wanted: List, rows: Sequence[Row], lang: str, *, numbers: bool = False) -> list[list[str]]:
    """The header and the rows as they are written; with the identity numbers of each person last, if asked for."""
    t = texts(lang)
    header = [t(column.text) for column in wanted.columns]
    found = [[column.write(row, lang) for column in wanted.columns] for row in rows]
    if not numbers:
        return [header, *found]
    known = _numbers({row["_person"] for row in rows if row["_person"]})
    header += [t(f"number.{kind}") for kind in NUMBERS]
    beside = ([known.get((row["_person"], kind), "") for kind in NUMBERS] for row in rows)
    return [header, *([*row, *more] for row, more in zip(found, beside, strict=True))]


def _numbers(persons: set[int]) -> dict[tuple[int, str], str]:
    """The whole numbers of these persons, by person and kind. Whoever calls this logs it."""
    return {(row.person_id, row.kind): number_of(row) for row in _identifiers(sorted(persons))}


def _identifiers(persons: list[int]) -> Iterator[Identifier]:
    for at in range(0, len(persons), CHUNK):
        part = persons[at : at + CHUNK]
        yield from Identifier.objects.filter(person__in=part, kind__in=NUMBERS).select_related("person").order_by("pk")
