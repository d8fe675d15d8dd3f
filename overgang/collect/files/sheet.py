"""What was read from a file: typed rows, faults, and what was understood of the file itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from overgang.collect.files.fault import Fault


@dataclass(frozen=True)
class Row:
    """A row without a fault that stops it. `line`: as the file's program shows it; `values`: by the field's name; None
    where the cell is empty or the column is not there."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken: its cells as somebody would type them."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Understood:
    """How a file was read. `format`: csv or xlsx; `encoding` and `separator` of a csv, `sheet` of a workbook;
    `columns`: name in the file -> field; `ignored`: names of columns that were not read; `kinds`: how many identity
    numbers of each kind, as told by length and first digit."""

    format: str
    header_line: int
    columns: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    kinds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A file as read by a template. `rows` and `rejected` together are all its rows; `faults` is in order of lines, the
    file's own (line 0) first, and holds what only is told (`Fault.stops` is false)."""

    kind: str
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    understood: Understood
    header: tuple[str, ...]
    rejected: tuple[Rejected, ...]
