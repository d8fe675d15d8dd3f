"""Signing somebody out where they are signed in."""

from datetime import datetime
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import F

from overgang.access.models import User


def end_all(user: User) -> None:
    """Ends every session of the user, at their next request."""
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])


def end_others(request: Any) -> None:
    """Ends every session of the user but this one."""
    end_all(request.user)
    update_session_auth_hash(request, request.user)


def forget(now: datetime) -> None:
    """Removes the sessions that have run out; the night run calls it."""
    Session.objects.filter(expire_date__lt=now).delete()
