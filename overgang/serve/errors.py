"""Pages that say what went wrong and where to go on, in the language of the address."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path

from overgang.base.edition import Edition
from overgang.serve import addresses, shelf
from overgang.serve.visit import Link, Visit

log = logging.getLogger(__name__)
RETRY_SECONDS = "60"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404. An address with a slash too many is sent on."""
    bare = request.path.rstrip("/")
    if bare != request.path and is_valid_path(bare):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{bare}?{query}" if query else bare)
    return _shown(request, 404, "not_found")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400. The host may be what is wrong, so nothing here asks for it."""
    return HttpResponse("400 Bad Request: the request could not be read. Go to the front page.\n", "text/plain", 400)


def broken(request: HttpRequest) -> HttpResponse:
    """500. Django has logged the cause."""
    return _shown(request, 500, "broken")


def nothing_published(request: HttpRequest, error: shelf.NothingPublished) -> HttpResponse:
    """503: there is no edition to show yet."""
    log.warning("503 at %s: %s", request.path, error)
    response = _shown(request, 503, "nothing_published", command="overgang demo")
    response.headers["Retry-After"] = RETRY_SECONDS
    response.headers["Cache-Control"] = "no-store"
    return response


def unknown(visit: Visit, heading: str, lead: str, suggestions: tuple[Link, ...]) -> HttpResponse:
    """404 for a page that exists for other years or places: says which these are."""
    return _page(visit, 404, heading, lead, suggestions)


def _shown(request: HttpRequest, status: int, kind: str, command: str = "") -> HttpResponse:
    visit = Visit(request, addresses.language_of(request.path), _edition())
    t = visit.texts["errors"]
    heading = t[f"{kind}_heading"]
    suggestions = () if visit.edition is None else _ways_on(visit)
    return _page(visit, status, heading, t[f"{kind}_lead"], suggestions, command)


def _page(
    visit: Visit, status: int, heading: str, lead: str, suggestions: tuple[Link, ...], command: str = ""
) -> HttpResponse:
    """The page has a search field of its own, as long as there is something to find."""
    return visit.page(
        "error.html",
        heading,
        (),
        status=status,
        search=False,
        heading=heading,
        lead=lead,
        suggestions=suggestions,
        command=command,
        places=addresses.places(visit.lang) if visit.edition else "",
    )


def _ways_on(visit: Visit) -> tuple[Link, ...]:
    lang, t = visit.lang, visit.texts["nav"]
    return (
        Link(t["results"], addresses.results(lang)),
        Link(t["places"], addresses.places(lang)),
        Link(t["data"], addresses.data(lang)),
    )


def _edition() -> Edition | None:
    try:
        return shelf.current()
    except shelf.NothingPublished:
        return None
