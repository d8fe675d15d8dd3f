"""Where a unit belongs today: the unit that carries it on, and the county."""

from functools import cache

from overgang.access.actor import Actor
from overgang.base.places import Kind, gazetteer
from overgang.base.places.gazetteer import LAST_YEAR


@cache
def unit_in(unit: str, year: int) -> str:
    """The unit that carries this one on in a year."""
    return gazetteer().carried(unit, min(year, LAST_YEAR))


@cache
def county_of(unit: str, year: int) -> str:
    """The county a unit lies in, by the borders of a year."""
    known, at = gazetteer(), unit_in(unit, year)
    while known.place(at).kind not in (Kind.COUNTY, Kind.COUNTRY):
        at = known.parent(at, min(year, LAST_YEAR)) or at
    return at


def places_of(actor: Actor, year: int) -> list[str]:
    """The units of a county for who acts there; the counties for who acts for the country."""
    known, year = gazetteer(), min(year, LAST_YEAR)
    if not actor.place:
        return [place.id for place in known.in_year(year, Kind.COUNTY)]
    return [place.id for place in known.units(year) if county_of(place.id, year) == actor.place]
