"""What supervisors see: how units keep the deadlines of the law, as counts. Nobody's name, and no small number.

Persons with a graded address are in no count: each is of a place. From 1 to 4 a count is shown as ":", and so is a
share that such a number stands behind; there is no line of sums, from which a hidden count could be worked out.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.collation import collation_key
from overgang.base.cube import State
from overgang.base.cube import percent as whole_percent
from overgang.base.text import ZERO, day, number, percent
from overgang.collect.files.write import listed
from overgang.collect.register.findings import legal
from overgang.collect.register.models import Finding, Participation, Settlement
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.unit.figures import in_focus, shown_years
from overgang.collect.register.unit.places import county_of, places_of, unit_in

SMALL = range(1, 5)
"""Counts that are not shown."""
OFFERED = "may_be_offered"
START, ENTRY, REASON = "DQ12", "DQ13", "DQ07"


@dataclass(slots=True)
class Compliance:
    """The counts of one place. `started`, `entered`: the programmes of the year the deadline holds for, and those of
    them that were late; the rest is open today, whatever the year."""

    place: str
    counts: Counter[str] = field(default_factory=Counter)

    def value(self, column: str) -> int | None:
        """What a column is sorted by; None where there is nothing, or it is not shown."""
        if column in SHARES:
            base, late = (self.counts[name] for name in SHARES[column])
            shown = base and not {base, late, base - late} & set(SMALL)
            return whole_percent(base - late, base) if shown else None
        return None if self.counts[column] in SMALL else self.counts[column]

    def sign(self, column: str) -> str:
        """What stands where there is no value."""
        base = self.counts[SHARES[column][0]] if column in SHARES else 1
        return (State.SUPPRESSED if base else State.NOT_APPLICABLE).value


SHARES: Mapping[str, tuple[str, str]] = {
    "in_time": ("started", "started_late"),
    "entered_in_time": ("entered", "entered_late"),
}
"""The columns that are shares, with the counts they are of."""
COLUMNS = ("started", "in_time", "entered", "entered_in_time", START, ENTRY, REASON, "overdue")


@policy("compliance")
def supervision(request: Any) -> HttpResponse:
    actor, today, lang = request.actor, timezone.localdate(), language()
    year = _year(request, today)
    sort, down = request.GET.get("sorter", ""), request.GET.get("ned") == "1"
    rows = ordered(compliance(actor, year, today), sort, down=down)
    model = {
        "title": _title(actor),
        "of_year": texts()("supervision.of_year", year=year),
        "years": [(known, known == year) for known in shown_years(today)],
        "columns": [_column(name, sort, down, year) for name in ("place", *COLUMNS)],
        "rows": [(place_name(row.place), [_cell(row, column, lang) for column in COLUMNS]) for row in rows],
        "printed": day(today, lang),
        "file": f"?{urlencode({'ar': year})}",
    }
    return render(request, "register/supervision.html", model)


@policy("compliance")
def supervision_file(request: Any) -> HttpResponse:
    """The same table as a CSV file."""
    actor, today, lang, t = request.actor, timezone.localdate(), language(), texts()
    year = _year(request, today)
    rows = compliance(actor, year, today)
    table = [[t(f"supervision.{name}") for name in ("place", *COLUMNS)]]
    table += [[place_name(row.place), *(_cell(row, column, lang) for column in COLUMNS)] for row in rows]
    entry = log.Entry(Event.EXPORTED, object=f"tilsyn.csv:{len(rows)}", purpose=f"{year}")
    log.write(actor, [entry], now=timezone.now())
    response = HttpResponse(listed(t("supervision.heading"), table, "csv"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tilsyn-{year}-per-{today.isoformat()}.csv"'
    return response


def compliance(actor: Actor, year: int, today: date) -> list[Compliance]:
    """The counts of each unit of a governor's county; of each county for somebody of the whole country. In the order
    of their names."""
    level = unit_in if actor.place else county_of
    found = {place: Compliance(place) for place in places_of(actor, today.year)}

    def add(name: str, rows: QuerySet[Any], unit: str) -> None:
        for there, n in rows.exclude(**{unit: None}).values_list(unit).annotate(n=Count("pk")).order_by():
            place = level(there, today.year)
            if place in found:
                found[place].counts[name] += n

    begun = _ungraded(Participation.objects.all()).filter(start__year=year, start__lte=today)
    settled = Settlement.objects.filter(person=OuterRef("case__person"), unit=OuterRef("case__unit"))
    begun = begun.filter(Q(case__asked__isnull=False) | Exists(settled)).exclude(case__category=OFFERED)
    ended = _ungraded(Participation.objects.all()).filter(end__year=year, end__lte=today, entered__isnull=False)
    add("started", begun, "case__unit")
    add("started_late", begun.filter(_found(START)), "case__unit")
    add("entered", ended, "case__unit")
    add("entered_late", ended.filter(_found(ENTRY)), "case__unit")
    standing = _ungraded(Finding.objects.open().filter(legal(today)))
    for rule in (START, ENTRY, REASON):
        add(rule, standing.filter(rule=rule), "unit")
    add("overdue", standing.filter(due__lt=today), "unit")
    return sorted(found.values(), key=lambda row: collation_key(place_name(row.place)))


def ordered(rows: list[Compliance], column: str, *, down: bool) -> list[Compliance]:
    """By a column, those without a shown value last either way; by name where the column is none."""
    if column not in COLUMNS:
        return rows[::-1] if down and column == "place" else rows
    shown = [row for row in rows if row.value(column) is not None]
    hidden = [row for row in rows if row.value(column) is None]
    return sorted(shown, key=lambda row: row.value(column) or 0, reverse=down) + hidden


def _found(rule: str) -> Exists:
    """The rule finds the participation late, whatever was said about it since."""
    late = Finding.objects.filter(case=OuterRef("case"), rule=rule, subject__startswith="participation:")
    return Exists(late.exclude(state=Finding.CORRECTED))


def _ungraded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(case__person__address_grade=0)


def _year(request: Any, today: date) -> int:
    years = shown_years(today)
    return next((year for year in years if str(year) == request.GET.get("ar")), in_focus(today))


def _title(actor: Actor) -> str:
    t = texts()
    return t("supervision.of", place=place_name(actor.place)) if actor.place else t("supervision.heading")


def _cell(row: Compliance, column: str, lang: str) -> str:
    value = row.value(column)
    if value is None:
        return row.sign(column)
    if column in SHARES:
        return percent(value, lang)
    return number(value, lang) if value else ZERO


def _column(name: str, sort: str, down: bool, year: int) -> dict[str, Any]:
    """A heading that sorts by its column, the other way when it is chosen again."""
    chosen = name == sort or (name == "place" and sort not in COLUMNS)
    turned = chosen and not down
    asked = {"ar": year, "sorter": name, **({"ned": "1"} if turned else {})}
    return {
        "text": texts()(f"supervision.{name}"),
        "href": f"?{urlencode(asked)}",
        "sorted": ("descending" if down else "ascending") if chosen else "",
        "number": name != "place",
    }
