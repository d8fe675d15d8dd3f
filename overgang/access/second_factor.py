"""Who must prove twice who they are: every role that sees persons, gives roles or reads the log."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from overgang.access.actor import Actor

COMPULSORY = frozenset({"persons", "users", "log"})
ENOUGH = frozenset({"mfa", "socialaccount"})
"""Ways to sign in that prove it: a second factor of ours, or a provider whose level of assurance we have checked."""


def needs_second_factor(request: Any, actor: Actor) -> bool:
    """Whether this actor must set up a second factor before going on.

    One that is set up ends all other sessions of the user (`sessions.end_others`), so whoever has one has used it.
    """
    if not settings.SECOND_FACTOR or not actor.role.may & COMPULSORY:
        return False
    if any(record["method"] in ENOUGH for record in get_authentication_records(request, request.user)):
        return False
    return not is_mfa_enabled(request.user)
