"""Letters through a real mail server: each once, those it does not want kept with its answer, and none lost when it, or
the sender, stops."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from overgang.access.actor import acting
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.returns import keeping, mail
from overgang.collect.returns.letters import INVITATION, REMINDER, Words, message
from overgang.collect.returns.models import Letter, Mailbox, Return, Round
from overgang.collect.returns.questionnaire import questionnaire
from tests.collect.returns.sink import Sink, free_port, started
from tests.internal import DATABASE

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
ANALYST = acting(3, "Analytiker", "analyst", "")
LEADER = acting(2, "Leder", "leader", "K1103")
UNITS = ("K1103", "K4601", "K5001")
BOXES = {"K1103": "post@stavanger.example", "K4601": "post@bergen.example", "K5001": "post@trondheim.example"}
WHOLE = {item.id: "0" for item in questionnaire(2007).items} | {"1": "12", "2": "8", "4": "4", "10a": "3", "9a": "1"}


class Time:
    """The clock of a sender."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def sink(settings, tmp_path):
    """A running server, which the settings point to."""
    settings.HOME = tmp_path
    found = Sink()
    server = started(found)
    settings.MAIL = to(server.port)
    yield found
    server.stop()


def to(port: int, **options) -> dict[str, object]:
    known = {"host": "127.0.0.1", "port": port, "user": "", "password": "", "tls": "none"}
    return known | {"sender": "Overgang <svar@overgang.example>", "site": "https://overgang.example"} | options


@pytest.fixture
def round_(db) -> Round:  # noqa: ARG001
    dates = {"as_of": date(2007, 12, 31), "opens": date(2026, 1, 2), "closes": date(2026, 2, 28)}
    made = keeping.open_round(ANALYST, year=2007, **dates, frame=dict.fromkeys(UNITS, "alle"), now=NOW)
    Mailbox.objects.bulk_create(Mailbox(unit, address) for unit, address in BOXES.items())
    return made


def laid(round_: Round, kind: str = INVITATION, wave: int = 1) -> int:
    return mail.lay(ANALYST, mail.to_get(round_, kind, wave), kind, wave, now=NOW)[0]


def test_an_invitation_goes_to_every_unit_once_however_often_it_is_asked_for(sink, round_, time):
    assert [laid(round_), laid(round_)] == [3, 0]
    assert mail.post(time) == mail.Posted(sent=3)
    assert mail.post(time) == mail.Posted()
    assert sink.to == [BOXES[unit] for unit in UNITS]
    assert Event.objects.filter(object="letters:2007:invitation:1:3").count() == 1


def test_a_letter_says_what_it_is_in_its_headers(sink, round_, time):
    Mailbox.objects.filter(unit="K4601").update(language="nn")
    laid(round_)
    mail.post(time)
    bergen = sink.taken[1]
    assert bergen["Subject"] == "Årsrapport for introduksjonsprogrammet 2007: Bergen"
    assert bergen["Message-ID"] == "<invitation-1.2007.K4601@overgang.example>"
    assert bergen["Auto-Submitted"] == "auto-generated"
    assert bergen["Content-Language"] == "nn"
    assert bergen["From"] == "Overgang <svar@overgang.example>"
    assert bergen["Date"].datetime == NOW
    assert bergen.get_content_charset() == "utf-8"
    text = bergen.get_content()
    assert "Siste dag for å sende inn er 28. februar 2026." in text.replace("\n", " ")
    assert "https://overgang.example" in text
    assert "Rådgjevaren" in text


def test_a_unit_without_an_address_is_named_and_gets_its_letter_when_it_has_one(sink, round_, time):
    Mailbox.objects.filter(unit="K4601").delete()
    count, without = mail.lay(ANALYST, mail.to_get(round_, INVITATION, 1), INVITATION, 1, now=NOW)
    assert (count, [of.unit for of in without]) == (2, ["K4601"])
    Mailbox.objects.create(unit="K4601", address="ny@bergen.example")
    assert laid(round_) == 1
    mail.post(time)
    assert sorted(sink.to) == ["ny@bergen.example", "post@stavanger.example", "post@trondheim.example"]


def sent_in(of: Return) -> None:
    draft = keeping.save(LEADER, of, WHOLE, {}, seen=0, now=NOW)
    keeping.approve(LEADER, of, number=1, seen=draft.saved, now=NOW, today=date(2026, 2, 1))


def test_reminders_go_to_those_who_have_not_sent_a_wave_at_a_time(sink, round_, time):
    sent_in(Return.objects.get(unit="K1103"))
    assert mail.next_wave(round_, REMINDER) == 1
    assert [laid(round_, REMINDER, 1), laid(round_, REMINDER, 1), laid(round_, REMINDER, 2)] == [2, 0, 2]
    assert mail.next_wave(round_, REMINDER) == 3
    mail.post(time)
    assert sorted(sink.to) == sorted([BOXES["K4601"], BOXES["K5001"]] * 2)
    assert len({letter["Message-ID"] for letter in sink.taken}) == 4


def test_who_sends_before_the_reminder_has_left_gets_none(sink, round_, time):
    laid(round_, REMINDER)
    sent_in(Return.objects.get(unit="K1103"))
    mail.post(time)
    assert sink.to == [BOXES["K4601"], BOXES["K5001"]]
    assert Letter.objects.count() == 2


