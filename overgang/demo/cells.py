"""Published figures as conditions on cells: what must be true of the numbers behind them if all of them hold.

The figures of one table and year say something of the persons (or programmes) by place, end reason, sex and so on.
Cells are the finest groups the figures tell apart. Dimensions that no figure joins need no common cells: they are
blocks, and blocks agree on what they share.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

import numpy as np

from overgang.base.places import COUNTRY, Kind, gazetteer
from overgang.demo.groups import COMPLETE, POPULATIONS, Group, both
from overgang.demo.published import Published
from overgang.demo.statements import STATEMENTS

PLACE = "place"
OTHERS = "*"
"""Stands for every value that no figure names."""

Values = frozenset[str]


@dataclass(frozen=True)
class Condition:
    """Some cells, each times its weight, sum to low..high; `figure` says so, or None if it is so by nature."""

    figure: Published | None
    cells: np.ndarray
    weights: np.ndarray
    low: float
    high: float


@dataclass(frozen=True)
class System:
    """The conditions of one table and year on `size` cells; `bases` are the cells of groups of unknown size."""

    size: int
    conditions: tuple[Condition, ...]
    bases: Mapping[str, np.ndarray]
    everybody: np.ndarray


@dataclass(frozen=True)
class _Block:
    """The cells of some dimensions, numbered from `first`: one for each combination of the parts of each dimension."""

    dimensions: tuple[str, ...]
    parts: tuple[tuple[Values, ...], ...]
    first: int

    @property
    def size(self) -> int:
        return prod(len(parts) for parts in self.parts)

    def within(self, group: Group) -> np.ndarray:
        """The cells whose every part belongs to the group."""
        inside = np.ones([len(parts) for parts in self.parts], dtype=bool)
        for axis, (name, parts) in enumerate(zip(self.dimensions, self.parts, strict=True)):
            if name in group:
                belongs = np.array([part <= group[name] for part in parts])
                inside &= belongs.reshape([-1 if other == axis else 1 for other in range(inside.ndim)])
        return self.first + np.flatnonzero(inside)


def systems(figures: Iterable[Published]) -> Iterator[System]:
    """A system for each layer, table and year. What is no number of a group (orders, top lists) is left out."""
    tables: dict[tuple[int, str, str], list[Published]] = {}
    for figure in figures:
        if figure.category not in STATEMENTS:
            key = figure.year, figure.layer, POPULATIONS[figure.population].table
            tables.setdefault(key, []).append(figure)
    for members in tables.values():
        yield _system(members)


def _system(figures: Sequence[Published]) -> System:
    places = {figure.place for figure in figures} - {COUNTRY}
    groups = {figure.id: _groups(figure, places) for figure in figures}
    complete = {**COMPLETE, PLACE: frozenset(places)} if _counties(figures[0].year) <= places else COMPLETE
    parts = _parts([group for pair in groups.values() for group in pair], complete)
    blocks = _blocks([frozenset(part) | frozenset(among) for part, among in groups.values()], parts)
    conditions = [*_agreement(blocks, parts)]
    bases: dict[str, np.ndarray] = {}
    for figure in figures:
        part, among = groups[figure.id]
        block = next(block for block in blocks if {*part, *among} <= set(block.dimensions))
        numerator, base = block.within(part), block.within(among)
        conditions.extend(_conditions(figure, numerator, base))
        if figure.among and figure.base is None:
            bases.setdefault(f"{figure.year} {figure.population} {figure.among}", base)
    return System(sum(block.size for block in blocks), tuple(conditions), bases, blocks[0].within({}))


def _counties(year: int) -> set[str]:
    return {place.id for place in gazetteer().in_year(year, Kind.COUNTY)}


def _groups(figure: Published, places: Iterable[str]) -> tuple[Group, Group]:
    """The figure's group and the group it is a share of, the place being one more dimension."""
    words = POPULATIONS[figure.population].words
    here: Group = {}
    if figure.place != COUNTRY:
        here = {PLACE: frozenset(place for place in places if _inside(place, figure.place))}
    among = both(here, words[figure.among])
    return both(among, words[figure.category]), among


def _inside(place: str, larger: str) -> bool:
    return place == larger or (larger[0] == "F" and place[0] in "KB" and place[1:3] == larger[1:3])


def _parts(groups: Iterable[Group], complete: Mapping[str, Values]) -> dict[str, tuple[Values, ...]]:
    """For each dimension the largest sets of values that no group divides."""
    sets: dict[str, set[Values]] = {}
    for group in groups:
        for name, values in group.items():
            sets.setdefault(name, set()).add(values)
    found = {}
    for name, known in sets.items():
        alike: dict[tuple[bool, ...], set[str]] = {}
        order = sorted(known, key=sorted)
        for value in sorted(frozenset().union(*known)):
            alike.setdefault(tuple(value in values for values in order), set()).add(value)
        others = complete.get(name, frozenset({OTHERS})).difference(*known)
        found[name] = tuple(frozenset(values) for values in (*alike.values(), others) if values)
    return found


def _blocks(wanted: Iterable[frozenset[str]], parts: Mapping[str, tuple[Values, ...]]) -> list[_Block]:
    largest: list[frozenset[str]] = []
    for names in sorted(set(wanted), key=lambda names: (-len(names), sorted(names))):
        if not any(names <= other for other in largest):
            largest.append(names)
    blocks, first = [], 0
    for names in largest:
        dimensions = tuple(sorted(names))
        blocks.append(_Block(dimensions, tuple(parts[name] for name in dimensions), first))
        first += blocks[-1].size
    return blocks


def _agreement(blocks: Sequence[_Block], parts: Mapping[str, tuple[Values, ...]]) -> Iterator[Condition]:
    """Two blocks have as many in each combination of what both tell apart."""
    for one, other in combinations(blocks, 2):
        shared = [name for name in one.dimensions if name in other.dimensions]
        for key in product(*(parts[name] for name in shared)):
            group = dict(zip(shared, key, strict=True))
            plus, minus = one.within(group), other.within(group)
            weights = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
            yield Condition(None, np.concatenate([plus, minus]), weights, 0, 0)


def _conditions(figure: Published, numerator: np.ndarray, base: np.ndarray) -> Iterator[Condition]:
    """A figure with a known base bounds a number; else it bounds a number by a part of another."""
    if figure.low is not None and figure.high is not None and not figure.among:
        yield Condition(figure, numerator, np.ones(len(numerator)), figure.low, figure.high)
        return
    low, high = figure.bounds
    if figure.kind == "count":
        yield Condition(figure, numerator, np.ones(len(numerator)), low, high)
        return
    for share, least, most in ((low / 100, 0.0, np.inf), (high / 100, -np.inf, 0.0)):
        if np.isfinite(share):
            yield Condition(figure, base, np.isin(base, numerator) - share, least, most)
