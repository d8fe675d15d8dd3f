"""A file as a municipality sent it -> a sheet of typed rows and faults."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from overgang.base.text import LANGUAGES
from overgang.collect.cells.limits import ROWS
from overgang.collect.cells.names import plain_name
from overgang.collect.cells.process import read_grid
from overgang.collect.cells.refusal import Refusal
from overgang.collect.files.cells import as_text, cell
from overgang.collect.files.fault import Fault, Refused
from overgang.collect.files.header import Header, find_header
from overgang.collect.files.rows import RowReader
from overgang.collect.files.sheet import Rejected, Row, Sheet, Understood
from overgang.collect.files.shift import shifted
from overgang.collect.files.templates import Template


def read(path: Path, template: Template, *, today: date) -> Sheet:
    """Reads a CSV or xlsx file by a template; days after `today` are faults where the template says so.

    Whatever the file is, the answer comes within ten seconds: a sheet, or Refused (a BadInput), whose faults say why
    nothing was taken. Nothing is guessed: what can mean two things is a fault.
    """
    try:
        answer = read_grid(path, template.columns)
    except Refusal as refusal:
        raise Refused(Fault(0, "", "", refusal.rule, refusal.values, template.kind)) from refusal
    rows = [(line, [cell(one) for one in cells]) for line, cells in answer["rows"]]
    if not rows:
        raise Refused(Fault(0, "", "", "empty_file", {}, template.kind))
    header, faults = find_header(rows, template)
    below = rows[header.at + 1 :]
    if not below:
        raise Refused(Fault(0, "", "", "no_rows", {}, template.kind))
    if len(below) > ROWS:
        raise Refused(Fault(0, "", "", "too_many_rows", {"most": ROWS}, template.kind))
    faults += _about_workbook(answer, template.kind)
    return _typed(below, header, template, today, answer, faults)


def _typed(
    rows: Sequence[tuple[int, list[str]]],
    header: Header,
    template: Template,
    today: date,
    answer: Mapping[str, Any],
    faults: list[Fault],
) -> Sheet:
    reader = RowReader(template, header, today)
    unusable = dict.fromkeys(answer.get("broken", ()), "broken_quotes")
    unusable |= dict.fromkeys(answer.get("merged", ()), "merged")
    present = [template.by_name[name] for name in header.fields.values()]
    examples = [{one.name: one.example[lang] for one in present if one.example[lang]} for lang in LANGUAGES]
    taken, rejected, found = [], [], []
    for line, cells in rows:
        if rule := _told(cells, header, examples):
            found.append(Fault(line, "", "", rule, {}, template.kind))
            continue
        if line in unusable:
            values, wrong = None, [Fault(line, "", "", unusable[line], {}, template.kind)]
        else:
            values, wrong = reader.read(line, cells)
        found += wrong
        if values is None:
            rejected.append(Rejected(line, tuple(map(as_text, cells))))
        else:
            taken.append(Row(line, values))
    if not taken and not rejected:
        raise Refused(Fault(0, "", "", "no_rows", {}, template.kind), *found)
    if rejected and (fault := shifted(rows, reader)):
        faults.append(fault)
    return Sheet(
        kind=template.kind,
        rows=tuple(taken),
        faults=(*faults, *found),
        understood=_understood(answer, header, taken),
        header=header.cells,
        rejected=tuple(rejected),
    )


def _told(cells: Sequence[str], header: Header, examples: Sequence[Mapping[str, str]]) -> str:
    """The rule for a row that is none: the header again, or the template's own example in one of the languages."""
    if cells[0].strip() == header.cells[0].strip() and list(map(plain_name, cells)) == list(
        map(plain_name, header.cells)
    ):
        return "header_again"
    at = next((at for at, name in header.fields.items() if name == "number"), -1)
    if not 0 <= at < len(cells) or cells[at] != examples[0].get("number"):
        return ""
    texts = {name: as_text(cells[at]) for at, name in header.fields.items() if at < len(cells) and cells[at]}
    return "example_row" if texts in examples else ""


def _about_workbook(answer: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    if others := answer.get("others"):
        yield Fault(0, "", "", "other_sheets", {"sheet": answer["sheet"], "sheets": others}, kind)
    if hidden := answer.get("hidden_sheets"):
        yield Fault(0, "", "", "hidden_sheets", {"n": len(hidden), "sheets": hidden}, kind)
    if answer.get("hidden_rows"):
        yield Fault(0, "", "", "hidden_rows", {"n": answer["hidden_rows"]}, kind)


def _understood(answer: Mapping[str, Any], header: Header, rows: Sequence[Row]) -> Understood:
    return Understood(
        format=answer["format"],
        header_line=header.line,
        columns={header.cells[at].strip(): name for at, name in header.fields.items()},
        ignored=header.ignored,
        encoding=answer.get("encoding", ""),
        separator=answer.get("separator", ""),
        sheet=answer.get("sheet", ""),
        kinds=dict(Counter(row.values["number"].kind for row in rows)),
    )
