"""What a unit answers: a text a question, kept as a draft until a leader sends all of it. What would tell whose a text
is, is shown beside it before anybody else reads it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.base.text import short_day
from overgang.collect.returns import commented
from overgang.collect.returns.answer import LONGEST
from overgang.collect.returns.comments.scan import clean
from overgang.collect.returns.models import Comment, Commenter, Question
from overgang.collect.returns.screens.commenting.rounds import own_returns, unit_stage

DOES = frozenset({"save", "send", "take_back"})


class Writing(forms.Form):
    """A field a question. `seen`: how often the texts had been saved when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any, questions: list[Question], stored: dict[int, str], saved: int) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["seen"].initial = saved
        for question in questions:
            self.fields[f"q{question.number}"] = forms.CharField(
                label=f"{question.number}. {getattr(question, language())}",
                required=False,
                strip=False,
                max_length=LONGEST,
                initial=stored.get(question.number, ""),
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def texts(self) -> dict[int, str]:
        return {int(name[1:]): text for name, text in self.cleaned_data.items() if name != "seen"}


@policy("answer", methods=GET_AND_POST)
def write(request: Any, year: int, unit: str) -> HttpResponse:
    """The questions to the unit, its texts, and what in them would tell."""
    found = Commenter.objects.filter(of__in=own_returns(request.actor)).select_related(
        "of__round__comments", "of__current", "sent_by"
    )
    commenter = get_object_or_404(found, of__round_id=year, of__unit=unit)
    if request.method == "POST":
        return _posted(request, commenter)
    return _shown(request, commenter, None)


def _posted(request: Any, commenter: Commenter) -> HttpResponse:
    do, of = request.POST.get("do"), commenter.of
    if do not in DOES:
        raise Http404
    moment = {"now": timezone.now(), "today": timezone.localdate()}
    here = reverse("returns:write_comments", args=[of.round_id, of.unit])
    if do in ("send", "take_back") and not request.actor.may("approve"):
        raise PermissionDenied
    try:
        if do == "take_back":
            commented.take_back(request.actor, of, **moment)
            return redirect(here)
        form = _form(request.POST, commenter)
        if not form.is_valid():
            return _shown(request, commenter, form, status=400)
        after = commented.save(request.actor, of, form.texts(), seen=form.cleaned_data["seen"], **moment)
        if do == "send":
            commented.send(request.actor, of, seen=after.saved, **moment)
    except commented.Moved:
        commenter.refresh_from_db()
        return _shown(request, commenter, _form(request.POST, commenter), status=409, problem="moved")
    except commented.Stale:
        commenter.refresh_from_db()
        return _shown(request, commenter, _form(request.POST, commenter), status=409, problem="stale")
    except BadInput:
        commenter.refresh_from_db()
        return _shown(request, commenter, _form(request.POST, commenter), status=400, problem="empty")
    return redirect(f"{here}?{urlencode({'lagret': do})}")


def _form(data: Any, commenter: Commenter) -> Writing:
    questions = list(Question.objects.filter(round_id=commenter.of.round_id).order_by("number"))
    return Writing(data, questions, {number: one.text for number, one in _stored(commenter).items()}, commenter.saved)


def _stored(commenter: Commenter) -> dict[int, Comment]:
    found = Comment.objects.filter(of=commenter.of).select_related("question", "by")
    return {one.question.number: one for one in found}


def _shown(
    request: Any, commenter: Commenter, form: Writing | None, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    t, lang, of = texts(), language(), commenter.of
    form = form or _form(None, commenter)
    stored, known, at = _stored(commenter), commented.known_of(of), unit_stage(commenter)
    rows = []
    for name in [name for name in form.fields if name != "seen"]:
        there = stored.get(int(name[1:]))
        typed = str(form[name].value() or "")
        differs = problem == "stale" and there is not None and there.text != typed.replace("\r\n", "\n")
        rows.append(
            {
                "field": form[name],
                "text": typed,
                "hints": [_hints(trace, lang) for trace in known.traces(clean(typed))],
                "theirs": there if differs else None,
            }
        )
    model = {
        "title": f"{t('comments.heading')} {of.round_id}",
        "crumbs": [Link(t("comments.heading"), reverse("returns:comments"))],
        "unit": gazetteer().place(of.unit).name,
        "closes": short_day(of.round.comments.closes),
        "commenter": commenter,
        "form": form,
        "seen": commenter.saved if problem == "stale" else form["seen"].value(),
        "rows": rows,
        "hints": sum(len(row["hints"]) for row in rows),
        "stage": at,
        "writes": at in ("asked", "begun"),
        "may_send": request.actor.may("approve"),
        "open": commented.may_write(of.round.comments, timezone.localdate()),
        "problem": t(f"comments.problem_{problem}") if problem else "",
        "saved": request.GET.get("lagret", "") if not problem and not form.errors else "",
    }
    return render(request, "returns/commenting/writing.html", model, status=status)


def _hints(trace: Any, lang: str) -> str:
    """Why, once for each kind of sign."""
    return " ".join(dict.fromkeys(sign.sentence(lang) for sign in trace.signs))
