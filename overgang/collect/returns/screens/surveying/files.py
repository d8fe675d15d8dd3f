"""The pages of a survey tool's exports: send one, choose what its columns are, see what it would do, take it in."""

from collections import Counter
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access import log
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.places import gazetteer
from overgang.collect.files.write import listed
from overgang.collect.returns import surveyed
from overgang.collect.returns.models import Round, SurveyFile
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.survey import UNIT, Unusable
from overgang.collect.upload import FileForm

PAGE = 50
COLORS = {"new": "success", "changed": "success", "same": "neutral", "draft": "warning", "refused": "danger"}
SHOWN = 60
"""Characters of a cell that are shown as an example."""


class SendForm(FileForm):
    """A file and the round it belongs to."""

    words = "survey"
    round = forms.ChoiceField(label=word("survey.round"))
    field_order = ("round", "file")

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        years = Round.objects.order_by("-year").values_list("year", flat=True)
        self.fields["round"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]


@policy("follow_up", methods=GET_AND_POST)
def sending(request: Any) -> HttpResponse:
    """A form for a file, and the files sent before, the last first."""
    form = SendForm(request)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        round_ = Round.objects.get(year=form.cleaned_data["round"])
        try:
            made, new = surveyed.upload(
                request.actor, round_, file.name, Path(file.temporary_file_path()), now=timezone.now()
            )
            if not new:
                messages.info(request, texts()("survey.known"))
            return redirect("returns:survey", made.pk)
        except Unusable as wrong:
            form.add_error("file", wrong.sentences[language()])
    page = Paginator(SurveyFile.objects.select_related("by").defer("grid", "report").order_by("-at", "-pk"), PAGE)
    model = {
        "title": texts()("survey.heading"),
        "form": form,
        "rounds": bool(form.fields["round"].choices),  # type: ignore[attr-defined]
        "page": page.get_page(request.GET.get("side")),
    }
    return render(request, "returns/surveying/sending.html", model, status=400 if form.errors else 200)


@policy("follow_up")
def survey(request: Any, pk: int) -> HttpResponse:
    """What a file would do, row by row, or what it did."""
    return _shown(request, get_object_or_404(SurveyFile, pk=pk))


def _shown(request: Any, file: SurveyFile, status: int = 200) -> HttpResponse:
    t, lang = texts(), language()
    model: dict[str, Any] = {
        "title": file.file,
        "crumbs": [Link(t("survey.heading"), reverse("returns:surveys"))],
        "file": file,
        "faults": [],
        "columns": _columns(file),
    }
    if file.taken:
        rows = file.report
        left = any(not row["done"] and row["outcome"] != surveyed.SAME for row in rows)
        model |= {"taken": True, "left": left}
    else:
        try:
            plan = surveyed.planned(file)
        except Unusable as wrong:
            model["faults"] = [wrong.sentences[lang]]
            return render(request, "returns/surveying/survey.html", model | {"unread": True}, status=status)
        rows = [row.as_json() for row in plan.rows]
        model |= {"faults": [fault.told(lang) for fault in plan.faults], "seen": plan.mark}
    counts = Counter(row["outcome"] for row in rows)
    wanted = request.GET.get("vis", "")
    chosen = [row for row in rows if wanted not in counts or row["outcome"] == wanted]
    page = Paginator(chosen, PAGE).get_page(request.GET.get("side"))
    good = sum(counts[outcome] for outcome in surveyed.TAKEN)
    model |= {
        "wanted": wanted if wanted in counts else "",
        "total": len(rows),
        "counts": [(name, t(f"survey.outcome_{name}"), counts[name]) for name in COLORS if counts[name]],
        "page": page,
        "rows": [_row(row, lang) for row in page],
        "good": good,
        "all": good + counts[surveyed.DRAFT],
        "whole": good == len(rows) - counts[surveyed.SAME],
        "drafts": counts[surveyed.DRAFT],
        "take_whole": t("survey.take_whole", n=good),
        "take_good": t("survey.take_good", n=good),
        "take_all": t("survey.take_all", n=good, drafts=counts[surveyed.DRAFT]),
    }
    return render(request, "returns/surveying/survey.html", model, status=status)


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    t = texts()
    return row | {
        "name": gazetteer().place(row["unit"]).name if row["unit"] else "",
        "color": COLORS[row["outcome"]],
        "outcome_text": t(f"survey.outcome_{row['outcome']}"),
        "told": row["said"][lang],
        "not_done": row.get("done") is False and row["outcome"] != surveyed.SAME,
    }


