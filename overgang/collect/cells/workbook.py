"""What a workbook says about itself: its sheets, its system of dates, which styles are dates, its shared texts."""

import posixpath
import re
from dataclasses import dataclass, field

from overgang.collect.cells import limits
from overgang.collect.cells.archive import Archive
from overgang.collect.cells.markup import local, parse
from overgang.collect.cells.refusal import Refusal

BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
STYLES = 70_000
"""Excel allows 65 490 formats of cells."""


@dataclass
class SheetEntry:
    """A sheet: its name, the part it is in, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass
class Workbook:
    """What the cells are read with. `dates`: the styles that show a number as a date."""

    sheets: list[SheetEntry] = field(default_factory=list)
    since_1904: bool = False
    dates: set[int] = field(default_factory=set)
    strings: list[str] = field(default_factory=list)


def read_workbook(archive: Archive) -> Workbook:
    """Everything but the sheets themselves and the shared texts (see `read_strings`)."""
    book = Workbook()
    part = _main_part(archive)
    targets = _targets(archive, part)
    found: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "sheet":
                reference = next((value for key, value in attributes.items() if local(key) == "id" and ":" in key), "")
                state = attributes.get("state", "visible")
                found.append((attributes.get("name", "?")[:80], reference, state != "visible"))
                if len(found) > limits.SHEETS:
                    raise Refusal("too_many_sheets", most=limits.SHEETS)
            case "workbookPr":
                book.since_1904 = attributes.get("date1904", "0").lower() in ("1", "true", "on")
            case "workbookProtection" | "fileSharing":
                pass

    parse(archive.chunks(part), part, start, _ignore)
    for name, reference, hidden in found:
        kind, target = targets.get(reference, ("", ""))
        if kind == "worksheet":
            book.sheets.append(SheetEntry(name, target, hidden))
    if not book.sheets:
        raise Refusal("no_sheets")
    styles = next((target for kind, target in targets.values() if kind == "styles"), "")
    if styles in archive:
        book.dates = _date_styles(archive, styles)
    return book


def read_strings(archive: Archive) -> list[str]:
    """The shared texts in order. Furigana is left out, each text is cut a sign after the limit of a field."""
    part = next((t for kind, t in _targets(archive, _main_part(archive)).values() if kind == "sharedStrings"), "")
    if part not in archive:
        return []
    strings: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": 0, "total": 0}

    def start(name: str, _: dict[str, str]) -> None:
        name = local(name)
        if name == "t":
            state["text"] = not state["phonetic"]
        elif name == "rPh":
            state["phonetic"] += 1
        elif name == "si":
            pieces.clear()

    def end(name: str) -> None:
        name = local(name)
        if name == "t":
            state["text"] = False
        elif name == "rPh":
            state["phonetic"] -= 1
        elif name == "si":
            found = unescaped("".join(pieces))[: limits.FIELD + 1]
            strings.append(found)
            state["total"] += len(found)
            if len(strings) > limits.STRINGS or state["total"] > limits.TEXT:
                raise Refusal("too_much_text", most=limits.TEXT // 1_000_000)

    def text(data: str) -> None:
        if state["text"] and len(pieces) < limits.FIELD:
            pieces.append(data)

    parse(archive.chunks(part), part, start, end, text)
    return strings


def unescaped(text: str) -> str:
    """Workbooks write signs that XML cannot hold as _x000D_; halves of surrogate pairs become the sign for lost."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda found: _sign(int(found[1], 16)), text)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date.

    >>> is_date_format("dd.mm.yyyy"), is_date_format('0.00" kr per d"'), is_date_format("General")
    (True, False, False)
    """
    first = NOT_CODES.sub("", code.split(";")[0]).lower()
    return first != "general" and any(letter in first for letter in "ydmhs") and not any(s in first for s in "0#?")


def _sign(number: int) -> str:
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)


def _main_part(archive: Archive) -> str:
    if "_rels/.rels" in archive:
        for kind, target in _targets(archive, "").values():
            if kind == "officeDocument" and target in archive:
                return target
    return "xl/workbook.xml"


def _targets(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relations of a part: id -> (kind, name of the other part). Those that lead outside the file are left out."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("TargetMode", "").lower() != "external":
            kind = attributes.get("Type", "").rsplit("/", 1)[-1]
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(path))

    if relations in archive:
        parse([archive.read(relations, 1_000_000)], relations, start, _ignore)
    return found


def _date_styles(archive: Archive, part: str) -> set[int]:
    custom: dict[str, bool] = {}
    formats: list[str] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = is_date_format(attributes.get("formatCode", "")[:300])
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            formats.append(attributes.get("numFmtId", "0"))
        if len(formats) > STYLES or len(custom) > STYLES:
            raise Refusal("damaged_workbook", part=part[:80])

    def end(name: str) -> None:
        if local(name) == "cellXfs":
            inside[0] = False

    parse(archive.chunks(part), part, start, end)
    return {
        style
        for style, number in enumerate(formats)
        if custom.get(number, number.isdecimal() and len(number) < 5 and int(number) in BUILTIN_DATES)
    }


def _ignore(_: str) -> None:
    """Ends of elements say nothing here."""
