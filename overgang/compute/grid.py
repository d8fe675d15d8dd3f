"""The grid: every row a table can have by place and time, and the rows in which the people of a unit count.

It follows from the places alone, so it is made once for a last year and shared by all tabulations up to that year.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED
from overgang.base.periods import period_of, years_of
from overgang.base.places import FIRST_YEAR, LAST_YEAR, gazetteer
from overgang.compute.tables import LEVELS, PERIOD_LEVELS
from overgang.compute.units import larger, pooled_into, unit_years

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOWHERE = ""
"""The unit of shielded persons, who count for the country only; as the first of all it has the number 0."""

NONE = -1
"""The number of no row. As an index it is the last entry, which every look-up table keeps for it."""

FAMILIES = {
    "county": ("county", ("municipality",)),
    "districts": ("municipality", ("city_district",)),
    "country": ("F00U", ("county",)),
    "shielded": ("F00", ("F00U", "F00S")),
}
"""Family -> the level of the whole and the levels that hold all its parts."""

PERIOD = "period"
"""The family of three years of one place."""


@dataclass(frozen=True)
class Axis:
    """The rows of tables by year or by period: `place`, `time`, `level`, sorted. `into[row]` is the row of an axis that
    a row by year counts in, NONE for none."""

    rows: pl.DataFrame
    into: Ints

    def of_levels(self, levels: Iterable[str]) -> Flags:
        """Which rows are of these levels."""
        found: Flags = np.logical_or.reduce([self._by_level[level] for level in levels])
        return found

    @cached_property
    def _by_level(self) -> Mapping[str, Flags]:
        return {level: (self.rows["level"] == level).to_numpy() for level in LEVELS}


@dataclass(frozen=True, slots=True)
class Grid:
    """`at[level][unit, year - FIRST_YEAR]` is the row by year in which a unit's people count at a level, NONE for none.

    `links` has every equation there can be, a row a part, sorted: `family`, `whole_place`, `whole_time`, `place`,
    `time`, and the `row` and `level` of the part.
    """

    through: int
    at: Mapping[str, Ints]
    axes: Mapping[str, Axis]
    links: pl.DataFrame

    @property
    def years(self) -> range:
        return range(FIRST_YEAR, self.through + 1)

    @property
    def rows(self) -> int:
        return self.axes["year"].rows.height


@cache
def units() -> tuple[str, ...]:
    """NOWHERE, and every unit there ever was, by code; the place in it is the number of a unit."""
    ever = {unit.id for year in range(FIRST_YEAR, LAST_YEAR + 1) for unit in gazetteer().units(year)}
    return (NOWHERE, *sorted(ever))


@cache
def grid(through: int) -> Grid:
    """The grid of the years to `through`."""
    years = range(FIRST_YEAR, through + 1)
    places = _places(through, years)
    keys = sorted({(place, year, level) for level, found in places.items() for (_, year), place in found.items()})
    number = {(place, year): row for row, (place, year, _) in enumerate(keys)}
    at = {level: np.full((len(units()), len(years)), NONE) for level in LEVELS}
    unit_number = {unit: index for index, unit in enumerate(units())}
    for level, found in places.items():
        for (unit, year), place in found.items():
            at[level][unit_number[unit], year - FIRST_YEAR] = number[place, year]
    by_year = Axis(
        _frame([(place, str(year), level) for place, year, level in keys], "place", "time", "level"),
        np.append(np.arange(len(keys)), NONE),
    )
    pooled = {row: _pooled(place, year, through) for row, (place, year, level) in enumerate(keys)
              if level in PERIOD_LEVELS}  # fmt: skip
    by_period = _period_axis({row: found for row, found in pooled.items() if found}, len(keys))
    links = _links(keys, by_period)
    return Grid(through, at, {"year": by_year, "period": by_period}, links)


def _places(through: int, years: range) -> dict[str, dict[tuple[str, int], str]]:
    """Level -> (unit at the start, year) -> the place it counts in."""
    places: dict[str, dict[tuple[str, int], str]] = {level: {} for level in LEVELS}
    for id, year, _, district, municipality, county in unit_years(through).iter_rows():
        counts_in = {"F00": COUNTRY, "F00U": COUNTRY_OPEN, "county": county, "municipality": municipality}
        for level, place in (counts_in | ({"city_district": district} if district else {})).items():
            places[level][id, year] = place
    for year in years:
        places["F00"][NOWHERE, year], places["F00S"][NOWHERE, year] = COUNTRY, SHIELDED
    return places


def _pooled(place: str, year: int, through: int) -> tuple[str, str] | None:
    """The place and period in which a place's year is pooled; None if in none."""
    period = period_of(year)
    last = years_of(period)[-1]
    target = pooled_into(place, last) if last <= through else None
    return (target, period) if target else None


def _period_axis(pooled: Mapping[int, tuple[str, str]], rows: int) -> Axis:
    targets = sorted(set(pooled.values()))
    number = {target: index for index, target in enumerate(targets)}
    into = np.full(rows + 1, NONE)
    for row, target in pooled.items():
        into[row] = number[target]
    kinds = {place: gazetteer().place(place).kind.value for place, _ in targets}
    return Axis(_frame([(*target, kinds[target[0]]) for target in targets], "place", "time", "level"), into)


def _links(keys: list[tuple[str, int, str]], periods: Axis) -> pl.DataFrame:
    def found() -> Iterator[tuple[str, str, str, str, str, int, str]]:
        targets = periods.rows.select("place", "time").rows()
        for row, (place, year, level) in enumerate(keys):
            for family, (_, parts) in FAMILIES.items():
                if level in parts:
                    yield family, _whole_of(family, place, year), str(year), place, str(year), row, level
            if (into := periods.into[row]) != NONE:
                yield PERIOD, *targets[into], place, str(year), row, level

    names = ("family", "whole_place", "whole_time", "place", "time")
    schema = {**dict.fromkeys(names, pl.String()), "row": pl.Int64(), "level": pl.String()}
    return pl.DataFrame(sorted(found()), schema=schema, orient="row")


def _whole_of(family: str, place: str, year: int) -> str:
    """The place this one is a part of in a family."""
    match family:
        case "county":
            return f"F{place[1:3]}"
        case "districts":
            return larger(place, year)[1]
        case "country":
            return COUNTRY_OPEN
        case _:
            return COUNTRY


def _frame(rows: list[tuple[str, str, str]], *names: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
