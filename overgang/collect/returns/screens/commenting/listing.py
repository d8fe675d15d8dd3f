"""What is released of a round's comments: looked at as it will be read, and as files for the report and the edition."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from overgang.access import log
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import policy
from overgang.access.texts import language, texts
from overgang.base.text import LANGUAGES
from overgang.collect.files.write import listed
from overgang.collect.returns import commented
from overgang.collect.returns.comments.numbering import label
from overgang.collect.returns.models import Round

TYPES = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8", "json": "application/json"}


@policy("follow_up")
def preview(request: Any, year: int) -> HttpResponse:
    """The section of the report, in the language that is asked for."""
    round_ = get_object_or_404(Round, year=year)
    t, lang = texts(), _chosen(request)
    model = {
        "title": t("comments.preview"),
        "crumbs": [
            Link(t("comments.heading"), reverse("returns:comments")),
            Link(f"{t('comments.heading')} {year}", reverse("returns:comment_round", args=[year])),
        ],
        "round": round_,
        "published": commented.begun(round_).published,
        "shown": [(code, texts(code)("frame.language")) for code in LANGUAGES],
        **_section(round_, lang),
    }
    return render(request, "returns/commenting/preview.html", model)


@policy("follow_up")
def file(request: Any, year: int, format: str) -> HttpResponse:
    """The same as a table, as a page of its own, or for the edition once all of it is published."""
    round_ = get_object_or_404(Round, year=year)
    lang = _chosen(request)
    if format == "json":
        if not commented.begun(round_).published:
            raise Http404
        content = json.dumps(commented.as_published(round_), ensure_ascii=False, indent=1, sort_keys=True).encode()
    elif format == "csv":
        content = listed("", [*_table(round_, lang)], "csv")
    else:
        content = render_to_string("returns/commenting/report.html", _section(round_, lang)).encode()
    entry = log.Entry(Event.EXPORTED, object=f"comments:{year}")
    log.write(request.actor, [entry], now=timezone.now())
    response = HttpResponse(content, content_type=TYPES[format])
    response["Content-Disposition"] = (
        f'attachment; filename="{"comments" if format == "json" else f"kommentarer-{year}-{lang}"}.{format}"'
    )
    return response


def _chosen(request: Any) -> str:
    wanted = request.GET.get("sprak", "")
    return wanted if wanted in LANGUAGES else language()


def _section(round_: Round, lang: str) -> dict[str, Any]:
    told = commented.as_published(round_)
    t = texts(lang)
    return {
        "spoken": lang,
        "heading": f"{t('comments.report_heading')} {round_.year}",
        "said": t("comments.report_lead"),
        "in_norwegian": t("comments.in_norwegian") if lang != "nb" else "",
        "none": t("comments.no_answer"),
        "questions": [
            (one["text"][lang], [(label(answer["unit"], lang), answer["text"]) for answer in one["answers"]])
            for one in told["questions"]
        ],
    }


def _table(round_: Round, lang: str) -> Any:
    t = texts(lang)
    yield [t("comments.number"), t("comments.question"), t("comments.unit"), t("comments.text")]
    for one in commented.as_published(round_)["questions"]:
        for answer in one["answers"]:
            yield [str(one["number"]), one["text"][lang], label(answer["unit"], lang), answer["text"]]
