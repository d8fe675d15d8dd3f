"""The page of the unit's overview: the official result as it would be if frozen now, and what can still mend it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import Actor
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.law import closing
from overgang.base.text import NBSP, ZERO, day, decimal, number, percent, plural, short_day
from overgang.collect.register.models import Case, Finding
from overgang.collect.register.rules import sentence, title
from overgang.collect.register.scope import CONFIDENTIAL
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.register.states import ENDED
from overgang.collect.register.unit.figures import (
    GROUPS,
    OTHER,
    WITHOUT,
    UnitYear,
    days_to,
    in_focus,
    now,
    open_handovers,
    shown_years,
    unit_years,
)

LISTED = 20
"""Exits without a reason that are listed; the rest are in the work list."""
FEW = 20
"""Exits below which it is said how much one person counts for."""
REASON_RULE = "DQ07"
MARK = 0.8
"""Width of the mark of the result, in percent of the strip."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A year's result on a line from 0 to 100 %: `low` to `high` is what it can become, `mark` where it is."""

    year: int
    low: int
    high: int
    says: str

    @property
    def width(self) -> int:
        return self.high - self.low

    @property
    def mark(self) -> float:
        return min(max(self.low - MARK / 2, 0), 100 - MARK)


@policy("overview")
def overview(request: Any) -> HttpResponse:
    actor, today, t, lang = request.actor, timezone.localdate(), texts(), language()
    years = shown_years(today)
    asked = request.GET.get("ar", "")
    focus = next((year for year in years if str(year) == asked), in_focus(today))
    found = {row.year: row for row in unit_years(actor, years, today)}
    current, before = found[focus], found.get(focus - 1)
    to_us, from_us = open_handovers(actor)
    model = {
        "title": place_name(actor.place),
        "years": [(year, year == focus) for year in years],
        "focus": focus,
        "share": percent(current.result.share, lang) if current.result.share is not None else "",
        "says": list(_says(current, before)),
        "cost": _cost(current),
        "none_missing": t("unit.none_missing", year=focus),
        "ended_list": t("unit.ended_list", year=focus),
        "strips": [strip for row in found.values() if (strip := _strip(row))],
        "rows": [_row(row, row.year == focus) for row in found.values()],
        "groups": _groups(found, focus),
        "group_years": [year for year in (focus, focus - 1) if year in found],
        "missing": _missing(current, actor),
        "closing": list(_closing(today)),
        "now": _now(actor, today),
        "rules": _rules(actor, today),
        "to_us": t("unit.to_us", who=_counted(to_us, "person")) if to_us else "",
        "from_us": t("unit.from_us", who=_counted(from_us, "person")) if from_us else "",
        "printed": day(today, lang),
        "deadlines": actor.may("approve"),
    }
    return render(request, "register/unit.html", model)


def _says(current: UnitYear, before: UnitYear | None) -> Iterator[str]:
    """The result in sentences."""
    t, lang, result = texts(), language(), current.result
    if not result.ended:
        yield t("unit.nobody", year=current.year)
        return
    ended = f"{number(result.ended, lang)} {plural(result.ended, t('unit.ended_one'), t('unit.ended_many'))}"
    yield t("unit.of_them", attained=number(result.attained, lang), ended=ended, year=current.year)
    if before is not None and before.result.share is not None and result.share is not None:
        difference = result.share - before.result.share
        if difference:
            points = _points(abs(difference), 0)
            more = t("unit.higher" if difference > 0 else "unit.lower", points=points, year=before.year)
        else:
            more = t("unit.same", year=before.year)
        yield more
    if result.ended < FEW:
        yield t("unit.few", points=_points(current.weight, 1))


def _cost(current: UnitYear) -> dict[str, str]:
    """What the missing reasons cost, and what the result can become when they are given."""
    t, lang, result = texts(), language(), current.result
    if not result.unknown or result.could_be is None:
        return {}
    low, high = result.could_be
    missing = f"{number(result.unknown, lang)} {plural(result.unknown, t('unit.reason_one'), t('unit.reason_many'))}"
    key = "unit.becomes_one" if result.unknown == 1 else "unit.becomes_many"
    return {
        "missing": t("unit.missing", missing=missing),
        "each": t("unit.each", points=_points(result.cost, 1)),
        "becomes": t(key, missing=missing, low=percent(low, lang), high=percent(high, lang)),
    }


def _strip(row: UnitYear) -> Strip | None:
    could_be = row.result.could_be
    return Strip(row.year, *could_be, _from_to(*could_be)) if could_be else None


def _from_to(low: int, high: int) -> str:
    """ "53–61 %"; "53 %" when nothing is open."""
    said = percent(high, language())
    return said if low == high else f"{low}–{said}"


