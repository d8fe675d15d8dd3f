"""Letters to units: laid ready as rows, and sent by a process of its own, one letter after another.

A letter that is laid waits in the database, so that nothing is lost when the sender or the server stops. It is sent at
most once: just before its text is handed to the server the row says so, and a letter that was not answered for after
that is never sent again by itself, for it may have arrived. Such letters are shown as unsure, and a person decides;
sent again, the letter has the same Message-ID. What stops before that point, and every "not now" of the server, is
tried again.
"""

import os
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Max, QuerySet

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.base.locks import alone
from overgang.collect.register.record import writing
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import letters
from overgang.collect.returns.letters import INVITATION, REMINDER, REOPENED, Words
from overgang.collect.returns.models import Letter, Mailbox, Return, Round
from overgang.collect.returns.states import WITH_UNIT

NO_SERVER = "No mail server is set up, no letter is sent: set OVERGANG_SMTP, OVERGANG_MAIL_FROM and OVERGANG_ADDRESS."
LOCK = "post.lock"
SECONDS = 30
"""How long the server may take to answer."""
TOGETHER = 50
"""Letters by one connection; many servers want no more than a hundred."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 240, 480, 480, 480, 480, 480))
"""After each "not now": together two days, then the letter has failed."""
SHUTTING_DOWN = 421
MIDDLE = timedelta(minutes=5)
"""A letter that was begun so long ago is not under way any more."""

Clock = Callable[[], datetime]


class Unreachable(Exception):
    """The server does not answer, refuses us, or hung up: no letter can be sent now."""


class Answer(Exception):
    """The server's answer to a letter it did not take."""

    def __init__(self, code: int, text: bytes | str) -> None:
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        super().__init__(f"{code} {' '.join(said.split())}"[:300])
        self.code = code


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of the letters that were due: sent, to be tried again, failed for good. `fault`: why it stopped."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0
    fault: str = ""


def configured() -> bool:
    return bool(settings.MAIL)


def to_get(round_: Round, kind: str, wave: int) -> list[Return]:
    """Who gets letters of this kind and wave, in the order of their codes: an invitation all who had none, a reminder
    all who have it and have not sent."""
    asked = Return.objects.filter(round=round_).select_related("round").order_by("unit")
    if kind == REMINDER:
        asked = asked.filter(state__in=WITH_UNIT, current=None)
    return list(asked.exclude(letters__in=Letter.objects.filter(of__round=round_, kind=kind, wave=wave)))


def next_wave(round_: Round, kind: str) -> int:
    """1 for invitations; for reminders one more than there have been."""
    if kind == INVITATION:
        return 1
    last = Letter.objects.filter(of__round=round_, kind=kind).aggregate(last=Max("wave"))["last"]
    return (last or 0) + 1


def words(of: Return, kind: str, lang: str, reason: str = "") -> Words:
    """What the letter to a unit says."""
    return letters.letter(
        kind,
        lang,
        unit=place_name(of.unit),
        year=of.round_id,
        closes=of.until or of.round.closes,
        site=settings.MAIL["site"],
        reason=reason,
    )


def lay(
    actor: Actor, returns: Sequence[Return], kind: str, wave: int, *, now: datetime, reason: str = ""
) -> tuple[int, list[Return]]:
    """Lays letters ready, in one transaction. Laid twice they are there once. Gives how many were laid, and who has no
    address. Raises BadInput where no letters can be sent from here."""
    if not configured():
        raise BadInput(NO_SERVER)
    boxes = Mailbox.objects.in_bulk([of.unit for of in returns])
    with writing():
        there = set(Letter.objects.filter(of__in=returns, kind=kind, wave=wave).values_list("of", flat=True))
        new = [
            _laid(of, kind, wave, boxes[of.unit], now, reason)
            for of in returns
            if of.unit in boxes and of.pk not in there
        ]
        Letter.objects.bulk_create(new)
        if new:
            what = f"letters:{new[0].of.round_id}:{kind}:{wave}:{len(new)}"
            log.note(actor, Event.CHANGED, what, [row.address for row in new], now=now)
    return len(new), [of for of in returns if of.unit not in boxes]


def tell_reopened(actor: Actor, of: Return, reason: str, *, now: datetime) -> None:
    """A letter to a unit that got its return back, where letters can be sent and the unit has an address."""
    if configured():
        last = of.letters.filter(kind=REOPENED).aggregate(last=Max("wave"))["last"]
        lay(actor, [of], REOPENED, (last or 0) + 1, now=now, reason=reason)


def again(actor: Actor, letter: Letter, *, now: datetime) -> bool:
    """Sends a letter once more that failed, or of which nobody knows, to the address the unit has now."""
    box = Mailbox.objects.filter(unit=letter.of.unit).first()
    rows = Letter.objects.filter(pk=letter.pk, sent=None)
    stuck = rows.exclude(failed="") | rows.unsure().filter(begun__lt=now - MIDDLE)
    with writing():
        done = stuck.update(
            address=box.address if box else letter.address, begun=None, failed="", delayed="", tried=0, due=now
        )
        if done:
            log.note(actor, Event.CHANGED, f"letter:{letter.pk}:again", letter.address, now=now)
    return bool(done)


