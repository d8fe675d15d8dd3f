"""A place and a change between places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

COUNTRY = "F00"
OSLO = "K0301"


class Kind(StrEnum):
    """The levels, largest first."""

    COUNTRY = "country"
    COUNTY = "county"
    MUNICIPALITY = "municipality"
    CITY_DISTRICT = "city_district"


@dataclass(frozen=True, slots=True)
class Place:
    """One code of a place and the time it was valid; `valid_to` is exclusive, None while it is.

    `name` is Norwegian, with the county where two places share a name: "Herøy (Nordland)". `names` has it under "nb",
    and where there are official names in Northern (se), Southern (sma) and Lule Sámi (smj) and Kven (fkv), those.
    """

    id: str
    kind: Kind
    code: str
    name: str
    names: Mapping[str, str] = field(hash=False)
    valid_from: date
    valid_to: date | None

    def valid_in(self, year: int) -> bool:
        """Whether it was valid on 1 January, the day on which every change since 2004 has fallen."""
        day = date(year, 1, 1)
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Change:
    """What `new` got of `old` on a day: `weight` is the part of `old`, 1.0 for all of it.

    In a merge several become one; in a renumber one gets another code; in a split one becomes several; in a boundary
    change `old` gives something away and goes on. Small boundary changes of unknown size have weight 0.
    """

    day: date
    old: str
    new: str
    kind: Literal["merge", "split", "renumber", "boundary"]
    weight: float
