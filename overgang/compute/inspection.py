"""What a snapshot must not hold: codes and units nobody knows, and rows that contradict themselves.

Asked before anything is counted, so that a fault is named with its number of rows and never just left out. Whether
there is one is seen from the numbers; only then is the Parquet read again, to say which.
"""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import polars as pl

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR, gazetteer
from overgang.base.snapshot import Snapshot
from overgang.compute.grid import Flags, Ints, units

AGAIN = "correct the register and export the snapshot anew"


def check_rows(snapshot: Snapshot, faults: Mapping[str, int]) -> None:
    """Raises BadInput for the first fault that any rows have: what they do -> how many do."""
    for fault, rows in faults.items():
        if rows:
            raise BadInput(f"{rows} {fault} in {snapshot.folder}: {AGAIN}.")


def check_codes(snapshot: Snapshot, table: str, numbered: pl.DataFrame, names: Iterable[str]) -> None:
    """Raises BadInput if a code could not be numbered since its code list has it not."""
    for name in names:
        if numbered[name].null_count():
            known = codelist(name).leaves if table == "person" else codelist(name).codes
            column = pl.read_parquet(snapshot.path(table), columns=[name])[name].drop_nulls()
            code, rows = column.filter(~column.is_in(known)).value_counts().sort(name).row(0)
            raise BadInput(
                f"{rows} rows of {table} in {snapshot.folder} have the {name} {code!r}, which its code list has not: "
                f"{AGAIN}."
            )


def check_units(snapshot: Snapshot, unit: Ints, year: Ints, shielded: Flags) -> None:
    """Raises BadInput unless each unit was one in the year, or the person is shielded. Both are given as numbers."""
    if not (_were_units(unit, year) | shielded).all():
        persons = pl.scan_parquet(snapshot.path("person")).filter(~pl.col("shielded")).select("person")
        starts = pl.scan_parquet(snapshot.path("participation")).join(persons, on="person")
        by_year = starts.group_by("unit", pl.col("start").dt.year().alias("year")).len()
        _refuse_units(by_year.sort("unit", "year").collect(), f"participation in {snapshot.folder}")


def check_returns(snapshot: Snapshot, returns: pl.DataFrame) -> None:
    """Raises BadInput unless each unit, also given by its `number`, was one in the year it answered about, and answered
    each item once."""
    where = f"annual_return in {snapshot.folder}"
    number, years = returns["number"].to_numpy(), returns["year"].cast(pl.Int64).to_numpy()
    if not _were_units(number, years - FIRST_YEAR).all():
        _refuse_units(returns.group_by("unit", "year").len().sort("unit", "year"), where)
    items = returns["item"].cast(pl.Categorical).to_physical().cast(pl.Int64).to_numpy()
    keys = np.sort((years * len(units()) + number) * (items.max(initial=0) + 1) + items)
    if (keys[1:] == keys[:-1]).any():
        answer = ("unit", "year", "item")
        twice = returns.group_by(answer).len().filter(pl.col("len") > 1).sort(answer)
        unit, year, item, rows = twice.row(0)
        raise BadInput(f"{rows} rows of {where} are the answer of {unit} to item {item} in {year}: keep one of them.")


def _were_units(unit: Ints, year: Ints) -> Flags:
    valid = _valid()
    years = valid.shape[1]
    found: Flags = valid.ravel().take(unit * years + np.clip(year, 0, years - 1))
    return found


def _refuse_units(found: pl.DataFrame, where: str) -> None:
    """Raises BadInput for the first that was none. `found`: unit, year and number of rows."""
    for unit, year, rows in found.iter_rows():
        if not unit:
            raise BadInput(f"{rows} rows of {where} have no unit though the person is not shielded: {AGAIN}.")
        if unit not in _units_of(min(max(year, FIRST_YEAR), LAST_YEAR)):
            raise BadInput(f"{rows} rows of {where} have the unit {unit}, no reporting unit in {year}: {AGAIN}.")


@cache
def _units_of(year: int) -> frozenset[str]:
    return frozenset(unit.id for unit in gazetteer().units(year))


@cache
def _valid() -> Flags:
    """Which units, by number, were units in which years."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return np.array([[unit in _units_of(year) for year in years] for unit in units()])
