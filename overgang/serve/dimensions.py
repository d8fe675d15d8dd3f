"""The dimensions of the tables as the open data call them, and the labels of their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from overgang.base.codes import codelist
from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED
from overgang.base.edition import PublishedTable
from overgang.base.periods import is_period
from overgang.base.places import gazetteer
from overgang.serve.names import with_years
from overgang.serve.texts import Texts

Role = Literal["geo", "time", ""]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column of a table: its name in JSON-stat (as Statistics Norway has it) and in the query of an address."""

    column: str
    jsonstat: str
    query: str
    role: Role = ""


DIMENSIONS: Mapping[str, Dimension] = {
    dimension.column: dimension
    for dimension in (
        Dimension("place", "Region", "sted", "geo"),
        Dimension("time", "Tid", "tid", "time"),
        Dimension("sex", "Kjonn", "kjonn"),
        Dimension("age", "Alder", "alder"),
        Dimension("education", "Utdanning", "utdanning"),
        Dimension("origin", "Landbakgrunn", "landbakgrunn"),
        Dimension("outcome", "Overgang", "overgang"),
    )
}


def of(table: PublishedTable) -> tuple[Dimension, ...]:
    """The dimensions of a table, in its own order."""
    return tuple(DIMENSIONS[column] for column in table.dimensions)


def codes(table: PublishedTable, dimension: Dimension) -> tuple[str, ...]:
    """The codes that occur: places and times sorted, others in the order of their code list."""
    present = table.codes[dimension.column]
    if dimension.role:
        return present
    return tuple(code for code in codelist(dimension.column) if code in frozenset(present))


def title(dimension: Dimension, codes: tuple[str, ...], t: Texts) -> str:
    """What the dimension is called: a time of periods is not called year."""
    periods = dimension.role == "time" and any(map(is_period, codes))
    return t["dimension"]["period" if periods else dimension.column]


def label(dimension: Dimension, code: str, t: Texts) -> str:
    """The label of a code in the language of `t`."""
    match dimension.role:
        case "geo":
            return _place(code, t)
        case "time":
            return code.replace("-", "–")
        case _:
            return codelist(dimension.column).label(code, t.lang)


def _place(code: str, t: Texts) -> str:
    special = {COUNTRY: "all", COUNTRY_OPEN: "open", SHIELDED: "shielded"}
    return t["country"][special[code]] if code in special else with_years(gazetteer().place(code), t)
