"""What runs in the child process: a file on standard input, its cells as JSON on standard output.

The answer is {"refusal": rule, "values": {...}} or a grid: {"format", "encoding", "separator", "sheet", "others": names
of sheets that were not read, "hidden_sheets", "hidden_rows": how many, "merged": rows, "broken": rows, "rows":
[[row, [cell, ...]], ...]}. For cells see `worksheet`.
"""

import contextlib
import json
import resource
import sys
from typing import Any

from overgang.collect.cells import limits
from overgang.collect.cells.archive import Archive
from overgang.collect.cells.container import is_workbook
from overgang.collect.cells.names import recognised
from overgang.collect.cells.plain import decoded
from overgang.collect.cells.refusal import Refusal
from overgang.collect.cells.separated import split
from overgang.collect.cells.workbook import SheetEntry, Workbook, read_strings, read_workbook
from overgang.collect.cells.worksheet import Cells, merged_rows, read_cells, texts_of

SEPARATOR_NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def main() -> None:
    """Reads standard input; the names of the template's columns are the first argument, as a JSON list."""
    _limit()
    names = frozenset(json.loads(sys.argv[1]))
    try:
        answer = grid(sys.stdin.buffer.read(limits.UPLOAD + 1), names)
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    except Refusal as refusal:
        sys.stdout.write(json.dumps({"refusal": refusal.rule, "values": refusal.values}))
    except (MemoryError, RecursionError):
        sys.stdout.write('{"refusal": "too_heavy", "values": {}}')


def grid(data: bytes, names: frozenset[str]) -> dict[str, Any]:
    """The cells of a file. Raises Refusal."""
    if len(data) > limits.UPLOAD:
        raise Refusal("too_big", megabytes=limits.UPLOAD // 1_000_000)
    return _from_workbook(data, names) if is_workbook(data) else _from_text(data, names)


def _from_text(data: bytes, names: frozenset[str]) -> dict[str, Any]:
    text, encoding = decoded(data)
    found = split(text, names)
    return {
        "format": "csv",
        "encoding": encoding,
        "separator": SEPARATOR_NAMES[found.separator],
        "rows": found.rows,
        "broken": found.broken,
    }


def _from_workbook(data: bytes, names: frozenset[str]) -> dict[str, Any]:
    archive = Archive(data)
    book = read_workbook(archive)
    book.strings = read_strings(archive)
    sheet = _chosen(archive, book, names)
    cells = read_cells(archive, book, sheet)
    return {
        "format": "xlsx",
        "sheet": sheet.name,
        "others": [other.name for other in book.sheets if other is not sheet and not other.hidden],
        "hidden_sheets": [other.name for other in book.sheets if other.hidden],
        "hidden_rows": cells.hidden,
        "merged": merged_rows(cells),
        "rows": cells.rows,
    }


def _chosen(archive: Archive, book: Workbook, names: frozenset[str]) -> SheetEntry:
    """The sheet to read: the only one with the template's header and rows below it, else the only one with cells.

    Raises Refusal where several could be meant, where it is hidden, and where nothing is in any.
    """
    looks = [(sheet, read_cells(archive, book, sheet, limits.PREAMBLE + 5)) for sheet in book.sheets]
    filled = [(sheet, cells) for sheet, cells in looks if cells.rows]
    if not filled:
        raise Refusal("empty_file")
    known = {sheet.name: _names_in_header(cells, names) for sheet, cells in filled}
    enough = max(min(2, len(names)), 0.75 * max(known.values()))  # a sheet of help names some columns in its rows
    headed = [(sheet, cells) for sheet, cells in filled if known[sheet.name] >= enough]
    fitting = [sheet for sheet, cells in headed if _rows_below_header(cells, names)] or [sheet for sheet, _ in headed]
    seen = [sheet for sheet in fitting if not sheet.hidden]
    if len(seen) > 1:
        raise Refusal("several_sheets", sheets=[sheet.name for sheet in seen])
    if seen:
        return seen[0]
    if fitting:
        raise Refusal("hidden_sheet", sheet=fitting[0].name)
    visible = [sheet for sheet, _ in filled if not sheet.hidden]
    if not visible:
        raise Refusal("hidden_sheet", sheet=filled[0][0].name)
    if len(visible) > 1:
        raise Refusal("no_sheet_fits", sheets=[sheet.name for sheet in visible])
    return visible[0]


def _names_in_header(cells: Cells, names: frozenset[str]) -> int:
    return max(recognised(texts_of(row), names) for _, row in cells.rows[: limits.PREAMBLE])


def _rows_below_header(cells: Cells, names: frozenset[str]) -> bool:
    known = [recognised(texts_of(row), names) for _, row in cells.rows[: limits.PREAMBLE]]
    return len(cells.rows) > known.index(max(known)) + 1


def _limit() -> None:
    """Set by the child itself: what is done between fork and exec is unsafe in a server with threads."""
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit has the clock still
            resource.setrlimit(what, (most, most))
