"""Files we hand out: empty templates, rejected rows with their reasons, exports.

What a spreadsheet would take for a formula is written as text, and every file comes back through `read` as it was.
CSV is for Norwegian spreadsheets: semicolons, UTF-8 with a mark, decimal comma, every field in quotation marks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

import xlsxwriter

from overgang.base.codes import codelist
from overgang.base.neutral import neutral
from overgang.base.text import short_day
from overgang.collect.files.header import REASON
from overgang.collect.files.sheet import Sheet
from overgang.collect.files.templates import Field, Template
from overgang.collect.files.values import Identifier

Format = Literal["csv", "xlsx"]
Cells = Sequence[str]

BOM = "\ufeff"
YES_NO = {True: {"nb": "Ja", "nn": "Ja", "en": "Yes"}, False: {"nb": "Nei", "nn": "Nei", "en": "No"}}
HELP = {
    "nb": ("Hjelp", "Kolonne", "Må fylles ut", "Forklaring", "Eksempel", "Kan være"),
    "nn": ("Hjelp", "Kolonne", "Må fyllast ut", "Forklaring", "Døme", "Kan vere"),
    "en": ("Help", "Column", "Required", "Explanation", "Example", "May be"),
}
LISTED = 30
"""Codes that are listed in the help; of longer lists (countries) none is."""
WIDTHS = (14, 60)


def empty_template(template: Template, lang: str, format: Format) -> bytes:
    """The header and an example row, which `read` leaves out; in a workbook a sheet of help as well."""
    rows = [[field.label[lang] for field in template.fields], [field.example[lang] for field in template.fields]]
    if format == "csv":
        return _csv(rows)
    return _xlsx([(template.label[lang], rows), (HELP[lang][0], [*_help(template, lang)])])


def rejected(sheet: Sheet, lang: str, format: Format) -> bytes:
    """The rows that were not taken, as they were sent, and a last column that says why: to be mended and sent again."""
    reasons: dict[int, list[str]] = {row.line: [] for row in sheet.rejected}
    for fault in sheet.faults:
        if fault.line in reasons and fault.stops:
            reasons[fault.line].append(fault.sentence(lang))
    width = max((len(row.cells) for row in sheet.rejected), default=0)
    at = max(width, len(sheet.header))
    rows = [[*_padded(sheet.header, at), REASON[lang]]]
    rows += [[*_padded(row.cells, at), " ".join(reasons[row.line])] for row in sheet.rejected]
    return _csv(rows) if format == "csv" else _xlsx([(REASON[lang][:5], rows)])


def exported(template: Template, rows: Iterable[Mapping[str, Any]], lang: str, format: Format) -> bytes:
    """Rows of values, as `read` gives them, by the template: read again they are the same values."""
    cells = [[field.label[lang] for field in template.fields]]
    cells += [[as_cell(row.get(field.name), lang) for field in template.fields] for row in rows]
    return _csv(cells) if format == "csv" else _xlsx([(template.label[lang], cells)])


def listed(name: str, rows: Sequence[Cells], format: Format) -> bytes:
    """A list that is to be read and not sent back: its header and its rows, as text."""
    return _csv(rows) if format == "csv" else _xlsx([(name, rows)])


def as_cell(value: Any, lang: str) -> str:
    """How a value is written: 24.10.2018, 37,5, Ja, a code as it is."""
    match value:
        case None:
            return ""
        case bool():
            return YES_NO[value][lang]
        case date():
            return short_day(value)
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case Identifier():
            return value.number
    return str(value)


def _csv(rows: Iterable[Cells]) -> bytes:
    lines = (";".join('"' + neutral(cell).replace('"', '""') + '"' for cell in cells) for cells in rows)
    return (BOM + "".join(line + "\r\n" for line in lines)).encode("utf-8", "replace")


def _xlsx(sheets: Sequence[tuple[str, Sequence[Cells]]]) -> bytes:
    """A workbook of text cells. No string becomes a number, a formula or a link."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _epoch()})
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True})
        for name, rows in sheets:
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
            sheet.freeze_panes(1, 0)
            for at, title in enumerate(rows[0]):
                sheet.set_column(at, at, min(max(len(title) + 2, WIDTHS[0]), WIDTHS[1]), text)
            for line, cells in enumerate(rows):
                for at, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(line, at, cell, text if line else head)
    return target.getvalue()


def _epoch() -> datetime:
    """A workbook says when it was made; ours say the same day, so that the same rows are the same bytes."""
    return datetime(2020, 1, 1)  # noqa: DTZ001


def _padded(cells: Cells, width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _help(template: Template, lang: str) -> Iterable[Cells]:
    yield HELP[lang][1:]
    for field in template.fields:
        required = YES_NO[True][lang] if field.required else ""
        yield [field.label[lang], required, field.help[lang], field.example[lang], "; ".join(options(field, lang))]


def options(field: Field, lang: str) -> list[str]:
    """What may stand in a column of codes: "grant (Innvilgelse)"; nothing for other types and long lists."""
    if field.codes:
        return list(field.codes)
    if not field.list or len(codelist(field.list)) > LISTED:
        return []
    found = codelist(field.list)
    return [f"{code} ({found.label(code, lang)})" for code in found.leaves]
