"""What is typed at an item, and the four things it can be: a number, zero, don't know, nothing yet.

The raw text is kept. `0` is none and `00` is don't know; in 2007 they were stored as the same. A text that might be
meant otherwise than it reads is not guessed at: it gets a sentence.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LARGEST = 99_999
"""No unit has had so many: a longer number is a slip."""
SPACES = str.maketrans("", "", " \u00a0\u202f")


class State(StrEnum):
    VALUE = "value"
    ZERO = "zero"
    DONT_KNOW = "dont_know"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Answer:
    """`raw` as it was typed; `value` is None for don't know and blank."""

    raw: str
    state: State
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text that is no answer. `fault` is the key of its sentence, `meant` what it may have been meant as."""

    raw: str
    fault: str
    meant: str = ""


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
        return Unreadable(raw, "large") if int(text) > LARGEST else Answer(raw, State.VALUE, int(text))
    return _unreadable(raw, text)


def _unreadable(raw: str, text: str) -> Unreadable:
    if re.search(r"[\n\t]", text):
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
