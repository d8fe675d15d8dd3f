"""Every published figure, one a row, and the contradictions between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from math import ceil, inf
from pathlib import Path

from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.demo.groups import POPULATIONS, SHIELDED
from overgang.demo.statements import STATEMENTS
from overgang.demo.targets import FOLDER, read_rows

DOCUMENTS: Mapping[str, str] = {
    "results-report-2007": "Results report 2007",
    "results-page-2016": "Results page 2016",
    "results-page-2017": "Results page 2017",
    "press-mail-2018": "Press mail 2018",
    "press-release-2022": "Press release 2022",
}
LAYERS = ("truth_register", "survey_return")
KINDS = ("count", "share")
EXACT, WHOLE, ABOVE, BELOW, NEAR, ORDER = "exact", "0dp", "gt", "lt", "approx", "order"
"""How exact a figure is. "approx:3" is within 3 of the value, "approx" alone within the interval that is given."""


@dataclass(frozen=True)
class Published:
    """One published figure: the `category` among a population (in a narrower group of it: `among`) of a place and year.

    `low` to `high` are the persons a rounded figure allows out of `base`; low > high when no whole number does.
    """

    id: str
    document: str
    ref: str
    year: int
    layer: str
    place: str
    name: str
    population: str
    among: str
    category: str
    kind: str
    value: float | None
    precision: str
    low: int | None
    high: int | None
    base: int | None
    priority: int
    status: str
    note: str

    @property
    def tolerance(self) -> float | None:
        """The 3 of "approx:3"."""
        kind, _, width = self.precision.partition(":")
        return float(width) if kind == NEAR and width else None

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the value can have been before it was rounded, or told in words."""
        assert self.value is not None
        if self.precision == ABOVE:
            return self.value, inf
        if self.precision == BELOW:
            return 0, self.value
        width = 0.5 if self.precision == WHOLE else self.tolerance or 0
        return self.value - width, self.value + width


@dataclass(frozen=True)
class Contradiction:
    """Published figures that cannot hold together, or that look so.

    `figures` are their ids (with * for any), `gives_way` the ids of those that the country does not reproduce.
    """

    id: str
    where: str
    what: str
    kind: str
    treatment: str
    figures: str
    gives_way: str

    def covers(self, figure: Published) -> bool:
        return any(fnmatchcase(figure.id, pattern) for pattern in self.figures.split())


@dataclass(frozen=True)
class Figures:
    """All published figures, and the contradiction that says why one is given up, by the figure's id."""

    all: tuple[Published, ...]
    contradictions: tuple[Contradiction, ...]
    given_up: Mapping[str, Contradiction]
    rows: Mapping[str, int]

    def where(self, figure: Published) -> tuple[str, int]:
        """The file and row of a figure; what is no published figure says so itself."""
        if figure.id in self.rows:
            return "published.csv", self.rows[figure.id]
        file, _, row = figure.ref.partition(", row ")
        return file, int(row)


def read_published(folder: Path = FOLDER) -> Figures:
    """Reads and checks published.csv and contradictions.csv. Raises BadInput naming file, row and what is wrong."""
    figures = read_rows(folder, Published, "published.csv", 1)
    contradictions = read_rows(folder, Contradiction, "contradictions.csv", 1)
    rows = {figure.id: number for number, figure in enumerate(figures, start=2)}
    for figure in figures:
        _check(figure, f"published.csv, row {rows[figure.id]}")
    return Figures(figures, contradictions, _given_up(contradictions, rows), rows)


def _given_up(contradictions: tuple[Contradiction, ...], known: Mapping[str, int]) -> dict[str, Contradiction]:
    found = {}
    for number, row in enumerate(contradictions, start=2):
        for id in row.gives_way.split():
            if id not in known:
                raise BadInput(f"contradictions.csv, row {number}: {id!r} is no figure of published.csv; correct it.")
            found[id] = row
    return found


def _check(figure: Published, where: str) -> None:
    """Every code is one we can count by, and what the precision needs is there."""
    for column, value, known in (
        ("document", figure.document, DOCUMENTS),
        ("layer", figure.layer, LAYERS),
        ("population", figure.population, POPULATIONS),
        ("kind", figure.kind, KINDS),
        ("precision", figure.precision.partition(":")[0], (EXACT, WHOLE, ABOVE, BELOW, NEAR, ORDER)),
    ):
        if value not in known:
            raise BadInput(f"{where}: {column} is {value!r}, it should be one of {', '.join(known)}; correct it.")
    if figure.category not in STATEMENTS:
        words = POPULATIONS[figure.population].words
        for column, value in (("category", figure.category), ("among", figure.among)):
            if value not in words:
                raise BadInput(f"{where}: {column} is {value!r}, no group of {figure.population}; correct it.")
        if figure.value is None:
            raise BadInput(f"{where}: value is empty; put the published number there.")
    _check_width(figure, where)
    _check_interval(figure, where)
    _check_place(figure, where)


def _check_width(figure: Published, where: str) -> None:
    _, _, width = figure.precision.partition(":")
    try:
        float(width or 0)
    except ValueError:
        raise BadInput(f"{where}: precision is {figure.precision!r}; write it as approx:3.") from None
    if figure.precision == NEAR and (figure.low is None or figure.high is None):
        raise BadInput(f"{where}: precision is approx, but low or high is empty; give both, or write approx:3.")


def _check_interval(figure: Published, where: str) -> None:
    """Low and high are what the value allows, where that follows from it."""
    if figure.low is None or figure.value is None:
        return
    if figure.precision == EXACT:
        low, high = figure.value, figure.value
    elif figure.precision == WHOLE and figure.base:
        low, high = (ceil(Fraction(bound) * figure.base / 100) for bound in figure.bounds)
        high -= 1
    else:
        return
    if (figure.low, figure.high) != (low, high):
        raise BadInput(
            f"{where}: low and high are {figure.low} and {figure.high}, but the value {figure.value:g} allows {low:g} "
            f"to {high:g}; correct one of them."
        )


def _check_place(figure: Published, where: str) -> None:
    if figure.place == SHIELDED:
        return
    try:
        known = gazetteer().place(figure.place).valid_in(figure.year)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    if not known:
        raise BadInput(f"{where}: {figure.place!r} is no place of {figure.year}; correct the code.")
