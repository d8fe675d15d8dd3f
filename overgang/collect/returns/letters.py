"""The letters about a return: their words, which are data, and the message a mail server gets."""

import re
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path

from overgang.base.text import day

INVITATION, REMINDER, REOPENED = "invitation", "reminder", "reopened"
KINDS = (INVITATION, REMINDER, REOPENED)
WIDTH = 76


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    text: str


def letter(kind: str, lang: str, *, unit: str, year: int, closes: date, site: str, reason: str = "") -> Words:
    """What a unit is written. `unit`: its name; `reason`: what somebody typed, shown as it is."""
    found = _letters()[kind][lang]
    values = {"unit": unit, "year": year, "closes": day(closes, lang), "site": site, "reason": reason.strip()}
    subject = " ".join(found["subject"].format(**values).split())
    paragraphs = re.split(r"\n\s*\n", found["text"].strip())
    return Words(subject, "\n\n".join(_filled(paragraph, values) for paragraph in paragraphs) + "\n")


def message(words: Words, *, lang: str, sender: str, to: str, id: str, at: datetime) -> EmailMessage:
    """The message itself. `id` names the letter, the same however often it is tried, so that a mailbox that gets it
    twice can tell. Raises ValueError for an address or subject with a line break in it."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, words.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(words.text, cte="quoted-printable")
    made["Content-Language"] = lang
    return made


def _filled(paragraph: str, values: Mapping[str, object]) -> str:
    """A paragraph with its values, broken anew; a greeting and a signature keep their lines, and so does a reason."""
    if paragraph == "{reason}":
        return "\n".join(f"    {line}".rstrip() for line in str(values["reason"]).splitlines())
    lines = paragraph.splitlines()
    if len(lines) > 1 and max(map(len, lines)) < WIDTH:
        return paragraph.format(**values)
    return textwrap.fill(" ".join(lines).format(**values), WIDTH, break_long_words=False, break_on_hyphens=False)


@cache
def _letters() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
