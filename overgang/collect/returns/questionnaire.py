"""Questionnaires by year, as data: items with their texts, bases, what the register holds of the same, and the checks
that apply. A year's questionnaire is `questionnaires/<year>.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from overgang.base.codes import end_reason
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.returns.answer import READERS, Kind

FOLDER = Path(__file__).parent / "questionnaires"
Texts = Mapping[str, str]
BASES = ("participants", "stock", "exits", "completed", "none")


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `base`: whom it is about; `reasons`: the end reasons it asks for, or `register`: another count of
    the register that it should equal; `kind`: a whole number of persons, a whole percent, or free text. An item whose
    meaning is that of an earlier year keeps its id, so that the years can be set beside one another."""

    id: str
    group: str
    base: str
    text: Texts
    label: Texts
    help: Texts
    kind: Kind = "count"
    reasons: tuple[str, ...] = ()
    register: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    label: Texts


@dataclass(frozen=True)
class Questionnaire:
    """All of one year's, in the order they are asked."""

    year: int
    title: Texts
    instructions: tuple[Texts, ...]
    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    checks: tuple[str, ...]

    def item(self, id: str) -> Item:
        """Raises BadInput, naming those there are, for another."""
        for item in self.items:
            if item.id == id:
                return item
        known = ", ".join(item.id for item in self.items)
        raise BadInput(f"The questionnaire of {self.year} has no item {id!r}: it has {known}.")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """The items that are numbers of persons: what sums and checks are made of."""
        return tuple(item.id for item in self.items if item.kind == "count")

    @cached_property
    def reason_items(self) -> tuple[str, ...]:
        """The items that ask for end reasons: together all who ended."""
        return tuple(item.id for item in self.items if item.reasons)

    @cached_property
    def registered(self) -> tuple[str, ...]:
        """The items that the register holds the same of."""
        return tuple(item.id for item in self.items if item.reasons or item.register)


def years() -> tuple[int, ...]:
    """The years there is a questionnaire for."""
    return tuple(sorted(int(path.stem) for path in FOLDER.glob("*.toml")))


@cache
def questionnaire(year: int) -> Questionnaire:
    """The questionnaire of a year; a year without one of its own asks what the latest before it asked. Raises BadInput,
    naming the years there are, for a year before the first."""
    made = max((known for known in years() if known <= year), default=0)
    if not made:
        raise BadInput(f"There is no questionnaire for {year}: there is one for {', '.join(map(str, years()))}.")
    found = tomllib.loads((FOLDER / f"{made}.toml").read_text(encoding="utf-8"))
    groups = tuple(Group(row["id"], _texts(row)) for row in found["group"])
    items = tuple(_item(row, {group.id for group in groups}) for row in found["item"])
    return Questionnaire(
        year=year,
        title=_texts(found["title"]),
        instructions=tuple(_texts(row) for row in found["instruction"]),
        groups=groups,
        items=items,
        checks=tuple(found["checks"]),
    )


def _item(row: Mapping[str, Any], groups: set[str]) -> Item:
    for field, allowed in (("group", groups), ("base", BASES), ("kind", READERS)):
        if row.get(field, "count") not in allowed:
            raise BadInput(f"Item {row['id']} has the {field} {row[field]!r}: use one of {', '.join(sorted(allowed))}.")
    for reason in row.get("reasons", ()):
        end_reason(reason)
    return Item(
        id=row["id"],
        group=row["group"],
        base=row["base"],
        text=_texts(row),
        label=_texts(row["label"]),
        help=_texts(row["help"]) if "help" in row else {},
        kind=row.get("kind", "count"),
        reasons=tuple(row.get("reasons", ())),
        register=row.get("register", ""),
        required=row.get("required", True),
    )


def _texts(row: Mapping[str, Any]) -> Texts:
    return {lang: row[lang] for lang in LANGUAGES}
