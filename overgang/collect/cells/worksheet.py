"""The cells of one sheet of a workbook, read as it is unpacked.

A cell is text, or a pair [kind, text]: n a number as it is stored, d a day (ISO; with a time if it has one), b a
boolean, e an error value, f a formula with the value that stood beside it, which nobody has worked out and nobody
should trust.
"""

import re
from dataclasses import dataclass, field

from overgang.collect.cells import limits
from overgang.collect.cells.archive import Archive
from overgang.collect.cells.markup import Enough, local, parse
from overgang.collect.cells.refusal import Refusal
from overgang.collect.cells.serials import day_of
from overgang.collect.cells.workbook import SheetEntry, Workbook, unescaped

Cell = str | list[str]
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.0+)?")
ROWS_IN_EXCEL = 1_048_576
MERGED = 2_000


@dataclass
class Cells:
    """`rows`: (row as Excel shows it, cells); `merged`: [first row, last row] of each merged area; `hidden`: rows that
    a filter or a hand has hidden."""

    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)
    hidden: int = 0


def read_cells(archive: Archive, book: Workbook, sheet: SheetEntry, most: int | None = None) -> Cells:
    """All cells of a sheet, or those of its first `most` rows that are not empty."""
    reader = _Reader(book, sheet, most)
    parse(archive.chunks(sheet.part), sheet.part, reader.start, reader.end, reader.text)
    return reader.cells


def column_of(letters: str) -> int:
    """A -> 0, B -> 1, AA -> 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Reader:
    def __init__(self, book: Workbook, sheet: SheetEntry, most: int | None) -> None:
        self.cells = Cells()
        self._book, self._sheet, self._most = book, sheet, most
        self._local: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row: list[Cell] = []
        self._line, self._column = 0, -1
        self._type, self._style = "n", 0
        self._formula = self._listening = False
        self._pieces: list[str] = []
        self._hidden_row = False
        self._others = 0
        self._depth = self._elements = self._characters = self._phonetic = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > limits.ELEMENTS or self._depth > limits.DEPTH:
            raise Refusal("too_much_markup", sheet=self._sheet.name)
        name = self._local.get(tag) or self._named(tag)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._listening = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name != "is":
            self._others += 1
            if self._others > limits.OTHER_ELEMENTS:
                raise Refusal("too_much_markup", sheet=self._sheet.name)

    def end(self, tag: str) -> None:
        self._depth -= 1
        name = self._local.get(tag) or self._named(tag)
        if name == "c":
            self._end_cell()
        elif name == "v" or name == "t":
            self._listening = False
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._phonetic -= 1

    def text(self, data: str) -> None:
        if self._listening and len(self._pieces) < limits.FIELD:
            self._pieces.append(data)

    def _named(self, tag: str) -> str:
        if len(self._local) > 1000:
            raise Refusal("too_much_markup", sheet=self._sheet.name)
        return self._local.setdefault(tag, local(tag))

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        line = int(given) if given.isdecimal() and len(given) < 8 else self._line + 1
        if not self._line < line <= ROWS_IN_EXCEL:
            raise Refusal("damaged_workbook", part=self._sheet.part[:80])
        self._line, self._column, self._row = line, -1, []
        self._hidden_row = attributes.get("hidden", "0") in ("1", "true")

    def _end_row(self) -> None:
        row = self._row
        while row and row[-1] == "":
            row.pop()
        if not row:
            return
        self.cells.hidden += self._hidden_row
        if len(row) > limits.COLUMNS:
            raise Refusal("too_many_columns", line=self._line, n=len(row), most=limits.COLUMNS)
        self.cells.rows.append((self._line, row))
        if self._most is not None and len(self.cells.rows) >= self._most:
            raise Enough
        if len(self.cells.rows) > limits.ROWS + limits.PREAMBLE:
            raise Refusal("too_many_rows", most=limits.ROWS)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._placed(reference)
        if column <= self._column:
            raise Refusal("damaged_workbook", part=self._sheet.part[:80])
        self._column = column
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 6 else 0
        self._formula = False
        self._pieces = []

    def _placed(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            found = REFERENCE.fullmatch(reference)
            if not found or len(self._columns) > 20_000:
                raise Refusal("damaged_workbook", part=self._sheet.part[:80])
            column = self._columns.setdefault(letters, column_of(letters))
        return column

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        if not raw and not self._formula:
            return
        row, column = self._row, self._column
        if column >= limits.COLUMNS * 10:
            raise Refusal("too_many_columns", line=self._line, n=column + 1, most=limits.COLUMNS)
        if missing := column - len(row):
            row.extend([""] * missing)
        cell = self._cell(raw)
        row.append(cell)
        self._characters += len(cell) if isinstance(cell, str) else len(cell[1])
        if self._characters > limits.TEXT:
            raise Refusal("too_much_text", most=limits.TEXT // 1_000_000)

    def _cell(self, raw: str) -> Cell:
        kind = self._type
        if kind == "s":
            raw = self._shared(raw.strip())
        elif kind in ("str", "inlineStr"):
            raw = unescaped(raw)[: limits.FIELD + 1]
        else:
            raw = raw.strip()[: limits.FIELD + 1]
        if self._formula:
            return ["f", raw]
        match kind:
            case "n":
                return self._number(raw)
            case "b" | "e" | "d":
                return [kind, raw]
        return raw

    def _shared(self, index: str) -> str:
        try:
            return self._book.strings[int(index)] if len(index) < 9 and index.isdecimal() else ""
        except IndexError:
            raise Refusal("damaged_workbook", part=self._sheet.part[:80]) from None

    def _number(self, raw: str) -> Cell:
        if self._style not in self._book.dates:
            return ["n", raw]
        whole, _, rest = raw.partition(".")
        if not (whole.isdecimal() and len(whole) < 8):
            return ["n", raw]
        day = day_of(int(whole), self._book.since_1904)
        if day is None:
            return ["n", raw]
        return ["d", day.isoformat() + ("T" if rest.strip("0") else "")]

    def _merge(self, reference: str) -> None:
        found = RANGE.fullmatch(reference)
        if found:
            self.cells.merged.append([int(found[2]), int(found[4])])
        if len(self.cells.merged) > MERGED:
            raise Refusal("merged_everywhere", most=MERGED)


def merged_rows(cells: Cells) -> list[int]:
    """The rows that a merged area touches, of those that hold something."""
    areas = sorted(cells.merged)
    found, at, last = [], 0, 0
    for line, _ in cells.rows:
        while at < len(areas) and areas[at][0] <= line:
            last = max(last, areas[at][1])
            at += 1
        if line <= last:
            found.append(line)
    return found


def texts_of(row: list[Cell]) -> list[str]:
    """What stands in the cells, whatever kind they are."""
    return [cell if isinstance(cell, str) else cell[1] for cell in row]
