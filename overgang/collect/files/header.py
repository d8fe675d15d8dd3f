"""The row of column names: where it stands, which field each column is, and what else stands there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from overgang.collect.cells.limits import PREAMBLE
from overgang.collect.cells.names import plain_name, recognised
from overgang.collect.files.fault import Fault, Refused, shown
from overgang.collect.files.templates import Template, templates

REASON = {
    "nb": "Grunn til at raden ikke ble tatt inn",
    "nn": "Grunn til at rada ikkje blei teken inn",
    "en": "Why the row was not taken",
}
"""The column of reasons in a file of rejected rows, which may be sent again as it is."""
REASONS = frozenset(map(plain_name, REASON.values()))

Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Header:
    """`at`: its place among the rows; `line`: as the file's program shows it; `cells`: as they are written; `fields`:
    the field of each column by its position; `ignored`: names of columns that are not read."""

    at: int
    line: int
    cells: tuple[str, ...]
    fields: Mapping[int, str]
    ignored: tuple[str, ...]


def find_header(rows: Rows, template: Template) -> tuple[Header, list[Fault]]:
    """The header among the first rows, and what there is to tell about it. Raises Refused where none can be used."""
    names = frozenset(template.columns)
    known = [recognised(cells, names) for _, cells in rows[:PREAMBLE]]
    if max(known) < min(2, len(template.fields)):
        raise Refused(_no_header(rows, template))
    at = known.index(max(known))
    line, cells = rows[at]
    columns = _columns(cells, template)
    if wrong := [*_repeated(cells, columns, template), *_missing(columns, template)]:
        raise Refused(
            *(_other_template(rows, template, max(known)) or wrong), *_ignored_faults(cells, columns, template)
        )
    fields = {position: name for name, (position,) in columns.items()}
    ignored = tuple(shown(cells[position]) for position in _unread(cells, columns))
    faults = list(_ignored_faults(cells, columns, template))
    if at:
        faults.append(Fault(0, "", "", "header_below", {"at": line}, template.kind))
    return Header(at, line, tuple(cells), dict(sorted(fields.items())), ignored), faults


def _columns(cells: Sequence[str], template: Template) -> dict[str, list[int]]:
    """Field -> the positions of its columns."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, cell in enumerate(cells):
        if field := template.columns.get(plain_name(cell)):
            found[field.name].append(position)
    return found


def _unread(cells: Sequence[str], columns: Mapping[str, list[int]]) -> list[int]:
    read = {position for positions in columns.values() for position in positions}
    return [
        position
        for position, cell in enumerate(cells)
        if cell.strip() and position not in read and plain_name(cell) not in REASONS
    ]


def _repeated(cells: Sequence[str], columns: Mapping[str, list[int]], template: Template) -> Iterator[Fault]:
    for name, positions in columns.items():
        if len(positions) > 1:
            values = {"column": name, "names": [shown(cells[position]) for position in positions]}
            yield Fault(0, "", "", "repeated_column", values, template.kind)


def _missing(columns: Mapping[str, list[int]], template: Template) -> Iterator[Fault]:
    missing = [field.name for field in template.fields if field.required and field.name not in columns]
    if missing:
        yield Fault(0, "", "", "missing_columns", {"n": len(missing), "columns": missing}, template.kind)


def _ignored_faults(cells: Sequence[str], columns: Mapping[str, list[int]], template: Template) -> Iterator[Fault]:
    free = {name for field in template.fields if field.name not in columns for name in field.names}
    unlike = []
    for position in _unread(cells, columns):
        near = get_close_matches(plain_name(cells[position]), free, n=1, cutoff=0.8)
        if near:
            values = {"column": shown(cells[position]), "near": template.columns[near[0]].label}
            yield Fault(0, "", "", "similar_column", values, template.kind)
        else:
            unlike.append(shown(cells[position]))
    if unlike:
        yield Fault(0, "", "", "unknown_columns", {"n": len(unlike), "columns": unlike}, template.kind)


def _no_header(rows: Rows, template: Template) -> Fault:
    if other := _other_template(rows, template, 1):
        return other[0]
    required = [field.name for field in template.fields if field.required]
    return Fault(0, "", "", "no_header", {"columns": required}, template.kind)


def _other_template(rows: Rows, template: Template, known: int) -> list[Fault]:
    """A fault when the columns are those of another template: it finds more of its names, and all that it requires."""
    best, most = None, known
    for other in templates().values():
        for _, cells in rows[:PREAMBLE]:
            there = _columns(cells, other)
            if len(there) > most and all(field.name in there for field in other.fields if field.required):
                best, most = other, len(there)
    if best is None or best is template:
        return []
    return [Fault(0, "", "", "other_template", {"other": best.label, "wanted": template.label}, template.kind)]
