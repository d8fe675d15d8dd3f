"""One text under its number: every trace marked and answered, then released by a person, or withheld with a reason."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.errors import BadInput
from overgang.collect.returns import commented
from overgang.collect.returns.answer import LONGEST
from overgang.collect.returns.comments.numbering import label
from overgang.collect.returns.comments.release import STILL, Choice, Unfit
from overgang.collect.returns.comments.scan import Trace, clean
from overgang.collect.returns.models import Comment, Round
from overgang.collect.returns.screens.commenting.writing import _hints

REASON = 300


@policy("follow_up", methods=GET_AND_POST)
def decide(request: Any, year: int, number: int, question: int) -> HttpResponse:
    """The text with its traces and what can be done about it."""
    round_ = get_object_or_404(Round, year=year)
    comment = commented.in_round(round_).filter(of__commenter__number=number, question__number=question).first()
    if comment is None:
        raise Http404
    traces = commented.known_of(comment.of).traces(commented.working(comment))
    if request.method == "POST":
        return _posted(request, round_, comment, traces)
    return _shown(request, round_, comment, traces, {})


def _posted(request: Any, round_: Round, comment: Comment, traces: tuple[Trace, ...]) -> HttpResponse:
    given, now = request.POST, timezone.now()
    seen, do = given.get("seen", ""), given.get("do")
    here = reverse("returns:comment", args=[round_.year, comment.of.commenter.number, comment.question.number])
    faults: dict[str, str] = {}
    t = texts()
    try:
        if do == "release":
            commented.release(request.actor, comment, list(_choices(given, traces)), seen=seen, now=now)
            messages.success(request, t("comments.released_done"))
            return redirect(_next(round_) or here)
        if do == "withhold":
            reason = clean(given.get("withheld", "")).replace("\0", "")
            if not reason:
                faults["withheld"] = t("comments.reason_needed")
            else:
                commented.withhold(request.actor, comment, reason, seen=seen, now=now)
                return redirect(_next(round_) or here)
        elif do == "rewrite":
            text = clean(given.get("rewritten", ""))
            if not text or len(text) > LONGEST or "\0" in text:
                faults["rewritten"] = t("comments.text_needed", most=LONGEST)
            else:
                commented.rewrite(request.actor, comment, text, seen=seen, now=now)
                return redirect(here)
        elif do == "undo":
            commented.undo(request.actor, comment, seen=seen, now=now)
            return redirect(here)
        else:
            raise Http404
    except commented.Moved:
        messages.warning(request, t("comments.moved_text"))
        return redirect(here)
    except Unfit as wrong:
        at = {trace: place for place, trace in enumerate(traces)}
        for trace, why in wrong.faults:
            said = t(f"comments.fault_{why}", text=trace.text)
            key = "whole" if why == STILL else f"trace_{at[trace]}"
            faults[key] = f"{faults[key]} {said}" if key in faults else said
    except BadInput:
        faults["whole"] = t("comments.nothing_left")
    return _shown(request, round_, comment, traces, faults, status=400)


def _choices(given: Any, traces: tuple[Trace, ...]) -> Iterator[Choice]:
    for at, trace in enumerate(traces):
        do = given.get(f"do_{at}")
        if do == "replace":
            yield Choice(trace, clean(given.get(f"instead_{at}", "")[:LONGEST]).replace("\0", ""))
        elif do == "keep":
            yield Choice(trace, None, given.get(f"reason_{at}", "")[:REASON].replace("\0", ""))


def _next(round_: Round) -> str:
    """The first text that is not decided yet; the round when there is none."""
    found = commented.in_round(round_).filter(decided=None).first()
    if found is None:
        return reverse("returns:comment_round", args=[round_.year])
    return reverse("returns:comment", args=[round_.year, found.of.commenter.number, found.question.number])


def _shown(
    request: Any,
    round_: Round,
    comment: Comment,
    traces: tuple[Trace, ...],
    faults: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    t, lang, given = texts(), language(), request.POST
    text = commented.working(comment)
    rows = [
        {
            "at": at,
            "text": trace.text,
            "said": _hints(trace, lang),
            "must_go": trace.must_go,
            "do": given.get(f"do_{at}", "replace" if trace.must_go else ""),
            "instead": given.get(f"instead_{at}", trace.instead("nb")),
            "reason": given.get(f"reason_{at}", ""),
            "fault": faults.get(f"trace_{at}", ""),
        }
        for at, trace in enumerate(traces)
    ]
    who = label(comment.of.commenter.number, lang)
    model = {
        "title": f"{who}, {t('comments.question').lower()} {comment.question.number}",
        "crumbs": [
            Link(t("comments.heading"), reverse("returns:comments")),
            Link(f"{t('comments.heading')} {round_.year}", reverse("returns:comment_round", args=[round_.year])),
        ],
        "round": round_,
        "comment": comment,
        "question": getattr(comment.question, lang),
        "seen": commented.mark(comment),
        "pieces": list(_pieces(text, traces)),
        "rows": rows,
        "faults": faults,
        "listed": [(f"spor-{row['at'] + 1}", row["fault"]) for row in rows if row["fault"]]
        + [(key, faults[key]) for key in ("whole", "withheld", "rewritten") if key in faults],
        "original": comment.text if comment.rewritten else "",
        "rewritten": given.get("rewritten", text),
        "withheld": given.get("withheld", ""),
        "published": commented.begun(round_).published,
        "longest": LONGEST,
        "kept": [choice for choice in comment.choices if choice["instead"] is None],
        "replaced": [choice for choice in comment.choices if choice["instead"] is not None],
    }
    return render(request, "returns/commenting/comment.html", model, status=status)


def _pieces(text: str, traces: tuple[Trace, ...]) -> Iterator[tuple[str, int]]:
    """The text in pieces; those that are traces with their number from 1, the others with 0."""
    at = 0
    for number, trace in enumerate(traces, 1):
        if trace.start > at:
            yield text[at : trace.start], 0
        yield trace.text, number
        at = trace.end
    if at < len(text):
        yield text[at:], 0
