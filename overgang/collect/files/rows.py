"""One row: its cells read by their fields, and what must hold between them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from overgang.base.places import OSLO, Kind, Place, gazetteer
from overgang.base.text import short_day
from overgang.collect.files.cells import as_text
from overgang.collect.files.fault import Fault, shown
from overgang.collect.files.header import Header
from overgang.collect.files.templates import Field, Template
from overgang.collect.files.values import Doubtful, Reader, Units, Wrong, validity


class RowReader:
    """Reads the rows of one file in order; remembers the keys it has seen."""

    def __init__(self, template: Template, header: Header, today: date) -> None:
        self.template, self._today = template, today
        self.columns = [(at, template.by_name[name]) for at, name in header.fields.items()]
        self.readers = {field.name: Reader(field) for field in template.fields}
        self._names = {name: shown(header.cells[at]) for at, name in header.fields.items()}
        self._width = len(header.cells)
        self._absent = {field.name: None for field in template.fields}
        self._dated = [field for _, field in self.columns if field.on]
        self._conditional = [field for field in template.fields if field.required_when]
        self._seen: dict[tuple[Any, ...], int] = {}

    def read(self, line: int, cells: Sequence[str]) -> tuple[dict[str, Any] | None, list[Fault]]:
        """The values of a row, or None where a fault stops it, and its faults."""
        if len(cells) > self._width:
            values = {"n": len(cells), "columns": self._width}
            return None, [Fault(line, "", "", "too_many_cells", values, self.template.kind)]
        row = dict(self._absent)
        faults: list[Fault] = []
        for at, field in self.columns:
            cell = cells[at] if at < len(cells) else ""
            value = self.readers[field.name](cell)
            if value is None:
                if field.required:
                    faults.append(self._fault(line, field, "", "empty", example=field.example))
                continue
            match value:
                case Wrong():
                    faults.append(self._fault(line, field, cell, value.rule, **value.values))
                    continue
                case Doubtful():
                    faults.append(self._fault(line, field, cell, value.rule))
                    value = value.value
                case date() if field.past and value > self._today:
                    faults.append(self._fault(line, field, cell, "future", day=value, today=self._today))
                    continue
            row[field.name] = value
        faults += self._between(line, row, cells)
        if any(fault.stops for fault in faults):
            return None, faults
        faults += self._twice(line, row)
        return (None if any(fault.stops for fault in faults) else row), faults

    def _between(self, line: int, row: dict[str, Any], cells: Sequence[str]) -> Iterator[Fault]:
        for field in self._dated:
            yield from self._on_its_day(line, row, field)
        for first, last in self.template.order:
            early, late = row[first], row[last]
            if early is not None and late is not None and late < early:
                values = {"day": late, "other": first, "other_day": early}
                yield self._fault(line, self.template.by_name[last], short_day(late), "before", **values)
        for field in self._conditional:
            for other, codes in field.required_when.items():
                if row[field.name] is None and row[other] in codes and not self._cell(field, cells):
                    label = self.template.by_name[other].example
                    yield self._fault(line, field, "", "empty_when", other=other, code=row[other] or label)
        number, given = row["number"], row.get("number_kind")
        if number is not None and given is not None and given != number.kind:
            values = {"found": number.kind, "given": given}
            yield self._fault(line, self.template.by_name["number"], number.number, "kind_differs", **values)
        if number is not None and row.get("other_number") == number:
            yield self._fault(line, self.template.by_name["other_number"], number.number, "same_number")

    def _cell(self, field: Field, cells: Sequence[str]) -> str:
        return next((cells[at].strip() for at, one in self.columns if one is field and at < len(cells)), "")

    def _on_its_day(self, line: int, row: dict[str, Any], field: Field) -> Iterator[Fault]:
        """A code must hold, and a unit exist, on the day that the template names; without the day the unit is open."""
        value, day = row[field.name], row.get(field.on)
        if value is None:
            return
        if isinstance(value, Units):
            unit, rule, values = unit_on(value.places, day)
            if rule:
                yield self._fault(line, field, value.places[-1].name, rule, **values)
            row[field.name] = unit
        elif day is not None and (wrong := _expired(field, value, day)):
            yield self._fault(line, field, value, "expired_code", **wrong)

    def _twice(self, line: int, row: Mapping[str, Any]) -> Iterator[Fault]:
        key = tuple(row[name] for name in self.template.key)
        first = self._seen.setdefault(key, line)
        if first != line:
            values = {"other": first, "columns": list(self.template.key)}
            yield Fault(line, "", "", "duplicate", values, self.template.kind)

    def _fault(self, line: int, field: Field, cell: str, rule: str, **values: Any) -> Fault:
        value = shown(as_text(cell), identity=field.type == "identifier")
        return Fault(line, field.name, value, rule, values, self.template.kind, self._names.get(field.name, ""))


@cache
def unit_on(places: tuple[Place, ...], day: date | None) -> tuple[str | None, str, dict[str, Any]]:
    """The unit that one of the places is on a day; else the rule that is broken and what its sentence names."""
    if day is None:
        return (places[0].id if len(places) == 1 else None), "", {}
    valid = [place for place in places if place.valid_from <= day and (place.valid_to is None or day < place.valid_to)]
    if len(valid) > 1:
        return None, "ambiguous_unit", {"near": [f"{place.code} ({place.name})" for place in valid]}
    if not valid:
        near = _of_that_day(places[-1], day)
        return None, "unit_not_then", {"unit": _named(places[-1]), "day": day, "near": f" ({near})" if near else ""}
    if valid[0].id == OSLO:
        districts = gazetteer().in_year(min(max(day.year, 2004), 2026), Kind.CITY_DISTRICT)
        return None, "unit_oslo", {"near": [_named(place) for place in districts[:2]]}
    return valid[0].id, "", {}


def _of_that_day(place: Place, day: date) -> str:
    """The units that were in a place's stead on a day: those it came from, or those it became."""
    year = min(max(day.year, 2004), 2026)
    earlier = day < place.valid_from
    changes = gazetteer().predecessors(place.id) if earlier else gazetteer().successors(place.id)
    ids = dict.fromkeys((change.old if earlier else change.new) for change in changes if change.weight > 0)
    others = [gazetteer().place(one) for one in ids]
    return ", ".join(_named(one) for one in others if one.valid_in(year) and one.id != place.id)


def _named(place: Place) -> str:
    return f"{place.code} {place.name}"


@cache
def _expired(field: Field, code: str, day: date) -> dict[str, Any]:
    """What the sentence names where a code does not hold on a day; empty where it does."""
    since, until = validity(field, code)
    if (since is None or since <= day) and (until is None or day < until):
        return {}
    last = until - timedelta(1) if until else None
    spans = {"nb": ("fra {}", "til {}"), "nn": ("frå {}", "til {}"), "en": ("from {}", "until {}")}
    period = {
        lang: " ".join(word.format(short_day(one)) for word, one in zip(words, (since, last), strict=True) if one)
        for lang, words in spans.items()
    }
    return {"day": day, "period": period}
