"""Text -> rows of cells: semicolon, comma or tab; any line endings; quotation marks where somebody needed them."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from overgang.collect.cells import limits
from overgang.collect.cells.names import recognised
from overgang.collect.cells.refusal import Refusal

SEPARATORS = (";", "\t", ",", "|")
LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
DECLARED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
LITERAL = re.compile(r"'+[\s\x00-\x1f\x7f]*[=+\-@|%＝＋－＠]|'+[\t\r\n]")
"""What our own files (and careful others) write for a text that a spreadsheet would take for a formula."""
MOST_LINES = 10
"""Lines one field may go on over; a quotation mark that is never closed must not swallow the file."""


@dataclass
class Separated:
    """`rows`: (line as an editor counts, cells); `broken`: lines whose quotation marks do not match."""

    separator: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


def split(text: str, names: frozenset[str]) -> Separated:
    """All rows that are not empty, by the separator that finds the most of the template's names in one row.

    Raises Refusal where there are too many rows or columns.
    """
    declared, skip = _declared(text)
    found = Separated(declared or _separator(text, names))
    blank = characters = 0
    for line, cells, whole in _rows(text, found.separator):
        if line <= skip:
            continue
        while cells and not cells[-1].strip(" \u00a0"):
            cells.pop()
        if not cells:
            blank += 1
            if blank > limits.BLANK_ROWS:
                raise Refusal("too_many_rows", most=limits.ROWS)
            continue
        if len(cells) > limits.COLUMNS:
            raise Refusal("too_many_columns", line=line, n=len(cells), most=limits.COLUMNS)
        if not whole:
            found.broken.append(line)
        found.rows.append((line, [_literal(cell[: limits.FIELD + 1]) for cell in cells]))
        characters += sum(map(len, found.rows[-1][1]))
        if len(found.rows) > limits.ROWS + limits.PREAMBLE:
            raise Refusal("too_many_rows", most=limits.ROWS)
        if characters > limits.TEXT:
            raise Refusal("too_much_text", most=limits.TEXT // 1_000_000)
    return found


def _declared(text: str) -> tuple[str, int]:
    """A first line "sep=;" is for Excel: the separator, and how many lines to leave out."""
    found = DECLARED.fullmatch(text[:20].split("\n")[0].strip("\r\ufeff "))
    return (found[1], 1) if found and found[1] in SEPARATORS else ("", 0)


def _separator(text: str, names: frozenset[str]) -> str:
    best, most = ";", (-1, -1)
    for separator in SEPARATORS:
        rows = [cells for _, cells, _ in islice(_rows(text, separator), limits.PREAMBLE)]
        known = max((recognised(cells, names) for cells in rows), default=0)
        score = (known, sum(len(cells) > 1 for cells in rows))
        if score > most:
            best, most = separator, score
    return best


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str], bool]]:
    """Line number, cells, and whether the quotation marks match."""
    lines = _Lines(text)
    for line, physical in lines:
        if '"' not in physical:
            yield line, physical.split(separator), True
            continue
        cells = _quoted(physical, separator)
        if cells is None and physical.count('"') % 2:
            cells = _continued(physical, lines, separator)
        if cells is None:
            yield line, [cell.strip('"') for cell in physical.split(separator)], False
        else:
            yield line, cells, True


def _continued(first: str, lines: "_Lines", separator: str) -> list[str] | None:
    """The cells of a row that goes on over the next lines, which are used up; None if it never ends."""
    joined = first
    for number, more in enumerate(lines.ahead(MOST_LINES), 1):
        joined += "\n" + more
        if more.count('"') % 2:
            cells = _quoted(joined, separator)
            if cells is not None:
                lines.skip(number)
            return cells
    return None


class _Lines(Iterator[tuple[int, str]]):
    """The lines of a text with their numbers, one after the other, and a look ahead."""

    def __init__(self, text: str) -> None:
        self._found = LINE.finditer(text)
        self._end = len(text)
        self._waiting: deque[str] = deque()
        self._number = 0

    def __next__(self) -> tuple[int, str]:
        line = self._waiting.popleft() if self._waiting else self._read()
        self._number += 1
        return self._number, line

    def ahead(self, most: int) -> list[str]:
        while len(self._waiting) < most:
            try:
                self._waiting.append(self._read())
            except StopIteration:
                break
        return list(islice(self._waiting, most))

    def skip(self, number: int) -> None:
        for _ in range(number):
            next(self)

    def _read(self) -> str:
        found = next(self._found)
        if found.start() == self._end:
            raise StopIteration
        return found[1]


def _quoted(text: str, separator: str) -> list[str] | None:
    """The cells, or None where a quotation mark is open or stands where it should not."""
    try:
        rows = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _literal(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and LITERAL.match(cell) else cell
