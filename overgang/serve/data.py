"""Open data: the list of tables, and each table as JSON-stat, CSV and Parquet under the edition's own address."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from overgang.base import text
from overgang.base.edition import Edition, PublishedTable
from overgang.base.text import LANGUAGES
from overgang.serve import addresses, dimensions, downloads, errors, jsonstat, selection, shelf, spreadsheets
from overgang.serve.page import page
from overgang.serve.selection import BadSelection, Selection
from overgang.serve.texts import Texts, texts
from overgang.serve.visit import Link, Visit

YEAR_SECONDS = 31536000
KINDS = ("json", "csv", "parquet")


@dataclass(frozen=True, slots=True)
class Listed:
    """A table in the list: what it counts, by what, how many rows, and its files."""

    id: str
    title: str
    dimensions: tuple[tuple[str, str, str], ...]
    rows: str
    files: tuple[Link, ...]
    too_large: str


@page
def tables(visit: Visit) -> HttpResponse:
    """/data/"""
    edition, t = visit.published, visit.texts
    return visit.page(
        "data.html",
        t["nav"]["data"],
        (),
        tables=tuple(_listed(edition, table, t) for table in edition.tables.values()),
        example=addresses.file(edition.id, "exits", "csv", sted="F00U", tid=str(edition.reference_year)),
        years=f"{edition.years[0]}–{edition.years[-1]}",
        filter_limit=t("data.filter_limit", limit=text.number(jsonstat.LIMIT, t.lang)),
        source_line=t("data.source_line", title=edition.title.get(t.lang, edition.title["nb"])),
    )


def _listed(edition: Edition, table: PublishedTable, t: Texts) -> Listed:
    whole = Selection(table, {one: dimensions.codes(table, one) for one in dimensions.of(table)})
    large = jsonstat.size(whole) > jsonstat.LIMIT
    return Listed(
        id=table.id,
        title=table.title.get(t.lang, table.title["nb"]),
        dimensions=tuple(
            (dimensions.title(one, codes, t), one.query, text.number(len(codes), t.lang))
            for one, codes in whole.codes.items()
        ),
        rows=text.number(table.frame.height, t.lang),
        files=downloads.files(edition, t, table.id, whole=True),
        too_large=t["data"]["too_large"] if large else "",
    )


def file(request: HttpRequest, edition: str, table: str, kind: str) -> HttpResponse:
    """/data/<edition>/<table>.<kind>"""
    t = texts(request.GET.get("lang") if request.GET.get("lang") in LANGUAGES else addresses.ROOT_LANGUAGE)
    try:
        found = shelf.published(edition)
    except shelf.NothingPublished as error:
        return errors.nothing_published(request, error)
    if found is None or kind not in KINDS:
        return _problem(t, 404, "no_edition", edition=edition, current=shelf.current().id)
    if table not in found.tables:
        return _problem(t, 404, "no_table", table=table, known=", ".join(found.tables))
    tag = _tag(request, found)
    return get_conditional_response(request, etag=tag) or _kept(_written(request, found, table, kind, t), tag)


def _written(request: HttpRequest, edition: Edition, table: str, kind: str, t: Texts) -> HttpResponse:
    published = edition.table(table)
    try:
        chosen = selection.read(published, request.GET, t)
        match kind:
            case "parquet":
                return _parquet(published, request, t)
            case "csv":
                return _csv(chosen, request, t)
            case _:
                return _json(chosen, edition, t)
    except BadSelection as error:
        return _problem(t, 400, "bad_selection", why=str(error))
    except jsonstat.TooLarge as error:
        values, limit = text.number(error.values, t.lang), text.number(jsonstat.LIMIT, t.lang)
        return _problem(t, 400, "too_large", values=values, limit=limit, example=_example(edition, table))


def _json(chosen: Selection, edition: Edition, t: Texts) -> HttpResponse:
    body = json.dumps(jsonstat.dataset(chosen, edition, t), ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, "application/json; charset=utf-8")


def _csv(chosen: Selection, request: HttpRequest, t: Texts) -> HttpResponse:
    excel = request.GET.get("format") == "excel"
    body = spreadsheets.for_excel(chosen, t) if excel else spreadsheets.csv(chosen)
    response = HttpResponse(body, "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chosen.table.id}.csv"'
    return response


def _parquet(table: PublishedTable, request: HttpRequest, t: Texts) -> HttpResponse:
    if any(key != "lang" for key in request.GET):
        raise BadSelection(t["problem"]["parquet"])
    return FileResponse(
        table.path.open("rb"),
        as_attachment=True,
        filename=f"{table.id}.parquet",
        content_type="application/vnd.apache.parquet",
    )


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    """Files of an edition never change: they may be kept for ever. Problems are not files."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 200:
        response.headers["ETag"] = tag
        patch_cache_control(response, public=True, max_age=YEAR_SECONDS, immutable=True)
    return response


def _tag(request: HttpRequest, edition: Edition) -> str:
    path = hashlib.sha256(request.get_full_path().encode()).hexdigest()[:12]
    return f'"{edition.id}-{path}"'


def _problem(t: Texts, status: int, kind: str, **values: str) -> HttpResponse:
    """An answer of RFC 9457: what is wrong, in a sentence, and what to do."""
    body: Mapping[str, Any] = {
        "type": f"{addresses.DATA}#{kind}",
        "title": t["problem"][f"{kind}_title"],
        "status": status,
        "detail": t(f"problem.{kind}", **values),
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), "application/problem+json; charset=utf-8", status)
    patch_cache_control(response, public=True, max_age=60)
    return response


def _example(edition: Edition, table: str) -> str:
    return addresses.file(edition.id, table, "json", tid=str(edition.reference_year))
