"""How the register stands for the persons of a file: found with a dozen queries for each two thousand of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max

from overgang.access.actor import Actor
from overgang.collect.files import Identifier as Number
from overgang.collect.files import Row
from overgang.collect.register.dossier import CHUNK, CaseFile, Dossier, dossiers
from overgang.collect.register.models import Case, Change, Finding, Identifier
from overgang.collect.register.numbers import ring
from overgang.collect.register.scope import CONFIDENTIAL, STRICTLY_CONFIDENTIAL

GRADED = (STRICTLY_CONFIDENTIAL, CONFIDENTIAL)
Mark = Mapping[int, tuple[int, int | None]]
"""By chunk of persons: how many changes they have, and the last one."""


@dataclass
class Standing:
    """What the register holds about the persons whose numbers stand in a file, and whom the actor sees of them.

    `by_index`: the persons by the keyed hash of each of their numbers; those that a row brings are added to it.
    `brought`: cases without a unit that this unit's files have opened already for persons it may not see.
    """

    actor: Actor
    by_index: dict[str, Dossier]
    found: Mapping[str, int] = field(repr=False)
    mark: Mark = field(repr=False)
    brought: frozenset[int] = frozenset()
    index: Mapping[Number, str] = field(default_factory=dict, repr=False)
    """The keyed hash of each number of the file, made once."""

    def person(self, number: Number) -> Dossier | None:
        return self.by_index.get(self.index[number])

    def sees(self, dossier: Dossier) -> bool:
        """As `scope` decides for rows in the database; this is for one that may not be saved yet."""
        grade = dossier.person.address_grade
        if self.actor.sees_shielded:
            return grade == STRICTLY_CONFIDENTIAL
        return grade != STRICTLY_CONFIDENTIAL and bool(self.own(dossier))

    def own(self, dossier: Dossier) -> list[CaseFile]:
        """The cases this actor may see, oldest first."""
        if self.actor.sees_shielded:
            return dossier.cases if dossier.person.address_grade == STRICTLY_CONFIDENTIAL else []
        return [file for file in dossier.cases if file.case.unit in self.actor.units]

    def shows(self, file: CaseFile) -> bool:
        """Whether what is found in a case may be told to this actor."""
        return self.actor.sees_shielded or file.case.unit in self.actor.units

    def moved(self) -> bool:
        """Whether the register has moved on since: for these persons, or since one of the numbers has come or gone."""
        return _indexed(self.found) != {index: id for index, id in self.found.items() if id} or (
            _mark(self.persons) != self.mark
        )

    @property
    def persons(self) -> list[int]:
        return sorted({id for id in self.found.values() if id})


def standing(rows: Sequence[Row], actor: Actor) -> Standing:
    """Reads the register for the rows of a file. The mark is taken first: what changes while it is read is seen."""
    index = {number: index_of(number) for number in {number for row in rows for number in numbers_of(row)}}
    wanted = list(index.values())
    indexed = _indexed(wanted)
    found = {index: indexed.get(index, 0) for index in wanted}
    persons = sorted(set(indexed.values()))
    mark = _mark(persons)
    by_id = {dossier.person.pk: dossier for dossier in dossiers(persons)}
    made = Standing(actor, {index: by_id[id] for index, id in indexed.items() if id in by_id}, found, mark, index=index)
    hidden = [id for id, dossier in by_id.items() if not made.sees(dossier) and dossier.person.address_grade in GRADED]
    if hidden and actor.place:
        made.brought = _brought(hidden, actor.place)
    return made


def numbers_of(row: Row) -> Iterable[Number]:
    return (number for name in ("number", "other_number") if (number := row.values.get(name)) is not None)


def index_of(number: Number) -> str:
    return ring().index_of(number.kind, number.number)


def open_findings(persons: Sequence[int]) -> set[tuple[int | None, str, str]]:
    """Case, rule and subject of what has been found already."""
    found: set[tuple[int | None, str, str]] = set()
    for at in range(0, len(persons), CHUNK):
        rows = Finding.objects.filter(case__person__in=persons[at : at + CHUNK]).exclude(state=Finding.CORRECTED)
        found.update(rows.values_list("case_id", "rule", "subject"))
    return found


def _indexed(indices: Iterable[str]) -> dict[str, int]:
    wanted = list(indices)
    found: dict[str, int] = {}
    for at in range(0, len(wanted), CHUNK):
        found.update(Identifier.objects.filter(index__in=wanted[at : at + CHUNK]).values_list("index", "person_id"))
    return found


def _mark(persons: Sequence[int]) -> Mark:
    """Changes are only ever added: with another change the number of them is another, in whatever order they come."""
    found = {}
    for at in range(0, len(persons), CHUNK):
        told: Any = Change.objects.filter(person__in=persons[at : at + CHUNK]).aggregate(n=Count("pk"), last=Max("pk"))
        found[at] = (told["n"], told["last"])
    return found


def _brought(persons: Sequence[int], unit: str) -> frozenset[int]:
    found: set[int] = set()
    for at in range(0, len(persons), CHUNK):
        cases = Case.objects.filter(person__in=persons[at : at + CHUNK], unit=None, changes__batch__unit=unit)
        found.update(cases.values_list("person_id", flat=True))
    return frozenset(found)
