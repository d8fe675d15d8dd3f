"""The kinds of rows that municipalities send: each a template with its fields, read from templates.toml."""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.cells.names import plain_name

DATA = Path(__file__).parent / "templates.toml"

Labels = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Field:
    """One column of a template; what each part means stands at the top of templates.toml."""

    name: str
    type: str
    label: Labels = dataclasses.field(repr=False)
    help: Labels = dataclasses.field(repr=False)
    aliases: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    required: bool = False
    required_when: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    example: Labels = dataclasses.field(default=MappingProxyType(dict.fromkeys(LANGUAGES, "")), repr=False)
    list: str = ""
    codes: tuple[str, ...] = ()
    words: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    on: str = ""
    past: bool = False
    unknown: bool = False
    least: int | None = None
    most: int | None = None
    allowed: tuple[int, ...] = ()
    decimals: int = 0
    longest: int = 2000

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name the column is known by, as `plain_name` makes it."""
        return frozenset(map(plain_name, (self.name, *self.label.values(), *self.aliases)))


@dataclass(frozen=True, eq=False)
class Template:
    """One kind of row. `key`: the fields that make a row the same as another; `order`: days that must follow."""

    kind: str
    label: Labels = dataclasses.field(repr=False)
    help: Labels = dataclasses.field(repr=False)
    fields: tuple[Field, ...] = dataclasses.field(repr=False)
    key: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def columns(self) -> Mapping[str, Field]:
        """The fields by every name they are known by."""
        return {name: field for field in self.fields for name in field.names}


@cache
def templates() -> Mapping[str, Template]:
    """All templates by kind, in the order in which files are best sent: persons first."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    shared = data.pop("shared")
    return MappingProxyType({kind: _template(kind, entry, shared) for kind, entry in data.items()})


def template(kind: str) -> Template:
    """A template by its kind. Raises BadInput, naming those there are, for another."""
    if kind not in templates():
        raise BadInput(f"There is no template {kind!r}: use one of {', '.join(templates())}.")
    return templates()[kind]


def _template(kind: str, entry: Mapping[str, Any], shared: Mapping[str, Any]) -> Template:
    found = Template(
        kind=kind,
        label=_labels(entry["label"]),
        help=_labels(entry["help"]),
        fields=tuple(_field(given, shared) for given in entry["fields"]),
        key=tuple(entry["key"]),
        order=tuple((first, last) for first, last in entry.get("order", ())),
    )
    _check(found)
    return found


def _field(given: Mapping[str, Any], shared: Mapping[str, Any]) -> Field:
    given = dict(given)
    used = given.pop("use", None)
    entry = {"name": used, **shared[used], **given} if used else given
    entry["label"], entry["help"] = _labels(entry["label"]), _labels(entry["help"])
    entry["example"] = _labels(entry.get("example", ""))
    for name in ("aliases", "codes", "allowed"):
        entry[name] = tuple(entry.get(name, ()))
    entry["words"] = MappingProxyType({plain_name(word): code for word, code in entry.get("words", {}).items()})
    when = {name: tuple(codes) for name, codes in entry.get("required_when", {}).items()}
    entry["required_when"] = MappingProxyType(when)
    return Field(**entry)


def _labels(given: Mapping[str, str] | str) -> Labels:
    """A text in every language; one that is given once is the same in all."""
    return MappingProxyType({lang: given if isinstance(given, str) else given[lang] for lang in LANGUAGES})


def _check(template: Template) -> None:
    """The data are ours, so a mistake in them is an error of the program."""
    named = [name for field in template.fields for name in field.names]
    if twice := {name for name in named if named.count(name) > 1}:
        raise ValueError(f"two columns of {template.kind} have the name {', '.join(sorted(twice))}")
    used = set(_used(template))
    if unknown := used - set(template.by_name):
        raise ValueError(f"{template.kind} has no field {', '.join(sorted(unknown))}")


def _used(template: Template) -> Iterator[str]:
    yield from template.key
    for first, last in template.order:
        yield from (first, last)
    for field in template.fields:
        yield from (name for name in (field.on, *field.required_when) if name)
