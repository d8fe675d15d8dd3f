"""The fields of the forms: codes, days, hours and lines of text, which say themselves what is wrong."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from overgang.access.forms import DayField
from overgang.access.texts import language, texts, word
from overgang.base.codes import codelist

Choices = list[tuple[str, str]]
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
LINE = 200
MAX_WEEK = Decimal(60)
LEVELS = ("A1", "A2", "B1", "B2", "C1")
"""Of the Common European Framework, which the goals for Norwegian are set by."""


def codes(name: str, on: date | None = None) -> Callable[[], Choices]:
    """The choices of a code list in the language of the request; with a day, those valid then. Totals are none."""

    def choices() -> Choices:
        known, lang = codelist(name), language()
        return [(code, known.label(code, lang)) for code in known.leaves if code != "total" and _valid(known, code, on)]

    return choices


def _valid(known: Any, code: str, on: date | None) -> bool:
    first, after = known.validity(code)
    return on is None or ((first is None or first <= on) and (after is None or on < after))


def said(section: str, values: Iterable[str]) -> Callable[[], Choices]:
    """Choices whose labels are texts of ours: `section.value`."""
    found = tuple(values)
    return lambda: [(value, texts()(f"{section}.{value}")) for value in found]


def code(name: str, *, required: bool = True, on: date | None = None, radio: bool = False) -> forms.ChoiceField:
    """One code of a list."""
    return choice(codes(name, on), required=required, radio=radio)


def choice(choices: Callable[[], Choices], *, required: bool = True, radio: bool = False) -> forms.ChoiceField:
    """One of some choices. With a menu there is always an empty one first, so that nothing is chosen unawares."""
    given = choices if radio else lambda: [("", texts()("register.choose")), *choices()]
    return forms.ChoiceField(choices=given, required=required, widget=forms.RadioSelect if radio else forms.Select)


class Day(DayField):
    """A day of our time: what lies ahead may be meant, year 202 is not."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(word("register.day_range"), code="range")
        return day


class Line(forms.CharField):
    """A line of text. Control characters and marks that turn the writing around become spaces: nobody means them."""

    def __init__(self, *, max_length: int = LINE, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(str(value or "")))


def tidy(text: str) -> str:
    """Text in one line, in composed letters, with single spaces and nothing that cannot be seen."""
    seen = (" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else sign for sign in text)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


class Hours(forms.DecimalField):
    """Hours a week, 37,5 or 37.5."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            max_value=MAX_WEEK,
            max_digits=4,
            decimal_places=1,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "6", "autocomplete": "off"}),
            error_messages={
                "invalid": word("register.hours_invalid"),
                **{
                    name: word("register.hours_range")
                    for name in ("min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
                },
            },
            **options,
        )

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(str(value).strip().replace(",", ".") if value is not None else value)

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, Decimal) and language() != "en" else value


def whole(*, most: int, required: bool = True) -> forms.IntegerField:
    """A whole number from 0 to `most`."""
    return forms.IntegerField(
        min_value=0,
        max_value=most,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "6", "autocomplete": "off"}),
    )
