"""Spells: the participations of a snapshot as numbers, each with its person's codes. The one pass over the Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR
from overgang.base.snapshot import Snapshot
from overgang.compute.grid import Grid, Ints, units
from overgang.compute.inspection import check_codes, check_rows, check_units

REASONS = ("", *sorted(codelist("end_reason").codes))
"""None, and every end reason; the place in it is the number of a reason."""

OF_PERSON = ("sex", "education", "origin")
"""The columns of a person that hold codes."""

EPOCH = date(1970, 1, 1)
CALENDAR_BEGINS = (date(FIRST_YEAR - 1, 12, 31) - EPOCH).days

ENDLESS = np.iinfo(np.int32).max
"""The last day of a participation that was still running: after every day there is."""


@dataclass(frozen=True, slots=True)
class Spells:
    """An entry a participation: `person` is its place among the persons, `unit` in `units()`, `reason` in REASONS.

    `start` and `end` are days since EPOCH, `first` and `last` years since FIRST_YEAR, cut to those that are counted:
    where none of these is touched, the first is after the last. `ended` says whether the last day is in `last`.
    By person: `birth_year`, and `code[column]`, the place of their code in `leaves(column)`.
    """

    person: Ints
    unit: Ints
    start: Ints
    end: Ints
    reason: Ints
    first: Ints
    last: Ints
    ended: NDArray[np.bool_]
    birth_year: Ints
    code: dict[str, Ints]


def leaves(dimension: str) -> tuple[str, ...]:
    """The codes of a dimension that every person has one of, in the order that numbers them."""
    return tuple(sorted(codelist(dimension).leaves))


def last_full_year(snapshot: Snapshot) -> int:
    """The last year that was over when the register was read."""
    over = (snapshot.as_of.month, snapshot.as_of.day) == (12, 31)
    return snapshot.as_of.year if over else snapshot.as_of.year - 1


def last_year(snapshot: Snapshot, through: int | None) -> int:
    """`through`, or the snapshot's last full year. Raises BadInput for a year the snapshot does not hold in full."""
    known = min(last_full_year(snapshot), LAST_YEAR)
    if through is None:
        through = known
    if not FIRST_YEAR <= through <= known:
        raise BadInput(
            f"{snapshot.folder} of {snapshot.as_of} holds the years {FIRST_YEAR} to {known} in full, not {through}: "
            "choose one of these, or export a later snapshot."
        )
    return through


def read(snapshot: Snapshot, grid: Grid) -> Spells:
    """All participations as numbers; what came after the day of the snapshot has not happened.

    Raises BadInput when the snapshot holds something that cannot be counted: see `inspection`.
    """
    persons, found = pl.collect_all([_persons(snapshot), _participations(snapshot)])
    if not persons["person"].is_sorted():
        persons = persons.sort("person")
    ids, whose = persons["person"].to_numpy(), found["person"].to_numpy()
    at = np.searchsorted(ids, whose)
    nobody = ids.take(at, mode="clip") != whose if len(ids) else np.ones(len(whose), dtype=np.bool_)
    start, end = found["start"].to_numpy(), found["end"].fill_null(ENDLESS).to_numpy()
    faults = {
        "persons in person are there twice": ids[1:] == ids[:-1],
        "rows of participation are of nobody in person": nobody,
        "rows of participation end before they start": end < start,
    }
    check_rows(snapshot, {fault: int(np.count_nonzero(rows)) for fault, rows in faults.items()})
    check_codes(snapshot, "person", persons, OF_PERSON)
    check_codes(snapshot, "participation", found, ["end_reason"])
    shielded, unit = persons["shielded"].to_numpy().take(at), found["unit"].to_numpy()
    check_units(snapshot, unit, _year(start), shielded)
    past = end <= (snapshot.as_of - EPOCH).days
    last = _year(np.where(past, end, ENDLESS))
    years = len(grid.years)
    return Spells(
        person=at,
        unit=unit * ~shielded,
        start=start,
        end=np.where(past, end, ENDLESS),
        reason=found["end_reason"].to_numpy(),
        first=np.clip(_year(start), 0, years),
        last=np.clip(last, -1, years - 1),
        ended=(last >= 0) & (last < years),
        birth_year=persons["birth_year"].to_numpy(),
        code={name: persons[name].to_numpy() for name in OF_PERSON},
    )


def _persons(snapshot: Snapshot) -> pl.LazyFrame:
    codes = (_numbered(name, leaves(name)) for name in OF_PERSON)
    return pl.scan_parquet(snapshot.path("person")).select(
        "person", pl.col("birth_year").cast(pl.Int64), "shielded", *codes
    )


def _participations(snapshot: Snapshot) -> pl.LazyFrame:
    """No reason has the number 0, an unknown one none at all; no unit and an unknown one both have 0."""
    reason = pl.when(pl.col("end_reason").is_null()).then(0).otherwise(_numbered("end_reason", REASONS))
    return pl.scan_parquet(snapshot.path("participation")).select(
        "person",
        _numbered("unit", units()).fill_null(0),
        reason.alias("end_reason"),
        pl.col("start", "end").to_physical(),
    )


def _numbered(name: str, codes: Sequence[str]) -> pl.Expr:
    """The place of each code in `codes`, null for one that is not there; a first "" only stands for none."""
    known = codes[1:] if codes[0] == "" else codes
    return pl.col(name).cast(pl.Enum(known), strict=False).to_physical().cast(pl.Int64) + (len(codes) - len(known))


def _year(day: Ints) -> Ints:
    """The year of a day, since FIRST_YEAR; what is before or beyond all years is in the one before or after them."""
    found: Ints = _calendar().take(day - CALENDAR_BEGINS, mode="clip")
    return found


@cache
def _calendar() -> Ints:
    """The year of each day, since FIRST_YEAR: of one day before the first and one after the last, and all between."""
    days = np.arange(f"{FIRST_YEAR - 1}-12-31", f"{LAST_YEAR + 1}-01-02", dtype="datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64) + EPOCH.year - FIRST_YEAR
