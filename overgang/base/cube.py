"""Cells and cubes: what is counted, before and after disclosure control.

A *cell* is one number with its state. A *cube* is one table's cells, a row a cell. A *tabulation* is all cubes of an
edition with the equations that bind their cells together; disclosure control needs them all at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

TOTAL = "total"
COUNTRY = "F00"
COUNTRY_OPEN = "F00U"
SHIELDED = "F00S"

KEY = ("counts", "place", "time", "sex", "age", "education", "origin", "outcome")
"""What a cell is, in every table: two cells with the same key are one number. A dimension a table lacks is `total`."""


class State(StrEnum):
    """Why there is, or is not, a number: the signs of Norwegian official tables."""

    VALUE = ""
    SUPPRESSED = ":"
    MISSING = ".."
    NOT_APPLICABLE = "."


BREAK = "|"
PRELIMINARY = "*"
AT_LEAST = "≥"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number or the reason there is none. `marks` stand beside it: `|` break in the series, `*` preliminary, `≥` a
    lower bound: some of its parts are not known."""

    value: int | None
    state: State = State.VALUE
    marks: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.state is State.VALUE):
            raise ValueError(f"a cell has a value or a state that says why not, not {self.value!r} with {self.state!r}")

    @property
    def shown(self) -> bool:
        return self.state is State.VALUE


SUPPRESSED = Cell(None, State.SUPPRESSED)
MISSING = Cell(None, State.MISSING)
NOT_APPLICABLE = Cell(None, State.NOT_APPLICABLE)


def percent(part: int, whole: int) -> int:
    """Whole percent, half rounded up, in exact integers: 1173 of 2303 is 51. `whole` > 0."""
    return (200 * part + whole) // (2 * whole)


def share(part: Cell, whole: Cell) -> Cell:
    """Percent of two cells. Hidden or missing with either count; not applicable on base 0.

    >>> share(Cell(2048), Cell(4469)).value
    46
    """
    for cell in (whole, part):
        if not cell.shown:
            return Cell(None, cell.state, cell.marks)
    assert part.value is not None
    assert whole.value is not None
    if whole.value == 0:
        return NOT_APPLICABLE
    return Cell(percent(part.value, whole.value), marks=whole.marks)


@dataclass(frozen=True, slots=True)
class Tree:
    """How the codes of one dimension add up: whole -> its parts, at any depth."""

    dimension: str
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cube:
    """One table of true counts. Never leaves the building: only `control` makes what may.

    `cells` has one row a cell: the columns `dimensions` (String, names from KEY without "counts") and `count` (Int64,
    never null), sorted by the dimensions, each combination once. All cells count the same thing: `counts` is "exits"
    or "participants".
    """

    table: str
    counts: str
    dimensions: tuple[str, ...]
    cells: pl.DataFrame

    def value(self, **at: str) -> int:
        """The count at one combination of codes, e.g. `cube.value(place="F18", time="2016", outcome="total")`."""
        if set(at) != set(self.dimensions):
            raise KeyError(f"{self.table} has the dimensions {', '.join(self.dimensions)}; asked with {', '.join(at)}")
        found = self.cells.filter(*(pl.col(name) == code for name, code in at.items()))
        if found.height != 1:
            raise KeyError(f"{self.table} holds no cell at {at}")
        return int(found["count"][0])


@dataclass(frozen=True, slots=True)
class Tabulation:
    """All cubes of an edition and the equations between their cells.

    `trees`: how codes add up within sex, age, education, origin and outcome.
    `links`: how places and times add up, a row a part: `counts`, `family`, `whole_place`, `whole_time`, `place`, `time`
    (String). Each (counts, family, whole_place, whole_time) is one equation, whole = sum of its parts - overlap, for
    every combination of the other dimensions that a table holds for the whole and all parts. Families: "county" (its
    municipalities), "districts" (Oslo), "country" (F00U = counties), "shielded" (F00 = F00U + F00S), "period" (three
    years of one place). The overlap is persons counted in several parts and once in the whole; it is 0 in "shielded".
    """

    cubes: tuple[Cube, ...]
    trees: tuple[Tree, ...]
    links: pl.DataFrame

    def cube(self, table: str) -> Cube:
        for cube in self.cubes:
            if cube.table == table:
                return cube
        raise KeyError(f"no table {table}; there are {', '.join(c.table for c in self.cubes)}")
