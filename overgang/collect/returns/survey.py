"""A survey tool's export: a row a unit, a column a question. Which column is which is guessed from the header, and kept
as plain data, so that somebody can correct it once and the next file is read the same way."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.cells.limits import PREAMBLE
from overgang.collect.cells.names import plain_name
from overgang.collect.cells.process import read_grid
from overgang.collect.cells.refusal import Refusal
from overgang.collect.files.cells import Formula, as_text, cell
from overgang.collect.files.fault import Fault as FileFault
from overgang.collect.files.fault import shown
from overgang.collect.returns.annual_return import AnnualReturn, read_return
from overgang.collect.returns.answer import State
from overgang.collect.returns.questionnaire import Questionnaire, questionnaire

UNIT = "unit"
ENOUGH = 30
"""Letters and digits of a question's text by which a header is known: tools cut it short, or put more behind it."""

Columns = Mapping[str, str]
"""A header of the file -> an item's id, or `unit`. What is not in it is not read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the file (`line` 0), a row, or one answer. `rule` is an entry of survey.toml."""

    line: int
    rule: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    said: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def stops(self) -> bool:
        """Whether the row is not taken."""
        return bool(words()[self.rule].get("stops", False))

    def told(self, lang: str) -> str:
        """What was found, and what to do."""
        return str(words()[self.rule][lang].format(**self.values, said=self.said.get(lang, "")))

    def sentence(self, lang: str) -> str:
        """Row, what was found, what to do."""
        told = self.told(lang)
        return str(words()["row"][lang].format(line=self.line, told=told)) if self.line else told


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a file as text, by line, and the lines whose quotation marks do not match or whose cells are
    merged."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    broken: frozenset[int]


@dataclass(frozen=True, slots=True)
class Survey:
    """`columns`: what was read as what, to be remembered. An answer that cannot be read is in its return, as text.
    `lines`: where each return stands."""

    columns: Columns
    returns: tuple[AnnualReturn, ...]
    faults: tuple[Fault, ...]
    lines: tuple[int, ...]


class Unusable(BadInput):
    """A file of which nothing can be taken. `sentences`: why, by language."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(sentences["en"])
        self.sentences = sentences


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "survey.toml").read_text(encoding="utf-8"))


def read_survey(path: Path, asked: Questionnaire, columns: Columns | None = None) -> Survey:
    """All returns of an export as CSV (UTF-8 or Windows-1252, `;` or `,`) or xlsx, with `columns` from an earlier one.

    `00` stays don't know. Raises Unusable for a file that cannot be read, or that has no column of units, and BadInput
    for a mapping that cannot be.
    """
    return survey_of(read_cells(path, asked), asked, columns)


def survey_of(grid: Grid, asked: Questionnaire, columns: Columns | None = None) -> Survey:
    """The returns in the cells of a file. Raises as `read_survey` does."""
    check(columns or {}, asked)
    at, header = _header(grid, asked, columns)
    read_as = dict(columns) if columns is not None else guess(header, asked)
    faults = list(_of_columns(header, read_as, asked))
    places = {name: header.index(name) for name in read_as if name in header}
    returns: dict[str, AnnualReturn] = {}
    lines: list[int] = []
    for line, cells in grid.rows[at + 1 :]:
        row = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        unit, wrong = _unit(line, row, read_as, asked.year, returns)
        if line in grid.broken:
            wrong = Fault(line, "broken_row")
        if wrong:
            faults.append(wrong)
            continue
        typed = {read_as[name]: text for name, text in row.items() if read_as[name] != UNIT}
        returns[unit] = read_return(asked, unit, typed)
        lines.append(line)
        faults += _unread(line, returns[unit])
    faults += _lost_zeros(asked, returns)
    return Survey(read_as, tuple(returns.values()), tuple(faults), tuple(lines))


def check(columns: Columns, asked: Questionnaire) -> None:
    """A mapping somebody chose: every item is one, and none has two columns. Raises BadInput for another."""
    for name, meant in columns.items():
        if meant != UNIT:
            asked.item(meant)
        if twice := [other for other in columns if columns[other] == meant and other != name]:
            raise BadInput(f"The columns «{name}» and «{twice[0]}» are both {meant}: choose one of them.")


def guess(header: Sequence[str], asked: Questionnaire) -> Columns:
    """What each column is, by the item's number (7a, q7a, "Spørsmål 7a") or its text or label in any language.

    The first column for an item counts; what is not recognised is left out.
    """
    found: dict[str, str] = {}
    for name in header:
        meant = _meant(name, asked)
        if meant and meant not in found.values():
            found[name] = meant
    return found


def _meant(name: str, asked: Questionnaire) -> str:
    plain = plain_name(name)
    known = _names(asked.year)
    if plain in known:
        return known[plain]
    numbers = [item.id for item in asked.items if name.strip().lower().startswith((f"{item.id}.", f"{item.id} "))]
    if numbers:
        return numbers[0]
    begun = [meant for known_name, meant in known.items() if len(known_name) >= ENOUGH and _same(plain, known_name)]
    return begun[0] if len(set(begun)) == 1 else ""


def _same(one: str, other: str) -> bool:
    """Whether one begins as the other does, to the end of the shorter."""
    shorter = min(len(one), len(other))
    return shorter >= ENOUGH and one[:shorter] == other[:shorter]


@cache
def _names(year: int) -> Mapping[str, str]:
    """Every name a column may have -> what it is."""
    found = {plain_name(name): UNIT for name in words()["unit"]["names"]}
    for item in questionnaire(year).items:
        for prefix in words()["item"]["prefixes"]:
            found[plain_name(f"{prefix}{item.id}")] = item.id
        for texts in (item.label, item.text):
            found |= {plain_name(text): item.id for text in texts.values()}
    return found


def read_cells(path: Path, asked: Questionnaire) -> Grid:
    """The cells of a file. Raises Unusable when it cannot be read, or has more rows than a survey."""
    try:
        answer = read_grid(path, _names(asked.year))
    except Refusal as refusal:
        fault = FileFault(0, "", "", refusal.rule, refusal.values)
        raise Unusable({lang: fault.sentence(lang) for lang in LANGUAGES}) from refusal
    rows = tuple((line, tuple(_text(cell(one)) for one in cells)) for line, cells in answer["rows"])
    most = words()["too_many_rows"]["from"]
    if len(rows) > most:
        raise Unusable({lang: Fault(0, "too_many_rows", {"most": most}).told(lang) for lang in LANGUAGES})
    return Grid(rows, frozenset((*answer.get("broken", ()), *answer.get("merged", ()))))


def _text(found: str) -> str:
    """A cell as somebody would type it. A formula stays one, for the number beside it may be old; signs that are no
    text are left out."""
    text = f"={found}" if isinstance(found, Formula) else as_text(found)
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def header_of(grid: Grid, asked: Questionnaire, columns: Columns | None = None) -> tuple[int, tuple[str, ...]]:
    """The row of column names, and its place among the rows; where none is recognised the one with most cells."""
    try:
        return _header(grid, asked, columns)
    except Unusable:
        first = grid.rows[:PREAMBLE]
        filled = [sum(bool(name.strip()) for name in cells) for _, cells in first]
        at = filled.index(max(filled, default=0)) if filled else 0
        return at, first[at][1] if first else ()


def _header(grid: Grid, asked: Questionnaire, columns: Columns | None) -> tuple[int, tuple[str, ...]]:
    """The row of the first ones in which most columns are known; it must have the units'."""
    best, most = 0, 0
    for at, (_, cells) in enumerate(grid.rows[:PREAMBLE]):
        known = columns if columns is not None else guess(cells, asked)
        score = len(set(known) & set(cells)) if UNIT in {known.get(name) for name in cells} else 0
        if score > most:
            best, most = at, score
    if most < 2:
        raise Unusable({lang: str(words()["no_header"][lang]) for lang in LANGUAGES})
    return best, grid.rows[best][1]


