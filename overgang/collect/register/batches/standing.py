"""How the register stands for the persons of a file: found with a dozen queries for each two thousand of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max

from overgang.access.actor import Actor
from overgang.access.keys import KeyRing
from overgang.access.ring import ring
from overgang.collect.files import Identifier as Number
from overgang.collect.files import Row
from overgang.collect.register.dossier import CHUNK, CaseFile, Dossier, dossiers
from overgang.collect.register.models import Change, Finding, Identifier
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL

Mark = Mapping[int, tuple[int, int | None]]
"""By chunk of persons: how many changes they have, and the last one."""


@dataclass
class Standing:
    """What the register holds about the persons whose numbers stand in a file, and whom the actor sees of them.

    `by_index`: the persons by the keyed hash of each of their numbers; those that a row brings are added to it.
    """

    actor: Actor
    by_index: dict[str, Dossier]
    wanted: Mapping[str, str] = field(repr=False)
    """Every hash a number of the file may stand under, and its current one: two while the key is being changed."""
    found: Mapping[str, int] = field(repr=False)
    mark: Mark = field(repr=False)
    index: Mapping[Number, str] = field(repr=False)
    """The keyed hash of each number of the file, made once."""
    keys: KeyRing = field(repr=False)
    """What the hashes are made with, and the numbers that a row brings: a key changed meanwhile is not seen."""

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

    def follow(self, earlier: Mapping[str, Dossier]) -> None:
        """The persons as files before this one would leave them, in place of those that the register holds."""
        changed = {dossier.person.pk: dossier for dossier in earlier.values() if dossier.person.pk}
        here = set(self.index.values())
        self.by_index = {index: changed.get(found.person.pk, found) for index, found in self.by_index.items()}
        self.by_index |= {index: dossier for index, dossier in earlier.items() if index in here}

    def moved(self) -> bool:
        """Whether the register has moved on since: for these persons, or since one of the numbers has come or gone."""
        return _indexed(self.wanted) != {index: id for index, id in self.found.items() if id} or (
            _mark(self.persons) != self.mark
        )

    @property
    def persons(self) -> list[int]:
        return sorted({id for id in self.found.values() if id})


def standing(rows: Sequence[Row], actor: Actor) -> Standing:
    """Reads the register for the rows of a file. The mark is taken first: what changes while it is read is seen."""
    keys = ring()
    known = {number: indices_of(number, keys) for number in {number for row in rows for number in numbers_of(row)}}
    index = {number: indices[0] for number, indices in known.items()}
    wanted = {one: indices[0] for indices in known.values() for one in indices}
    indexed = _indexed(wanted)
    found = {index: indexed.get(index, 0) for index in wanted.values()}
    persons = sorted(set(indexed.values()))
    mark = _mark(persons)
    by_id = {dossier.person.pk: dossier for dossier in dossiers(persons)}
    by_index = {index: by_id[id] for index, id in indexed.items() if id in by_id}
    return Standing(actor, by_index, wanted, found, mark, index, keys)


def numbers_of(row: Row) -> Iterable[Number]:
    return (number for name in ("number", "other_number") if (number := row.values.get(name)) is not None)


def indices_of(number: Number, keys: KeyRing) -> list[str]:
    return keys.indices_of(number.kind, number.number)


def open_findings(persons: Sequence[int]) -> set[tuple[int | None, str, str]]:
    """Case, rule and subject of what has been found already."""
    found: set[tuple[int | None, str, str]] = set()
    for at in range(0, len(persons), CHUNK):
        rows = Finding.objects.filter(case__person__in=persons[at : at + CHUNK]).exclude(state=Finding.CORRECTED)
        found.update(rows.values_list("case_id", "rule", "subject"))
    return found


def _indexed(wanted: Mapping[str, str]) -> dict[str, int]:
    """The persons by the current hash of their numbers."""
    indices, found = list(wanted), {}
    for at in range(0, len(indices), CHUNK):
        rows = Identifier.objects.filter(index__in=indices[at : at + CHUNK]).values_list("index", "person_id")
        found.update({wanted[index]: person for index, person in rows})
    return found


def _mark(persons: Sequence[int]) -> Mark:
    """Changes are only ever added: with another change the number of them is another, in whatever order they come."""
    found = {}
    for at in range(0, len(persons), CHUNK):
        told: Any = Change.objects.filter(person__in=persons[at : at + CHUNK]).aggregate(n=Count("pk"), last=Max("pk"))
        found[at] = (told["n"], told["last"])
    return found
