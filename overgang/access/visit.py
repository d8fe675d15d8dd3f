"""The pages of whoever is signed in: the front page, the role one acts in, the language, and the first password."""

from typing import Any, cast

from django.apps import apps
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode, urlsafe_base64_encode

from overgang.access import gate, log
from overgang.access.actor import unassigned
from overgang.access.frame import policies
from overgang.access.models import Event, Grant, User
from overgang.access.policies import GET_AND_POST, POST, policy, public, signed_in
from overgang.access.texts import texts, word
from overgang.base.text import LANGUAGES


@policy()
def home(request: Any) -> HttpResponse:
    """The front page that an app has for the role; where none has, the ways on from here."""
    for app in apps.get_app_configs():
        for front in getattr(app, "fronts", ()):
            if policies()[front].gives(request.actor):
                return cast(HttpResponse, resolve(reverse(front)).func(request))
    return render(request, "access/home.html", {"title": texts()("frame.home")})


@signed_in(methods=GET_AND_POST)
def role(request: Any) -> HttpResponse:
    """The roles one holds today; a POST takes one of them."""
    held = list(Grant.objects.filter(user=request.user).valid_on(timezone.localdate()).order_by("place", "role", "pk"))
    if request.method == "POST":
        try:
            chosen = next(grant for grant in held if str(grant.pk) == request.POST.get("grant"))
        except StopIteration:
            raise Http404 from None
        gate.act_under(request, chosen)
        return redirect("access:home")
    lang = gate.language_of(request)
    model = {
        "title": texts()("role.heading"),
        "held": [(grant.pk, grant.label(lang), grant.until) for grant in held],
        "now": request.session.get(gate.GRANT),
    }
    return render(request, "access/role.html", model)


@public(methods=POST)
def language(request: Any) -> HttpResponse:
    """Chooses the language of all pages, and comes back."""
    chosen = request.POST.get("lang")
    if chosen not in LANGUAGES:
        raise Http404
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    back = request.POST.get("next", "/")
    known = back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()})
    response = redirect(back if known else "/")
    gate.keep_language(response, chosen)
    return response


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where one is led who must set up a second factor first."""
    return render(request, "access/second_factor.html", {"title": texts()("factor.heading")})


class FirstPassword(SetPasswordForm):
    """Django's form with our labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, first.help_text = word("password.new"), word("password.help")
        second.label, second.help_text = word("password.again"), ""


def password_link(user: User) -> tuple[str, str]:
    """The two parts of the one-time link by which a user sets a password: it holds three days, and ends when used."""
    return urlsafe_base64_encode(str(user.pk).encode()), default_token_generator.make_token(user)


@public(methods=GET_AND_POST)
def first_password(request: HttpRequest, user: str, token: str) -> HttpResponse:
    """Sets a password by a one-time link. A wrong, used or old link is no page."""
    found = get_object_or_404(User, pk=_decoded(user), is_active=True)
    if not default_token_generator.check_token(found, token):
        raise Http404
    form = FirstPassword(found, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "access/first_password.html", {"form": form, "title": texts()("password.heading")})
    with transaction.atomic():
        form.save()
        log.write(unassigned(found), [log.Entry(Event.CHANGED, object="password")], now=timezone.now())
    return redirect("account_login")


def _decoded(user: str) -> int:
    try:
        return int(urlsafe_base64_decode(user))
    except ValueError:
        raise Http404 from None