def _row(row: UnitYear, focus: bool) -> dict[str, Any]:
    lang, result = language(), row.result
    return {
        "year": row.year,
        "focus": focus,
        "counts": [
            number(n, lang) if n else ZERO for n in (result.participants, result.ended, result.attained, result.unknown)
        ],
        "share": percent(result.share, lang) if result.share is not None else ZERO,
        "could_be": _from_to(*result.could_be) if result.unknown and result.could_be else ZERO,
    }


def _groups(found: dict[int, UnitYear], focus: int) -> list[tuple[str, list[str]]]:
    """Exits by group of reasons, in the year and the one before; groups without anybody are left out."""
    t, lang = texts(), language()
    shown = [found[year] for year in (focus, focus - 1) if year in found]
    rows = []
    for group in (*GROUPS, OTHER, WITHOUT):
        counts = [row.groups.get(group, 0) for row in shown]
        if any(counts):
            name = t(f"end_group.{group}") if group in GROUPS else t(f"unit.group_{group}")
            rows.append((name, [number(n, lang) if n else ZERO for n in counts]))
    return rows


def _missing(current: UnitYear, actor: Actor) -> dict[str, Any]:
    """The exits that lack their reason, each with the form that gives it; how many are not listed, and why."""
    cases = Case.objects.seen_by(actor).filter(pk__in=current.missing)
    listed = cases.exclude(person__address_grade=CONFIDENTIAL).order_by("participation__end", "pk")
    first = list(listed.select_related("person", "participation")[: LISTED + 1]) if current.missing else []
    graded = cases.filter(person__address_grade=CONFIDENTIAL).count() if current.missing else 0
    more, t = len(current.missing) - graded - LISTED, texts()
    return {
        "rows": [
            {
                "key": case.person.key,
                "name": case.person.name or t("register.nameless"),
                "day": short_day(case.participation.end),
                "href": reverse(
                    f"register:{'correct_exit' if case.state in ENDED else 'end'}", args=[case.person.key, case.pk]
                ),
            }
            for case in first[:LISTED]
        ],
        "more": t("unit.more_missing", n=number(more, language())) if more > 0 else "",
        "graded": _counted(graded, "person") if graded else "",
        "rule": REASON_RULE,
    }


def _closing(today: date) -> Iterator[str]:
    """For the year in work and this one: how long its figures can still be changed."""
    t, lang = texts(), language()
    for year in sorted({in_focus(today), today.year}):
        close = closing(year)
        if close.day < today:
            yield t("unit.closed", year=year, day=day(close.day, lang))
        else:
            said = "unit.closing" if close.is_set else "unit.closing_expected"
            yield t(said, year=year, day=day(close.day, lang), left=_counted(days_to(close.day, today), "day"))


def _now(actor: Actor, today: date) -> list[tuple[str, str, str]]:
    """Facts about today: what is counted, how many, and where they are found."""
    t, lang, counts = texts(), language(), now(actor, today)
    return [
        (t(f"unit.now_{name}"), number(n, lang) if n else ZERO, note)
        for name, n, note in (
            ("participants", counts.participants, ""),
            ("on_leave", counts.on_leave, ""),
            ("near", counts.near, ""),
            ("past", counts.past, t("unit.now_past_note") if counts.past else ""),
        )
    ]


def _rules(actor: Actor, today: date) -> list[dict[str, Any]]:
    """Open findings by rule, the most first, each with what it says of one person who may stand in a list."""
    lang = language()
    rows = list(
        Finding.objects.seen_by(actor)
        .open()
        .values("rule")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=today)), first=Min("pk"), last=Max("pk"))
        .order_by("-n", "rule")
    )
    ids = {row[end] for row in rows for end in ("first", "last")}
    listed = Finding.objects.filter(Q(case=None) | Q(case__person__address_grade=0), pk__in=ids)
    examples = {row.rule: row for row in listed}
    return [
        {
            "rule": row["rule"],
            "title": title(row["rule"], lang),
            "n": number(row["n"], lang),
            "late": number(row["late"], lang) if row["late"] else ZERO,
            "example": sentence(row["rule"], examples[row["rule"]].values, lang) if row["rule"] in examples else "",
        }
        for row in rows
    ]


def _points(n: Any, digits: int) -> str:
    """ "2,4 prosentpoeng"."""
    t, lang = texts(), language()
    return f"{decimal(n, digits, lang)}{NBSP}{t('unit.point_one' if n == 1 else 'unit.point_many')}"


def _counted(n: int, what: str) -> str:
    t, lang = texts(), language()
    return f"{number(n, lang)} {plural(n, t(f'unit.{what}_one'), t(f'unit.{what}_many'))}"
