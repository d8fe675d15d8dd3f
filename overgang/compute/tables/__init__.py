"""Table designs: which tables an edition has, as data. A file a table, checked to close when read."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from overgang.base.codes import codelist
from overgang.base.cube import TOTAL
from overgang.base.errors import BadInput
from overgang.compute.indicators import indicator
from overgang.compute.indicators.reading import structured

DATA = Path(__file__).parent
LEVELS = ("F00", "F00U", "F00S", "county", "municipality", "city_district")
BREAKDOWNS = ("sex", "age", "education", "origin")
DIMENSIONS = ("place", "time", *BREAKDOWNS, "outcome")
PERIOD_LEVELS = ("municipality", "city_district")
"""Larger places are shown year by year; a period of theirs would only be one more way to the same numbers."""


@dataclass(frozen=True, slots=True)
class TableDesign:
    """One table: what it counts, for which levels of place, by which dimensions.

    `outcomes` and `ages` are whole trees. Of every other dimension, and of age if none are listed, it has all codes.
    """

    id: str
    title: Mapping[str, str]
    indicator: str
    time: Literal["year", "period"]
    dimensions: tuple[str, ...]
    levels: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()

    @property
    def counts(self) -> str:
        return indicator(self.indicator).counts

    @property
    def listed(self) -> Mapping[str, tuple[str, ...]]:
        """The dimensions of which the design lists the codes."""
        return {name: codes for name, codes in (("outcome", self.outcomes), ("age", self.ages)) if codes}

    def codes(self, dimension: str) -> tuple[str, ...]:
        """The codes of a dimension that the table has, in no order."""
        return self.listed.get(dimension) or codelist(dimension).codes


@cache
def designs() -> tuple[TableDesign, ...]:
    """The designs of an ordinary edition, by id."""
    return tuple(read_design(path) for path in sorted(DATA.glob("*.toml")))


def read_design(path: Path) -> TableDesign:
    """The design in a TOML file. Raises BadInput naming the file, what is wrong in it, and what to do."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as a table design ({error}): mend or remove it.") from None
    return checked_design(values, str(path))


def checked_design(values: Mapping[str, Any], where: str) -> TableDesign:
    """A design from parsed TOML; `where` names it in errors. Raises BadInput as `read_design`."""
    design = structured(values, TableDesign, where)
    _check_indicator(design, where)
    _check_dimensions(design, where)
    _check_levels(design, where)
    _check_listed(design, where)
    return design


def _check_indicator(design: TableDesign, where: str) -> None:
    try:
        indicator(design.indicator)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None


def _check_dimensions(design: TableDesign, where: str) -> None:
    _known(design.dimensions, DIMENSIONS, "dimension", where)
    if design.dimensions[:2] != ("place", "time"):
        raise BadInput(f"{where} must have the dimensions place and time first: put them there.")
    if design.counts == "participants" and len(design.dimensions) > 2:
        raise BadInput(
            f"{where} divides participants by {', '.join(design.dimensions[2:])}, which the annual return does not: "
            "keep place and time only."
        )


def _check_levels(design: TableDesign, where: str) -> None:
    _known(design.levels, LEVELS, "level", where)
    too_large = [level for level in design.levels if level not in PERIOD_LEVELS]
    if design.time == "period" and (too_large or design.counts == "participants"):
        raise BadInput(
            f"{where} pools years, which is for exits of {' and '.join(PERIOD_LEVELS)} only: "
            'choose these levels or time = "year".'
        )


def _check_listed(design: TableDesign, where: str) -> None:
    if ("outcome" in design.dimensions) != bool(design.outcomes):
        raise BadInput(
            f"{where} must have outcomes if it has the dimension outcome, and only then: add or remove them."
        )
    if design.ages and "age" not in design.dimensions:
        raise BadInput(f"{where} has ages without the dimension age: add it, or remove them.")
    for dimension, codes in design.listed.items():
        _check_closes(dimension, codes, where)


def _check_closes(dimension: str, listed: tuple[str, ...], where: str) -> None:
    """The total, and of every code that is divided all parts, with the code itself."""
    known = codelist(dimension)
    _known(listed, known.codes, dimension, where)
    if TOTAL not in listed:
        raise BadInput(f"{where} lists {dimension}s without {TOTAL}, so no share can be shown: add it.")
    for whole, parts in known.parts.items():
        there = [part for part in parts if part in listed]
        missing = [code for code in (whole, *parts) if code not in listed]
        if there and missing:
            raise BadInput(
                f"{where} lists the {dimension} {there[0]} without {', '.join(missing)}, so {whole} does not close: "
                f"add {'it' if len(missing) == 1 else 'them'}, or leave {', '.join(there)} out."
            )


def _known(found: Iterable[str], known: Iterable[str], what: str, where: str) -> None:
    names, seen = tuple(known), set()
    for name in found:
        if name not in names:
            raise BadInput(f"{where} has the unknown {what} {name!r}: use {', '.join(names)}.")
        if name in seen:
            raise BadInput(f"{where} has the {what} {name!r} twice: remove one.")
        seen.add(name)