def post(clock: Clock) -> Posted:
    """Sends what is due. Another sender at work is left to it. Raises BadInput where no mail server is set up."""
    if not configured():
        raise BadInput(NO_SERVER)
    counts = {"sent": 0, "delayed": 0, "failed": 0}
    fault = ""
    with alone(settings.HOME / LOCK) as mine:
        try:
            while mine and _due(clock()).exists():
                with _connected(settings.MAIL) as server:
                    for letter in _due(clock())[:TOGETHER]:
                        if outcome := _deliver(server, letter, clock):
                            counts[outcome] += 1
        except Unreachable as found:
            fault = str(found)[:300]
            _due(clock()).update(delayed=fault, due=clock() + DELAYS[0])
    return Posted(**counts, fault=fault)


def wake(now: datetime) -> None:
    """Starts a sender where something is due; one too many ends at once."""
    if configured() and _due(now).exists():
        subprocess.Popen(
            [sys.executable, "-m", "overgang", "post"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"OVERGANG_HOME": str(settings.HOME)},
        )


def _laid(of: Return, kind: str, wave: int, box: Mailbox, now: datetime, reason: str) -> Letter:
    said = words(of, kind, box.language, reason)
    return Letter(
        of=of,
        kind=kind,
        wave=wave,
        address=box.address,
        subject=said.subject[:200],
        text=said.text,
        language=box.language,
        made=now,
        due=now,
    )


def _due(now: datetime) -> QuerySet[Letter]:
    return Letter.objects.waiting().filter(due__lte=now).select_related("of__round").order_by("pk")


def _deliver(server: smtplib.SMTP, letter: Letter, clock: Clock) -> str:
    """Hands one letter over, and notes what became of it; "" where it is not needed any more, or another sender's."""
    mine = Letter.objects.filter(pk=letter.pk)
    of = letter.of
    if letter.kind == REMINDER and (of.current_id is not None or of.state not in WITH_UNIT):
        mine.waiting().delete()
        return ""
    try:
        _envelope(server, letter)
        if not mine.waiting().update(begun=clock(), tried=F("tried") + 1):
            _answered(server.rset())
            return ""
        _handed_over(server, letter, clock())
    except Answer as answer:
        with suppress(smtplib.SMTPException, OSError):
            server.rset()
        return _refused(letter, answer, clock())
    except (smtplib.SMTPException, OSError) as fault:
        mine.waiting().update(delayed=_told(fault), due=clock() + DELAYS[0])
        raise Unreachable(_told(fault)) from fault
    mine.update(sent=clock(), delayed="")
    return "sent"


def _envelope(server: smtplib.SMTP, letter: Letter) -> None:
    _answered(server.mail(parseaddr(settings.MAIL["sender"])[1]))
    _answered(server.rcpt(letter.address))


def _handed_over(server: smtplib.SMTP, letter: Letter, at: datetime) -> None:
    """The text itself. The server answers when it has taken it; until then nobody knows."""
    of = letter.of
    id = f"{letter.kind}-{letter.wave}.{of.round_id}.{of.unit}"
    made = letters.message(
        Words(letter.subject, letter.text),
        lang=letter.language,
        sender=settings.MAIL["sender"],
        to=letter.address,
        id=id,
        at=at,
    )
    try:
        _answered(server.data(made.as_bytes()))
    except smtplib.SMTPDataError as refused:
        raise Answer(refused.smtp_code, refused.smtp_error) from refused


def _answered(reply: tuple[int, bytes]) -> None:
    code, text = reply
    if not 200 <= code < 300:
        raise Answer(code, text)


def _refused(letter: Letter, answer: Answer, now: datetime) -> str:
    """5xx is for good; 4xx means come again, until it has been said too often."""
    tries = letter.tried + 1
    mine = Letter.objects.filter(pk=letter.pk, sent=None)
    if answer.code >= 500 or tries > len(DELAYS):
        mine.update(failed=str(answer), begun=None, tried=tries)
        return "failed"
    mine.update(delayed=str(answer), begun=None, tried=tries, due=now + DELAYS[tries - 1])
    if answer.code == SHUTTING_DOWN:
        raise Unreachable(str(answer))
    return "delayed"


@contextmanager
def _connected(to: Mapping[str, Any]) -> Iterator[smtplib.SMTP]:
    """A server that has let us in. Raises Unreachable, saying which and why."""
    where = f"{to['host']}:{to['port']}"
    context = ssl.create_default_context()
    we = urlsplit(to["site"]).hostname
    try:
        if to["tls"] == "all":
            server: smtplib.SMTP = smtplib.SMTP_SSL(to["host"], to["port"], we, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(to["host"], to["port"], we, timeout=SECONDS)
        server.ehlo_or_helo_if_needed()
        if to["tls"] == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if to["user"]:
            server.login(to["user"], to["password"])
    except (smtplib.SMTPException, OSError) as fault:
        raise Unreachable(f"{where}: {_told(fault)}") from fault
    try:
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _told(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return f"{fault.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[:300]
    return f"{type(fault).__name__}: {fault}"[:300]
