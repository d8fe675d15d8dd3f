"""What happens beside a sign-in: its event, its session, and what a new second factor ends."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from overgang.access import gate, log, sessions
from overgang.access.actor import unassigned
from overgang.access.models import Event


@receiver(user_logged_in)
def signed_in(request: Any, user: Any, **kwargs: Any) -> None:  # noqa: ARG001
    now = timezone.now()
    gate.begin(request, user, now)
    log.write(unassigned(user), [log.Entry(Event.SIGNED_IN)], now=now)


@receiver(authentication_failed)
def second_factor_failed(user: Any, **kwargs: Any) -> None:  # noqa: ARG001
    log.write(unassigned(user), [log.Entry(Event.DENIED, object="second_factor")], now=timezone.now())


@receiver(authenticator_added)
@receiver(authenticator_removed)
def second_factor_changed(request: Any, user: Any, **kwargs: Any) -> None:  # noqa: ARG001
    sessions.end_others(request)
    log.write(unassigned(user), [log.Entry(Event.CHANGED, object="second_factor")], now=timezone.now())


@receiver(password_changed)
def own_password_changed(user: Any, **kwargs: Any) -> None:  # noqa: ARG001
    log.write(unassigned(user), [log.Entry(Event.CHANGED, object="password")], now=timezone.now())
