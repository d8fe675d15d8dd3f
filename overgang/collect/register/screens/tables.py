"""What has happened in a case, as tables: their columns are data, and each row has the ways to correct it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from overgang.access.texts import texts
from overgang.base.codes import codelist
from overgang.base.text import short_day
from overgang.collect.register.dossier import CaseFile
from overgang.collect.register.screens.acts import BY_ID
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.screens.seen import Seen

Write = Callable[[Any, str], str]
"""From a value and a language to what stands in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    cells: list[str]
    edit: str
    delete: str
    name: str


@dataclass(frozen=True, slots=True)
class Table:
    """`id`: the name of its rows."""

    id: str
    heading: str
    columns: list[str]
    rows: list[Row]


def _day(value: date | None, lang: str) -> str:  # noqa: ARG001
    return short_day(value) if value else ""


def _plain(value: Any, lang: str) -> str:  # noqa: ARG001
    return "" if value is None else str(value)


def _hours(value: Decimal | None, lang: str) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", "." if lang == "en" else ",")


def _unit(value: str | None, lang: str) -> str:  # noqa: ARG001
    return place_name(value)


def _yes(value: bool, lang: str) -> str:
    return texts(lang)(f"yes_no.{'yes' if value else 'no'}")


def _elements(value: list[str], lang: str) -> str:
    return ", ".join(texts(lang)(f"element.{each}") for each in value if each in texts(lang)["element"])


def _code(*names: str) -> Write:
    """The label in the first of these lists that has the code."""

    def write(value: str, lang: str) -> str:
        return next((codelist(name).label(value, lang) for name in names if value in codelist(name)), value or "")

    return write


COLUMNS: Mapping[str, Mapping[str, Write]] = {
    "decision": {
        "decided": _day,
        "kind": _code("decision"),
        "reason": _code("rejection_reason", "leave", "end_reason"),
        "since": _day,
        "until": _day,
        "months": _plain,
        "override": _plain,
    },
    "plan": {
        "day": _day,
        "end_goal": _code("end_goal"),
        "norwegian_goal": _plain,
        "contract": _day,
        "elements": _elements,
    },
    "measure": {
        "kind": _code("measure"),
        "directed_to": _code("directed_to"),
        "start": _day,
        "end": _day,
        "hours": _hours,
        "provider": _plain,
    },
    "leave": {"kind": _code("leave"), "start": _day, "end": _day, "decided": _day, "override": _plain},
    "absence": {
        "start": _day,
        "end": _day,
        "authorised": _plain,
        "unauthorised": _plain,
        "cause": _code("absence_cause"),
    },
    "appeal": {"lodged": _day, "outcome": _code("appeal_outcome"), "decided": _day},
    "permit": {"basis": _code("permit_basis"), "decided": _day, "until": _day},
    "settlement": {"unit": _unit, "day": _day, "agreed": _yes, "moved_in": _day},
}
"""What each table shows, in order. Columns that are empty in every row are left out."""
EDITS: Mapping[str, str] = {act.row: act.id for act in BY_ID.values() if act.row and not act.id.startswith("delete_")}


def tables(seen: Seen, file: CaseFile | None) -> list[Table]:
    """The tables of a case, or of the person without one."""
    if file is None:
        found: dict[str, Any] = {"permit": seen.permits, "settlement": seen.settlements}
    else:
        found = {
            "decision": file.decisions,
            "plan": file.plans,
            "measure": file.measures,
            "leave": file.leaves,
            "absence": file.absences,
            "appeal": file.appeals,
        }
    return [_table(seen, name, rows) for name, rows in found.items()]


def _table(seen: Seen, name: str, rows: Any) -> Table:
    t, columns = texts(), COLUMNS[name]
    written = [[write(getattr(row, column), seen.lang) for column, write in columns.items()] for row in rows]
    used = [at for at in range(len(columns)) if any(cells[at] for cells in written)]
    headings = [t(f"field.{_key(name, column)}") for column in columns]
    return Table(
        name,
        t(f"table.{name}"),
        [headings[at] for at in used],
        [
            Row(
                [cells[at] for at in used],
                reverse(f"register:{EDITS[name]}", args=[seen.person.key, row.pk]),
                reverse(f"register:delete_{name}", args=[seen.person.key, row.pk]),
                ", ".join(cell for cell in cells[:2] if cell),
            )
            for row, cells in reversed(list(zip(rows, written, strict=True)))
        ],
    )


def _key(table: str, column: str) -> str:
    """The text of a column: that of the table's own where it has one."""
    return f"{table}_{column}" if f"{table}_{column}" in texts()["field"] else column
