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
    """One table: what it counts, for which levels of place, by which dimensions. `outcomes` are whole trees."""

    id: str
    title: Mapping[str, str]
    indicator: str
    time: Literal["year", "period"]
    dimensions: tuple[str, ...]
    levels: tuple[str, ...]
    outcomes: tuple[str, ...] = ()

    @property
    def counts(self) -> str:
        return indicator(self.indicator).counts


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
    _check_outcomes(design, where)
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


def _check_outcomes(design: TableDesign, where: str) -> None:
    if bool(design.outcomes) != ("outcome" in design.dimensions):
        raise BadInput(
            f"{where} must have outcomes if it has the dimension outcome, and only then: add or remove them."
        )
    if not design.outcomes:
        return
    outcome = codelist("outcome")
    _known(design.outcomes, outcome.codes, "outcome", where)
    if TOTAL not in design.outcomes:
        raise BadInput(f"{where} lists outcomes without {TOTAL}, so no share can be shown: add it.")
    for whole, parts in outcome.parts.items():
        listed = [part for part in parts if part in design.outcomes]
        missing = [code for code in (whole, *parts) if code not in design.outcomes]
        if listed and missing:
            raise BadInput(
                f"{where} lists the outcome {listed[0]} without {', '.join(missing)}, so {whole} does not close: "
                f"add {'it' if len(missing) == 1 else 'them'}, or leave {', '.join(listed)} out."
            )


def _known(found: Iterable[str], known: Iterable[str], what: str, where: str) -> None:
    names, seen = tuple(known), set()
    for name in found:
        if name not in names:
            raise BadInput(f"{where} has the unknown {what} {name!r}: use {', '.join(names)}.")
        if name in seen:
            raise BadInput(f"{where} has the {what} {name!r} twice: remove one.")
        seen.add(name)
