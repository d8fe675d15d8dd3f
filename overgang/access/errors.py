"""Pages that say what went wrong. A record of others looks exactly like one that is not there: both are `not_found`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from overgang.access.texts import texts


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400. The host may be what is wrong, so nothing here asks for it."""
    return HttpResponse("400 Bad Request: the request could not be read. Go to the front page.\n", "text/plain", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the page is there, and this role may not see it."""
    return _shown(request, 403, "forbidden")


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form was opened too long ago, or comes from another site."""
    return _shown(request, 403, "expired")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: nothing here, or nothing for you; nobody can tell which."""
    return _shown(request, 404, "not_found")


def broken(request: HttpRequest) -> HttpResponse:
    """500. Django has logged the cause."""
    return _shown(request, 500, "broken")


def _shown(request: Any, status: int, kind: str) -> HttpResponse:
    t = texts()
    model = {"title": t(f"errors.{kind}_heading"), "lead": t(f"errors.{kind}")}
    return render(request, "access/error.html", model, status=status)