def test_an_address_the_server_does_not_know_is_kept_with_its_answer_and_not_tried_again(sink, round_, time):
    sink.rcpt = lambda address: "550 5.1.1 No such user here" if "bergen" in address else None
    laid(round_)
    assert mail.post(time) == mail.Posted(sent=2, failed=1)
    letter = Letter.objects.get(of__unit="K4601")
    assert (letter.failed, letter.sent) == ("550 5.1.1 No such user here", None)
    time.now += timedelta(days=1)
    assert mail.post(time) == mail.Posted()
    sink.rcpt = lambda address: None  # noqa: ARG005
    Mailbox.objects.filter(unit="K4601").update(address="rett@bergen.example")
    assert mail.again(ANALYST, letter, now=time.now)
    assert mail.post(time) == mail.Posted(sent=1)
    assert sink.to[-1] == "rett@bergen.example"
    assert not mail.again(ANALYST, letter, now=time.now)


def test_a_server_that_says_come_again_gets_the_letter_later(sink, round_, time):
    seen: set[str] = set()

    def greylisted(address: str) -> str | None:
        known = address in seen
        seen.add(address)
        return None if known else "451 4.7.1 Greylisted, come again"

    sink.rcpt = greylisted
    laid(round_)
    assert mail.post(time) == mail.Posted(delayed=3)
    assert {*Letter.objects.values_list("delayed", flat=True)} == {"451 4.7.1 Greylisted, come again"}
    assert mail.post(time) == mail.Posted()
    time.now += timedelta(minutes=5)
    assert mail.post(time) == mail.Posted(sent=3)
    assert len(sink.taken) == 3


def test_who_is_put_off_for_two_days_is_given_up(sink, round_, time):
    sink.data = lambda address: "452 4.2.2 Mailbox full" if "bergen" in address else None
    laid(round_)
    outcomes = []
    while Letter.objects.waiting().exists():
        outcomes.append(mail.post(time))
        time.now = max(time.now, *Letter.objects.values_list("due", flat=True))
    assert timedelta(days=1.5) < time.now - NOW < timedelta(days=3)
    assert (outcomes[0], outcomes[-1]) == (mail.Posted(sent=2, delayed=1), mail.Posted(failed=1))
    assert Letter.objects.get(of__unit="K4601").failed == "452 4.2.2 Mailbox full"


def test_a_server_that_is_down_loses_nothing(settings, tmp_path, round_, time):
    settings.HOME, port = tmp_path, free_port()
    settings.MAIL = to(port)
    laid(round_)
    posted = mail.post(time)
    assert (posted.sent, posted.fault) == (
        0,
        f"127.0.0.1:{port}: ConnectionRefusedError: [Errno 111] Connection refused",
    )
    assert Letter.objects.waiting().filter(delayed=posted.fault).count() == 3
    sink = Sink()
    server = started(sink, port)
    try:
        assert mail.post(time) == mail.Posted()
        time.now += timedelta(minutes=5)
        assert mail.post(time) == mail.Posted(sent=3)
    finally:
        server.stop()
    assert len(sink.taken) == 3


def test_a_server_that_closes_for_the_day_is_left_alone(sink, round_, time):
    sink.rcpt = lambda address: "421 4.3.2 Closing" if "bergen" in address else None
    laid(round_)
    posted = mail.post(time)
    assert (posted.sent, posted.fault) == (1, "421 4.3.2 Closing")
    sink.rcpt = lambda address: None  # noqa: ARG005
    time.now += timedelta(minutes=5)
    assert mail.post(time) == mail.Posted(sent=2)


def test_without_encryption_no_letter_leaves_this_machine(sink, round_, time, settings):
    settings.MAIL |= {"tls": "starttls"}
    laid(round_)
    assert "STARTTLS" in mail.post(time).fault
    assert sink.taken == []


@pytest.mark.parametrize("database", [DATABASE])
def test_a_sender_that_is_killed_neither_loses_nor_doubles_a_letter(database):
    """In processes of their own: see `killed_sender`."""
    command = [sys.executable, "-m", "tests.collect.returns.killed_sender", database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == "12 letters, 2 kills: 11 sent, 1 unsure, 12 arrived, 0 twice"


@pytest.mark.usefixtures("round_")
def test_a_reason_with_line_breaks_stays_in_the_text(sink, time):
    of = Return.objects.get(unit="K1103")
    sent_in(of)
    of.refresh_from_db()
    reason = "Feil i spørsmål 4\r\nBcc: alle@example.org\r\n\r\n.\r\nRett det"
    keeping.reopen(ANALYST, of, until=date(2026, 3, 15), reason=reason, now=NOW)
    assert mail.post(time) == mail.Posted(sent=1)
    (letter,) = sink.taken
    assert (letter["To"], letter["Bcc"]) == (BOXES["K1103"], None)
    text = letter.get_content()
    assert "    Bcc: alle@example.org" in text
    assert "    Rett det" in text
    assert "15. mars 2026" in text


def test_no_header_takes_a_line_break():
    options = {"lang": "nb", "sender": "a@b.example", "id": "x", "at": NOW}
    with pytest.raises(ValueError, match="linefeed"):
        message(Words("Emne\nBcc: c@d.example", "Tekst"), to="c@d.example", **options)
    with pytest.raises(ValueError, match="linefeed"):
        message(Words("Emne", "Tekst"), to="c@d.example\r\nBcc: e@f.example", **options)


def test_where_no_server_is_set_up_nothing_is_laid_or_sent(settings, round_, time):
    settings.MAIL = {}
    for act in (lambda: laid(round_), lambda: mail.post(time)):
        with pytest.raises(BadInput, match="OVERGANG_SMTP"):
            act()
    of = Return.objects.get(unit="K1103")
    sent_in(of)
    keeping.reopen(ANALYST, of, until=date(2026, 3, 15), reason="Feil", now=NOW)
    assert not Letter.objects.exists()
