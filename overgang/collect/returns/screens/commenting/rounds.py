"""The comments of a round for whoever follows up: questions, who is asked, closing, publishing; and what is asked of a
unit."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access.forms import DayField
from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.returns import commented
from overgang.collect.returns.comments.numbering import label
from overgang.collect.returns.comments.questions import templates
from overgang.collect.returns.models import Commenter, Question, Return, Round
from overgang.collect.returns.totals import county_of

MOST = 10
"""Questions of a round; 2007 had four."""
LONGEST = 500


@policy("follow_up", "answer")
def comments(request: Any) -> HttpResponse:
    """The rounds that have comments, for analysts; what the own unit is asked, for the others."""
    t = texts()
    if request.actor.may("follow_up"):
        found = [
            (str(one.year), reverse("returns:comment_round", args=[one.year]), t(f"comments.stage_{stage(one)}"))
            for one in Round.objects.order_by("-year")
        ]
    else:
        asked = Commenter.objects.filter(of__in=own_returns(request.actor)).select_related("of__round__comments")
        found = [
            (
                f"{one.of.round_id}, {gazetteer().place(one.of.unit).name}",
                reverse("returns:write_comments", args=[one.of.round_id, one.of.unit]),
                t(f"comments.unit_{unit_stage(one)}"),
            )
            for one in asked.order_by("-of__round_id", "of__unit")
        ]
    return render(request, "returns/commenting/index.html", {"title": t("comments.heading"), "found": found})


def own_returns(actor: Any) -> Any:
    """The returns of the units the actor answers for."""
    return Return.objects.filter(unit__in=sorted(actor.units))


def stage(round_: Round) -> str:
    """Where the comments of a round are: waiting for results, being prepared, open, being decided, published."""
    found = commented.begun(round_)
    if found.published:
        return "published"
    if found.closed:
        return "deciding"
    if found.opened:
        return "open"
    return "preparing" if round_.released else "waiting"


def unit_stage(commenter: Commenter) -> str:
    if commenter.sent:
        return "sent"
    if commented.may_write(commenter.of.round.comments, timezone.localdate()):
        return "begun" if commenter.saved else "asked"
    return "over"


@policy("follow_up")
def comment_round(request: Any, year: int) -> HttpResponse:
    """Everything about the comments of a round, by where it is."""
    return _shown(request, get_object_or_404(Round, year=year))


def _shown(
    request: Any, round_: Round, opening: "Opening | None" = None, prolonging: "Prolonging | None" = None
) -> HttpResponse:
    t, lang = texts(), language()
    found, at = commented.begun(round_), stage(round_)
    asked = commented.commenters(round_)
    model: dict[str, Any] = {
        "title": f"{t('comments.heading')} {round_.year}",
        "crumbs": [Link(t("comments.heading"), reverse("returns:comments"))],
        "round": round_,
        "found": found,
        "stage": at,
        "lead": t(f"comments.lead_{at}"),
        "questions": [(one.number, getattr(one, lang)) for one in Question.objects.filter(round=round_)],
    }
    if at == "preparing":
        model["form"] = opening or Opening(round_)
    if at == "open":
        model |= {
            "asked": asked.count(),
            "sent": asked.exclude(sent=None).count(),
            "begun": asked.filter(sent=None, saved__gt=0).count(),
            "form": prolonging or Prolonging(initial={"closes": found.closes}),
        }
    if at in ("deciding", "published"):
        rows = list(commented.in_round(round_))
        left = sum(row.decided is None for row in rows)
        model |= {"rows": [_row(row, lang) for row in rows], "left": left, "decided": len(rows) - left}
    bad = any(form is not None and form.errors for form in (opening, prolonging))
    return render(request, "returns/commenting/round.html", model, status=400 if bad else 200)


def _row(comment: Any, lang: str) -> dict[str, Any]:
    number = comment.of.commenter.number
    return {
        "who": label(number, lang),
        "question": comment.question.number,
        "begins": commented.working(comment)[:90],
        "state": "released" if comment.released else "withheld" if comment.withheld else "open",
        "state_text": texts()(
            f"comments.is_{'released' if comment.released else 'withheld' if comment.withheld else 'open'}"
        ),
        "by": str(comment.decided_by or ""),
        "href": reverse("returns:comment", args=[comment.question.round_id, number, comment.question.number]),
    }


@policy("follow_up", methods=POST)
def results_out(request: Any, year: int) -> HttpResponse:
    """The results are published: comments may begin."""
    commented.results_out(request.actor, get_object_or_404(Round, year=year), now=timezone.now())
    return redirect("returns:comment_round", year)


class Questions(forms.Form):
    """The questions of a round, each in three languages; empty ones are left out."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any, rows: list[dict[str, str]]) -> None:
        super().__init__(data)
        for number in range(1, MOST + 1):
            for lang in LANGUAGES:
                self.fields[f"{lang}_{number}"] = forms.CharField(
                    required=False,
                    max_length=LONGEST,
                    label=f"{texts()('comments.question')} {number}, {texts(lang)('frame.language')}",
                    widget=forms.Textarea(attrs={"rows": 2, "lang": lang}),
                    initial=rows[number - 1][lang] if number <= len(rows) else "",
                )

    def clean(self) -> dict[str, Any]:
        for number in range(1, MOST + 1):
            missing = [lang for lang in LANGUAGES if not self.cleaned_data.get(f"{lang}_{number}", "").strip()]
            if 0 < len(missing) < len(LANGUAGES):
                for lang in missing:
                    if f"{lang}_{number}" not in self.errors:
                        self.add_error(f"{lang}_{number}", texts()("comments.every_language"))
        return self.cleaned_data

    def questions(self) -> list[dict[str, str]]:
        found = [{lang: self.cleaned_data[f"{lang}_{number}"] for lang in LANGUAGES} for number in range(1, MOST + 1)]
        return [row for row in found if any(row.values())]

    def groups(self) -> list[tuple[int, list[Any]]]:
        """The fields of each question; of those not yet used only the next."""
        groups = [(number, [self[f"{lang}_{number}"] for lang in LANGUAGES]) for number in range(1, MOST + 1)]
        used = [number for number, fields in groups if any(field.value() for field in fields)]
        return groups[: max(used, default=0) + 2]


