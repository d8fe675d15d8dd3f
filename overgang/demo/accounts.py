"""Accounts to try the internal site with: every role once, and the register's own roles in three units.

They exist in a synthetic register only, all with one password, made from the keys of that very register: the same each
time it is shown, another in every installation.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from overgang.access import log
from overgang.access.actor import SYSTEM
from overgang.access.keys import KeyRing
from overgang.access.log import Entry
from overgang.access.models import Event, Grant, User

SINCE = date(2025, 1, 1)
TRONDHEIM, STAVANGER, GRUNERLOKKA, TRONDELAG = "K5001", "K1103", "B030102", "F50"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with one role at one place ("" is the country)."""

    username: str
    name: str
    role: str
    place: str = ""


ACCOUNTS = (
    Account("radgiver.trondheim", "Ragnhild Rådgiver", "adviser", TRONDHEIM),
    Account("norsk.trondheim", "Nora Norsklærer", "language_adviser", TRONDHEIM),
    Account("leder.trondheim", "Leif Leder", "leader", TRONDHEIM),
    Account("radgiver.stavanger", "Roar Rådgiver", "adviser", STAVANGER),
    Account("leder.stavanger", "Lise Leder", "leader", STAVANGER),
    Account("radgiver.grunerlokka", "Rita Rådgiver", "adviser", GRUNERLOKKA),
    Account("leder.grunerlokka", "Lars Leder", "leader", GRUNERLOKKA),
    Account("statsforvalter.trondelag", "Stine Statsforvalter", "governor", TRONDELAG),
    Account("analytiker", "Anders Analytiker", "analyst"),
    Account("skjermet", "Siri Skjermet", "shielded_officer"),
    Account("revisor", "Rune Revisor", "auditor"),
    Account("administrator", "Astrid Administrator", "administrator"),
)


def password(ring: KeyRing) -> str:
    """Sixteen letters and digits in groups of four."""
    text = hmac.digest(ring.index, b"password of the demo's accounts", "sha256").hex()[:16]
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def make_accounts(ring: KeyRing, *, now: datetime) -> None:
    """Makes the accounts that are not there; who is there keeps password and roles. In the caller's transaction."""
    there = set(User.objects.values_list("username", flat=True))
    new = [account for account in ACCOUNTS if account.username not in there]
    if not new:
        return
    hashed = make_password(password(ring))
    users = User.objects.bulk_create(
        User(username=account.username, name=account.name, password=hashed) for account in new
    )
    Grant.objects.bulk_create(
        Grant(user=user, role=account.role, place=account.place, since=SINCE, reviewed=SINCE)
        for user, account in zip(users, new, strict=True)
    )
    entries = [
        Entry(Event.CREATED, object=f"grant:{account.role}:{user.pk}") for user, account in zip(users, new, strict=True)
    ]
    log.write(SYSTEM, entries, now=now)


def shown(ring: KeyRing) -> Iterator[str]:
    """What stands on the screen: who can sign in, as what, and how."""
    yield f"Accounts of the internal site, all with the password {password(ring)}"
    for account in ACCOUNTS:
        grant = Grant(role=account.role, place=account.place)
        yield f"  {account.username:26}{grant.label('nb')}"
