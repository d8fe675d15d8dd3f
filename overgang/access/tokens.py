"""Keys by which another system acts under somebody's role: shown once, kept as a hash, ended by a leader.

A key gives what the grant it is bound to gives, as long as that is held; it ends by itself after a year at most.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event, Grant, Token

BEGINNING = "ovg_"
LONGEST = timedelta(days=366)
PER_MINUTE = 60
GUESSES = 20
"""Requests a minute by one key, and refused ones from one address."""


def make(actor: Actor, grant: Grant, name: str, expires: date, *, now: datetime) -> tuple[Token, str]:
    """A new key and its text, which is nowhere else."""
    text = BEGINNING + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Token.objects.create(
            hash=_hash(text), grant=grant, name=name, expires=expires, created=now, created_by_id=actor.user
        )
        log.write(actor, [log.Entry(Event.CREATED, object=f"token:{made.pk}:{grant.pk}")], now=now)
    return made, text


def end(actor: Actor, token: Token, *, now: datetime) -> None:
    """From now on the key opens nothing."""
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, ended=None).update(ended=now):
            log.write(actor, [log.Entry(Event.CHANGED, object=f"token:{token.pk}:{token.grant_id}")], now=now)


def actor_by(text: str, *, now: datetime) -> Actor | None:
    """Whoever acts by this key; None for one that is not there, has ended, or whose role is held no more."""
    today = timezone.localdate(now)
    held = Grant.objects.valid_on(today).filter(user__is_active=True)
    tokens = Token.objects.filter(ended=None, expires__gte=today, grant__in=held)
    found = tokens.select_related("grant__user").filter(hash=_hash(text)).first()
    if found is None:
        return None
    if found.last_used is None or now - found.last_used > timedelta(minutes=1):
        Token.objects.filter(pk=found.pk).update(last_used=now)
    return found.grant.actor()


def too_many(what: str, limit: int, now: datetime) -> bool:
    """Whether there have been more than `limit` this minute; counts this one. All processes count together."""
    key = f"rate:{hashlib.sha256(what.encode()).hexdigest()[:32]}:{int(now.timestamp()) // 60}"
    if cache.add(key, 1, 120):
        return False
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:
        return False


def managed(grants: models.QuerySet[Grant]) -> models.QuerySet[Token]:
    """The keys bound to these grants, the newest first."""
    return Token.objects.filter(grant__in=grants).select_related("grant__user").order_by("-created", "-pk")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
