"""Somebody acting in one role at one place: what every query is scoped to and every event is signed with."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from overgang.access.roles import Role, roles
from overgang.base.places import COUNTRY, Kind, gazetteer


@dataclass(frozen=True, slots=True)
class Actor:
    """A user in one role at one place ("" is the country); `user` None is the program itself (night run, demo).

    One acts for a unit and for those that have become a part of it, whole: who registers in Kristiansand since 2020
    also answers for the former Søgne.
    """

    user: int | None
    name: str
    role: Role
    place: str = ""

    def may(self, permission: str) -> bool:
        return permission in self.role.may

    def label(self, lang: str) -> str:
        """ "Programrådgiver, Trondheim"."""
        place = gazetteer().place(self.place).name if self.place else ""
        return ", ".join(part for part in (self.role.label(lang), place) if part)

    @property
    def units(self) -> frozenset[str]:
        """The units whose persons this actor may see; empty for a role that sees none. The country has no list: see
        `everywhere`."""
        return units_of(self.place) if self.place and self.may("persons") else frozenset()

    @property
    def sees_shielded(self) -> bool:
        """Named for persons with strictly confidential address (grade 6), who have no unit."""
        return self.may("shielded")


SYSTEM = Actor(None, "Overgang", Role("system", "country", frozenset(), {"nb": "systemet"}))
NO_ROLE = Role("", "country", frozenset(), {"nb": ""})


def unassigned(user: Any) -> Actor:
    """Somebody in no role: at sign-in, or nobody at all."""
    return Actor(user.pk, str(user), NO_ROLE)


def acting(user: int, name: str, role: str, place: str) -> Actor:
    """Raises KeyError for a role that is not there."""
    return Actor(user, name, roles()[role], place)


@cache
def units_of(place: str) -> frozenset[str]:
    """A unit with every former one that is wholly a part of it now; of a county its units and theirs."""
    known = gazetteer()
    found = {place}
    open_ = [place]
    while open_:
        at = open_.pop()
        former = [change.old for change in known.predecessors(at) if change.weight == 1.0]
        new = [id for id in former if id not in found]
        found.update(new)
        open_.extend(new)
    return frozenset(found)


def unit_on(place: str, day: date) -> str:
    """The code of a unit on a day: today's municipality may have been another place then. The place itself where its
    former ones were several, so that nobody is put in the wrong one."""
    was = [id for id in units_of(place) if gazetteer().place(id).valid_in(day.year)]
    return was[0] if len(was) == 1 else place


def is_place_of(level: str, place: str) -> bool:
    """Whether a role of this level can be held at a place: "" is the country."""
    if level == "country":
        return place in ("", COUNTRY)
    kind = gazetteer().place(place).kind
    return kind is Kind.COUNTY if level == "county" else kind in (Kind.MUNICIPALITY, Kind.CITY_DISTRICT)
