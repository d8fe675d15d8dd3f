"""Cells as people read them, and the tables they stand in."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from overgang.base import text
from overgang.base.cube import AT_LEAST, BREAK, PRELIMINARY, Cell, State
from overgang.serve.texts import Texts

Unit = Literal["count", "percent"]

MARKS = {BREAK: "said_break", PRELIMINARY: "said_preliminary"}
MARK = '<span class="mark" aria-hidden="true">{}</span><span class="ds-sr-only">, {}</span>'

KINDS = {State.VALUE: "", State.SUPPRESSED: "hidden", State.MISSING: "missing", State.NOT_APPLICABLE: "not-applicable"}
"""The class of a cell in the page: a hidden one is hatched, and none of them is drawn as zero."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it stands on a page. `said` is what a screen reader says for a sign; `bar` the percent to draw."""

    text: str
    kind: str = ""
    said: str = ""
    bar: int | None = None
    drawn: bool = False

    @property
    def td(self) -> SafeString:
        """The cell of a table. Written here and not in the template: a page has hundreds, and many are alike."""
        return _td(self)


@lru_cache(maxsize=4096)
def _td(cell: Shown) -> SafeString:
    classes = " ".join(filter(None, ("drawn" if cell.drawn else "", cell.kind)))
    return format_html(
        '<td class="{}">{}<span class="sign" aria-hidden="true">{}</span><span class="ds-sr-only">{}</span></td>'
        if cell.said
        else '<td class="{}">{}<span class="number">{}</span></td>',
        classes,
        _bar(cell.bar) if cell.drawn else "",
        cell.text,
        cell.said,
    )


def _bar(percent: int | None) -> SafeString:
    """A bar of so many percent; without a number only the ground, which the style sheet hatches where it is hidden."""
    bar = format_html('<rect width="{}" height="10"/>', percent) if percent else ""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bar__ground" width="100" height="10"/>{}</svg>',
        bar,
    )


def shown(cell: Cell, t: Texts, unit: Unit = "count", *, drawn: bool = False) -> Shown:
    """A cell in words and signs. `drawn` puts a bar beside a percent; a hidden one gets a hatched field."""
    kind = KINDS[cell.state]
    zero = cell.value == 0 and unit == "count"
    number = text.cell(cell, t.lang, unit)
    return Shown(
        text=t("signs.at_least", number=number) if AT_LEAST in cell.marks and cell.shown else number,
        kind=kind,
        said=t["signs"][f"said_{kind.replace('-', '_')}"] if kind else (t["signs"]["said_zero"] if zero else ""),
        bar=cell.value if drawn else None,
        drawn=drawn,
    )


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number one sees first, what it is, and what it is of."""

    figure: Shown
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading. With `href` it is a link that sorts; `sorted` is the aria-sort of the one that is."""

    title: str
    href: str = ""
    sorted: str = ""
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign that stands beside a year, and what a screen reader says for it."""

    sign: str
    said: str


def marks(signs: str, t: Texts) -> tuple[Mark, ...]:
    """The marks of a cell, in words."""
    return tuple(Mark(sign, t["signs"][MARKS[sign]]) for sign in sorted(set(signs)) if sign in MARKS)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its heading, perhaps a link, and its cells.

    `marks` stand beside the heading where rows are years: a break concerns the whole row. `strong` is the whole among
    its parts; `level` 1 is a part of the row above.
    """

    head: str
    cells: tuple[Shown, ...]
    href: str = ""
    marks: tuple[Mark, ...] = ()
    strong: bool = False
    level: int = 0

    @property
    def tr(self) -> SafeString:
        """The row of a table, written here for the same reason as its cells."""
        broken = any(mark.sign == BREAK for mark in self.marks)
        return format_html(
            '<tr class="{}"><th scope="row" class="{}">{}{}</th>{}</tr>',
            "strong" if self.strong else "after-break" if broken else "",
            "inner" if self.level else "",
            format_html('<a class="ds-link" href="{}">{}</a>', self.href, self.head) if self.href else self.head,
            format_html_join("", MARK, ((mark.sign, mark.said) for mark in self.marks)),
            SafeString("".join(cell.td for cell in self.cells)),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to write out: its caption, the heading of the row headings, columns, rows and notes below it."""

    id: str
    caption: str
    stub: Column
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def signs(self) -> frozenset[str]:
        """Which signs occur, so that the page explains these and no others."""
        cells = [cell for row in self.rows for cell in row.cells]
        marks = {mark.sign for row in self.rows for mark in row.marks}
        return frozenset({cell.text for cell in cells if cell.kind or cell.said} | marks)


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of the legend of standard signs."""

    sign: str
    meaning: str


SIGNS = (
    (State.SUPPRESSED.value, "hidden"),
    (State.MISSING.value, "missing"),
    (State.NOT_APPLICABLE.value, "not_applicable"),
    (text.ZERO, "zero"),
    (BREAK, "break"),
    (PRELIMINARY, "preliminary"),
)


def legend(t: Texts, *tables: Table) -> tuple[Sign, ...]:
    """The meaning of the signs that occur in `tables`; of all signs when no table is given."""
    present = frozenset().union(*(table.signs for table in tables))
    return tuple(Sign(sign, t["signs"][key]) for sign, key in SIGNS if not tables or sign in present)
