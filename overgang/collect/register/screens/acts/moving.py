"""A move: the person is handed over to another unit, and the offer may be taken back until it is answered."""

from typing import Any

from overgang.base.places import LAST_YEAR, gazetteer
from overgang.collect.register import steps
from overgang.collect.register.models import Handover
from overgang.collect.register.record import Work
from overgang.collect.register.screens.acts.act import About, Act
from overgang.collect.register.screens.fields import Day, choice


def other_units(about: About) -> list[tuple[str, str]]:
    """Every unit of today but the actor's own, as "Bergen"; Oslo's districts say that they are Oslo's."""
    year = about.today.year
    known = gazetteer()
    units = known.units(min(year, LAST_YEAR))
    return [(place.id, place_name(place.id)) for place in units if place.id not in about.seen.actor.units]


def place_name(id: str | None) -> str:
    """The name of a unit as it is said to people."""
    if not id:
        return ""
    place = gazetteer().place(id)
    return f"{place.name}, Oslo" if id.startswith("B") else place.name


class HandOver(Act):
    id, slug = "hand_over", "flytting"
    to_unit = choice(lambda: [])
    offered_on = Day()

    @classmethod
    def open(cls, about: About) -> bool:
        begun = about.case.participation is not None or about.case.case.state == "granted"
        return begun and not about.seen.actor.sees_shielded and open_handover(about) is None

    def prepare(self) -> None:
        units = other_units(self.about)
        self.fields["to_unit"] = choice(lambda: units)
        self.order_fields(["to_unit", "offered_on"])

    def stored(self) -> dict[str, Any]:
        return {"offered_on": self.about.today}

    def work(self) -> Work:
        values = self.cleaned_data
        return steps.hand_over(self.about.case.case, to_unit=values["to_unit"], offered=values["offered_on"])


class Withdraw(Act):
    """The offer is taken back."""

    id, slug = "withdraw", "angre-flytting"

    @classmethod
    def open(cls, about: About) -> bool:
        return open_handover(about) is not None

    def work(self) -> Work:
        handover = open_handover(self.about)
        assert handover is not None
        return steps.withdraw(handover, answered=self.about.today)


def open_handover(about: About) -> Handover | None:
    return Handover.objects.filter(case=about.case.case, state="offered").first()
