"""What must hold of the rows of a register: one function a rule, each yielding its faults."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.places import OSLO, Kind, gazetteer
from overgang.collect.register.csvfiles import Fault, Row
from overgang.collect.register.schema import ANSWERS, PROVENANCE

Tables = Mapping[str, Sequence[Row]]
ITEM = re.compile(r"[1-9][0-9]?[a-z]?")


def each_person_once(tables: Tables) -> Iterator[Fault]:
    yield from _once(tables["person"], ("local_id",))


def each_item_once(tables: Tables) -> Iterator[Fault]:
    yield from _once(tables["annual_return"], ("year", "unit", "item"))


def known_codes(tables: Tables) -> Iterator[Fault]:
    for row in tables["person"]:
        for column in ("sex", "origin", "education"):
            yield from _in_list(row, column, codelist(column).leaves)
    for row in tables["participation"]:
        yield from _in_list(row, "regime", codelist("regime").codes)
        yield from _in_list(row, "end_reason", codelist("end_reason").codes)
        yield from _in_list(row, "provenance", PROVENANCE)
    for row in tables["annual_return"]:
        yield from _in_list(row, "answer", ANSWERS)
        if not ITEM.fullmatch(row.values["item"]):
            yield row.fault(f"item is {row.values['item']!r}", "use an item of the questionnaire, such as 4 or 7a")


def answer_fits_value(tables: Tables) -> Iterator[Fault]:
    for row in tables["annual_return"]:
        value, answer = row.values["value"], row.values["answer"]
        fits = (
            value is None
            if answer in ("dont_know", "blank")
            else value is not None and (value == 0) == (answer == "zero")
        )
        if not fits or (value is not None and value < 0):
            yield row.fault(
                f"value is {value} and answer is {answer}", "0 is zero, an empty value is dont_know or blank"
            )


def start_before_end(tables: Tables) -> Iterator[Fault]:
    for row in tables["participation"]:
        start, end = row.values["start"], row.values["end"]
        if end is not None and end < start:
            yield row.fault(f"it ends {end} and starts {start}", "correct the day that is wrong")


def reason_needs_end(tables: Tables) -> Iterator[Fault]:
    for row in tables["participation"]:
        if row.values["end"] is None and row.values["end_reason"] is not None:
            yield row.fault(
                f"end_reason is {row.values['end_reason']} without an end", "give the end day, or no reason"
            )


def person_exists(tables: Tables) -> Iterator[Fault]:
    known = {row.values["local_id"] for row in tables["person"]}
    for row in tables["participation"]:
        if row.values["local_id"] not in known:
            yield row.fault("local_id belongs to nobody in person.csv", "add the person, or correct the identifier")


def unit_valid_at_start(tables: Tables) -> Iterator[Fault]:
    shielded = {row.values["local_id"] for row in tables["person"] if row.values["shielded"]}
    for row in tables["participation"]:
        unit = row.values["unit"]
        if unit is None:
            if row.values["local_id"] not in shielded:
                yield row.fault("unit is empty", "give the unit; only shielded persons may lack one")
        elif wrong := _wrong_unit(unit, row.values["start"]):
            yield row.fault(wrong, "use the unit's code of that day")
    for row in tables["annual_return"]:
        if wrong := _wrong_unit(row.values["unit"], date(row.values["year"], 1, 1)):
            yield row.fault(wrong, "use the unit's code of that year")


def no_overlap(tables: Tables) -> Iterator[Fault]:
    of_person: dict[str, list[Row]] = defaultdict(list)
    for row in tables["participation"]:
        of_person[row.values["local_id"]].append(row)
    for rows in of_person.values():
        rows.sort(key=lambda row: (row.values["start"], row.values["end"] or date.max))
        for earlier, later in itertools.pairwise(rows):
            if later.values["start"] <= (earlier.values["end"] or date.max):
                found = f"it starts {later.values['start']}, while the one in line {earlier.line} still runs"
                yield later.fault(found, "end the earlier first, or remove one")


def old_enough(tables: Tables) -> Iterator[Fault]:
    born = {row.values["local_id"]: row.values["birth_date"] for row in tables["person"]}
    for row in tables["participation"]:
        if (day := born.get(row.values["local_id"])) is not None:
            age = row.values["start"].year - day.year
            if not 15 <= age <= 80:
                yield row.fault(f"the person was {age} years old at the start", "correct the birth date or the start")


RULES: tuple[Callable[[Tables], Iterable[Fault]], ...] = (
    each_person_once,
    each_item_once,
    known_codes,
    answer_fits_value,
    start_before_end,
    reason_needs_end,
    person_exists,
    unit_valid_at_start,
    no_overlap,
    old_enough,
)


def _once(rows: Sequence[Row], key: tuple[str, ...]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        found = tuple(row.values[column] for column in key)
        if found in first:
            yield row.fault(f"the same {', '.join(key)} as in line {first[found]}", "remove one of them")
        first.setdefault(found, row.line)


def _in_list(row: Row, column: str, codes: Sequence[str]) -> Iterator[Fault]:
    value = row.values[column]
    if value is not None and value not in codes:
        some = ", ".join(codes[:5]) + (" ..." if len(codes) > 5 else "")
        yield row.fault(f"{column} is {value!r}", f"use one of {some}")


@cache
def _wrong_unit(unit: str, day: date) -> str:
    """What is wrong with a unit on a day; empty if it is a reporting unit then."""
    try:
        place = gazetteer().place(unit)
    except BadInput:
        return f"unit is {unit!r}, which is no place"
    if place.id == OSLO:
        return "unit is Oslo, which reports by district"
    if place.kind not in (Kind.MUNICIPALITY, Kind.CITY_DISTRICT):
        return f"unit is {place.name}, which is no municipality or district"
    if day < place.valid_from or (place.valid_to is not None and day >= place.valid_to):
        return f"unit is {place.name} ({unit}), which did not exist on {day}"
    return ""
