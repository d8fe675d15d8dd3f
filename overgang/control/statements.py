"""Statements: numbers published elsewhere about persons an edition counts, each as a range for a weighted sum of cells.

A press release, an answer to a journalist, a table by today's municipalities: whatever it says, it says that
`low <= sum(weight x cell) <= high`. So rounded percentages, "1 to 4", sums for other borders and shares of other bases
are one thing to the attack. Editions published before are not statements: see `earlier`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Literal

from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED, TOTAL
from overgang.base.errors import BadInput
from overgang.base.places import gazetteer

Key = tuple[str, ...]
"""A cell: its codes in the order of KEY."""

NO_PLACES = (COUNTRY, COUNTRY_OPEN, SHIELDED)
"""Rows of a table that have no borders."""

Halves = Literal["up", "either"]
"""What a rounded number does with a half: `up`, as editions do (12.5 is 13), or one cannot know (12 or 13)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`low <= sum(weight x cell) <= high`, in whole persons; None is no limit. `says` is how it was told."""

    says: str
    weights: tuple[tuple[Key, int], ...]
    low: int | None
    high: int | None

    @property
    def exact(self) -> Key | None:
        """The one cell whose number this gives, if it does."""
        ((key, weight), *others) = self.weights
        return key if not others and weight == 1 and self.low == self.high else None


Weights = Mapping[Key, int]
"""A sum of cells, each times a whole number."""


def number(cells: Weights, low: int | None, high: int | None, says: str) -> Iterator[Statement]:
    """A sum of cells is at least `low` and at most `high`: a count when both are one number, "1 to 4", "at least 30".

    >>> [one.low for one in number({("exits", "K0301", "2016"): 1}, 30, None, "at least 30")]
    [30]
    """
    yield _statement(says, cells, low, high)


def rounded_percent(part: Weights, base: Weights, percent: Decimal, says: str, halves: Halves) -> Iterator[Statement]:
    """`part` is so many percent of `base`, rounded to as many decimals as are told; the base need not be known.

    46 % is anything from 45.5 (a half goes up) to less than 46.5, or to 46.5 itself where one cannot know. A share is
    told of somebody: the base is at least 1.
    """
    steps = 10 ** -int(percent.as_tuple().exponent)
    told = int(percent * steps)  # in steps of a percent: 46.3 % is 463 tenths
    scaled = {key: 200 * steps * weight for key, weight in part.items()}
    yield _statement(says, _sum(scaled, base, -(2 * told - 1)), 0, None)
    yield _statement(says, _sum(scaled, base, -(2 * told + 1)), None, -1 if halves == "up" else 0)
    yield _statement(says, base, 1, None)


def by_borders(
    key: Key, borders: int, low: int | None, high: int | None, says: str, counted: Iterable[str]
) -> Iterator[Statement]:
    """The cell `key` of a year, told for a place within the borders of another year; `counted` are the places that the
    edition has of the year of the cell.

    A place of later borders is the sum of the places it was made of; of one that was divided it has something between
    nothing and all. A place of earlier borders lies within those that it became. Nobody is taken to be counted in two
    places that were merged. Raises BadInput where the place and the year have nothing to do with each other.
    """
    whole, divided = _made_of(key, borders, counted)
    if not divided:
        yield _statement(says, _at(key, whole), low, high)
        return
    if whole and high is not None:
        yield _statement(says, _at(key, whole), None, high)
    if low is not None:
        yield _statement(says, _at(key, [*whole, *divided]), low, None)


def exactly_by_borders(key: Key, borders: int, counted: Iterable[str]) -> Weights:
    """The same as a sum of cells, for a place of later borders that holds no part of a place that was divided; for any
    other BadInput is raised, since a share of what is not known says nothing."""
    whole, divided = _made_of(key, borders, counted)
    if divided:
        raise BadInput(
            f"{key[1]} of {borders} and {', '.join(divided)} of {key[2]} are not the same people, so a share of them "
            "cannot be followed: leave the line out, or give the counts"
        )
    return _at(key, whole)


def _at(key: Key, places: Iterable[str]) -> Weights:
    return {(key[0], place, *key[2:]): 1 for place in places}


def _made_of(key: Key, borders: int, counted: Iterable[str]) -> tuple[list[str], list[str]]:
    """The places of the year of a cell that lie in its place of other borders: whole, and in part."""
    place, year = key[1], int(key[2])
    whole, divided = _parts_of(place, year, borders, counted)
    if not whole and not divided:
        raise BadInput(
            f"the edition has no place of {year} that {place} of {borders} was made of or became: "
            f"give a place that there was in {borders}"
        )
    return whole, divided


def _parts_of(place: str, year: int, borders: int, counted: Iterable[str]) -> tuple[list[str], list[str]]:
    if borders < year:
        heirs = {heir for heir, _ in gazetteer().to_borders(place, borders, year)}
        return [], sorted(heirs & set(counted))
    kind = gazetteer().place(place).kind
    whole: list[str] = []
    divided: list[str] = []
    for one in counted:
        if one in NO_PLACES or gazetteer().place(one).kind is not kind:
            continue
        heirs = {heir for heir, _ in gazetteer().to_borders(one, year, borders)}
        if place in heirs:
            (whole if len(heirs) == 1 else divided).append(one)
    return whole, divided


DIED, UNKNOWN, COMPLETED, COMPLETED_WORK_EDU = "died", "disappeared", "completed", "completed_work_edu"
"""What some bases leave out and no table shows: parts of outcomes that are shown."""

PARTS_OF: Mapping[str, tuple[str, ...]] = {
    DIED: ("other",),
    UNKNOWN: ("other",),
    COMPLETED: (TOTAL,),
    COMPLETED_WORK_EDU: ("work_edu", COMPLETED),
}
"""The outcomes, published or not, that each of these is a part of."""

LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "D0": (),
    "D1": (DIED,),
    "D2": ("moved",),
    "D3": (DIED, "moved", UNKNOWN),
    "D4": ("not_registered",),
}
"""The outcomes that each base of the denominator variants leaves out (overgang/compute/indicators/variants.toml)."""

BASES = (*LEFT_OUT, "D5")


def of_base(key: Key, variant: str) -> tuple[Weights, Weights]:
    """Part and base of a share in one of the denominator variants, as sums of cells.

    D5 counts completed programmes only, in the part too, and so is told of work or education alone.
    """
    if variant == "D5":
        return {_outcome(key, COMPLETED_WORK_EDU): 1}, {_outcome(key, COMPLETED): 1}
    return {key: 1}, {_outcome(key, TOTAL): 1, **{_outcome(key, code): -1 for code in LEFT_OUT[variant]}}


def _outcome(key: Key, code: str) -> Key:
    return (*key[:-1], code)


def _sum(first: Weights, second: Weights, times: int) -> Weights:
    keys = dict.fromkeys([*first, *second])
    return {key: first.get(key, 0) + times * second.get(key, 0) for key in keys}


def _statement(says: str, weights: Weights, low: int | None, high: int | None) -> Statement:
    """In lowest terms, so that whole persons tell as much as they can."""
    kept = {key: weight for key, weight in weights.items() if weight}
    common = gcd(*kept.values()) or 1
    return Statement(
        says=says,
        weights=tuple(sorted((key, weight // common) for key, weight in kept.items())),
        low=None if low is None else -(-low // common),
        high=None if high is None else high // common,
    )


def turned(statement: Statement) -> tuple[tuple[tuple[Key, int], ...], int, int | None]:
    """The same with a lowest limit: weights, low, high. What is at most so much is, with all signs turned, at least."""
    if statement.low is None:
        assert statement.high is not None
        return tuple((key, -weight) for key, weight in statement.weights), -statement.high, None
    return statement.weights, statement.low, statement.high
