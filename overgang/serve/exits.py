"""The same few columns wherever exits are shown: the share to work or education, how many ended, how many went on."""

from overgang.base.codes import codelist
from overgang.base.cube import COUNTRY, COUNTRY_OPEN, TOTAL, State
from overgang.base.edition import Edition, PublishedTable
from overgang.serve.figures import Column, Mark, Row, Shown, Table, marks, shown
from overgang.serve.texts import Texts

TOGETHER = ("work_edu",)
PARTS = (*TOGETHER, "work", "education")
TABLES_BY = {
    "sex": ("exits_by_sex",),
    "age": ("exits_by_age", "exits_by_age_group"),
    "education": ("exits_by_education",),
}
"""The tables by a dimension, the finest first: small places are in a coarser one."""


def row_of(place: str) -> str:
    """The row that stands for a place: the country without shielded persons, so that it is the sum of its parts."""
    return COUNTRY_OPEN if place == COUNTRY else place


def has_row(table: PublishedTable, **at: str) -> bool:
    """Whether the table holds the row at all: a place has one if it had a participant in the year."""
    return table.count(**at).state is not State.MISSING


def columns(t: Texts, *, parts: bool = False, drawn: bool = True) -> tuple[Column, ...]:
    """The headings of `cells`."""
    words = t["exits"]
    outcomes = PARTS if parts else TOGETHER
    return (
        Column(words["share"], drawn=drawn),
        Column(words["ended"]),
        *(Column(words[outcome]) for outcome in outcomes),
    )


def cells(table: PublishedTable, t: Texts, *, parts: bool = False, drawn: bool = True, **at: str) -> tuple[Shown, ...]:
    """One row: the share to work or education, exits, and how many to work or education, with `parts` also to each.

    The share comes first: it is what is asked for most, and what a phone shows without scrolling.
    """
    outcomes = PARTS if parts else TOGETHER
    return (
        shown(table.share(outcome="work_edu", **at), t, "percent", drawn=drawn),
        shown(table.count(**at), t),
        *(shown(table.count(outcome=outcome, **at), t) for outcome in outcomes),
    )


def marks_of(table: PublishedTable, t: Texts, **at: str) -> tuple[Mark, ...]:
    """The marks of the row of one year: that of its count and that of its share."""
    return marks(table.count(**at).marks + table.share(outcome="work_edu", **at).marks, t)


def by_code(edition: Edition, t: Texts, dimension: str, caption: str, place: str, year: int) -> Table | None:
    """Exits of a place and year by sex, age or education, as finely as the edition has it, the total last.

    None where the edition has no such row.
    """
    at = {"place": row_of(place), "time": str(year)}
    known = (edition.tables.get(name) for name in TABLES_BY[dimension])
    table = next((found for found in known if found is not None and has_row(found, **at)), None)
    if table is None:
        return None
    labels = codelist(dimension)
    rows = tuple(
        Row(labels.label(code, t.lang), cells(table, t, **at, **{dimension: code}), strong=code == TOTAL)
        for code in (*_finest(table, dimension), TOTAL)
    )
    return Table(f"by-{dimension}", caption, Column(t["exits"][f"by_{dimension}"]), columns(t), rows)


def _finest(table: PublishedTable, dimension: str) -> tuple[str, ...]:
    """The codes of a table that are made of no others in it, in the order of their list."""
    labels, present = codelist(dimension), frozenset(table.codes[dimension])
    return tuple(code for code in labels if code in present and present.isdisjoint(labels.parts.get(code, ())))
