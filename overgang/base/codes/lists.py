"""Code lists: the codes of one dimension with their labels."""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from overgang.base.collation import collation_key
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES

DATA = Path(__file__).parent / "data"
TOTAL = "total"


@dataclass(frozen=True)
class CodeList:
    """The codes of one dimension in display order, with labels by code and language.

    `parts` says how they add up (whole -> parts); a code that is nobody's whole is a leaf. Lists that nobody adds up
    have no parts. `valid_from` and `valid_to` (exclusive) are empty where the list has no limit; `limits` has those of
    single codes that are narrower than the list's.
    """

    name: str
    codes: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]] = field(repr=False)
    source: str
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    limits: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict, repr=False)

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def label(self, code: str, lang: str) -> str:
        """The label in nb, nn or en; nn falls back to nb. Raises BadInput for another code or language."""
        if lang not in LANGUAGES:
            raise BadInput(f"There are no labels in {lang!r}: choose one of {', '.join(LANGUAGES)}.")
        labels = self.labels[self.check(code)]
        return labels.get(lang) or labels["nb"]

    def check(self, code: str) -> str:
        """The code itself if the list has it; else raises BadInput with the codes that look like it."""
        if code in self.labels:
            return code
        near = get_close_matches(code, self.codes, n=3, cutoff=0.5) or self.codes[:6]
        raise BadInput(f"{code!r} is not in the code list {self.name}: use one such as {', '.join(near)}.")

    def validity(self, code: str) -> tuple[date | None, date | None]:
        """From and to (exclusive) of a code; None where there is no limit. Raises BadInput for another code."""
        return self.limits.get(self.check(code), (self.valid_from, self.valid_to))

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The codes that are not the whole of others, in display order: every person counts in exactly one."""
        return tuple(code for code in self.codes if code not in self.parts)


@cache
def codelist(name: str) -> CodeList:
    """A code list by name: sex, age, education, origin, outcome, end_reason, counts, regime, measure, ...

    Raises BadInput, naming the lists there are, for another.
    """
    lists = _read_toml("lists.toml")
    if name not in lists:
        raise BadInput(f"There is no code list {name!r}: there are {', '.join(lists)}.")
    entry = lists[name]
    rows = [*entry["codes"], *_further_rows(name)]
    codes = tuple(row["code"] for row in rows)
    return CodeList(
        name=name,
        codes=codes,
        labels=MappingProxyType({row["code"]: {lang: row[lang] for lang in LANGUAGES if lang in row} for row in rows}),
        source=entry["source"],
        parts=MappingProxyType(_parts(name, entry, codes)),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        limits=MappingProxyType(dict(_limits(rows, entry))),
    )


def _limits(
    rows: Iterable[Mapping[str, Any]], entry: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[date | None, date | None]]]:
    for row in rows:
        if "valid_from" in row or "valid_to" in row:
            yield (
                row["code"],
                (row.get("valid_from", entry.get("valid_from")), row.get("valid_to", entry.get("valid_to"))),
            )


def _parts(name: str, entry: Mapping[str, Any], codes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if name == "origin":
        return {TOTAL: codes[1:]}
    return {whole: tuple(parts) for whole, parts in entry.get("parts", {}).items()}


def _further_rows(name: str) -> list[Mapping[str, Any]]:
    """The rows of the lists that are files of their own: countries (in Norwegian order) and end reasons."""
    if name == "origin":
        with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
            return sorted(csv.DictReader(file), key=lambda row: collation_key(row["nb"]))
    if name == "end_reason":
        return list(_read_toml("end_reasons.toml")["reason"])
    return []


def age_group(age: int) -> str:
    """The age group of an age in whole years. Under 18 counts in the youngest group, since the programme begins at 18.

    >>> age_group(25), age_group(26), age_group(70)
    ('18-25', '26-35', '56+')
    """
    *closed, oldest = codelist("age").leaves
    return next((group for group in closed if age <= int(group.split("-")[1])), oldest)


@cache
def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
