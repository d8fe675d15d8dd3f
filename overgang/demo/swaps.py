"""Outcomes exchanged between neighbours: how many municipalities reach a share, without changing any wider count."""

import numpy as np

from overgang.demo.chances import EDU, Ended

SMALLEST = 5


def swap_until(wanted: int, percent: int, year: Ended, county: np.ndarray, leaf: np.ndarray) -> None:
    """Makes `wanted` municipalities of those with five exits or more have `percent` or more in work or education.

    Two persons of the same sex in two municipalities of the same county swap outcomes, so that county and country stay
    as they are. Stops short when no exchange is left that does only good.
    """
    board = _Board(percent, year, county, leaf)
    for units, raising in ((board.nearest(above=False), True), (board.nearest(above=True), False)):
        for unit in units:
            if board.reached().sum() < wanted if raising else board.reached().sum() > wanted:
                board.push(unit, raising=raising)


class _Board:
    """The state of the exchange: exits and transitions by unit, and who stands where. Oslo takes no part."""

    def __init__(self, percent: int, year: Ended, county: np.ndarray, leaf: np.ndarray) -> None:
        self.rows, self.leaf = year.rows, leaf
        self.unit, self.county, self.man = year.unit, county, year.man
        self.open = ~year.shielded & ~year.places.oslo[year.dealt.atom[year.rows]]
        number = len(year.places.ids)
        self.exits = np.bincount(self.unit[self.open], minlength=number)
        self.least = -(-percent * self.exits // 100)
        self.transitions = np.bincount(self.unit[self.open & self.in_work_or_education()], minlength=number)

    def in_work_or_education(self) -> np.ndarray:
        return self.leaf[self.rows] <= EDU

    def reached(self) -> np.ndarray:
        return (self.exits >= SMALLEST) & (self.transitions >= self.least)

    def nearest(self, *, above: bool) -> list[int]:
        """The units above (or below) the share, those that need the fewest exchanges first."""
        units = np.flatnonzero((self.exits >= SMALLEST) & (self.reached() == above))
        gap = np.abs(self.transitions - self.least)[units]
        return units[np.argsort(gap, kind="stable")].tolist()

    def push(self, unit: int, *, raising: bool) -> None:
        """Brings one unit to the other side of the share, if its neighbours can bear it."""
        steps = self.least[unit] - self.transitions[unit]
        for _ in range(abs(int(steps)) + (not raising)):
            pair = self._pair(unit, raising)
            if pair is None:
                return
            giver, taker = pair
            a, b = self.rows[giver], self.rows[taker]
            self.leaf[a], self.leaf[b] = self.leaf[b], self.leaf[a]
            self.transitions[self.unit[giver]] -= 1
            self.transitions[self.unit[taker]] += 1

    def _pair(self, unit: int, raising: bool) -> tuple[int, int] | None:
        """Somebody who gives a transition and somebody who takes it; one of them in `unit`, alike in county and sex."""
        success = self.in_work_or_education()
        here = np.flatnonzero((self.unit == unit) & self.open & (success != raising))
        spare = self.exits - self.transitions
        bears = ~self.reached() & (
            (self.transitions > 0) if raising else (self.transitions + 1 < self.least) & (spare > 0)
        )
        there = self.open & (success == raising) & bears[self.unit] & (self.unit != unit)
        for person in here.tolist():
            match = np.flatnonzero(there & (self.county == self.county[person]) & (self.man == self.man[person]))
            if len(match):
                other = int(match[0])
                return (other, person) if raising else (person, other)
        return None
