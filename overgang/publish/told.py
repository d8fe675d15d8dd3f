"""What was told elsewhere about the persons of an edition: a CSV file of statements, a line each.

Columns, in any order; only `place`, `time` and `says` are needed:

- `counts`: `exits` (if empty) or `participants`
- `place`, `time`: a place's id and a year or period as in the edition; `K0213+K0217` is two places together
- `sex`, `age`, `education`, `origin`, `outcome`: codes of the edition's tables, `total` if empty; `outcome` may also be
  one that no table shows: `died`, `disappeared`, `completed`, `completed_work_edu`
- `says`: `12`, `1 to 4` (`1-4`), `at least 30`, `at most 4`, `46 %`, `46.3 %`; Norwegian words and the comma too
- `of`: what a percentage is of. `D0` (if empty) is all who ended, `D1` to `D5` the other bases; a dimension (`sex`) is
  everybody there, for shares of men among all
- `borders`: the year whose borders `place` has, where that is not the year of `time`
- `halves`: how a percentage was rounded: `up` (if empty) takes 12.5 to 13; `either` where one cannot know
- `source`: where it stands, for the report
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast

from overgang.base.cube import KEY, TOTAL
from overgang.base.errors import BadInput
from overgang.control import Statement
from overgang.control import statements as kinds
from overgang.control.system import Table

NEEDED = ("place", "time", "says")
COLUMNS = (*KEY, "says", "of", "borders", "halves", "source")
SHOWN = 10
MOST_DECIMALS = 2

NUMBER = r"(\d{1,9})"
FORMS = {
    "count": re.compile(NUMBER),
    "between": re.compile(rf"{NUMBER}\s*(?:-|–|to|til)\s*{NUMBER}"),
    "least": re.compile(rf"(?:at least|minst|>=)\s*{NUMBER}"),
    "most": re.compile(rf"(?:at most|høyst|<=)\s*{NUMBER}"),
    "percent": re.compile(rf"(\d{{1,3}}(?:[.,]\d{{1,{MOST_DECIMALS}}})?)\s*(?:%|percent|prosent)"),
}


def read_told(path: Path, tables: Iterable[Table]) -> tuple[Statement, ...]:
    """The statements of a file about persons counted in the tables. Raises BadInput naming each line that is wrong."""
    places = _places(tables)
    found: list[Statement] = []
    wrong: list[str] = []
    for number, row in _lines(path):
        try:
            found += _statements(row, f"{path.name}, line {number}", places)
        except BadInput as fault:
            wrong.append(f"  line {number}: {fault}")
    if wrong:
        more = f"\n  and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise BadInput("\n".join([f"{path} cannot be used, mend these lines:", *wrong[:SHOWN]]) + more)
    return tuple(found)


Places = Mapping[tuple[str, str], tuple[str, ...]]
"""What is counted and the time: the places that have it."""


def _places(tables: Iterable[Table]) -> Places:
    found: dict[tuple[str, str], set[str]] = {}
    for _, counts, _, cells in tables:
        for time, place in cells.select("time", "place").unique().iter_rows():
            found.setdefault((counts, time), set()).add(place)
    return {key: tuple(sorted(places)) for key, places in found.items()}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as UTF-8 text ({error}): give a CSV file of statements.") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if head.count(";") > head.count(",") else ",")
    names = [name.strip() for name in reader.fieldnames or ()]
    unknown, missing = sorted(set(names) - set(COLUMNS)), [name for name in NEEDED if name not in names]
    if unknown or missing or len(names) != len(set(names)):
        said = f"has the columns {', '.join(names) or 'none'}"
        raise BadInput(f"{path} {said}: it needs {', '.join(NEEDED)}, and may have {', '.join(COLUMNS)}, each once.")
    reader.fieldnames = names
    for row in reader:
        if None in row or None in row.values():
            raise BadInput(f"{path}, line {reader.line_num}: it has not as many fields as the first line.")
        yield reader.line_num, {name: value.strip() for name, value in row.items()}


def _statements(row: Mapping[str, str], at: str, places: Places) -> Iterator[Statement]:
    key = tuple(row.get(name) or ("exits" if name == "counts" else TOTAL) for name in KEY)
    says = _called(row, key, at)
    kind, numbers = _read(row["says"])
    for name in NEEDED:
        if not row[name]:
            raise BadInput(f"{name} is empty: fill it in")
    if kind == "percent":
        yield from _percent(row, key, says, Decimal(numbers[0].replace(",", ".")), places)
        return
    for name in ("of", "halves"):
        if row.get(name):
            raise BadInput(f"{name} is for percentages, and {row['says']!r} is none: leave it empty")
    low, high = _limits(kind, [int(number) for number in numbers])
    if row.get("borders"):
        counted = places.get((key[0], key[2]), ())
        yield from kinds.by_borders(key, _year(row), low, high, says, counted)
    else:
        yield from kinds.number(_cells(key), low, high, says)


def _called(row: Mapping[str, str], key: kinds.Key, at: str) -> str:
    of = f" of {row['of']}" if row.get("of") else ""
    what = " ".join([*key[:3], *(code for code in key[3:] if code != TOTAL)])
    borders = f" by the borders of {row['borders']}" if row.get("borders") else ""
    return f"{row['says']}{of}: {what}{borders} ({row.get('source') or at})"


def _read(says: str) -> tuple[str, tuple[str, ...]]:
    for kind, form in FORMS.items():
        if found := form.fullmatch(says.lower()):
            return kind, found.groups()
    raise BadInput(f"says {says!r}: write 12, 1 to 4, at least 30, at most 4, 46 % or 46.3 %")


def _limits(kind: str, numbers: list[int]) -> tuple[int | None, int | None]:
    if numbers[0] > numbers[-1]:
        raise BadInput(f"{numbers[0]} to {numbers[-1]} is no range: the smaller number stands first")
    return (None if kind == "most" else numbers[0]), (None if kind == "least" else numbers[-1])


def _percent(
    row: Mapping[str, str], key: kinds.Key, says: str, percent: Decimal, places: Places
) -> Iterator[Statement]:
    of, halves = row.get("of") or "D0", row.get("halves") or "up"
    if percent > 100:
        raise BadInput(f"{percent} % is more than all: mend it")
    if halves not in ("up", "either"):
        raise BadInput(f"halves is {halves!r}: write up or either")
    if of in kinds.BASES:
        if of == "D5" and key[-1] != "work_edu":
            raise BadInput("a share of D5 is told of the outcome work_edu only: mend outcome or of")
        part, base = kinds.of_base(key, of)
    elif of in KEY[3:]:
        at = KEY.index(of)
        part, base = {key: 1}, {(*key[:at], TOTAL, *key[at + 1 :]): 1}
    else:
        raise BadInput(f"of is {of!r}: write one of {', '.join((*kinds.BASES, *KEY[3:]))}")
    if part == base:
        raise BadInput("it is a share of itself: say in outcome or in another dimension what is a part of what")
    part, base = (_spread(cells, row, places) for cells in (part, base))
    yield from kinds.rounded_percent(part, base, percent, says, cast("kinds.Halves", halves))


def _spread(cells: kinds.Weights, row: Mapping[str, str], places: Places) -> kinds.Weights:
    """The cells of a percentage for each place that `place` is made of."""
    found: dict[kinds.Key, int] = {}
    for key, weight in cells.items():
        together = _cells(key)
        if row.get("borders"):
            together = kinds.exactly_by_borders(key, _year(row), places.get((key[0], key[2]), ()))
        found |= dict.fromkeys(together, weight)
    return found


def _cells(key: kinds.Key) -> dict[kinds.Key, int]:
    return {(key[0], place.strip(), *key[2:]): 1 for place in key[1].split("+")}


def _year(row: Mapping[str, str]) -> int:
    for name in ("borders", "time"):
        if not re.fullmatch(r"\d{4}", row[name]):
            raise BadInput(f"{name} is {row[name]!r}: with borders, both are a year")
    return int(row["borders"])
