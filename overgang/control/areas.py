"""Which cells are moved together: first within one county, then across all of them, then county by county.

A witness found with everything else held still is a witness of the whole country, so the small regions come first:
they are quick, and nearly all is settled there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from overgang.control.program import groups
from overgang.control.system import Bools, Ints, System

UPWARD = ("county", "districts")
"""Equations between a place and the places in it."""

TOP = -1
"""The area of the country's own cells."""

WAVE = 2
"""So many counties are moved at a time, each knowing nothing of the other; a number of its own, not that of the
processes, so that the answer is the same on every machine."""


@dataclass(frozen=True, slots=True)
class Areas:
    """`area`: for each cell the number of its county, TOP for the country; `inner`: cells below the county."""

    system: System
    area: Ints
    inner: Bools

    def within_counties(self, free: Bools) -> Iterator[Ints]:
        """Cells of small places, while all that is above them is held."""
        yield from self._joined(free & self.inner)

    def everything(self, free: Bools) -> Iterator[Ints]:
        """All cells that any equation joins."""
        yield from self._joined(free)

    def county_by_county(self, free: Bools) -> Iterator[list[Ints]]:
        """Each county with the country and one large county that takes up what the others give; in waves."""
        size = np.bincount(self.area[free & (self.area != TOP)], minlength=1)
        bank = int(np.argmax(size))
        common = free & ((self.area == TOP) | (self.area == bank))
        others = [county for county in np.argsort(-size, kind="stable") if size[county] and county != bank]
        yield list(self._joined(common))
        for first in range(0, len(others), WAVE):
            yield [
                cells
                for county in others[first : first + WAVE]
                for cells in self._joined(common | (free & (self.area == county)))
            ]

    def _joined(self, free: Bools) -> Iterator[Ints]:
        equations = self.system.equations
        yield from groups(equations.row, equations.cell, free, len(equations))


def areas(system: System, outer: tuple[str, ...]) -> Areas:
    """The areas of a system; `outer` names the levels of the country and the counties."""
    places = system.cells["place"].unique().sort().to_list()
    above = _above(system)
    level = dict(system.cells.select("place", "level").unique().iter_rows())

    def county(place: str) -> str:
        while place in above:
            place = above[place]
        return place

    counties = {place: county(place) for place in places if level[place] not in ("country", "country_open", "shielded")}
    number = {place: i for i, place in enumerate(sorted(set(counties.values())))}
    of_place = pl.DataFrame(
        {"place": places, "area": [number[counties[place]] if place in counties else TOP for place in places]},
        schema={"place": pl.String, "area": pl.Int64},
    )
    area = system.cells.join(of_place, on="place", how="left", maintain_order="left")["area"].to_numpy()
    return Areas(system, area, ~system.cells["level"].is_in(list(outer)).to_numpy())


def _above(system: System) -> dict[str, str]:
    """The place above each place that is a part of one."""
    equations = system.equations
    joins = np.array([name in UPWARD for name in equations.names], np.bool_)
    if not len(joins):
        return {}
    used = joins[equations.row]
    whole, part = used & (equations.sign > 0), used & (equations.sign < 0)
    place = system.cells["place"]
    of_row = pl.DataFrame({"row": equations.row[whole], "whole": place.gather(equations.cell[whole])})
    parts = pl.DataFrame({"row": equations.row[part], "part": place.gather(equations.cell[part])})
    pairs = parts.join(of_row, on="row").select("part", "whole").unique().sort("part", "whole")
    return dict(pairs.iter_rows())
