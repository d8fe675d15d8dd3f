"""How numbers, shares and dates are written for people, and which words a share may be told in.

Plain functions: no clock and no locale, so the same input gives the same text on every machine.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from overgang.base.cube import Cell
from overgang.base.errors import BadInput

LANGUAGES = ("nb", "nn", "en")

NBSP = "\u00a0"
MINUS = "\u2212"
ZERO = "–"

_THOUSANDS: Mapping[str, str] = {"nb": NBSP, "nn": NBSP, "en": ","}
_POINT: Mapping[str, str] = {"nb": ",", "nn": ",", "en": "."}
_MONTHS: Mapping[str, str] = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "nn": "januar februar mars april mai juni juli august september oktober november desember",
    "en": "January February March April May June July August September October November December",
}


def number(n: int, lang: str) -> str:
    """A whole number with its thousands apart: "1 234" (no-break space) in Norwegian, "1,234" in English."""
    return _signed(f"{abs(n):,}".replace(",", _for(_THOUSANDS, lang)), n < 0)


def decimal(x: float | Decimal, digits: int, lang: str) -> str:
    """A number with so many decimals, half rounded up: 2.45 -> "2,5" (nb), "2.5" (en), as it is printed, not stored."""
    rounded = Decimal(str(x)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):,}".partition(".")
    text = whole.replace(",", _for(_THOUSANDS, lang)) + (_for(_POINT, lang) + fraction if fraction else "")
    return _signed(text, rounded < 0)


def percent(n: int, lang: str) -> str:
    """A whole percent: "46 %" (no-break space) in Norwegian, "46%" in English."""
    return number(n, lang) + ("%" if lang == "en" else f"{NBSP}%")


def cell(cell: Cell, lang: str, unit: Literal["count", "percent"] = "count") -> str:
    """What a table shows for a cell: the number, or the sign that says why not. A count of zero is a dash.

    Marks (break, preliminary) stand beside the cell and are the table's to show.
    """
    if cell.value is None:
        return cell.state.value
    if unit == "percent":
        return percent(cell.value, lang)
    return number(cell.value, lang) if cell.value else ZERO


def day(date: date, lang: str) -> str:
    """A date in words: "24. oktober 2018" in Norwegian, "24 October 2018" in English."""
    month = _for(_MONTHS, lang).split()[date.month - 1]
    return f"{date.day}{'' if lang == 'en' else '.'} {month} {date.year}"


def short_day(date: date) -> str:
    """A date in figures: "24.10.2018"."""
    return f"{date.day:02}.{date.month:02}.{date.year}"


def plural(n: int, one: str, many: str) -> str:
    """The word that goes with a number: plural(1, "deltaker", "deltakere") -> "deltaker"."""
    return one if abs(n) == 1 else many


def _signed(text: str, negative: bool) -> str:
    return MINUS + text if negative else text


def _for(by_language: Mapping[str, str], lang: str) -> str:
    if lang not in by_language:
        raise BadInput(f"There is no text in {lang!r}: choose one of {', '.join(by_language)}.")
    return by_language[lang]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words for a share, and the percentages between which they are true. `centre`: the share they say most exactly."""

    id: str
    low: Fraction
    high: Fraction
    low_open: bool
    high_open: bool
    centre: Fraction | None
    texts: Mapping[str, str]

    def holds(self, percent: Fraction) -> bool:
        above = self.low < percent or (self.low == percent and not self.low_open)
        below = percent < self.high or (percent == self.high and not self.high_open)
        return above and below


def share_words(part: int, whole: int) -> tuple[str, ...]:
    """The ids of all phrases that are true of a share, in the order of the dictionary; none when the base is 0.

    >>> "nearly_half" in share_words(48, 100), "about_third" in share_words(29, 100)
    (True, False)
    """
    percent = _percent_of(part, whole)
    return tuple(id for id, phrase in _phrases().items() if percent is not None and phrase.holds(percent))


def says(part: int, whole: int, phrase_id: str) -> bool:
    """Whether a phrase is true of a share; of a share of nothing none is. Raises BadInput for an unknown phrase."""
    percent = _percent_of(part, whole)
    return percent is not None and _known(phrase_id).holds(percent)


def phrase(phrase_id: str, lang: str) -> str:
    """The words of a phrase: "nearly_half" -> "nesten halvparten"."""
    return _for(_known(phrase_id).texts, lang)


def best_phrase(part: int, whole: int) -> str | None:
    """The most natural phrase that is true of a share: a plain fraction if it is one, else nearly or just over it,
    else the nearest tenth, else over or under. None when the base is 0."""
    percent = _percent_of(part, whole)
    if percent is None:
        return None
    for group in _words()["best"]["groups"]:
        true = [phrase for phrase in map(_known, group) if phrase.holds(percent)]
        if true:
            nearest = min(true, key=lambda phrase: abs(percent - _centre(phrase, percent)))
            return nearest.id if nearest.id not in _fractions() else _qualified(nearest, percent)
    return None


def _centre(phrase: Phrase, percent: Fraction) -> Fraction:
    return percent if phrase.centre is None else phrase.centre


def _qualified(fraction: Phrase, percent: Fraction) -> str:
    """The fraction's id with the side the share lies on."""
    if percent == fraction.centre:
        return fraction.id
    return f"{'nearly' if percent < _centre(fraction, percent) else 'just_over'}_{fraction.id}"


def _percent_of(part: int, whole: int) -> Fraction | None:
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is not a share")
    return Fraction(100 * part, whole) if whole else None


def _known(phrase_id: str) -> Phrase:
    phrases = _phrases()
    if phrase_id not in phrases:
        raise BadInput(
            f"There is no phrase {phrase_id!r} in the dictionary: use one such as half, about_third or 7_of_10."
        )
    return phrases[phrase_id]


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def _fractions() -> frozenset[str]:
    return frozenset(fraction["id"] for fraction in _words()["fraction"])


@cache
def _phrases() -> Mapping[str, Phrase]:
    """The dictionary of words.toml written out: fractions with their qualifiers, tenths, levels."""
    return {phrase.id: phrase for phrase in _written_out(_words())}


def _written_out(words: Mapping[str, Any]) -> Iterator[Phrase]:
    for qualifier in words["qualifier"]:
        for fraction in words["fraction"]:
            id = "_".join(filter(None, (qualifier["id"], fraction["id"])))
            texts = {lang: qualifier[lang].format(fraction[lang]) for lang in LANGUAGES}
            yield _phrase(id, qualifier, Fraction(fraction["percent"]), texts)
    for tenth in range(1, 10):
        texts = {lang: words["tenths"][lang].format(tenth) for lang in LANGUAGES}
        yield _phrase(f"{tenth}_of_10", words["tenths"], Fraction(10 * tenth), texts)
    for level in words["level"]:
        yield _phrase(level["id"], level, None, {lang: level[lang] for lang in LANGUAGES})


def _phrase(id: str, bounds: Mapping[str, Any], centre: Fraction | None, texts: Mapping[str, str]) -> Phrase:
    """A phrase with bounds relative to its centre, or absolute ones if it has none."""
    base, opened = centre or Fraction(0), bounds.get("open", ())
    return Phrase(
        id=id,
        low=base + Fraction(bounds["low"]) if "low" in bounds else Fraction(0),
        high=base + Fraction(bounds["high"]) if "high" in bounds else Fraction(100),
        low_open="low" in opened,
        high_open="high" in opened,
        centre=centre,
        texts=texts,
    )
