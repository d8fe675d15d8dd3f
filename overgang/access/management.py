"""Who may give which role to whom. A leader looks after the own unit, an administrator after everything; nobody after
oneself, and no leader gives a role that is held at a higher level.

`Refused` carries the key of the sentence for whoever tried (`users.refused_...`).
"""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from overgang.access import log, sessions
from overgang.access.actor import Actor, is_place_of, units_of
from overgang.access.models import Event, Grant, User
from overgang.access.roles import Role, roles
from overgang.base.places import COUNTRY

REVIEW_EVERY = timedelta(days=365)
"""How often a role that somebody holds must be looked at anew (spec 13, 4: regular review of authorisations)."""


class Refused(Exception):
    """What was asked is not this actor's to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def looks_after_all(actor: Actor) -> bool:
    return actor.role.at == "country"


def managed_places(actor: Actor) -> frozenset[str]:
    """The places whose roles a leader looks after."""
    return units_of(actor.place) if actor.place else frozenset()


def managed_grants(actor: Actor) -> models.QuerySet[Grant]:
    """The grants this actor sees: past, present and future."""
    return Grant.objects.all() if looks_after_all(actor) else Grant.objects.filter(place__in=managed_places(actor))


def managed_users(actor: Actor) -> models.QuerySet[User]:
    """The users this actor sees: those with a role at one of the places, ever."""
    if looks_after_all(actor):
        return User.objects.all()
    return User.objects.filter(pk__in=managed_grants(actor).values("user"))


def givable(actor: Actor) -> list[Role]:
    """The roles this actor may give."""
    return [role for role in roles().values() if looks_after_all(actor) or role.at == actor.role.at]


def place_to_give(actor: Actor, role: Role, wanted: str) -> str:
    """Where the role is to be held: a leader's own unit, or the place an administrator names."""
    if not looks_after_all(actor):
        return actor.place
    place = "" if wanted == COUNTRY or role.at == "country" else wanted
    try:
        fits = is_place_of(role.at, place)
    except (KeyError, LookupError, ValueError):
        fits = False
    if not fits:
        raise Refused("place")
    return place


def give(actor: Actor, user: User, role: str, place: str, since: date, until: date | None, *, now: datetime) -> Grant:
    """Gives a role from a day to a day. Raises Refused."""
    if user.pk == actor.user:
        raise Refused("oneself")
    if role not in {known.id for known in givable(actor)}:
        raise Refused("level")
    place = place_to_give(actor, roles()[role], place)
    with transaction.atomic():
        clash = Grant.objects.filter(user=user, role=role, place=place).exclude(until__lt=since)
        if (clash.exclude(since__gt=until) if until else clash).exists():
            raise Refused("twice")
        grant = Grant.objects.create(
            user=user,
            role=role,
            place=place,
            since=since,
            until=until,
            given_by_id=actor.user,
            reviewed=timezone.localdate(now),
        )
        _note(actor, Event.CREATED, grant, now)
    return grant


def end(actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Ends a role: from now on it gives nothing; one that has not begun is taken back."""
    _not_oneself(actor, grant.user_id)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    with transaction.atomic():
        _note(actor, Event.CHANGED, grant, now)
        if grant.since > yesterday:
            grant.delete()
        elif grant.until is None or grant.until > yesterday:
            grant.until = yesterday
            grant.save(update_fields=["until"])


def review(actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Notes that the role has been looked at and is still needed."""
    _not_oneself(actor, grant.user_id)
    with transaction.atomic():
        grant.reviewed = timezone.localdate(now)
        grant.save(update_fields=["reviewed"])
        _note(actor, Event.CHANGED, grant, now)


def shut(actor: Actor, user: User, *, active: bool, now: datetime) -> None:
    """Shuts a user out everywhere at once, or lets one in again."""
    _not_oneself(actor, user.pk)
    with transaction.atomic():
        user.is_active = active
        user.save(update_fields=["is_active"])
        sessions.end_all(user)
        log.write(actor, [log.Entry(Event.CHANGED, object=f"user:{user.pk}:{'open' if active else 'shut'}")], now=now)


def review_due(grant: Grant) -> date:
    """The day by which a role must be looked at."""
    return (grant.reviewed or grant.since) + REVIEW_EVERY


def _not_oneself(actor: Actor, user: int) -> None:
    if user == actor.user:
        raise Refused("oneself")


def _note(actor: Actor, action: str, grant: Grant, now: datetime) -> None:
    """The event of a change to a role; its content is the role as it is after."""
    said: tuple[Any, ...] = (grant.user_id, grant.role, grant.place, grant.since, grant.until, grant.reviewed)
    content = hashlib.sha256(repr([str(part) for part in said]).encode()).hexdigest()
    entry = log.Entry(action, object=f"grant:{grant.role}:{grant.place or 'country'}:{grant.user_id}", content=content)
    log.write(actor, [entry], now=now)
