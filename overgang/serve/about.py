"""What is counted and how, what is hidden and why, and how the pages can be used by all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from overgang.base import text
from overgang.base.edition import Edition
from overgang.serve import addresses, notes, shelf
from overgang.serve.figures import legend
from overgang.serve.page import page
from overgang.serve.texts import Texts
from overgang.serve.visit import Visit

RESULT = "exit.work_edu"
"""The indicator whose versions are told one by one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a list of facts."""

    label: str
    value: str


@page
def about(visit: Visit) -> HttpResponse:
    """/om/"""
    edition, t = visit.published, visit.texts
    return visit.page(
        "about.html",
        t["nav"]["about"],
        (),
        definitions=definitions(edition.indicators, t),
        versions=versions(edition.indicators, t),
        breaks=notes.breaks(edition, t, edition.years),
        signs=legend(t),
        smallest=edition.policy.get("smallest", 5),
        why_smallest=t("about.control_smallest", smallest=edition.policy.get("smallest", 5)),
        by_chance=any(edition.policy.get("chance", {}).values()),
        audit=audit(edition.audit, t),
        facts=_facts(edition, t),
        data=addresses.data(visit.lang),
    )


@page
def accessibility(visit: Visit) -> HttpResponse:
    """/tilgjengelighet/"""
    return visit.page("accessibility.html", visit.texts["accessibility"]["title"], ())


def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """/healthz: 200 with the edition shown, or 503."""
    try:
        answer = HttpResponse(f"ok {shelf.current().id}\n", "text/plain")
    except shelf.NothingPublished:
        answer = HttpResponse("no edition\n", "text/plain", 503)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def definitions(indicators: Mapping[str, Any], t: Texts) -> tuple[Fact, ...]:
    """Each indicator of the edition and its formula."""
    return tuple(Fact(found["label"][t.lang], found["formula"][t.lang]) for found in indicators.get("indicators", ()))


def versions(indicators: Mapping[str, Any], t: Texts) -> tuple[Fact, ...]:
    """How the result was defined from year to year."""
    result = next((found for found in indicators.get("indicators", ()) if found["id"] == RESULT), {"versions": ()})
    return tuple(Fact(version["id"], version["note"][t.lang]) for version in result["versions"])


def audit(summary: Mapping[str, Any], t: Texts) -> tuple[Fact, ...]:
    """The numbers of the audit that have words here; an edition may tell more or less."""
    return tuple(
        Fact(label, text.number(summary[key], t.lang))
        for key, label in t["audit"].items()
        if isinstance(summary.get(key), int) and not isinstance(summary[key], bool)
    )


def _facts(edition: Edition, t: Texts) -> tuple[Fact, ...]:
    state = t["site"]["preliminary" if edition.state == "preliminary" else "final"]
    return (
        Fact(t["about"]["fact_edition"], edition.id),
        Fact(t["about"]["fact_state"], state),
        Fact(t["about"]["fact_as_of"], edition.snapshot_as_of[:10]),
        Fact(t["about"]["fact_snapshot"], edition.snapshot),
        Fact(t["about"]["fact_code"], edition.code_version),
    )
