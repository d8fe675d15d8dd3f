"""Invented registers: few persons, real units in the years when units merged, were renumbered or divided."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from overgang.base.places import gazetteer
from overgang.base.snapshot import TABLES, Snapshot

Row = dict[str, Any]

ERAS = {
    2006: ("B030101", "B030102", "B030115", "K0213", "K0220", "K1159", "K1160", "K1503", "K1505", "K1556"),
    2016: ("B030101", "B030103", "K0213", "K0706", "K0709", "K0710", "K0712", "K0728", "K1601", "K1624", "K1718"),
    2019: ("B030102", "B030103", "K0213", "K0217", "K1507", "K1529", "K1850", "K5012", "K5013", "K5059", "K3020"),
    2022: ("B030101", "B030102", "K1507", "K1515", "K3020", "K3022", "K5055", "K5056"),
}
"""Units around three years from each of these; a unit that does not exist yet or no more is not drawn."""
REASONS = (
    "CO_WORK_GT29", "CO_EDU_UPPER", "CO_JS_WAGE_SUBSIDY", "CO_JS_NAV_MEASURE", "CO_PRIMARY_SCHOOL", "CO_NOT_JOBSEEKER",
    "PS_HEALTH", "PS_EDU_HIGHER", "IN_MOVED", "IN_DEATH", "IN_UNKNOWN", "SYS_NOT_REGISTERED", None,
)  # fmt: skip
AS_OF = date(2024, 12, 31)


def person(id: int, **changes: Any) -> Row:
    usual = {"sex": "F", "birth_year": 1980, "origin": "SO", "education": "primary", "shielded": False}
    return {"person": id, **usual, **changes}


def participation(id: int, unit: str | None, start: str, end: str | None = None, reason: str | None = None) -> Row:
    return {
        "person": id,
        "unit": unit,
        "regime": "INTRO_2004",
        "start": date.fromisoformat(start),
        "end": date.fromisoformat(end) if end else None,
        "end_reason": reason,
        "provenance": "municipality" if end else None,
    }


def answer(unit: str, value: int | None, answer: str = "value", *, item: str = "1", year: int = 2007) -> Row:
    return {"year": year, "unit": unit, "item": item, "value": value, "answer": answer}


def snapshot(
    folder: Path,
    participations: Iterable[Row] = (),
    *,
    persons: Iterable[Row] | None = None,
    returns: Iterable[Row] = (),
    as_of: date = AS_OF,
) -> Snapshot:
    """A snapshot with the rows in the order given. Persons not described are usual."""
    spells = list(participations)
    known = [person(id) for id in sorted({row["person"] for row in spells})] if persons is None else list(persons)
    answers = list(returns)
    asked = sorted({(row["year"], row["unit"]) for row in answers})
    rows: Mapping[str, list[Row]] = {
        "person": known,
        "participation": spells,
        "annual_return": answers,
        "invited": [{"year": year, "unit": unit} for year, unit in asked],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in TABLES.items():
        schema = {column: kind.type for column, kind in columns.items()}
        pl.DataFrame(rows[name], schema=schema).write_parquet(folder / f"{name}.parquet")
    return Snapshot(folder, folder.name, as_of, True, "invented", {name: len(found) for name, found in rows.items()})


@st.composite
def registers(draw: st.DrawFn) -> dict[str, Any]:
    """Rows of a small register, as keyword arguments of `snapshot`."""
    persons = draw(st.lists(_persons, min_size=1, max_size=7))
    for id, row in enumerate(persons):
        row["person"] = id
    shielded = {row["person"]: row["shielded"] for row in persons}
    spells = [row for id in shielded for row in draw(_spells(id, shielded[id]))]
    as_of = draw(st.sampled_from([AS_OF, date(2021, 6, 30), date(2018, 12, 31)]))
    kept = [row for row in spells if row["start"] <= as_of]
    return {"persons": persons, "participations": kept, "returns": draw(_returns(kept)), "as_of": as_of}


_persons = st.fixed_dictionaries(
    {
        "sex": st.sampled_from("MF"),
        "birth_year": st.integers(1950, 2004),
        "origin": st.sampled_from(["SO", "ER", "UA", "XK"]),
        "education": st.sampled_from(["none", "primary", "upper_secondary", "higher", "unknown"]),
        "shielded": st.sampled_from([False] * 5 + [True]),
    }
)


@st.composite
def _spells(draw: st.DrawFn, id: int, shielded: bool) -> list[Row]:
    """One to four participations of a person, near each other in time and place, some at the same time."""
    era = draw(st.sampled_from(sorted(ERAS)))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        start = date(era, 1, 1) + timedelta(days=draw(st.integers(0, 40)) * 27)
        units = [unit for unit in ERAS[era] if gazetteer().place(unit).valid_in(start.year)]
        end = draw(st.none() | st.integers(0, 40).map(lambda months, day=start: day + timedelta(days=27 * months)))
        row = participation(id, None if shielded else draw(st.sampled_from(units)), start.isoformat())
        found.append(row | {"end": end, "end_reason": draw(st.sampled_from(REASONS)) if end else None})
    return found


@st.composite
def _returns(draw: st.DrawFn, spells: list[Row]) -> list[Row]:
    """Answers of some units for 2007, some of them "don't know", zero, or to another item only."""
    valid = {unit.id for unit in gazetteer().units(2007)}
    units = sorted({row["unit"] for row in spells} & valid | {"B030101", "K0213"})
    found = []
    for unit in draw(st.lists(st.sampled_from(units), unique=True)):
        value, how = draw(
            st.sampled_from([(3, "value"), (40, "value"), (0, "zero"), (None, "dont_know"), (None, "blank")])
        )
        found.append(answer(unit, value, how, item=draw(st.sampled_from(["1", "1", "4"]))))
    return found