def _of_columns(header: Sequence[str], columns: Columns, asked: Questionnaire) -> Iterator[Fault]:
    there = {columns[name] for name in header if name in columns}
    for item in asked.items:
        if item.id not in there and item.required:
            yield Fault(0, "missing_column", {"item": item.id}, item.label)
    for place, name in enumerate(header):
        if name.strip() and (name not in columns or header.index(name) < place):
            meant = columns.get(name) or _meant(name, asked)
            rule = "second_column" if meant in there else "unread_column"
            yield Fault(0, rule, {"column": shown(name), "item": meant})


def _unit(
    line: int, row: Mapping[str, str], columns: Columns, year: int, taken: Mapping[str, AnnualReturn]
) -> tuple[str, Fault | None]:
    text = next((text for name, text in row.items() if columns[name] == UNIT), "").strip()
    units = units_called(text, year)
    if not text:
        return "", Fault(line, "no_unit")
    if not units:
        return "", Fault(line, "unknown_unit", {"unit": shown(text), "year": str(year)})
    if len(units) > 1:
        names = ", ".join(gazetteer().place(unit).name for unit in units)
        return "", Fault(line, "several_units", {"unit": shown(text), "units": names})
    if units[0] in taken:
        return "", Fault(line, "unit_again", {"unit": shown(text)})
    return units[0], None


def units_called(text: str, year: int) -> tuple[str, ...]:
    """The units of a year with a name, code or id: several where two share the name.

    A code that a spreadsheet has taken for a number lacks its first zero.
    """
    codes, names = _units(year)
    plain = plain_name(text)
    if plain.isdigit():
        return codes.get(plain.zfill(4 if len(plain) <= 4 else 6), ())
    return codes.get(plain, ()) or names.get(plain, ())


@cache
def _units(year: int) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    codes: dict[str, tuple[str, ...]] = {}
    names: dict[str, tuple[str, ...]] = {}
    for place in gazetteer().units(year):
        codes[place.code] = codes[plain_name(place.id)] = (place.id,)
        spelled = {place.name, place.name.split(" (")[0], *place.names.values()}
        also = {f"{name} {word}" for name in spelled for word in words()["unit"]["behind"]}
        also |= {f"{word} {name}" for name in spelled for word in words()["unit"]["before"]}
        for name in {plain_name(name) for name in spelled | also}:
            names[name] = (*names.get(name, ()), place.id)
    return codes, names


def _unread(line: int, given: AnnualReturn) -> Iterator[Fault]:
    for item, text in given.unread.items():
        said = {lang: text.sentence(lang) for lang in LANGUAGES}
        yield Fault(line, "unread_answer", {"item": item}, said)


def _lost_zeros(asked: Questionnaire, returns: Mapping[str, AnnualReturn]) -> Iterator[Fault]:
    """Excel makes 0 of 00. A whole round without a single don't know is how that looks."""
    answers = [given.answer(item) for given in returns.values() for item in asked.counts]
    zeros = sum(answer.state is State.ZERO for answer in answers)
    if zeros >= words()["lost_zeros"]["from"] and all(answer.state is not State.DONT_KNOW for answer in answers):
        yield Fault(0, "lost_zeros", {"zeros": str(zeros)})
