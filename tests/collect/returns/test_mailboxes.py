"""Lists of addresses as people have them, and the settings of a mail server."""

import pytest

from overgang.access.actor import acting
from overgang.base.errors import BadInput
from overgang.collect.returns import mailboxes
from overgang.collect.returns.models import Mailbox
from overgang.settings.mail import mail
from tests.collect.returns.test_mail import NOW

ANALYST = acting(3, "Analytiker", "analyst", "")


def read(text: str) -> tuple[dict[str, tuple[str, str]], list[tuple[int, str, str]]]:
    found, faults = mailboxes.read_list(text, 2025)
    return (
        {unit: (box.address, box.language) for unit, box in found.items()},
        [(fault.line, fault.why, fault.found) for fault in faults],
    )


@pytest.mark.parametrize(
    "text",
    [
        "Enhet;Adresse;Språk\n5001;post@a.example;\n4601;post@b.example;nynorsk\n",
        "K5001,post@a.example\nBergen,post@b.example,nn",
        "Trondheim\tpost@a.example\r\n\r\n bergen \tpost@b.example\tNynorsk\r\n",
        '"5001";"post@a.example"\n"4601";"post@b.example";"nn"',
    ],
)
def test_a_list_is_read_however_it_is_written(text):
    assert read(text) == ({"K5001": ("post@a.example", "nb"), "K4601": ("post@b.example", "nn")}, [])


@pytest.mark.parametrize(
    ("line", "why", "found"),
    [
        ("Atlantis;post@a.example", "unit", "Atlantis"),
        ("0301;post@a.example", "unit", "0301"),
        ("5001;post.a.example", "address", "post.a.example"),
        ("5001;", "address", ""),
        ("5001", "address", ""),
        ("5001;postmottak@åsnes.example", "address", "postmottak@åsnes.example"),
        ("5001;post@a.example;svensk", "language", "svensk"),
        ("5001;post@a.example Bcc: x@b.example", "address", "post@a.example Bcc: x@b.example"),
    ],
)
def test_a_line_that_cannot_be_taken_is_a_fault_and_the_others_are(line, why, found):
    taken, faults = read(f"4601;post@b.example\n{line}")
    assert taken == {"K4601": ("post@b.example", "nb")}
    assert faults == [(2, why, found)]


def test_a_unit_with_two_addresses_keeps_the_first_and_is_told():
    taken, faults = read("5001;a@a.example\nTrondheim;b@a.example\n5001;a@a.example")
    assert (taken, faults) == ({"K5001": ("a@a.example", "nb")}, [(2, "twice", "b@a.example")])


@pytest.mark.django_db
def test_only_what_is_new_or_changed_is_counted_and_an_empty_address_goes():
    first = [Mailbox("K5001", "a@a.example", "nb"), Mailbox("K4601", "b@a.example", "nn")]
    assert mailboxes.keep(ANALYST, first, now=NOW) == 2
    assert mailboxes.keep(ANALYST, first, now=NOW) == 0
    assert mailboxes.keep(ANALYST, [Mailbox("K5001", "c@a.example", "nb"), Mailbox("K4601", "", "nn")], now=NOW) == 2
    assert list(Mailbox.objects.values_list("unit", "address")) == [("K5001", "c@a.example")]


SERVER = {"OVERGANG_MAIL_FROM": "Overgang <a@b.example>", "OVERGANG_ADDRESS": "https://overgang.example/"}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtps://who:s%40fe@mail.example", ("mail.example", 465, "who", "s@fe", "all")),
        ("smtp://mail.example", ("mail.example", 587, "", "", "starttls")),
        ("smtp://localhost:1025", ("localhost", 1025, "", "", "none")),
    ],
)
def test_a_mail_server_by_its_address(url, found):
    known = mail(SERVER | {"OVERGANG_SMTP": url})
    assert tuple(known[key] for key in ("host", "port", "user", "password", "tls")) == found
    assert known["site"] == "https://overgang.example"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"OVERGANG_SMTP": "smtp://a.example"}, "lack OVERGANG_MAIL_FROM, OVERGANG_ADDRESS"),
        (SERVER | {"OVERGANG_SMTP": "mail.example:25"}, "OVERGANG_SMTP cannot be read"),
        (SERVER | {"OVERGANG_SMTP": "smtp://a.example", "OVERGANG_MAIL_FROM": "a"}, "OVERGANG_MAIL_FROM is no address"),
    ],
)
def test_half_a_setting_is_refused_with_what_to_do(given, says):
    with pytest.raises(BadInput, match=says):
        mail(given)


def test_no_setting_is_no_mail():
    assert mail({}) == {}
