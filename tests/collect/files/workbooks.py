"""Workbooks written part by part, so that a test can make what no program writes."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE, DATE_TIME = 1, 2


@dataclass(frozen=True)
class Raw:
    """A cell as XML: its attributes and what is in it."""

    attributes: str
    inside: str


def number(text: str, style: int = 0) -> Raw:
    return Raw(f's="{style}"', f"<v>{text}</v>")


def formula(text: str, cached: str) -> Raw:
    return Raw('t="str"', f"<f>{escape(text)}</f><v>{escape(cached)}</v>")


def error(text: str) -> Raw:
    return Raw('t="e"', f"<v>{text}</v>")


def boolean(value: bool) -> Raw:
    return Raw('t="b"', f"<v>{int(value)}</v>")


def shared(index: int) -> Raw:
    return Raw('t="s"', f"<v>{index}</v>")


Cells = Sequence[str | Raw]


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows, and XML to put after them or in place of all of it."""

    rows: Sequence[Cells]
    name: str = "Ark1"
    state: str = "visible"
    after: str = ""
    xml: str = ""
    hidden: frozenset[int] = field(default_factory=frozenset)


def letters(column: int) -> str:
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def sheet_xml(sheet: Sheet, namespace: str = MAIN) -> str:
    rows = []
    for line, cells in enumerate(sheet.rows, 1):
        hidden = ' hidden="1"' if line in sheet.hidden else ""
        rows.append(f'<row r="{line}"{hidden}>{"".join(_cell(line, at, cell) for at, cell in enumerate(cells))}</row>')
    return f'<worksheet xmlns="{namespace}"><sheetData>{"".join(rows)}</sheetData>{sheet.after}</worksheet>'


def _cell(line: int, at: int, cell: str | Raw) -> str:
    place = f'r="{letters(at)}{line}"'
    if isinstance(cell, Raw):
        return f"<c {place} {cell.attributes}>{cell.inside}</c>"
    if not cell:
        return ""
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'


def parts(
    sheets: Sequence[Sheet], *, since_1904: bool = False, strings: Sequence[str] = (), namespace: str = MAIN
) -> dict[str, bytes]:
    """The parts of a workbook by name, to be changed and packed."""
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{at}" state="{sheet.state}" r:id="rId{at}"/>'
        for at, sheet in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    relations += f'<Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    found = {
        "[Content_Types].xml": f'{head}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{namespace}" xmlns:r="{RELATIONS}">'
        f'<workbookPr date1904="{int(since_1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        "xl/styles.xml": f'{head}<styleSheet xmlns="{namespace}"><numFmts count="1"><numFmt numFmtId="164" '
        'formatCode="dd\\.mm\\.yyyy hh:mm"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{namespace}">'
        + "".join(text if text.startswith("<si>") else f"<si><t>{escape(text)}</t></si>" for text in strings)
        + "</sst>",
    }
    for at, sheet in enumerate(sheets, 1):
        found[f"xl/worksheets/sheet{at}.xml"] = head + (sheet.xml or sheet_xml(sheet, namespace))
    return {name: text.encode() for name, text in found.items()}


def packed(found: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    return target.getvalue()


def workbook(*sheets: Sheet, **options: object) -> bytes:
    return packed(parts(sheets, **options))  # type: ignore[arg-type]
