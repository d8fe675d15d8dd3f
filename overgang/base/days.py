"""Days as people write them: 3.5.2024, 03.05.2024 and 2024-05-03 are the same day; 03.05.24 is none."""

import re
from datetime import date
from enum import Enum

NORWEGIAN = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Wrong(Enum):
    """Why a text is no day."""

    YEAR = "year"
    DAY = "day"
    FORM = "form"


class NoDay(ValueError):
    """A text that is no day, and why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


def parse_day(text: str) -> date:
    """Raises NoDay: a year needs four digits (YEAR), the day must be in the calendar (DAY), the rest is no date
    (FORM)."""
    text = text.strip()
    if found := ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := NORWEGIAN.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise NoDay(Wrong.FORM)
    if len(year) != 4:
        raise NoDay(Wrong.YEAR)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoDay(Wrong.DAY) from None


def day_text(day: date) -> str:
    """03.05.2024, as it is written in a field."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"
