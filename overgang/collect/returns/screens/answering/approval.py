"""The leader's page: what differs and what was explained, and the one place from where a return is sent."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import texts
from overgang.base.text import day
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import AnnualReturn
from overgang.collect.returns.answer import State
from overgang.collect.returns.checks import in_words
from overgang.collect.returns.interval import UNKNOWN
from overgang.collect.returns.models import Step
from overgang.collect.returns.screens.answering.answers import groups, said
from overgang.collect.returns.screens.answering.form import CONFLICT, lost
from overgang.collect.returns.screens.answering.found import About, about, crumbs, on
from overgang.collect.returns.screens.answering.questions import sheet
from overgang.collect.returns.states import AWAITING, DRAFT


@policy("approve", methods=GET_AND_POST)
def approve(request: Any, year: int, unit: str) -> HttpResponse:
    """The summary; a POST approves and sends, or gives back with a note."""
    found = about(request, year, unit)
    if request.method == "POST" and "do" in request.POST:
        return _given_back(request, found) if request.POST["do"] == "give_back" else _approved(request, found)
    if found.of.state not in (AWAITING, DRAFT) or found.draft is None:
        return redirect(found.href())
    return _page(request, found)


def _approved(request: Any, found: About) -> HttpResponse:
    number, seen = (_whole(request.POST.get(name, "")) for name in ("number", "seen"))
    now, today = timezone.now(), timezone.localdate()
    try:
        sent = keeping.approve(request.actor, found.of, number=number, seen=seen, now=now, today=today)
    except keeping.Moved as moved:
        return lost(request, found, moved.of.state)
    except keeping.Stale:
        return _page(request, found, says=texts()("approval.changed"), status=CONFLICT)
    except (keeping.Late, keeping.NotReady):
        return _page(request, found)
    return redirect(f"{found.href('receipt', sent.number)}?sendt=1")


def _given_back(request: Any, found: About) -> HttpResponse:
    note = request.POST.get("note", "").replace("\x00", "\ufffd").strip()
    if not note:
        return _page(request, found, note_missing=True)
    try:
        keeping.take_back(request.actor, found.of, now=timezone.now(), note=note)
    except keeping.Moved as moved:
        return lost(request, found, moved.of.state)
    return redirect(f"{found.href('approve')}?gjort=given_back")


def _page(request: Any, found: About, *, says: str = "", note_missing: bool = False, status: int = 200) -> HttpResponse:
    draft, t = keeping.draft_of(found.of), texts()
    if draft is None:
        return lost(request, found, found.of.state)
    form = sheet(found, draft.typed, draft.explained, strict=True)
    given = keeping.given_in(draft)
    counted = [question for question in form.questions if question.register]
    model = {
        "title": t("approval.heading"),
        "about": found.title,
        "says": says,
        "done": t("approval.given_back") if request.GET.get("gjort") == "given_back" else "",
        "to_do": form.to_do,
        "may_send": keeping.may_send(found.of, timezone.localdate()),
        "late": t("answering.late", day=day(found.last_day, found.lang)),
        "handed_in": _handed_in(found),
        "same": t("approval.as_register", same=sum(q.same for q in counted), all=len(counted)) if counted else "",
        "differs": _differs(found, given),
        "remarks": [
            (f"{question.id} {question.label}", remark)
            for question in form.questions
            for remark in question.remarks
            if remark.explanation
        ],
        "unknown": [question for question in form.questions if question.dont_know],
        "groups": groups(found, given),
        "awaiting": found.of.state == AWAITING,
        "note_missing": note_missing,
        "number": draft.number,
        "seen": draft.saved,
        "href": found.href(),
        "crumbs": crumbs(),
    }
    return render(request, "returns/answering/approval.html", model, status=status)


def _differs(found: About, given: AnnualReturn) -> list[tuple[str, str, str, str]]:
    """The questions that are surely not answered as the register says: answer, register, last year."""
    rows = []
    for item in found.asked.items:
        known, own = found.beside.register.get(item.id), given.known(item.id)
        if known is None or given.answer(item.id).state is State.BLANK:
            continue
        if own.surely_above(known) or known.surely_above(own):
            last = found.beside.last.get(item.id, UNKNOWN)
            numbers = (in_words(known, found.lang), in_words(last, found.lang) if last != UNKNOWN else "–")
            label = f"{item.id} {item.label[found.lang]}"
            rows.append((label, said(item, given.answer(item.id), found.lang), *numbers))
    return rows


def _handed_in(found: About) -> str:
    step = Step.objects.filter(of=found.of, what=AWAITING).select_related("by").last()
    if found.of.state != AWAITING or step is None:
        return ""
    name = str(step.by) if step.by else texts()("answering.somebody")
    return texts()("approval.handed_in_by", name=name, day=on(step.at))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1
