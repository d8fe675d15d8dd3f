"""What the rows of a file would write, gathered while they are gone through: new rows, and new values for those there.

Everything is set on the dossiers in memory too, so that a later row, and the quality rules, see what an earlier brings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from overgang.collect.files import Fault
from overgang.collect.register.record import Edit, Work

Told = tuple[str, Any, Any]
"""A field of the file with its value before and after."""


class Stop(Exception):
    """A row that cannot be taken: a rule of the catalogue, the field it is about, and what its sentence names."""

    def __init__(self, rule: str, field: str = "", value: str = "", **values: Any) -> None:
        super().__init__(rule)
        self.rule, self.field, self.value, self.values = rule, field, value, values

    def fault(self, line: int, kind: str, columns: Mapping[str, str]) -> Fault:
        """`columns`: field -> its name in the file."""
        return Fault(line, self.field, self.value, self.rule, self.values, kind, columns.get(self.field, ""))


@dataclass
class Draft:
    """`told`: what the row in hand changes, for the report; `new`: whether it brings something."""

    create: list[models.Model] = field(default_factory=list)
    edits: dict[tuple[str, int], tuple[models.Model, dict[str, Any]]] = field(default_factory=dict)
    delete: list[models.Model] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    new: bool = False

    def begin(self) -> None:
        """The next row."""
        self.told, self.new = [], False

    def add(self, row: models.Model, told: Mapping[str, Any]) -> None:
        """A new row of the register; what of the file's row is told of it."""
        self.create.append(row)
        self.new = True
        self.told += [(name, None, value) for name, value in told.items() if value is not None]

    def change(self, row: models.Model, **values: Any) -> None:
        """New values for a row, without a word in the report."""
        if row.pk is not None:
            _, known = self.edits.setdefault((row._meta.model_name or "", row.pk), (row, {}))
            known.update(values)
        for name, value in values.items():
            setattr(row, name, value)

    def settle(self, row: models.Model, values: Mapping[str, Any], fields: Iterable[tuple[str, str]]) -> None:
        """Brings a row to what the file says, told field by field. An empty cell says nothing, so it changes nothing.

        `fields`: the file's field and the register's.
        """
        for name, attribute in fields:
            value = values.get(name)
            before = getattr(row, attribute)
            if value is not None and value != before:
                self.told.append((name, None if before == "" else before, value))
                self.change(row, **{attribute: value})

    def remove(self, row: models.Model) -> None:
        if row.pk is None:
            self.create = [one for one in self.create if one is not row]
        else:
            self.delete.append(row)
            self.edits.pop((row._meta.model_name or "", row.pk), None)

    def work(self) -> Work:
        return Work(self.create, [Edit(row, values) for row, values in self.edits.values()], self.delete)


def partly_hidden(number: Any) -> str:
    """How a number is shown in a sentence."""
    return "…" + str(number.number)[-2:]
