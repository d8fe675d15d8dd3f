"""The form: shown, saved while it is typed in, checked beside its fields, and handed in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from overgang.access.actor import Actor
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import texts
from overgang.base.text import day
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Version
from overgang.collect.returns.screens.answering import shown
from overgang.collect.returns.screens.answering.found import About, about, clock, crumbs
from overgang.collect.returns.screens.answering.questions import Sheet, sheet
from overgang.collect.returns.screens.answering.typed import Typed, stored, typed
from overgang.collect.returns.states import AWAITING, DRAFT, WITH_UNIT, label

CONFLICT = 409


@policy("answer", methods=GET_AND_POST)
def answer(request: Any, year: int, unit: str) -> HttpResponse:
    """The form, or the return as it stands where it cannot be typed in."""
    found = about(request, year, unit)
    if request.method == "POST":
        return _sent(request, found)
    if not _may_type(request.actor, found):
        return shown.page(request, found)
    keeping.opened(request.actor, found.of, now=timezone.now())
    return _form(request, found, stored(found), strict="kontroll" in request.GET)


@policy("answer", methods=POST)
def draft(request: Any, year: int, unit: str) -> HttpResponse:
    """Saves what is typed so far, and answers with what is to be said beside each field."""
    found = about(request, year, unit)
    t, said = texts(), typed(found, request.POST.dict())
    try:
        kept = _save(request.actor, found, said)
    except keeping.Moved:
        return HttpResponse(t("answering.moved_live"), "text/plain; charset=utf-8", CONFLICT)
    except keeping.Stale:
        return HttpResponse(t("answering.stale_live"), "text/plain; charset=utf-8", CONFLICT)
    form = sheet(found, said.raws, said.explained, strict="strict" in request.POST)
    return render(request, "returns/answering/says.html", {"sheet": form, "seen": kept.saved, **_saved(kept)})


def _sent(request: Any, found: About) -> HttpResponse:
    do = request.POST.get("do", "").partition(":")[0]
    if do == "take_back":
        return _taken_back(request, found)
    said = typed(found, request.POST.dict())
    try:
        kept = _save(request.actor, found, said)
        if do == "hand_in":
            return _handed_in(request, found, kept)
    except keeping.Moved as moved:
        return lost(request, found, moved.of.state, said)
    except keeping.Stale as stale:
        return _conflict(request, found, stale.draft, said)
    if do == "check":
        return redirect(f"{found.href()}?kontroll=1")
    at = request.POST["do"].partition(":")[2] if do in ("dont_know", "use") else ""
    return redirect(f"{found.href()}?lagret=1{f'#q-{at}' if at else ''}")


def _save(actor: Actor, found: About, said: Typed) -> Version:
    if found.of.state in WITH_UNIT and not found.open(timezone.localdate()):
        raise keeping.Moved(found.of)
    return keeping.save(actor, found.of, said.raws, said.explained, seen=said.seen, now=timezone.now())


def _handed_in(request: Any, found: About, kept: Version) -> HttpResponse:
    """To the leader; a leader goes on to the approval. Where it is not whole, back to the form with what is missing."""
    back = f"{found.href()}?kontroll=1"
    if "confirmed" not in request.POST:
        return redirect(f"{back}&kryss=0")
    if request.actor.may("approve"):
        whole = not sheet(found, kept.typed, kept.explained, strict=True).to_do
        return redirect(found.href("approve") if whole else back)
    try:
        keeping.hand_in(request.actor, found.of, seen=kept.saved, now=timezone.now(), today=timezone.localdate())
    except (keeping.NotReady, keeping.Late):
        return redirect(back)
    return redirect(f"{found.href()}?gjort=handed_in")


def _taken_back(request: Any, found: About) -> HttpResponse:
    try:
        keeping.take_back(request.actor, found.of, now=timezone.now())
    except keeping.Moved as moved:
        return lost(request, found, moved.of.state)
    return redirect(f"{found.href()}?gjort=taken_back")


def _may_type(actor: Actor, found: About) -> bool:
    if found.of.state not in WITH_UNIT or not found.open(timezone.localdate()):
        return False
    return found.of.state != AWAITING or actor.may("approve")


def _form(request: Any, found: About, said: Typed, *, strict: bool) -> HttpResponse:
    form = sheet(found, said.raws, said.explained, strict=strict)
    model = _model(request, found, form, said.seen) | {
        "strict": strict,
        "unconfirmed": strict and request.GET.get("kryss") == "0",
        "done": shown.done(request),
        "note": _note(found),
        **_saved(found.draft),
    }
    return render(request, "returns/answering/form.html", model)


def _model(request: Any, found: About, form: Sheet, seen: int) -> dict[str, Any]:
    t, until = texts(), day(found.last_day, found.lang)
    return {
        "title": found.title,
        "about": found,
        "href": found.href(),
        "live": found.href("draft"),
        "asked": found.asked.title[found.lang],
        "instructions": [said[found.lang] for said in found.asked.instructions],
        "sheet": form,
        "seen": seen,
        "leader": request.actor.may("approve"),
        "awaiting": found.of.state == AWAITING,
        "may_send": keeping.may_send(found.of, timezone.localdate()),
        "until": t("answering.until", day=until),
        "late": t("answering.late", day=until),
        "crumbs": crumbs(),
    }


def _saved(draft: Version | None) -> dict[str, str]:
    t = texts()
    if draft is None or draft.saved_at is None:
        return {"saved": t("answering.not_saved")}
    return {"saved": t("answering.saved", time=clock(draft.saved_at))}


def _note(found: About) -> dict[str, str] | None:
    """What the leader wrote who gave it back, or whoever opened it again: until it is handed in once more."""
    for step in found.of.steps.order_by("-pk"):
        if step.what not in (DRAFT, keeping.REOPENED):
            return None
        if step.note:
            key = "given_back" if step.what == DRAFT else "reopened"
            return {"lead": texts()(f"answering.{key}"), "text": step.note}
    return None


def _conflict(request: Any, found: About, draft: Version, said: Typed) -> HttpResponse:
    """Both versions side by side, and what was typed in a form of its own, to be saved knowingly."""
    t = texts()
    form = sheet(found, said.raws, said.explained)
    name = str(draft.author) if draft.author else t("answering.somebody")
    model = _model(request, found, form, draft.saved) | {
        "lead": t("answering.conflict_lead", name=name, time=clock(draft.saved_at)),
        "sides": list(_sides(found, draft, said)),
        "conflict": True,
        **_saved(None),
    }
    return render(request, "returns/answering/conflict.html", model, status=CONFLICT)


def _sides(found: About, draft: Version, said: Typed) -> Any:
    """What differs: the question, as it is stored, as it was typed."""
    t = texts()
    empty = t("answering.empty")
    for item in found.asked.items:
        theirs, mine = draft.typed.get(item.id, ""), said.raws[item.id]
        if theirs != mine:
            yield f"{item.id} {item.label[found.lang]}", theirs or empty, mine or empty
    for place in {**draft.explained, **said.explained}:
        theirs, mine = draft.explained.get(place, ""), said.explained.get(place, "")
        if theirs != mine:
            items = place.partition(":")[2].replace(",", ", ")
            yield t("answering.explanation_of", items=items), theirs or empty, mine or empty


def lost(request: Any, found: About, state: str, said: Typed | None = None) -> HttpResponse:
    """The unit no longer has the return: says where it is, and gives back what was typed."""
    t = texts()
    known: Mapping[str, str] = found.draft.typed if found.draft else {}
    if found.of.current and not known:
        known = {id: one.raw for id, one in keeping.given_in(found.of.current).answers.items()}
    rows = [(item, said.raws[item.id]) for item in found.asked.items] if said else []
    model = {
        "title": t("answering.lost"),
        "lead": t("answering.lost_lead", state=label(state, found.lang)),
        "opens": "" if found.open(timezone.localdate()) else shown.not_open(found),
        "typed": [(f"{item.id} {item.label[found.lang]}", raw) for item, raw in rows if raw != known.get(item.id, "")],
        "href": found.href(),
        "crumbs": crumbs(),
    }
    return render(request, "returns/answering/lost.html", model, status=CONFLICT)
