"""The demo's open round: the returns for 2025, asked of every unit, with invented mailboxes and one return begun.

The rounds before it come with the register. This one is open to the day after the demo is shown, whenever that is.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from overgang.access.actor import SYSTEM, acting
from overgang.access.models import User
from overgang.base.places import gazetteer
from overgang.collect.returns import keeping
from overgang.collect.returns.frame import everybody
from overgang.collect.returns.mailboxes import keep
from overgang.collect.returns.models import Mailbox, Return, Round
from overgang.demo.accounts import TRONDHEIM

YEAR = 2025
OPEN_FOR = timedelta(days=42)
BEGUN_BY = "radgiver.trondheim"
BEGUN = {"1": "318", "2": "214", "3": "6", "4": "104", "10a": "41"}
"""What the adviser has typed so far."""
SPELT = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def make_round(now: datetime) -> None:
    """Opens the round where there is none; one that is there and not closed is kept open to tomorrow."""
    last = (now + timedelta(days=1)).date()
    known = Round.objects.filter(year=YEAR).first()
    if known is None:
        _open(now, last)
    elif known.closed is None and known.closes < last:
        keeping.reschedule(SYSTEM, known, closes=last, now=now)


def mailboxes(year: int) -> Iterator[Mailbox]:
    """An address for each unit, that leads nowhere: postmottak@trondheim.example."""
    taken: set[str] = set()
    for place in gazetteer().units(year):
        name = domain(place.name)
        if name in taken:
            name = f"{name}-{place.code}"
        taken.add(name)
        yield Mailbox(unit=place.id, address=f"postmottak@{name}.example", language="nb")


def domain(name: str) -> str:
    """A name as a part of an address: "Kárášjohka - Karasjok" is karasjohka-karasjok."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(SPELT))
    return re.sub(r"[^a-z0-9]+", "-", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("-")


def _open(now: datetime, last: date) -> None:
    days = {"as_of": date(YEAR, 12, 31), "opens": last - OPEN_FOR, "closes": last}
    keeping.open_round(SYSTEM, year=YEAR, **days, frame=everybody(YEAR), now=now)
    keep(SYSTEM, mailboxes(YEAR), now=now)
    adviser = User.objects.filter(username=BEGUN_BY).first()
    if adviser:
        actor = acting(adviser.pk, adviser.name, "adviser", TRONDHEIM)
        keeping.save(actor, Return.objects.get(round_id=YEAR, unit=TRONDHEIM), BEGUN, {}, seen=0, now=now)
