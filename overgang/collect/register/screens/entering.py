"""The view that shows and saves any act: one form, one thing to do, and a page for two editors."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import language, texts
from overgang.collect.register.record import Conflict, record, saw
from overgang.collect.register.screens.acts import BY_ID, About, Act
from overgang.collect.register.screens.saving import (
    Closed,
    Invalid,
    Moved,
    Saved,
    fresh_mark,
    last_save,
    said_rows,
    save,
    versions,
)
from overgang.collect.register.screens.saving import (
    reverse as reversed_work,
)
from overgang.collect.register.screens.searching import may_search
from overgang.collect.register.screens.seen import ROWS, seen_person

CONFLICT = 409
MORE = "more"
"""The button that saves and shows an empty form of the same kind."""
REPEATED = frozenset({"measure", "absence", "permit", "number"})


@policy("register", methods=GET_AND_POST)
def enter(request: Any, act: str, key: str, case: int | None = None, row: int | None = None) -> HttpResponse:
    """Shows the form of an act, or saves it."""
    return _entered(request, BY_ID[act], key, case, row)


@policy("handover", methods=GET_AND_POST)
def hand_over(request: Any, act: str, key: str, case: int | None = None, row: int | None = None) -> HttpResponse:
    """The same, for acts that need leave to hand persons over."""
    return _entered(request, BY_ID[act], key, case, row)


def _entered(request: Any, act: type[Act], key: str, case: int | None, row: int | None) -> HttpResponse:
    now = timezone.now()
    look = _looker(request, act, key, case, row)
    about = look()
    if request.method != "POST":
        if not act.open(about):
            return _not_now(request, act, about)
        return _form(request, act(about), status=200)
    if act.searches and not may_search(request.actor):
        form = act(about, request.POST)
        form.add_error(None, texts()("search.often"))
        return _form(request, form, status=429)
    try:
        saved = save(request.actor, about.seen.person, act, look, request.POST, now=now)
    except Invalid as invalid:
        return _form(request, invalid.form, status=200)
    except Moved as moved:
        return _conflict(request, moved.form)
    except Closed as closed:
        return _closed(request, act, closed.about)
    except Conflict:
        return _conflict(request, act(look(), request.POST))
    return redirect(_after(request, act, key, saved))


@policy("register", methods=POST)
def undo(request: Any, key: str, event: int) -> HttpResponse:
    """Takes back the actor's own last save."""
    now = timezone.now()
    seen = seen_person(request.actor, key, timezone.localdate(now), language())
    found = last_save(request.actor, seen.person, event, now=now)
    home = reverse("register:person", args=[key])
    if found is None:
        return redirect(f"{home}?{urlencode({'angret': 0})}")
    record(request.actor, reversed_work(found), now=now, purpose=f"undo {found.act}")
    if not type(seen.person).objects.seen_by(request.actor).filter(pk=seen.person.pk).exists():
        return redirect(reverse("register:work_list"))
    return redirect(f"{home}?{urlencode({'angret': 1})}")


def _looker(request: Any, act: type[Act], key: str, case: int | None, row: int | None) -> Callable[[], About]:
    """What the form is about, as it is stored when it is asked."""

    def look() -> About:
        seen = seen_person(request.actor, key, timezone.localdate(), language())
        if row is not None:
            found, file = seen.row(ROWS[act.row], row)
            return About(seen, file, found)
        return About(seen, seen.file(case) if case is not None else None)

    return look


def _after(request: Any, act: type[Act], key: str, saved: Saved) -> str:
    told = urlencode({"lagret": saved.event, "gjort": act.id} | ({"funn": saved.new} if saved.new else {}))
    if MORE in request.POST and act.id in REPEATED:
        return f"{request.path}?{told}"
    return f"{reverse('register:person', args=[key])}?{told}"


def _form(request: Any, form: Act, *, status: int) -> HttpResponse:
    saw(request.actor, form.about.seen.person, f"form:{form.id}", now=timezone.now())
    form.focus()
    return render(request, form.template, _model(form) | {"receipt": receipt(request, form.about.seen)}, status=status)


def _conflict(request: Any, form: Act, action: str = "") -> HttpResponse:
    """Both versions, side by side. What was typed is in the form below, to be saved on top knowingly."""
    saw(request.actor, form.about.seen.person, f"form:{form.id}", now=timezone.now())
    sides = [
        (label, written(form, name, theirs), written(form, name, mine)) for name, label, theirs, mine in said_rows(form)
    ]
    model = _model(form) | {"sides": sides, "action": action}
    return render(request, "register/conflict.html", model, status=CONFLICT)


def _closed(request: Any, act: type[Act], about: About) -> HttpResponse:
    """Somebody else has done it already: what they wrote beside what was typed, where there is a form for both."""
    later = BY_ID.get(act.then)
    if later is not None and later.open(about):
        args = [about.seen.person.key, about.case.case.pk]
        return _conflict(request, later(about, request.POST), reverse(f"register:{later.id}", args=args))
    return _not_now(request, act, about)


def _not_now(request: Any, act: type[Act], about: About) -> HttpResponse:
    """The step cannot be taken from where the case is: says so, with what was typed."""
    saw(request.actor, about.seen.person, f"form:{act.id}", now=timezone.now())
    typed = [(act.said("field", name), request.POST.get(name)) for name in act.base_fields if request.POST.get(name)]
    model = {
        "title": texts()(f"act.{act.id}"),
        "seen": about.seen,
        "why": act.why_not(about),
        "state": texts()(f"state.{about.state}") if about.state else "",
        "typed": typed,
        "crumbs": person_crumbs(about.seen),
    }
    return render(request, "register/not_now.html", model, status=CONFLICT)


def _model(form: Act) -> dict[str, Any]:
    t = texts()
    return {
        "form": form,
        "seen": form.about.seen,
        "title": t(f"act.{form.id}"),
        "lead": _said(f"{form.id}_lead", ""),
        "save": _said(f"{form.id}_save", t("forms.save")),
        "more": form.id in REPEATED,
        "versions": versions(form),
        "once": fresh_mark(),
        "crumbs": person_crumbs(form.about.seen),
    }


def _said(key: str, otherwise: str) -> str:
    known = texts()["act"]
    return known[key] if key in known else otherwise  # noqa: SIM401 - a missing text raises


def person_crumbs(seen: Any) -> list[Link]:
    return [Link(seen.person.name or texts()("register.nameless"), reverse("register:person", args=[seen.person.key]))]


def receipt(request: Any, seen: Any) -> dict[str, Any] | None:
    """What is said above a page after a save: what was done, how much there is to look at, and a way back."""
    t = texts()
    if request.GET.get("angret") in ("0", "1"):
        return {"text": t("register.undone" if request.GET["angret"] == "1" else "register.not_undone")}
    act, event = request.GET.get("gjort", ""), request.GET.get("lagret", "")
    if act not in BY_ID and act != "intake":
        return None
    if not event.isdecimal() or len(event) > 18:
        return None
    if event == "0":
        return {"text": t("register.nothing_changed")}
    can = last_save(request.actor, seen.person, int(event), now=timezone.now())
    found = request.GET.get("funn", "")
    new = min(int(found), 99) if found.isdecimal() and len(found) < 4 else 0
    return {"text": t(f"act.{act}_done"), "new": new, "undo": can.event if can else None}


def written(form: Act, name: str, value: Any) -> str:
    """A value as people read it: the label of a choice, else as it is typed."""
    field = form.fields[name]
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return texts()("yes_no.yes" if value else "yes_no.no")
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    if isinstance(value, list | tuple):
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    return labels.get(str(value), str(field.prepare_value(value)))
