"""Where each unit counts, year by year: the place that carries it on, and the larger places of that one."""

from functools import cache

import polars as pl

from overgang.base.periods import LENGTH
from overgang.base.places import FIRST_YEAR, Kind, gazetteer

UNIT_YEAR = {
    "unit_at_start": pl.String(),
    "year": pl.Int64(),
    "unit": pl.String(),
    "district": pl.String(),
    "municipality": pl.String(),
    "county": pl.String(),
}


@cache
def unit_years(through: int) -> pl.DataFrame:
    """A row for each unit there ever was and each year from its first to `through`: the columns of UNIT_YEAR.

    `unit` is the unit that carries it on in the year; `district` is empty outside Oslo. Units that one place became
    several of are counted with the largest of these, since nothing says which person went where.
    """
    places = gazetteer()
    rows = []
    for id in sorted({unit.id for year in range(FIRST_YEAR, through + 1) for unit in places.units(year)}):
        for year in range(max(FIRST_YEAR, places.place(id).valid_from.year), through + 1):
            unit = places.carried(id, year)
            rows.append((id, year, unit, *larger(unit, year)))
    return pl.DataFrame(rows, schema=UNIT_YEAR, orient="row")


@cache
def larger(unit: str, year: int) -> tuple[str | None, str, str]:
    """The district (None outside Oslo), municipality and county a unit of that year is in or is itself."""
    places = gazetteer()
    is_district = places.place(unit).kind is Kind.CITY_DISTRICT
    municipality = (places.parent(unit, year) or "") if is_district else unit
    return unit if is_district else None, municipality, places.parent(municipality, year) or ""


@cache
def pooled_into(place: str, last: int) -> str | None:
    """The place whose figures for a period, as of its last year, hold those of `place`; None if any was divided."""
    target = gazetteer().carried(place, last)
    return None if target in _of_divided(last) else target


@cache
def _of_divided(last: int) -> frozenset[str]:
    """The places that in the period to `last` got a part, but not all, of another: no whole figures make theirs up."""
    places = gazetteer()
    heirs = (
        places.to_borders(place.id, year, last)
        for year in range(last - LENGTH + 1, last)
        for kind in (Kind.MUNICIPALITY, Kind.CITY_DISTRICT)
        for place in places.in_year(year, kind)
    )
    return frozenset(heir for found in heirs if len(found) > 1 for heir, _ in found)
