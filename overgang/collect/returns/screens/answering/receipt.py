"""The receipt of a version that was sent: a page that prints, and a PDF of the same."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from overgang.access.policies import policy
from overgang.access.texts import texts
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import examined
from overgang.collect.returns.beside import when_sent
from overgang.collect.returns.checks import Finding, Result
from overgang.collect.returns.models import Version
from overgang.collect.returns.screens.answering.answers import groups
from overgang.collect.returns.screens.answering.found import About, about, crumbs, moment
from overgang.collect.returns.screens.answering.questions import home

LAYOUT = Path(__file__).with_name("receipt.typ")


@policy("answer")
def receipt(request: Any, year: int, unit: str, number: int) -> HttpResponse:
    found = about(request, year, unit)
    version = _version(found, number)
    model = content(found, version) | {
        "done": request.GET.get("sendt") == "1",
        "later": version.pk != found.of.current_id,
        "file": found.href("receipt_file", number),
        "href": found.href(),
        "crumbs": crumbs(),
    }
    return render(request, "returns/answering/receipt.html", model)


@policy("answer")
def receipt_file(request: Any, year: int, unit: str, number: int) -> HttpResponse:
    found = about(request, year, unit)
    file = printed(content(found, _version(found, number)), found.lang)
    name = f"{texts()('return_receipt.heading')}-{year}-{unit}-{number}.pdf".lower()
    return HttpResponse(file, "application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _version(found: About, number: int) -> Version:
    version = found.of.versions.exclude(sent=None).select_related("of", "author", "approver").filter(number=number)
    for one in version:
        return one
    raise Http404


def content(found: About, version: Version) -> dict[str, Any]:
    """All that a receipt says. It is of what was known when the version was sent, and says the same for ever."""
    t, lang = texts(), found.lang
    facts = [
        (t("return_receipt.version"), str(version.number)),
        (t("return_receipt.sent"), moment(version.sent, lang)),
        (t("return_receipt.author"), str(version.author or "")),
        (t("return_receipt.approver"), str(version.approver or "")),
        (t("return_receipt.reason"), version.reason),
    ]
    given = keeping.given_in(version)
    failed = [one for one in examined(found.asked, given, when_sent(version)) if one.result is Result.FAILED]
    return {
        "title": f"{t('return_receipt.heading')}: {found.asked.title[lang]}",
        "unit": found.unit,
        "facts": [(name, value) for name, value in facts if value],
        "groups": groups(found, given),
        "explained": [
            (_named(found, one), version.explained.get(keeping.place(one)) or t("return_receipt.not_explained"))
            for one in failed
        ],
        "note": t("return_receipt.synthetic") if settings.SYNTHETIC else "",
    }


def _named(found: About, one: Finding) -> str:
    """ "10a Ordinært arbeid: Her står 3, i registeret 2."."""
    id = home(found, one)
    return f"{id} {found.asked.item(id).label[found.lang]}: {one.sentence(found.lang)}"


def printed(said: dict[str, Any], lang: str) -> bytes:
    """The receipt as a tagged PDF (PDF/UA-1): the same bytes for the same content, on every machine."""
    words = dict(texts(lang)["return_receipt"])
    data = json.dumps(said | {"words": words, "lang": lang}, ensure_ascii=False)
    return typst.compile(LAYOUT, sys_inputs={"data": data}, ignore_system_fonts=True, pdf_standards=["ua-1"])
