"""One unit's return: what it says beside every other source, what fails, what was done about it, and what can be."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.text import decimal, short_day
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import AnnualReturn
from overgang.collect.returns.beside import beside_of
from overgang.collect.returns.checks import Finding
from overgang.collect.returns.interval import UNKNOWN, Interval
from overgang.collect.returns.models import Return, Version
from overgang.collect.returns.questionnaire import Questionnaire
from overgang.collect.returns.screens.desk.desk import Desk, Line
from overgang.collect.returns.screens.desk.forms import ACTS, Act
from overgang.collect.returns.screens.desk.listing import crumbs, round_of
from overgang.collect.returns.screens.desk.words import answer_in_words, beside_in_words, gap_in_words
from overgang.collect.returns.sources import Row, table
from overgang.collect.returns.states import DONE, WITH_DIRECTORATE, label

CONFLICT = 409
SYSTEM = "Overgang"


@policy("follow_up", methods=GET_AND_POST)
def unit(request: Any, year: int, unit: str) -> HttpResponse:
    """Shows the return; a POST notes a contact, accepts, takes back, takes up again or opens it for the unit."""
    desk = Desk(round_of(year))
    line = desk.line(unit)
    if line is None:
        raise Http404
    if request.method != "POST":
        return shown(request, desk, line)
    do = request.POST.get("do", "")
    if do not in ACTS:
        raise Http404
    form = ACTS[do](request.POST)
    if not form.is_valid():
        return shown(request, desk, line, {do: form})
    version = request.POST.get("number", "")
    number = int(version) if version.isdecimal() and len(version) < 6 else 0
    try:
        form.act(request.actor, line.of, number, timezone.now())
    except keeping.Moved:
        desk = Desk(desk.round)
        line = desk.line(unit)
        assert line is not None
        return shown(request, desk, line, {do: form}, moved=True)
    after = desk.next_after(line) if form.goes_on else None
    told = urlencode({"gjort": do, "enhet": unit})
    return redirect(f"{reverse('returns:follow_up_unit', args=[year, after.of.unit if after else unit])}?{told}")


def shown(
    request: Any, desk: Desk, line: Line, typed: Mapping[str, Act] | None = None, *, moved: bool = False
) -> HttpResponse:
    """The page, with what was typed in a form that could not be saved."""
    t, lang, of, typed = texts(), language(), line.of, typed or {}
    assert of.current is not None
    year, given, beside = of.round_id, desk.given[of.unit], beside_of(of)
    after = desk.next_after(line)
    rows = [_row(row, given, lang) for row in table(desk.asked, given, beside)]
    steps = list(of.steps.select_related("by", "version").order_by("-pk"))
    model = {
        "title": place_name(of.unit),
        "crumbs": crumbs(year),
        "year": year,
        "unit": of.unit,
        "number": of.current.number,
        "county": place_name(line.entry.county),
        "state": label(of.state, lang),
        "done": of.state in DONE,
        "class": t(f"desk_class.{line.entry.reporting.kind.value}"),
        "gap": gap_in_words(line.entry.reporting.gap, lang),
        "weight": f"{decimal(float(100 * line.entry.weight), 1, lang)} %",
        "rank": t(f"desk.rank_{line.list}", rank=line.rank, of=desk.units_of[line.list]),
        "failed": [_failed(finding, of.current, desk.asked, lang) for finding in line.entry.failed],
        "rows": rows,
        "differs": sum(row["differs"] for row in rows),
        "with_expected": any(row["expected"] != "–" for row in rows),
        "texts": _texts(desk.asked, given, lang),
        "versions": versions(of, desk.asked, lang),
        "steps": [_step(step, lang) for step in steps],
        "forms": {do: typed.get(do) or act() for do, act in ACTS.items() if _open(act, of)},
        "typed": set(typed),
        "may_correct": of.state in WITH_DIRECTORATE,
        "next": (after.of.unit, place_name(after.of.unit)) if after else None,
        "moved": _step(steps[0], lang) if moved and steps else None,
        "receipt": _receipt(request, desk),
    }
    return render(request, "returns/desk/unit.html", model, status=CONFLICT if moved else 200)


def versions(of: Return, asked: Questionnaire, lang: str) -> list[dict[str, Any]]:
    """Every version that was sent, the latest first: who, when, why, and what it changed."""
    rows = of.versions.exclude(sent=None).select_related("author", "approver").prefetch_related("answers")
    before: AnnualReturn | None = None
    found = []
    for version in rows.order_by("number"):
        given = keeping.given_in(version)
        found.append(
            {
                "number": version.number,
                "counts": version.pk == of.current_id,
                "at": _at(version.sent),
                "author": str(version.author or SYSTEM),
                "approver": str(version.approver) if version.approver else "",
                "reason": version.reason,
                "changed": changed(asked, before, given, lang) if before else [],
            }
        )
        before = given
    return found[::-1]


def changed(asked: Questionnaire, before: AnnualReturn, after: AnnualReturn, lang: str) -> list[tuple[str, str, str]]:
    """The items that are answered otherwise: label, before, after."""
    return [
        (f"{item.id} {item.label[lang]}", *(answer_in_words(one.answer(item.id), lang) for one in (before, after)))
        for item in asked.items
        if before.answer(item.id) != after.answer(item.id)
    ]


def _open(act: type[Act], of: Return) -> bool:
    return of.state in act.states


def _row(row: Row, given: AnnualReturn, lang: str) -> dict[str, Any]:
    return {
        "item": row.item,
        "label": row.label[lang],
        "returned": answer_in_words(given.answer(row.item), lang),
        "register": beside_in_words(row.register, lang),
        "register_differs": _differs(row.returned, row.register),
        "last": beside_in_words(row.last, lang),
        "expected": beside_in_words(row.expected, lang),
        "expected_differs": _differs(row.returned, row.expected),
        "differs": row.differs,
    }


def _differs(one: Interval, other: Interval) -> bool:
    return other != UNKNOWN and (one.surely_above(other) or other.surely_above(one))


def _texts(asked: Questionnaire, given: AnnualReturn, lang: str) -> list[tuple[str, str]]:
    """The answers that are no number of persons."""
    others = (item for item in asked.items if item.kind != "count")
    return [(f"{item.id} {item.label[lang]}", answer_in_words(given.answer(item.id), lang)) for item in others]


def _failed(finding: Finding, version: Version, asked: Questionnaire, lang: str) -> dict[str, Any]:
    return {
        "id": finding.check.id,
        "hard": finding.check.hard,
        "sentence": finding.sentence(lang),
        "items": _named(finding.items, asked, lang),
        "explained": str(version.explained.get(keeping.place(finding), "")),
    }


def _named(items: tuple[str, ...], asked: Questionnaire, lang: str) -> str:
    """The items of a check with their labels; of many only the numbers."""
    if len(items) > MOST_NAMED:
        return ", ".join(items)
    return ", ".join(f"{id} {asked.item(id).label[lang]}" for id in items)


MOST_NAMED = 4


def _step(step: Any, lang: str) -> dict[str, str]:
    t = texts(lang)
    known = t["desk_step"]
    return {
        "at": _at(step.at),
        "by": str(step.by or SYSTEM),
        "what": known[step.what] if step.what in known else label(step.what, lang).capitalize(),
        "channel": t(f"desk_channel.{step.channel}") if step.channel in t["desk_channel"] else step.channel,
        "whom": step.whom,
        "note": step.note,
        "version": str(step.version.number) if step.version else "",
    }


def _at(moment: Any) -> str:
    local = timezone.localtime(moment)
    return f"{short_day(local.date())} {local:%H:%M}"


def _receipt(request: Any, desk: Desk) -> dict[str, Any] | None:
    """What was just done, perhaps to the unit before, and the way back from an acceptance."""
    do, about = request.GET.get("gjort", ""), desk.line(request.GET.get("enhet", ""))
    if about is None or do not in (*ACTS, "correct") or about.of.current is None:
        return None
    last = about.of.steps.order_by("pk").last()
    mine = last is not None and last.by_id == request.actor.user and last.what in DONE
    return {
        "text": texts()(f"desk_done.{do}", unit=place_name(about.of.unit)),
        "unit": about.of.unit,
        "number": about.of.current.number,
        "undo": do in ("accept", "remark") and mine,
    }