def _columns(file: SurveyFile) -> list[dict[str, Any]]:
    """The columns with their first cells and what each is read as; one name that stands twice stands here once."""
    header, read_as, first = surveyed.columns_of(file)
    found = []
    for at, name in enumerate(header):
        if name.strip() and header.index(name) == at:
            cells = [cells[at][:SHOWN] for cells in first if at < len(cells) and cells[at]]
            found.append({"at": at, "name": name, "cells": cells, "meant": read_as.get(name, "")})
    return found


@policy("follow_up", methods=GET_AND_POST)
def columns(request: Any, pk: int) -> HttpResponse:
    """What each column is: as it was guessed, or chosen before, and to be mended."""
    file = get_object_or_404(SurveyFile, pk=pk)
    if file.taken:
        return redirect("returns:survey", pk)
    t, lang = texts(), language()
    asked, rows, fault = questionnaire(file.round_id), _columns(file), ""
    if request.method == "POST":
        known = {UNIT, *(item.id for item in asked.items)}
        for row in rows:
            row["meant"] = meant if (meant := request.POST.get(f"c{row['at']}", "")) in known else ""
        chosen = {row["name"]: row["meant"] for row in rows if row["meant"]}
        fault = _fault(chosen)
        if not fault:
            try:
                surveyed.choose(request.actor, file, chosen, now=timezone.now())
            except surveyed.Moved:
                messages.warning(request, t("survey.moved"))
            return redirect("returns:survey", pk)
    model = {
        "title": t("survey.columns"),
        "crumbs": [
            Link(t("survey.heading"), reverse("returns:surveys")),
            Link(file.file, reverse("returns:survey", args=[pk])),
        ],
        "file": file,
        "rows": rows,
        "items": [(item.id, item.label[lang]) for item in asked.items],
        "fault": fault,
    }
    return render(request, "returns/surveying/columns.html", model, status=400 if fault else 200)


def _fault(chosen: dict[str, str]) -> str:
    """What is wrong with a choice of columns."""
    t = texts()
    if UNIT not in chosen.values():
        return t("survey.unit_missing")
    first: dict[str, str] = {}
    for name, meant in chosen.items():
        if other := first.get(meant):
            said = t("survey.unit_column") if meant == UNIT else meant
            return t("survey.twice", one=other, other=name, meant=said)
        first[meant] = name
    return ""


@policy("follow_up", methods=POST)
def take(request: Any, pk: int) -> HttpResponse:
    """Somebody has seen what it would do, and says yes to all of it or to what is good."""
    file = get_object_or_404(SurveyFile, pk=pk)
    choice = request.POST.get("choice")
    if choice not in (surveyed.ALL, surveyed.GOOD):
        raise Http404
    try:
        surveyed.take(request.actor, file, choice, seen=request.POST.get("seen", ""), now=timezone.now())
    except (surveyed.Moved, Unusable):
        messages.warning(request, texts()("survey.moved"))
    return redirect("returns:survey", pk)


@policy("follow_up")
def rest(request: Any, pk: int) -> HttpResponse:
    """The rows that were not taken in, as they were sent, each with the reason."""
    file = get_object_or_404(SurveyFile, pk=pk)
    if not file.taken:
        raise Http404
    content = listed("", surveyed.rest(file, language(), texts()("survey.reason")), "csv")
    log.write(request.actor, [log.Entry(Event.EXPORTED, object=f"survey:{file.round_id}:{pk}")], now=timezone.now())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="resten-{pk}.csv"'
    return response
