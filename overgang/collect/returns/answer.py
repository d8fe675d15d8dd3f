"""What is typed at an item, and the four things it can be: a number, zero, don't know, nothing yet.

The raw text is kept. `0` is none and `00` is don't know; in 2007 they were stored as the same. A text that might be
meant otherwise than it reads is not guessed at: it gets a sentence.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from overgang.collect.files.fault import shown

Kind = Literal["count", "percent", "text"]
LARGEST = 99_999
"""No unit has had so many: a longer number is a slip."""
WHOLE = 100
LONGEST = 4_000
"""Characters of a free text: a page and a half. What is longer is a document, and has another way in."""
SPACES = str.maketrans("", "", " \u00a0\u202f")


class State(StrEnum):
    VALUE = "value"
    ZERO = "zero"
    DONT_KNOW = "dont_know"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Answer:
    """`raw` as it was typed; `value` is None for don't know and blank, and for free text, which is its `raw`."""

    raw: str
    state: State
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text that is no answer. `fault` is the key of its sentence, `meant` what it may have been meant as."""

    raw: str
    fault: str
    meant: str = ""

    def sentence(self, lang: str) -> str:
        """What was found and what to write instead, for the field."""
        values = {"value": shown(self.raw), "meant": self.meant, "largest": LARGEST, "longest": LONGEST}
        return sentences()[self.fault][lang].format(**values)


BLANK = Answer("", State.BLANK)


def read(raw: str) -> Answer | Unreadable:
    """What a typed text says.

    >>> read("12").value, read("0").state.value, read("00").state.value, read(" ").state.value
    (12, 'zero', 'dont_know', 'blank')
    >>> read("3,5").fault, read("1 234").meant, read("000").fault
    ('decimal', '1234', 'zeros')
    """
    text = raw.strip()
    if not text:
        return Answer(raw, State.BLANK)
    if text == "0":
        return Answer(raw, State.ZERO, 0)
    if text == "00":
        return Answer(raw, State.DONT_KNOW)
    if re.fullmatch(r"[1-9]\d*", text, flags=re.ASCII):
        if len(text) > len(str(LARGEST)):  # before it is made a number: Python refuses those of thousands of digits
            return Unreadable(raw, "large")
        return Answer(raw, State.VALUE, int(text))
    return _unreadable(raw, text)


def read_percent(raw: str) -> Answer | Unreadable:
    """A whole percent from 0 to 100; its sign may stand behind it. `raw` stays as it was typed.

    >>> read_percent("45 %").value, read_percent("00").state.value, read_percent("101").fault
    (45, 'dont_know', 'over_hundred')
    """
    found = read(raw.strip().removesuffix("%"))
    if isinstance(found, Unreadable):
        return Unreadable(raw, "percent_decimal" if found.fault == "decimal" else found.fault, found.meant)
    if found.value is not None and found.value > WHOLE:
        return Unreadable(raw, "over_hundred")
    if found.state is State.BLANK and raw.strip():
        return Unreadable(raw, "letters")
    return Answer(raw, found.state, found.value)


def read_text(raw: str) -> Answer | Unreadable:
    """Free text: something or nothing. Zeros have no meaning of their own in it."""
    if len(raw) > LONGEST:
        return Unreadable(raw, "long")
    return Answer(raw, State.VALUE if raw.strip() else State.BLANK)


READERS: Mapping[Kind, Callable[[str], Answer | Unreadable]] = {
    "count": read,
    "percent": read_percent,
    "text": read_text,
}
"""How an item of each kind is read."""


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """What is said of each fault: fault -> language -> sentence."""
    return tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))


def _unreadable(raw: str, text: str) -> Unreadable:
    if re.search(r"[\r\n\t]", text):
        return Unreadable(raw, "pasted")
    if re.fullmatch(r"0+", text):
        return Unreadable(raw, "zeros")
    if re.fullmatch(r"[-\u2212\u2013]\s*\d.*", text):
        return Unreadable(raw, "negative")
    joined = text.translate(SPACES).replace(".", "")
    if re.fullmatch(r"\d{1,3}([ \u00a0\u202f.]\d{3})+", text):
        return Unreadable(raw, "thousands", joined)
    if re.fullmatch(r"0+[1-9]\d*", text, flags=re.ASCII):
        return Unreadable(raw, "leading_zero", text.lstrip("0"))
    if re.fullmatch(r"\d+[.,]\d+", text):
        return Unreadable(raw, "decimal")
    return Unreadable(raw, "letters")
