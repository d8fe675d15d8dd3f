"""A small invented edition, written in the edition's own format.

The numbers come from a checksum of place, year and code, so they are the same everywhere and mean nothing. What must
not be shown is never written: hidden cells hold no number here, as in a real edition.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

import polars as pl

from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED, percent
from overgang.base.edition import CELL_COLUMNS, EDITION_FILE, FORMAT, POINTER, canonical, edition_id, files_of
from overgang.base.periods import period_of, years_of
from overgang.base.places import gazetteer

SMALLEST = 5
YEARS = (2007, 2016, 2017, 2018, 2019, 2020, 2023, 2024)
BREAKS = (2016, 2017, 2022)
LEAVES = [
    "work",
    "education",
    "primary_school",
    "measures",
    "no_activity",
    "health",
    "moved",
    "other",
    "not_registered",
]
WHOLES = {"total": LEAVES, "work_edu": LEAVES[:2], "no_transition": LEAVES[2:]}
SHIELDED_EXITS = 36

PLACES = frozenset(
    [
        # Sør-Trøndelag and Nord-Trøndelag became Trøndelag; Trondheim was renumbered and took in Klæbu.
        *("K1601", "K5001", "K1662", "K5030", "K1702", "K5004", "K5006", "K1736", "K5033"),
        # Ski and Oppegård merged, and the new place was renumbered.
        *("K0213", "K0217", "K3020", "K3207"),
        # A very long name; places with Sámi and Kven names, renumbered twice; Oslo reports by district.
        *("K1514", "K2011", "K5430", "K5612", "K1942", "K5428", "K5544", "B030101", "B030102", "B030115"),
        *("K1804", "K1101", "K1103", "K3901", "K1151"),
    ]
)
"""The units of the small edition, whatever year they belong to."""

NOBODY = frozenset({("K1151", 2018), ("K1151", 2019), ("K1151", 2020)})
"""Place and year without participants: there is no row."""

NOBODY_ENDED = frozenset({("F39", 2024), ("K3901", 2024)})
"""Place and year with participants but no exits: the base of the share is 0."""


def build(
    editions: Path, years: Iterable[int] = YEARS, places: frozenset[str] | None = PLACES, **manifest: Any
) -> Path:
    """Writes an edition in `editions` and points to it; all places of the country if `places` is None."""
    figures = Figures(tuple(years), places)
    scratch = editions / ".building"
    (scratch / "tables").mkdir(parents=True)
    entries = []
    for table in TABLES:
        frame = figures.frame(table)
        frame.write_parquet(scratch / "tables" / f"{table.id}.parquet")
        entries.append(
            {"id": table.id, "counts": table.counts, "dimensions": list(table.dimensions), "title": table.title}
        )
    comments = {str(max(figures.years)): COMMENTS}
    for name, content in {"texts": figures.texts(), "audit": AUDIT, "changes": {}, "comments": comments}.items():
        (scratch / f"{name}.json").write_text(canonical(content), encoding="utf-8")
    whole = _manifest(figures, entries, scratch) | manifest
    whole["id"] = edition_id(whole)
    (scratch / EDITION_FILE).write_text(canonical(whole), encoding="utf-8")
    folder = scratch.rename(editions / whole["id"])
    (editions / POINTER).write_text(whole["id"] + "\n", encoding="utf-8")
    return folder


COMMENTS = [
    {
        "number": 1,
        "text": {"nb": "Hva virker?", "nn": "Kva verkar?", "en": "What works?"},
        "answers": [{"unit": 2, "text": "Arbeid fra <første> dag.\n\nOg språk."}, {"unit": 1, "text": "Tid."}],
    },
    {"number": 2, "text": {"nb": "Noe annet?", "nn": "Noko anna?", "en": "Anything else?"}, "answers": []},
]
AUDIT = {
    "cells": 1840,
    "hidden": 412,
    "equations": 967,
    "findings": 0,
    "policy": "invented",
}


def _in_all(text: str) -> dict[str, str]:
    return {"nb": text, "nn": text, "en": text}


INDICATORS = {
    "indicators": [
        {
            "id": "exit.work_edu",
            "label": _in_all("Overgang til arbeid eller utdanning"),
            "formula": _in_all("De som gikk til arbeid eller utdanning, av alle som avsluttet i året."),
            "versions": [
                {"id": "2007", "from": 2004, "base": "D0", "source": "R07", "note": _in_all("Lønnstilskudd er med.")},
                {
                    "id": "2016",
                    "from": 2016,
                    "base": "D0",
                    "source": "P16",
                    "note": _in_all("Slik det ble rapportert."),
                },
            ],
        }
    ],
    # 2017 has none, as an older edition may not tell.
    "breaks": {"2016": _in_all("Fra spørreundersøkelse til register."), "2022": _in_all("Kollektiv beskyttelse.")},
}


def _manifest(figures: "Figures", entries: list[dict[str, Any]], scratch: Path) -> dict[str, Any]:
    last = figures.years[-1]
    return {
        "format": FORMAT,
        "title": {"nb": f"Resultater {last}", "nn": f"Resultat {last}", "en": f"Results {last}"},
        "reference_year": last,
        "years": list(figures.years),
        "state": "final",
        "embargo": None,
        "predecessor": None,
        "snapshot": "snapshot-0123456789ab",
        "snapshot_as_of": f"{last + 1}-01-15",
        "snapshot_note": "invented",
        "synthetic": True,
        "code_version": "0.1.0",
        "indicators": INDICATORS,
        "policy": {"id": "invented", "smallest": SMALLEST, "chance": {"near": 0.05, "larger": 0.002}},
        "notes": {
            "shielded": {str(year): {"exits": SHIELDED_EXITS} for year in figures.years if year > 2007},
            "response": {"2007": {"answered": 190, "invited": 249}},
        },
        "tables": entries,
        "files": files_of(scratch),
    }


class Table:
    """What a table of the invented edition counts, and by what."""

    def __init__(self, id: str, counts: str, dimensions: str, outcomes: str, levels: str, title: str) -> None:
        self.id = id
        self.counts = counts
        self.dimensions = tuple(dimensions.split())
        self.outcomes = tuple(outcomes.split())
        self.levels = tuple(levels.split())
        nb, nn, en = title.split(" / ")
        self.title = {"nb": nb, "nn": nn, "en": en}

    @property
    def breakdown(self) -> str | None:
        """The dimension beside place, time and outcome."""
        return next((name for name in self.dimensions if name not in ("place", "time", "outcome")), None)


EVERY = "country open shielded county municipality city_district"
PARTS = "open county municipality city_district"
TWO = "total work_edu no_transition"
THREE = f"{TWO} work education"
TABLES = (
    Table("exits", "exits", "place time outcome", THREE, EVERY,
          "Avsluttet programmet etter sted og år / Avslutta programmet etter stad og år"
          " / Ended the programme by place and year"),
    Table("exits_by_sex", "exits", "place time sex outcome", TWO, PARTS,
          "Avsluttet programmet etter kjønn / Avslutta programmet etter kjønn / Ended the programme by sex"),
    Table("exits_by_age", "exits", "place time age outcome", TWO, "open county",
          "Avsluttet programmet etter alder / Avslutta programmet etter alder / Ended the programme by age"),
    Table("exits_by_age_group", "exits", "place time age outcome", TWO, "municipality city_district",
          "Avsluttet programmet i to aldersgrupper / Avslutta programmet i to aldersgrupper"
          " / Ended the programme in two age groups"),
    Table("exits_by_outcome", "exits", "place time outcome", f"{THREE} {' '.join(LEAVES[2:])}", "open county",
          "Avsluttet programmet etter overgang / Avslutta programmet etter overgang"
          " / Ended the programme by transition"),
    Table("exits_by_education", "exits", "place time education outcome", TWO, "open county",
          "Avsluttet programmet etter utdanning ved ankomst / Avslutta programmet etter utdanning ved framkomst"
          " / Ended the programme by education at arrival"),
    Table("exits_by_origin", "exits", "place time origin outcome", TWO, "open",
          "Avsluttet programmet etter landbakgrunn / Avslutta programmet etter landbakgrunn"
          " / Ended the programme by country of origin"),
    Table("exits_three_years", "exits", "place time outcome", TWO, "municipality city_district",
          "Avsluttet programmet, tre år samlet / Avslutta programmet, tre år samla"
          " / Ended the programme, three years together"),
    Table("participants", "participants", "place time", "", EVERY,
          "Deltakere etter sted og år / Deltakarar etter stad og år / Participants by place and year"),
)  # fmt: skip

ORIGINS = ("SO", "SY", "ER", "AF", "UA", "IQ", "CD", "SD", "ET", "MM")
CODES = {
    "sex": ("M", "F"),
    "age": ("18-25", "26-35", "36-45", "46-55", "56+"),
    "education": ("none", "primary", "upper_secondary", "higher", "unknown"),
    "origin": ORIGINS,
}
BROAD = {"18-25": "18-35", "26-35": "18-35", "36-45": "36+", "46-55": "36+", "56+": "36+"}
SHOWN = {"exits_by_age": (*BROAD, "18-35", "36+"), "exits_by_age_group": ("18-35", "36+")}
"""The codes of the tables that have others than those each person has one of."""


class Figures:
    """Invented true counts, and what of them may be shown."""

    def __init__(self, years: tuple[int, ...], places: frozenset[str] | None) -> None:
        self.years = years
        self.places = places
        self.units = {year: self._units(year) for year in years}

    def frame(self, table: Table) -> pl.DataFrame:
        rows = list(self._rows(table))
        columns = [
            *table.dimensions,
            *(name for name in CELL_COLUMNS if table.outcomes or not name.startswith("share")),
        ]
        types = {name: CELL_COLUMNS.get(name, pl.String()) for name in columns}
        return pl.DataFrame(rows, schema=types, orient="row").sort(table.dimensions)

    def texts(self) -> dict[str, Any]:
        return {str(year): [self._lead(year)] for year in self.years}

    def _lead(self, year: int) -> dict[str, Any]:
        whole, part = (self.exits(COUNTRY_OPEN, year, outcome, {}) for outcome in ("total", "work_edu"))
        share = percent(part, whole)
        return {
            "id": "lead",
            "nb": f"{share} prosent av dem som avsluttet programmet i {year}, gikk til arbeid eller utdanning.",
            "nn": f"{share} prosent av dei som avslutta programmet i {year}, gjekk til arbeid eller utdanning.",
            "en": f"{share} percent of those who ended the programme in {year} went to work or education.",
            "claim": {"table": "exits", "place": COUNTRY_OPEN, "time": str(year)},
        }

    def _units(self, year: int) -> tuple[str, ...]:
        found = (place.id for place in gazetteer().units(year))
        return tuple(id for id in found if (self.places is None or id in self.places) and (id, year) not in NOBODY)

    def _rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        times = self._periods() if table.id == "exits_three_years" else {str(year): (year,) for year in self.years}
        codes = ("total", *SHOWN.get(table.id, CODES[table.breakdown])) if table.breakdown else (None,)
        for time, years in times.items():
            for level in table.levels:
                for place in self._places(level, years[-1]):
                    for code, outcome in product(codes, table.outcomes or (None,)):
                        yield self._row(table, place, time, years, code, outcome)

    def _row(
        self, table: Table, place: str, time: str, years: tuple[int, ...], code: str | None, outcome: str | None
    ) -> tuple[Any, ...]:
        at = {table.breakdown: code} if table.breakdown and code else {}
        marks = "|" if years[-1] in BREAKS and len(years) == 1 else ""
        key = [place, time, *([code] if code else [])]
        if outcome is None:
            count = sum(self.participants(place, year) for year in years)
            return (*key, *_hidden_if(0 < count < SMALLEST, count), marks)
        whole = sum(self.exits(place, year, "total", at) for year in years)
        part = sum(self.exits(place, year, outcome, at) for year in years)
        hidden = _is_hidden(place, outcome, part, whole)
        share = ("", percent(part, whole)) if whole else (".", None)
        shown = (None, ":") if hidden else (share[1], share[0])
        return (*key, outcome, *_hidden_if(hidden, part), *shown, marks)

    def _periods(self) -> dict[str, tuple[int, ...]]:
        periods = dict.fromkeys(period_of(year) for year in self.years)
        return {
            period: known
            for period in periods
            if (known := tuple(year for year in years_of(period) if year in self.years))
        }

    def _places(self, level: str, year: int) -> tuple[str, ...]:
        units = self.units[year]
        match level:
            case "country":
                return (COUNTRY,)
            case "open":
                return (COUNTRY_OPEN,)
            case "shielded":
                return (SHIELDED,) if year > 2007 else ()
            case "county":
                return tuple(sorted({f"F{id[1:3]}" for id in units}))
            case "municipality":
                return tuple(sorted({id if id[0] == "K" else "K0301" for id in units}))
            case _:
                return tuple(id for id in units if id[0] == "B")

    def exits(self, place: str, year: int, outcome: str, at: Mapping[str | None, str]) -> int:
        """The true count: of a unit from its own small numbers, of a larger place the sum of its units."""
        if outcome in WHOLES:
            return sum(self.exits(place, year, part, at) for part in WHOLES[outcome])
        if place == COUNTRY:
            return sum(self.exits(part, year, outcome, at) for part in (COUNTRY_OPEN, SHIELDED))
        if place == SHIELDED:
            # Nobody shielded is in a breakdown.
            return {"work": 12, "education": 9, "other": 15}.get(outcome, 0) if year > 2007 and not at else 0
        return sum(_of_unit(unit, year, outcome, at) for unit in self._within(place, year))

    def participants(self, place: str, year: int) -> int:
        if place == COUNTRY:
            return sum(self.participants(part, year) for part in (COUNTRY_OPEN, SHIELDED))
        if place == SHIELDED:
            return 2 * SHIELDED_EXITS if year > 2007 else 0
        return sum(3 + 2 * _size(unit, year) for unit in self._within(place, year))

    def _within(self, place: str, year: int) -> tuple[str, ...]:
        if place == COUNTRY_OPEN:
            return self.units[year]
        inside: Callable[[str], bool] = {
            "F": lambda id: id[1:3] == place[1:],
            "K": lambda id: id == place or (place == "K0301" and id[0] == "B"),
            "B": lambda id: id == place,
        }[place[0]]
        return tuple(id for id in self.units[year] if inside(id))


def _of_unit(unit: str, year: int, outcome: str, at: Mapping[str | None, str]) -> int:
    """Persons of a unit with one outcome; `at` names at most one further code."""
    ((dimension, code),) = at.items() or ((None, "total"),)
    return _counted(unit, year)[dimension if code != "total" else None, code, outcome]


@cache
def _counted(unit: str, year: int) -> Counter[tuple[str | None, str, str]]:
    """How many persons of a unit have each outcome, and each outcome with each code of each dimension."""
    counted: Counter[tuple[str | None, str, str]] = Counter()
    for person in range(_size(unit, year)):
        dice = _dice(unit, year, person)
        outcome = LEAVES[_WEIGHTED[dice % len(_WEIGHTED)]]
        counted[None, "total", outcome] += 1
        for dimension, codes in CODES.items():
            code = codes[_dice(dimension, dice) % len(codes)]
            for found in {code, BROAD.get(code, code)}:
                counted[dimension, found, outcome] += 1
    return counted


def _size(unit: str, year: int) -> int:
    """How many ended: few in most places, many in some."""
    if (unit, year) in NOBODY_ENDED:
        return 0
    if unit in ("K1601", "K5001", "K1103", "B030102"):
        return 120 + _dice(unit, year) % 40
    return _dice(unit, year) % (12 if unit[-1] in "2468" else 45)


_WEIGHTED = (0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 3)


def _dice(*parts: object) -> int:
    return crc32("/".join(map(str, parts)).encode())


def _is_hidden(place: str, outcome: str, part: int, whole: int) -> bool:
    if place == SHIELDED or (place == COUNTRY and outcome != "total"):
        return outcome != "total"
    if place[0] not in "KB":
        return 0 < part < SMALLEST
    rest = whole - part
    return whole < SMALLEST or (outcome != "total" and (part < SMALLEST or rest < SMALLEST))


def _hidden_if(hidden: bool, count: int) -> tuple[int | None, str]:
    return (None, ":") if hidden else (count, "")
