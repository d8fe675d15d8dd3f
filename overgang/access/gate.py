"""The gate every request of the internal site passes: how long a session lasts, in which language a page answers, who
acts in which role, and whether the page's policy lets that through."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import urlencode

from overgang.access import errors, log
from overgang.access.actor import Actor, unassigned
from overgang.access.models import Event, Grant
from overgang.access.policies import GET, Policy, Refusal, Who, policy_of, refusal
from overgang.access.second_factor import needs_second_factor
from overgang.base.text import LANGUAGES

GRANT, BEGUN, SEEN = "grant", "begun", "seen"
"""What a session holds beside the user: the grant acted under, when it began, when it was last used (seconds)."""

LANGUAGE_COOKIE = "lang"
SEEN_EVERY = 60
"""Seconds between two writings of when a session was last used."""


class Gate:
    """Sets `request.actor` (None before a role is chosen) and lets pass what the policy of the view allows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.actor = None
        if request.user.is_authenticated:
            if is_over(request, timezone.now()):
                logout(request)
            else:
                request.actor = actor_of(request)
        with translation.override(language_of(request)):
            response = self.get_response(request)
        if asked := asked_language(request):
            keep_language(response, asked)
        response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:  # noqa: ARG002
        found = policy_of(view, request.resolver_match.view_name)
        why = refusal(found, request.method, request.actor, request.user.is_authenticated)
        if why is None:
            return _led_to_second_factor(request, found)
        if why is Refusal.SIGN_IN:
            return to_sign_in(request, found)
        if why is Refusal.CHOOSE_ROLE:
            return redirect("access:role")
        if why is Refusal.METHOD:
            return HttpResponseNotAllowed(sorted(found.methods if found else GET))
        who = request.actor or unassigned(request.user)
        entry = log.Entry(Event.DENIED, object=request.resolver_match.view_name[:60])
        log.write(who, [entry], now=timezone.now())
        return errors.forbidden(request)


def is_over(request: Any, now: datetime) -> bool:
    """Whether the session has been idle or open for too long; notes that it was used."""
    at = now.timestamp()
    begun, seen = request.session.get(BEGUN, 0), request.session.get(SEEN, 0)
    if at - begun > settings.SESSION_LONGEST or at - seen > settings.SESSION_IDLE:
        return True
    if at - seen > SEEN_EVERY:
        request.session[SEEN] = int(at)
    return False


def begin(request: Any, user: Any, now: datetime) -> None:
    """A session begins with this sign-in: its clock starts, and the only role there is, is taken."""
    request.session[BEGUN] = request.session[SEEN] = int(now.timestamp())
    request.session.pop(GRANT, None)
    held = list(Grant.objects.filter(user=user).valid_on(timezone.localdate(now))[:2])
    if len(held) == 1:
        request.session[GRANT] = held[0].pk


def act_under(request: Any, grant: Grant) -> None:
    """From now on this session acts under that grant, which the caller has found to be the user's own and valid."""
    request.session[GRANT] = grant.pk


def actor_of(request: Any) -> Actor | None:
    """Whoever acts in this session: the grant must still be valid today, whatever the session says."""
    grants = Grant.objects.filter(pk=request.session.get(GRANT), user=request.user)
    grant = grants.valid_on(timezone.localdate()).first()
    return None if grant is None else grant.actor(request.user)


def language_of(request: Any) -> str:
    """The user's language; before sign-in the one the address asks for or that was chosen last, or Bokmål."""
    if request.user.is_authenticated:
        return str(request.user.language)
    chosen = asked_language(request) or request.COOKIES.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def asked_language(request: Any) -> str:
    """What a link from elsewhere asks for: /inn/?lang=nn. Whoever is signed in has a language already."""
    asked = "" if request.user.is_authenticated else request.GET.get("lang", "")
    return asked if asked in LANGUAGES else ""


def keep_language(response: HttpResponseBase, chosen: str) -> None:
    """Until it is chosen anew, on this machine."""
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 60 * 60, samesite="Lax", httponly=True)


def to_sign_in(request: HttpRequest, found: Policy | None = None) -> HttpResponse:
    """To the sign-in page, and from there back to where one wanted to go; to the empty form, if one was sent."""
    if request.method in GET:
        wanted = request.get_full_path()
    else:
        wanted = request.path if found and "GET" in found.methods else "/"
    there = redirect("account_login")
    if wanted != "/":
        there["Location"] += f"?{urlencode({'next': wanted})}"
    return there


def _led_to_second_factor(request: Any, found: Policy | None) -> HttpResponse | None:
    if found and found.who is Who.ACTING and needs_second_factor(request, request.actor):
        return redirect("access:second_factor")
    return None
