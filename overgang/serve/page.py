"""How a page is answered and cached.

A view builds a small view model and returns `visit.page(...)`; the template only writes it out. A page depends on the
edition, the address and the code: its ETag is made of these three, and no clock is asked.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from overgang.base.edition import Edition
from overgang.serve import addresses, errors, shelf
from overgang.serve.assets import build
from overgang.serve.visit import Visit

FRESH_SECONDS = 60

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Makes a view of `view(visit, ...)`: finds the edition, answers 304 where nothing changed, sets the headers."""

    @wraps(view)
    def answer(request: HttpRequest, lang: str = addresses.ROOT_LANGUAGE, **values: Any) -> HttpResponse:
        try:
            edition = shelf.current()
        except shelf.NothingPublished as error:
            return errors.nothing_published(request, error)
        tag = _tag(request, edition)
        unchanged = get_conditional_response(request, etag=tag)
        return unchanged or _kept(tag) or _headed(view(Visit(request, lang, edition), **values), tag)

    return answer


def _kept(tag: str) -> HttpResponse | None:
    """The page as it was made before in this process: the same tag, the same bytes."""
    body = cache.get(tag)
    return None if body is None else _headed(HttpResponse(body), tag)


def _headed(response: HttpResponse, tag: str) -> HttpResponse:
    if response.status_code == 200:
        response.headers["ETag"] = tag
        cache.add(tag, response.content)
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


def _tag(request: HttpRequest, edition: Edition) -> str:
    address = hashlib.sha256(request.build_absolute_uri().encode()).hexdigest()[:12]
    return f'"{edition.id}-{address}-{build()}"'


def choice(given: Mapping[str, str], key: str, choices: tuple[str, ...], otherwise: str) -> str:
    """The value of a query parameter if it is one of `choices`, else `otherwise`: a wrong one changes nothing."""
    value = given.get(key, "")
    return value if value in choices else otherwise
