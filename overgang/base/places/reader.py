"""Reads the gazetteer from the package's data."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cattrs import Converter

from overgang.base.places.gazetteer import Gazetteer
from overgang.base.places.place import COUNTRY, Change, Kind, Place

DATA = Path(__file__).parent / "data"
SAMI_AND_KVEN = ("se", "sma", "smj", "fkv")
COUNTRY_NAMES = {"nb": "Norge", "nn": "Noreg", "en": "Norway", "se": "Norga"}
FILES = {
    "counties.csv": ("F", Kind.COUNTY),
    "municipalities.csv": ("K", Kind.MUNICIPALITY),
    "city_districts.csv": ("B", Kind.CITY_DISTRICT),
}

_converter = Converter()
_converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))


@cache
def gazetteer() -> Gazetteer:
    """All places and changes 2004-2026, read once."""
    changes = (_converter.structure(row, Change) for row in _rows("changes.csv"))
    people = {f"K{row['code']}": int(row["people"]) for row in _rows("municipalities.csv")}
    return Gazetteer(_places(), changes, people)


def _places() -> Iterator[Place]:
    names = MappingProxyType(COUNTRY_NAMES)
    yield Place(COUNTRY, Kind.COUNTRY, "00", names["nb"], names, date.min, None)
    for file, (letter, kind) in FILES.items():
        for row in _rows(file):
            yield _place(letter, kind, row)


def _place(letter: str, kind: Kind, row: dict[str, str]) -> Place:
    return Place(
        id=letter + row["code"],
        kind=kind,
        code=row["code"],
        name=row["nb"],
        names=MappingProxyType({lang: row[lang] for lang in ("nb", *SAMI_AND_KVEN) if row.get(lang)}),
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
