"""What must hold of the rows of a register: one function a rule, each yielding its faults."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.identity import DUF, KINDS, is_valid
from overgang.base.law import months_after, regime
from overgang.base.places import OSLO, Kind, gazetteer
from overgang.collect.register.csvfiles import Fault, Row
from overgang.collect.register.schema import ANSWERS, PROVENANCE, STOPS, TRIGGERS

Tables = Mapping[str, Sequence[Row]]
ITEM = re.compile(r"[1-9][0-9]?[a-z]?")
REASONS_FROM = date(2007, 9, 1)
"""End reasons are mandatory from this day on (FOR-2007-06-29-821)."""
WITHOUT_MEASURE = 28
"""Days somebody may be in a programme without a measure before it is asked about."""
LEAVE_LIMITS = {"welfare_leave": 14, "long_sickness": 366, "care_leave": 305}
"""Days: ten working days, twelve months, ten months (FOR-2003-07-18-973)."""


def each_person_once(tables: Tables) -> Iterator[Fault]:
    yield from _once(tables["person"], ("local_id",))


def each_item_once(tables: Tables) -> Iterator[Fault]:
    yield from _once(tables["annual_return"], ("year", "unit", "item"))


def each_invited_once(tables: Tables) -> Iterator[Fault]:
    yield from _once(tables["invited"], ("year", "unit"))


def known_codes(tables: Tables) -> Iterator[Fault]:
    for row in tables["person"]:
        for column in ("sex", "origin", "education"):
            yield from _in_list(row, column, codelist(column).leaves)
    for row in tables["participation"]:
        yield from _in_list(row, "regime", codelist("regime").codes)
        yield from _in_list(row, "end_reason", codelist("end_reason").codes)
        yield from _in_list(row, "provenance", PROVENANCE)
    for table, column, codes in (
        ("identity", "kind", KINDS),
        ("case", "trigger", TRIGGERS),
        ("measure", "kind", codelist("measure").leaves),
        ("leave", "kind", codelist("leave").leaves),
        ("stop", "kind", STOPS),
    ):
        for row in tables[table]:
            yield from _in_list(row, column, codes)
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
    for row in (*tables["annual_return"], *tables["invited"]):
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


def valid_numbers(tables: Tables) -> Iterator[Fault]:
    for row in tables["identity"]:
        kind, number = row.values["kind"], row.values["number"]
        if kind in KINDS and not is_valid(kind, number):
            yield row.fault(f"{kind} ends in {number[-2:]}, but its check digits or its date are wrong", "correct it")


def one_person_a_number(tables: Tables) -> Iterator[Fault]:
    holders: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["identity"]:
        holders[row.values["kind"], row.values["number"]].append(row)
    for rows in holders.values():
        if len({row.values["local_id"] for row in rows}) > 1:
            lines = ", ".join(str(row.line) for row in rows)
            for row in rows:
                yield row.fault(f"the same number as in lines {lines}", "give each person their own, or merge them")


def has_number(tables: Tables) -> Iterator[Fault]:
    if not tables["identity"]:
        return
    known = {row.values["local_id"] for row in tables["identity"]}
    for row in tables["person"]:
        if row.values["local_id"] not in known:
            yield row.fault("no identity number is given", "add a fnr, dnr or duf in identity.csv")


def within_participation(tables: Tables) -> Iterator[Fault]:
    """Measures, leave and absence lie in one of the person's participations; a case belongs to one."""
    spans = _spans(tables)
    for row in tables["case"]:
        if all(start != row.values["start"] for start, _ in spans[row.values["local_id"]]):
            yield row.fault(f"no participation starts {row.values['start']}", "correct the start")
    for name in ("measure", "leave"):
        for row in tables[name]:
            first, last = row.values["start"], row.values["end"]
            if not any(start <= first and (last or date.max) <= end for start, end in spans[row.values["local_id"]]):
                yield row.fault(
                    f"it lasts from {first} to {last or 'now'}, outside every participation", "correct the days"
                )
    for row in tables["absence"]:
        day = row.values["quarter"]
        after = date(day.year + day.month // 10, (day.month + 2) % 12 + 1, 1)
        if not any(start < after and day <= end for start, end in spans[row.values["local_id"]]):
            yield row.fault(f"the quarter from {day} is outside every participation", "correct the quarter")


def no_overlapping_leave(tables: Tables) -> Iterator[Fault]:
    of_person: dict[str, list[Row]] = defaultdict(list)
    for row in tables["leave"]:
        of_person[row.values["local_id"]].append(row)
    for rows in of_person.values():
        rows.sort(key=lambda row: (row.values["start"], row.values["end"]))
        for earlier, later in itertools.pairwise(rows):
            if later.values["start"] <= earlier.values["end"]:
                yield later.fault(f"it begins during the leave in line {earlier.line}", "end that first, or remove one")


def reason_registered(tables: Tables) -> Iterator[Fault]:
    for row in tables["participation"]:
        end = row.values["end"]
        if end is not None and end >= REASONS_FROM and row.values["end_reason"] is None:
            yield row.fault(f"it ended {end} and has no end reason", "give the reason; without it, it counts as none")


def entered_in_time(tables: Tables) -> Iterator[Fault]:
    ends = {
        (row.values["local_id"], row.values["start"]): (row.values["end"], row.values["regime"])
        for row in tables["participation"]
    }
    for row in tables["case"]:
        end, name = ends.get((row.values["local_id"], row.values["start"]), (None, ""))
        if end is None or row.values["entered"] is None or name not in codelist("regime"):
            continue
        months = regime(name).entry_deadline_months.value
        if row.values["entered"] > months_after(end, months):
            yield row.fault(f"it ended {end} and was entered {row.values['entered']}", f"enter within {months} months")


def decided_before_start(tables: Tables) -> Iterator[Fault]:
    for row in tables["case"]:
        asked, decided, start = (row.values[name] for name in ("asked", "decided", "start"))
        if not asked <= decided <= start:
            yield row.fault(
                f"asked {asked}, decided {decided}, start {start}",
                "offer or claim comes first, then decision and start",
            )


def started_in_time(tables: Tables) -> Iterator[Fault]:
    of = {(row.values["local_id"], row.values["start"]): row.values["regime"] for row in tables["participation"]}
    for row in tables["case"]:
        name = of.get((row.values["local_id"], row.values["start"]), "")
        if name in codelist("regime"):
            months = regime(name).start_deadline_months.value
            if row.values["start"] > months_after(row.values["asked"], months):
                yield row.fault(
                    f"asked {row.values['asked']} and started {row.values['start']}", f"start within {months} months"
                )


def has_measures(tables: Tables) -> Iterator[Fault]:
    if not tables["measure"]:
        return
    first: dict[str, list[date]] = defaultdict(list)
    for row in tables["measure"]:
        first[row.values["local_id"]].append(row.values["start"])
    for row in tables["participation"]:
        start, end = row.values["start"], row.values["end"]
        if end is not None and (end - start).days < WITHOUT_MEASURE:
            continue
        if not any(0 <= (day - start).days <= WITHOUT_MEASURE for day in first[row.values["local_id"]]):
            yield row.fault(f"no measure in the first weeks from {start}", "register the measures with their hours")


def within_length(tables: Tables) -> Iterator[Fault]:
    """Time in programme less leave is at most what the most generous track of the regime gives."""
    away: dict[str, list[Row]] = defaultdict(list)
    for row in tables["leave"]:
        away[row.values["local_id"]].append(row)
    for row in tables["participation"]:
        start, end, name = row.values["start"], row.values["end"], row.values["regime"]
        if end is None or name not in codelist("regime"):
            continue
        leave = sum(
            (found.values["end"] - found.values["start"]).days + 1
            for found in away[row.values["local_id"]]
            if start <= found.values["start"] <= end
        )
        months = max(track.total for track in regime(name).tracks)
        if (end - start).days - leave > months_after(start, months).toordinal() - start.toordinal():
            yield row.fault(
                f"it lasted from {start} to {end} with {leave} days of leave, more than {months} months",
                "register the leave, or the decision to go on",
            )


def leave_within_limit(tables: Tables) -> Iterator[Fault]:
    for row in tables["leave"]:
        days = (row.values["end"] - row.values["start"]).days + 1
        most = LEAVE_LIMITS.get(row.values["kind"], days)
        if days > most:
            yield row.fault(f"{row.values['kind']} of {days} days", f"it may last {most}; correct the days or the kind")


def same_person(tables: Tables) -> Iterator[Fault]:
    """People alike in name, birth date, sex and country, of whom one has no national number: perhaps one person."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in tables["identity"]:
        kinds[row.values["local_id"]].add(row.values["kind"])
    alike: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in tables["person"]:
        alike[tuple(row.values[name] for name in ("name", "birth_date", "sex", "origin"))].append(row)
    for rows in alike.values():
        if len({row.values["local_id"] for row in rows}) < 2:
            continue
        for row in rows:
            if kinds[row.values["local_id"]] == {DUF}:
                others = ", ".join(str(other.line) for other in rows if other is not row)
                yield row.fault(f"has only a DUF number and is like line {others}", "merge them, or add the fnr")


RULES: tuple[Callable[[Tables], Iterable[Fault]], ...] = (
    each_person_once,
    each_item_once,
    each_invited_once,
    known_codes,
    answer_fits_value,
    start_before_end,
    reason_needs_end,
    person_exists,
    unit_valid_at_start,
    no_overlap,
    old_enough,
    valid_numbers,
    one_person_a_number,
    has_number,
    within_participation,
    no_overlapping_leave,
)
"""Errors: a register in which one is found is not taken in."""

FINDINGS: tuple[Callable[[Tables], Iterable[Fault]], ...] = (
    reason_registered,
    entered_in_time,
    decided_before_start,
    started_in_time,
    has_measures,
    within_length,
    leave_within_limit,
    same_person,
)
"""What is doubtful, late or missing: told, and taken in all the same."""


def _spans(tables: Tables) -> Mapping[str, list[tuple[date, date]]]:
    """First and last day of each person's participations."""
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in tables["participation"]:
        spans[row.values["local_id"]].append((row.values["start"], row.values["end"] or date.max))
    return spans


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
