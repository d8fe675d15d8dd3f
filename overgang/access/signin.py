"""Sign-in as allauth does it, with our rules: nobody registers by oneself, a provider's word counts only at the level
we demand, and secrets lie encrypted."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.shortcuts import render
from django.utils import timezone

from overgang.access import log
from overgang.access.actor import NO_ROLE, Actor
from overgang.access.factors import ABOUT
from overgang.access.models import Event, User
from overgang.access.ring import ring
from overgang.access.texts import texts, word

SIGN_IN = "sign_in"

OURS = frozenset(
    {
        "incorrect_code",
        "incorrect_password",
        "enter_current_password",
        "too_many_login_attempts",
        "rate_limited",
        "username_password_mismatch",
        "cannot_delete_authenticator",
        "cannot_generate_recovery_codes",
    }
)


def _in_our_words(errors: Mapping[str, Any]) -> Mapping[str, Any]:
    """allauth's errors; those a visitor of ours can meet, as `signin.error_<code>`."""
    return {code: word(f"signin.error_{code}") if code in OURS else text for code, text in errors.items()}


class Accounts(DefaultAccountAdapter):
    """Local accounts: user name and password."""

    error_messages = _in_our_words(DefaultAccountAdapter.error_messages)

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002
        return False

    def add_message(self, request: Any, level: int, message_template: str = "", *_: Any, **__: Any) -> None:
        """Only what we have words for; the rest of allauth's messages says what the page says already."""
        key = f"done_{message_template.rpartition('/')[2].removesuffix('.txt')}"
        if key in texts()["signin"]:
            super().add_message(request, level, message=texts()(f"signin.{key}"))

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """A user who is shut out gets the answer of a wrong password, as everybody else does."""
        user = super().authenticate(request, **credentials)
        if user is None or user.is_active:
            return user
        self.authentication_failed(request, **credentials)
        return None

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """An event, whether the user is there or not. What was typed is not kept: it may be a password."""
        super().authentication_failed(request, **credentials)
        user = User.objects.filter(username__iexact=credentials.get("username", "")).first()
        refused(user)


class Factors(DefaultMFAAdapter):
    """Second factors. Their secrets are encrypted like identity numbers."""

    error_messages = _in_our_words(DefaultMFAAdapter.error_messages)

    def encrypt(self, text: str) -> str:
        return b64encode(ring().encrypted(text, ABOUT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return ring().decrypted(b64decode(encrypted_text), ABOUT)

    def get_totp_issuer(self) -> str:
        return "Overgang"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = 1 + user.authenticator_set.filter(type=type).count()
        return texts()("signin.key_name", number=number)


class Providers(DefaultSocialAccountAdapter):
    """Sign-in at a provider by OpenID Connect. It leads to a user who is there already, or nowhere; nothing of what the
    provider says is stored."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Always ends the flow here: signed in, or refused. The page of a refusal says nothing of its reason but the
        level, which the visitor can mend."""
        claims = sociallogin.account.extra_data.get("id_token") or {}
        if settings.OIDC_ACR and claims.get("acr") not in settings.OIDC_ACR:
            refused(None)
            raise ImmediateHttpResponse(_refused(request, "level"))
        claim = str(claims.get(settings.OIDC_CLAIM) or "")
        user = User.objects.filter(subject__in=subjects(claim), is_active=True).first()
        if user is None:
            refused(None)
            raise ImmediateHttpResponse(_refused(request, "unknown"))
        User.objects.filter(pk=user.pk).update(subject=subject(claim))
        record_authentication(request, user, method="socialaccount")
        raise ImmediateHttpResponse(perform_login(request, Login(user=user)))

    def on_authentication_error(self, request: Any, provider: Any, **kwargs: Any) -> None:  # noqa: ARG002
        refused(None)
        raise ImmediateHttpResponse(_refused(request, "unknown"))


def subject(claim: str) -> str | None:
    """What stands in `User.subject` for somebody a provider calls so; an empty claim is nobody."""
    return ring().index_of("subject", claim) if claim else None


def subjects(claim: str) -> list[str]:
    """Whatever may stand there, while the key for look-up is being changed."""
    return ring().indices_of("subject", claim) if claim else []


def refused(user: User | None) -> None:
    """Notes that a sign-in was refused."""
    who = Actor(user.pk if user else None, "", NO_ROLE)
    log.write(who, [log.Entry(Event.DENIED, object=SIGN_IN)], now=timezone.now())


def _refused(request: Any, why: str) -> Any:
    return render(request, "access/refused.html", {"why": why}, status=403)
