"""What is wrong with a file, a row or a value, and the sentence that says so."""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES, number, plural, short_day
from overgang.collect.files.templates import template

CATALOGUE = ("faults.toml", "faults_register.toml")
SHOWN = 40
DIGITS = re.compile(r"[0-9](?:[ \u00a0]?[0-9]){8,}")
"""Nine digits and more may be an identity number, whatever column they stand in."""
ROW = {"nb": "Rad {}", "nn": "Rad {}", "en": "Row {}"}
SIDES = {
    "right": {"nb": "høyre", "nn": "høgre", "en": "right"},
    "left": {"nb": "venstre", "nn": "venstre", "en": "left"},
}
KINDS = {
    "fnr": {"nb": "fødselsnummer", "nn": "fødselsnummer", "en": "national number"},
    "dnr": {"nb": "D-nummer", "nn": "D-nummer", "en": "D number"},
    "duf": {"nb": "DUF-nummer", "nn": "DUF-nummer", "en": "DUF number"},
}
OR = {"nb": "eller", "nn": "eller", "en": "or"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `line`: the row as the file's program shows it, 0 for the file; `field`: the template's
    name of the field, empty for the row; `value`: what stood there, already cut short and without identity numbers,
    fit to be kept and shown; `rule`: an entry of faults.toml; `values`: what its sentence names (text, whole numbers,
    dates, lists); `kind`: the template; `column`: the field's name in the file.
    """

    line: int
    field: str
    value: str
    rule: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    kind: str = ""
    column: str = ""

    @property
    def stops(self) -> bool:
        """Whether the row, or the file, is not taken because of it."""
        return bool(catalogue()[self.rule].get("stops", True))

    def sentence(self, lang: str) -> str:
        """Row, column, what was found, what to do: "Rad 12, Startdato: «31.02.2024» finnes ikke i kalenderen: ..."."""
        shown = {name: _shown(name, value, lang, self.kind) for name, value in self.values.items()}
        body = catalogue()[self.rule][lang].format(value=self.value, **shown)
        place = [ROW[lang].format(self.line)] if self.line else []
        if self.field:
            place.append(self.column or template(self.kind).by_name[self.field].label[lang])
        return f"{', '.join(place)}: {body}" if place else body[0].upper() + body[1:]

    def __str__(self) -> str:
        return self.sentence("en")


class Refused(BadInput):
    """A file of which no row is taken. `faults`: why, and what else was seen; `sentence` tells the first of them."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].sentence("en"))
        self.faults = faults

    def sentence(self, lang: str) -> str:
        return self.faults[0].sentence(lang)


class Count(int):
    """A whole number and its word: f"{n:rad/rader}" -> "3 rader"; after a bar the word alone: f"{n:|rad/rader}"."""

    lang = "nb"

    @classmethod
    def told(cls, number: int, lang: str) -> "Count":
        """A number to be told in a language."""
        count = cls(number)
        count.lang = lang
        return count

    def __format__(self, words: str) -> str:
        if not words:
            return number(self, self.lang)
        one, many = words.removeprefix("|").split("/")
        word = plural(self, one, many)
        return word if words.startswith("|") else f"{number(self, self.lang)} {word}"


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """The sentences: rule -> language -> text."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in CATALOGUE:
        found |= tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return found


def shown(text: str, identity: bool = False) -> str:
    """A value as a sentence may show it: short, without signs that cannot be seen, of identity numbers only
    the end.

    >>> shown("12019012345", identity=True), shown("1,20189E+10", identity=True), shown("a\\x00b")
    ('…45', '…E+10', 'a␀b')
    """
    text = "".join(_visible(sign) for sign in text[: SHOWN * 4]).strip()
    if identity:
        return _end_of_number(text)
    text = DIGITS.sub(lambda found: "…" + found[0][-2:], text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _end_of_number(text: str) -> str:
    if rounded := re.search(r"E[+-]?[0-9]{1,3}$", text, re.IGNORECASE):
        return "…" + rounded[0]
    return "…" + text[-2:] if len(text) > 2 else "…"


def _visible(sign: str) -> str:
    if sign < " ":
        return chr(0x2400 + ord(sign))
    return sign if sign.isprintable() or sign == "\u00a0" else "\ufffd"


def _shown(name: str, value: Any, lang: str, kind: str) -> Any:
    if name == "columns" and isinstance(value, list):
        fields = template(kind).by_name if kind else {}
        return ", ".join(fields[one].label[lang] if one in fields else one for one in value)
    if isinstance(value, Mapping):
        return value[lang]
    if name in ("other", "column") and kind and value in template(kind).by_name:
        return template(kind).by_name[value].label[lang]
    if name == "side":
        return SIDES[value][lang]
    if name in ("kind", "found", "given") and value in KINDS:
        return KINDS[value][lang]
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        count = Count.told(value, lang)
        return str(value) if name in ("line", "at") or (name == "other") else count
    if isinstance(value, date):
        return short_day(value)
    if isinstance(value, list):
        last = f" {OR[lang]} " if name in ("codes", "allowed") else ", "
        return last.join(filter(None, (", ".join(map(str, value[:-1])), *map(str, value[-1:]))))
    return value


def check_catalogue() -> None:
    """Every sentence is there in every language. The data are ours, so a gap is an error of the program."""
    for rule, entry in catalogue().items():
        if missing := [lang for lang in LANGUAGES if not entry.get(lang)]:
            raise ValueError(f"{rule} has no sentence in {', '.join(missing)}")
