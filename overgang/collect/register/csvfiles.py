"""CSV files as municipalities send them: read into typed rows, with a fault for every value that cannot be read."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from overgang.base.snapshot import Column

TRUE, FALSE = ("true", "1", "ja", "yes"), ("false", "0", "nei", "no", "")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what was found, what to do."""

    file: str
    line: int
    found: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.found}; {self.advice}."


@dataclass(frozen=True)
class Row:
    """One line of a file: the typed values by column."""

    file: str
    line: int
    values: Mapping[str, Any]

    def fault(self, found: str, advice: str) -> Fault:
        return Fault(self.file, self.line, found, advice)


def read_rows(path: Path, columns: Mapping[str, Column], faults: list[Fault]) -> list[Row]:
    """The readable rows of a file; what cannot be read is added to `faults`.

    UTF-8 (with or without a mark) or Windows-1252; comma, semicolon or tab; dates 2018-10-24 or 24.10.2018.
    """
    text = _decoded(path.read_bytes())
    header, *_ = text.split("\n", 1)
    separator = max(",;\t", key=header.count)
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=separator), path.name, faults)
    _, names = next(lines, (1, []))
    names = [name.strip().lower() for name in names]
    if wrong := _wrong_header(names, columns):
        faults.append(Fault(path.name, 1, wrong, f"the columns should be {', '.join(columns)}"))
        return []
    rows = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            advice = "give one value a column, and put quotation marks around a value that holds the separator"
            faults.append(Fault(path.name, line, f"{len(cells)} values for {len(names)} columns", advice))
            continue
        values = _values(dict(zip(names, cells, strict=True)), columns, path.name, line, faults)
        if values is not None:
            rows.append(Row(path.name, line, values))
    return rows


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(reader: Any, file: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(file, line, f"the line cannot be read ({error})", "save the file as CSV again"))
            return


def _wrong_header(names: list[str], columns: Mapping[str, Column]) -> str:
    if missing := [name for name in columns if name not in names]:
        return f"there is no column {', '.join(missing)}"
    if surplus := [name for name in names if name not in columns]:
        return f"there is a column {surplus[0]!r} that the register does not hold"
    return "a column is there twice" if len(set(names)) < len(names) else ""


def _values(
    cells: Mapping[str, str], columns: Mapping[str, Column], file: str, line: int, faults: list[Fault]
) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    before = len(faults)
    for name, column in columns.items():
        text = cells[name].strip()
        read, wanted = READERS[column.type]
        if not text and not isinstance(column.type, pl.Boolean):
            values[name] = None
            if not column.optional:
                faults.append(Fault(file, line, f"{name} is empty", f"give {column.says}"))
            continue
        try:
            values[name] = read(text)
        except ValueError:
            faults.append(Fault(file, line, f"{name} is {text!r}", f"write {wanted}"))
    return values if len(faults) == before else None


def _day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date() if "." in text else date.fromisoformat(text)  # noqa: DTZ007


def _flag(text: str) -> bool:
    if text.lower() not in TRUE + FALSE:
        raise ValueError
    return text.lower() in TRUE


READERS: Mapping[pl.DataType, tuple[Callable[[str], Any], str]] = {
    pl.String(): (str, "text"),
    pl.Int64(): (int, "a whole number"),
    pl.Int16(): (int, "a year such as 2016"),
    pl.Date(): (_day, "a date such as 24.10.2018 or 2018-10-24"),
    pl.Boolean(): (_flag, "true or false"),
}