@policy("follow_up", methods=GET_AND_POST)
def questions(request: Any, year: int) -> HttpResponse:
    """The form of the questions, filled with suggestions where there are none yet."""
    round_ = get_object_or_404(Round, year=year)
    found = commented.begun(round_)
    if found.opened:
        return redirect("returns:comment_round", year)
    stored = [{lang: getattr(one, lang) for lang in LANGUAGES} for one in Question.objects.filter(round=round_)]
    posted = request.POST if request.method == "POST" else None
    form = Questions(posted, stored or [dict(one) for one in templates()])
    form.fields["seen"].initial = found.saved
    status, conflict = 200, False
    if posted is not None:
        status = 400
        if form.is_valid():
            try:
                commented.ask(
                    request.actor, round_, form.questions(), seen=form.cleaned_data["seen"], now=timezone.now()
                )
                return redirect("returns:comment_round", year)
            except commented.Moved:
                messages.warning(request, texts()("comments.moved"))
                return redirect("returns:comment_round", year)
            except commented.Stale:
                conflict, status = True, 409
    model = {
        "title": texts()("comments.questions"),
        "crumbs": _crumbs(round_),
        "round": round_,
        "form": form,
        "seen": found.saved,
        "conflict": stored if conflict else None,
        "suggested": not stored,
    }
    return render(request, "returns/commenting/questions.html", model, status=status)


