"""Spells: the participations of a snapshot as numbers, each with its person's codes. The one pass over the Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass

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

ENDLESS = np.iinfo(np.int32).max
"""The last day of a participation that was still running: after every day there is."""


@dataclass(frozen=True, slots=True)
class Spells:
    """An entry a participation: `person` is its place among the persons, `unit` in `units()`, `reason` in REASONS.

    `start` and `end` are days since 1970, `first` and `last` years since FIRST_YEAR, cut to the years that are counted:
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
    faults: dict[str, int] = {
        "persons in person are there twice": int(np.count_nonzero(ids[1:] == ids[:-1])),
        "rows of participation are of nobody in person": int(np.count_nonzero(nobody)),
        "rows of participation end before they start": int(found["reversed"].sum()),
    }
    check_rows(snapshot, faults)
    check_codes(snapshot, "person", persons, OF_PERSON)
    check_codes(snapshot, "participation", found, ["end_reason"])
    shielded = persons["shielded"].to_numpy().take(at)
    check_units(snapshot, found["unit"].to_numpy(), found["first"].to_numpy(), shielded)
    return _spells(persons, found, at, shielded, len(grid.years))


def _persons(snapshot: Snapshot) -> pl.LazyFrame:
    codes = (_numbered(name, leaves(name)) for name in OF_PERSON)
    return pl.scan_parquet(snapshot.path("person")).select(
        "person", pl.col("birth_year").cast(pl.Int64), "shielded", *codes
    )


def _participations(snapshot: Snapshot) -> pl.LazyFrame:
    """One that still runs ends after every year and day there is. An unknown unit has the number of none."""
    start, end = pl.col("start"), pl.col("end")
    past = end <= snapshot.as_of
    return pl.scan_parquet(snapshot.path("participation")).select(
        "person",
        _numbered("unit", units()).fill_null(0),
        _numbered("end_reason", REASONS),
        (end < start).alias("reversed"),
        start.to_physical().cast(pl.Int64),
        pl.when(past).then(end.to_physical()).otherwise(ENDLESS).cast(pl.Int64).alias("end"),
        _since(start).alias("first"),
        pl.when(past).then(_since(end)).otherwise(LAST_YEAR - FIRST_YEAR + 1).alias("last"),
    )


def _since(day: pl.Expr) -> pl.Expr:
    """Years since the first."""
    return day.dt.year().cast(pl.Int64) - FIRST_YEAR


def _numbered(name: str, codes: Sequence[str]) -> pl.Expr:
    """The place of each code in `codes`; an empty one is "", an unknown one null."""
    empty = pl.col(name).fill_null("") if "" in codes else pl.col(name)
    return empty.cast(pl.Enum(codes), strict=False).to_physical().cast(pl.Int64)


def _spells(persons: pl.DataFrame, found: pl.DataFrame, at: Ints, shielded: NDArray[np.bool_], years: int) -> Spells:
    last = found["last"].to_numpy()
    return Spells(
        person=at,
        unit=found["unit"].to_numpy() * ~shielded,
        start=found["start"].to_numpy(),
        end=found["end"].to_numpy(),
        reason=found["end_reason"].to_numpy(),
        first=np.clip(found["first"].to_numpy(), 0, years),
        last=np.clip(last, -1, years - 1),
        ended=(last >= 0) & (last < years),
        birth_year=persons["birth_year"].to_numpy(),
        code={name: persons[name].to_numpy() for name in OF_PERSON},
    )
