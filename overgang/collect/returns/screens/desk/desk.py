"""A round as whoever follows it up has it: each return that was sent with what is wrong in it, and the sums of all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from overgang.collect.returns.annual_return import ALONE, AnnualReturn, Beside
from overgang.collect.returns.beside import besides_when_sent
from overgang.collect.returns.classification import Class, Gross, gross
from overgang.collect.returns.country import Note, notes
from overgang.collect.returns.follow_up import Entry, entries
from overgang.collect.returns.models import Return, Round
from overgang.collect.returns.questionnaire import Questionnaire, questionnaire
from overgang.collect.returns.reading import counted
from overgang.collect.returns.states import DONE, WITH_DIRECTORATE
from overgang.collect.returns.totals import Total, sum_of

QUEUE, FURTHER, FITTING = "queue", "further", "fitting"
LISTS = (QUEUE, FURTHER, FITTING)
"""Reasons that do not fit the number who ended; other checks that fail; nothing that fails."""


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's place in a list: the `rank`th of it."""

    of: Return
    entry: Entry
    list: str
    rank: int

    @property
    def done(self) -> bool:
        return self.of.state in DONE

    @property
    def waiting(self) -> bool:
        """Whether it is the turn of whoever follows up."""
        return self.of.state in WITH_DIRECTORATE


class Desk:
    """All returns of a round that were sent, in the order to take them."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.asked: Questionnaire = questionnaire(round_.year)
        self.given: Mapping[str, AnnualReturn] = counted(round_.year)
        self.beside: Mapping[str, Beside] = besides_when_sent(round_.year)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """List after list, each by gap times weight."""
        rows = Return.objects.filter(round=self.round, current__isnull=False).select_related("current")
        of = {row.unit: row for row in rows}
        apart: dict[str, list[Entry]] = {name: [] for name in LISTS}
        for entry in entries(self.asked, self.given.values(), self.beside):
            apart[list_of(entry)].append(entry)
        return tuple(
            Line(of[entry.unit], entry, name, rank)
            for name, found in apart.items()
            for rank, entry in enumerate(found, 1)
        )

    def line(self, unit: str) -> Line | None:
        return next((line for line in self.lines if line.of.unit == unit), None)

    def next_after(self, line: Line) -> Line | None:
        """The next in the same list that waits; after the last the first again."""
        waiting = [one for one in self.lines if one.list == line.list and one.waiting and one.of.pk != line.of.pk]
        return next((one for one in waiting if one.rank > line.rank), waiting[0] if waiting else None)

    def beside_of(self, unit: str) -> Beside:
        return self.beside.get(unit, ALONE)

    @cached_property
    def gross(self) -> Gross:
        return gross(line.entry.reporting for line in self.lines)

    @cached_property
    def units_of(self) -> Mapping[str, int]:
        """How many units each class and each list has."""
        classes = Counter(line.entry.reporting.kind.value for line in self.lines if line.list == QUEUE)
        return Counter(line.list for line in self.lines) + classes

    def sum(self, *items: str) -> Total:
        return sum_of(items, self.given.values())

    def notes(self) -> Mapping[str, Note]:
        return notes(self.asked, self.given.values())

    @property
    def invited(self) -> int:
        return Return.objects.filter(round=self.round).count()


def list_of(entry: Entry) -> str:
    if entry.urgent:
        return QUEUE
    return FURTHER if entry.failed else FITTING


WRONG_CLASSES = (Class.OVER, Class.UNDER, Class.EXPLAINED, Class.NONE)