class Opening(forms.Form):
    """Who is asked, and until when."""

    closes = DayField(label=word("comments.closes"))
    who = forms.ChoiceField(label=word("comments.who"), widget=forms.RadioSelect, initial="all")
    units = forms.MultipleChoiceField(label=word("comments.units"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, round_: Round, data: Any = None) -> None:
        super().__init__(data)
        found = list(commented.reported(round_).values_list("unit", flat=True))
        self.all = found
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("all", texts()("comments.all_units", n=len(found))),
            ("some", texts()("comments.some_units")),
        ]
        by_county: dict[str, list[tuple[str, str]]] = {}
        for unit in found:
            by_county.setdefault(county_of(unit, round_.year), []).append((unit, gazetteer().place(unit).name))
        self.counties = [(gazetteer().place(county).name, rows) for county, rows in by_county.items()]
        self.fields["units"].choices = [row for _, rows in self.counties for row in rows]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        day, found = self.cleaned_data.get("closes"), self.cleaned_data
        if day and day < timezone.localdate():
            self.add_error("closes", texts()("comments.past"))
        if found.get("who") == "some" and not found.get("units") and "units" not in self.errors:
            self.add_error("units", texts()("comments.no_units"))
        return self.cleaned_data

    def chosen(self) -> list[str]:
        return self.all if self.cleaned_data["who"] == "all" else self.cleaned_data["units"]

    def ticked(self) -> set[str]:
        return set(self["units"].value() or ())


class Prolonging(forms.Form):
    """Another last day."""

    closes = DayField(label=word("comments.closes"))

    def clean_closes(self) -> Any:
        if self.cleaned_data["closes"] < timezone.localdate():
            raise ValidationError(word("comments.past"))
        return self.cleaned_data["closes"]


@policy("follow_up", methods=POST)
def open_comments(request: Any, year: int) -> HttpResponse:
    """Asks the chosen units."""
    round_ = get_object_or_404(Round, year=year)
    if stage(round_) != "preparing":
        messages.warning(request, texts()("comments.moved"))
        return redirect("returns:comment_round", year)
    form = Opening(round_, request.POST)
    if not form.is_valid():
        return _shown(request, round_, opening=form)
    now, today = timezone.now(), timezone.localdate()
    try:
        commented.open_(request.actor, round_, form.chosen(), closes=form.cleaned_data["closes"], now=now, today=today)
    except commented.Moved:
        messages.warning(request, texts()("comments.moved"))
    except BadInput:
        messages.error(request, texts()("comments.no_question"))
    return redirect("returns:comment_round", year)


@policy("follow_up", methods=POST)
def prolong_comments(request: Any, year: int) -> HttpResponse:
    round_ = get_object_or_404(Round, year=year)
    form = Prolonging(request.POST)
    if stage(round_) == "open" and not form.is_valid():
        return _shown(request, round_, prolonging=form)
    closes = form.cleaned_data.get("closes", timezone.localdate())
    return _tried(request, round_, lambda: commented.prolong(request.actor, round_, closes=closes, now=timezone.now()))


@policy("follow_up", methods=POST)
def close_comments(request: Any, year: int) -> HttpResponse:
    """All are in."""
    round_ = get_object_or_404(Round, year=year)
    return _tried(request, round_, lambda: commented.close(request.actor, round_, now=timezone.now()))


@policy("follow_up", methods=POST)
def publish_comments(request: Any, year: int) -> HttpResponse:
    """Nothing changes any more."""
    round_ = get_object_or_404(Round, year=year)
    return _tried(request, round_, lambda: commented.publish(request.actor, round_, now=timezone.now()))


def _tried(request: Any, round_: Round, act: Any) -> HttpResponse:
    """Does it, or says that it is no longer there to do."""
    try:
        act()
    except commented.Moved:
        messages.warning(request, texts()("comments.moved"))
    except BadInput:
        messages.error(request, texts()("comments.not_decided"))
    return redirect("returns:comment_round", round_.year)


def _crumbs(round_: Round) -> list[Link]:
    t = texts()
    here = Link(f"{t('comments.heading')} {round_.year}", reverse("returns:comment_round", args=[round_.year]))
    return [Link(t("comments.heading"), reverse("returns:comments")), here]
