"""Fields that several forms of a round have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from overgang.access.texts import texts, word
from overgang.collect.returns.frame import named


class UnitLines(forms.CharField):
    """Units, one on each line, by name or code; as ids. A name that is none of the year's is said."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000, **options)
        self.year = 0

    def clean(self, value: Any) -> list[str]:
        typed = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        known = named(self.year)
        if unknown := [line for line in typed if line.casefold() not in known]:
            raise ValidationError(texts()("rounds.unknown_units", units=", ".join(unknown[:10])))
        return list(dict.fromkeys(known[line.casefold()] for line in typed))


def reason(label: str, *, required: bool = True) -> forms.CharField:
    """Why something was decided; kept, and shown to those it is about."""
    return forms.CharField(
        label=word(f"rounds.{label}"),
        help_text=word(f"rounds.{label}_help"),
        max_length=200,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
