"""What is common to all kinds of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from overgang.access.actor import Actor
from overgang.collect.files import template
from overgang.collect.register.batches.context import Context
from overgang.collect.register.batches.draft import Stop, partly_hidden
from overgang.collect.register.dossier import Dossier

Values = Mapping[str, Any]


def known(values: Values, context: Context) -> Dossier:
    """The person a row is about. One whom the actor does not see is not there: the sentence is the same."""
    dossier = context.standing.person(values["number"])
    if dossier is None or not context.standing.sees(dossier):
        raise Stop("unknown_person", "number", partly_hidden(values["number"]))
    return dossier


def own_unit(values: Values, actor: Actor) -> None:
    """A file holds the rows of the unit it is sent for, under the numbers it had then."""
    unit = values.get("unit")
    if unit is not None and unit not in actor.units:
        from overgang.base.places import gazetteer

        place = gazetteer().place(unit)
        raise Stop("other_unit", "unit", f"{place.code} {place.name}")


@dataclass(frozen=True)
class Kind:
    """`person`: whom a row is about; `take`: what it brings, into the draft; `order`: the day rows are taken by."""

    name: str
    order: str
    take: Callable[[Values, Dossier, Context], None]
    person: Callable[[Values, Context], Dossier] = known

    def day(self, values: Values) -> date:
        return values.get(self.order) or date.min

    def key(self, values: Values) -> tuple[Any, ...]:
        return tuple(values.get(name) for name in template(self.name).key if name != "number")
