"""What in a text would tell whose it is: names, places, institutions, numbers that match a figure, ways of speaking.

The kinds of signs are data (`signs.toml`). Signs that overlap are one trace, answered once. Nothing here is sure to
find everything: a person reads each text, and these are what must not be overlooked.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from overgang.base.places import FIRST_YEAR, LAST_YEAR, Kind, gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.returns.annual_return import ALONE, AnnualReturn, Beside
from overgang.collect.returns.interval import Interval
from overgang.collect.returns.questionnaire import Questionnaire, Texts

LONG = 5
"""Letters from which a place name is looked for at the beginning of longer words too: Stavangerskolen."""
OPENING = " \t«\"“”'(–-•*[>"
SPACE = r"[\s\-–]+"
CAPITAL = "[" + "".join(sign for sign in map(chr, range(0x250)) if sign.isupper()) + "]"
"""Of all Latin letters: Sámi names begin with them too."""
AMONG = r"\s+(?:ut |out )?(?:av|utav|of)\s+(?:de |dei |våre |the )?"
NUMBER = r"\d{1,3}(?:[ .]\d{3})+|\d+"
NO_PERCENT = r"(?!\w|[,.]\d|\s?%|\s?prosent)"
WITHOUT_KEYS = (
    str.maketrans("æøåÆØÅ", "aoaAOA"),
    str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}),
)
"""How place names are written without the right keys."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is published or in the register about the unit: whoever knows it knows the unit by it."""

    label: Texts
    number: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason why something would tell; `kind` is an entry of signs.toml."""

    kind: str
    start: int
    end: int
    text: str
    detail: Texts = field(hash=False)

    @property
    def must_go(self) -> bool:
        return bool(signs()[self.kind].get("must_go", False))

    def sentence(self, lang: str) -> str:
        return str(signs()[self.kind][lang].format(text=self.text, detail=self.detail.get(lang, "")))


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of a text, and every sign in it. `start` and `end` are places in the text as `clean` gives it."""

    start: int
    end: int
    text: str
    signs: tuple[Sign, ...]

    @property
    def must_go(self) -> bool:
        return any(sign.must_go for sign in self.signs)

    def instead(self, lang: str) -> str:
        """What may be put in its place: the word for its widest sign."""
        widest = max(self.signs, key=lambda sign: (sign.end - sign.start, sign.must_go))
        return str(signs()[widest.kind]["instead"][lang])


@cache
def signs() -> Mapping[str, Mapping[str, Any]]:
    """The kinds of signs."""
    return tomllib.loads((Path(__file__).parent / "signs.toml").read_text(encoding="utf-8"))


def clean(text: str) -> str:
    """The text without signs that cannot be seen, in which a name could hide; all spaces alike, letters whole."""
    seen = "".join(sign for sign in text.replace("\r\n", "\n") if unicodedata.category(sign) != "Cf")
    whole = unicodedata.normalize("NFKC", seen)
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in whole).strip()


def scan(text: str, *, figures: Collection[Figure] = (), names: Collection[str] = ()) -> tuple[Trace, ...]:
    """All traces in a text that is clean, in its order. `names`: of persons, who may be asked for by name."""
    found = [*_contacts(text), *_names(text, names), *_places(text), *_institutions(text)]
    found += [*_capitals(text, found), *_counts(text, figures), *_phrases(text)]
    return tuple(_merged(text, found))


def figures_of(asked: Questionnaire, given: AnnualReturn, beside: Beside = ALONE) -> tuple[Figure, ...]:
    """The numbers of a unit that a reader could hold a comment against: its answers, and what the register has."""
    found: dict[tuple[str, int], Figure] = {}
    for id in asked.counts:
        for number in (given.known(id), beside.register.get(id, Interval(0, None))):
            if number.known:
                found.setdefault((id, number.low), Figure(asked.item(id).label, number.low))
    return tuple(found.values())


def _contacts(text: str) -> Iterator[Sign]:
    yield from _matching(text, "contact")


def _names(text: str, names: Collection[str]) -> Iterator[Sign]:
    """A single word only with a capital: Liv and Berg are words too."""
    if names:
        spelled = "|".join(_spelled(name) for name in sorted(names, key=len, reverse=True))
        for found in re.finditer(rf"(?<!\w)(?:{spelled})(?:['’]?s)?(?!\w)", text, re.IGNORECASE):
            if found[0][0].isupper() or re.search(SPACE, found[0]):
                yield _sign("name", found)


def _places(text: str) -> Iterator[Sign]:
    """Names as they are written or in capitals must go; in small letters many are ordinary words, so that somebody has
    to look."""
    ordinary = signs()["maybe_place"]["ordinary"]
    for found in _place_pattern().finditer(text):
        name = found[0]
        detail = dict.fromkeys(LANGUAGES, _called(found))
        if name[0].isupper():
            yield _sign("place", found, detail)
        elif len(name) >= LONG and name.lower() not in ordinary:
            yield _sign("maybe_place", found, detail)


def _called(found: re.Match[str]) -> str:
    return _known_places()[_key(found["long"] or found["short"])]


@cache
def _known_places() -> Mapping[str, str]:
    """Every spelling of every place but the country, without case and spaces, and the place's name."""
    found: dict[str, str] = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for kind in (Kind.COUNTY, Kind.MUNICIPALITY, Kind.CITY_DISTRICT):
            for place in gazetteer().in_year(year, kind):
                for name in (place.name.split(" (")[0], *place.names.values()):
                    plain = (name.translate(keys) for keys in WITHOUT_KEYS if len(name) >= LONG)
                    for spelling in (name, *plain):
                        found.setdefault(_key(spelling), name)
    return found


def _key(name: str) -> str:
    return re.sub(SPACE, " ", name).lower()


@cache
def _place_pattern() -> re.Pattern[str]:
    """The longest name first, so that Nord-Fron is not taken for something else; what follows may be a genitive."""
    compounds = {_key(name) for name in signs()["place"]["compounds"]}
    long: list[str] = []
    short: list[str] = []
    for name in sorted(_known_places(), key=len, reverse=True):
        (long if len(name) >= LONG or name in compounds else short).append(_spelled(name))
    either = rf"(?P<long>{'|'.join(long)})\w*|(?P<short>{'|'.join(short)})(?:['’]?s|['’])?(?!\w)"
    return re.compile(rf"(?<!\w)(?:{either})(?:-\w+)*", re.IGNORECASE)


def _institutions(text: str) -> Iterator[Sign]:
    ordinary = signs()["institution"]["ordinary"]
    yield from (sign for sign in _matching(text, "institution", 0) if sign.text.lower() not in ordinary)


def _capitals(text: str, found: Sequence[Sign]) -> Iterator[Sign]:
    """Words with a capital that does not begin a sentence, and two together wherever they stand. What is a sign already
    is not told twice."""
    usual = signs()["maybe_name"]["usual"]
    taken = [(sign.start, sign.end) for sign in found]
    for match in re.finditer(rf"(?<!\w){CAPITAL}[\w-]+(?:\s+{CAPITAL}[\w-]+)*", text):
        words = [word for word in match[0].split() if word.removesuffix("s") not in usual and word not in usual]
        begins = _begins_sentence(text, match.start())
        if not words or (begins and len(words) < 2):
            continue
        if not any(start <= match.start() and match.end() <= end for start, end in taken):
            yield _sign("maybe_name", match)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(OPENING)
    return not before or before[-1] in ".!?:\n"


def _counts(text: str, figures: Collection[Figure]) -> Iterator[Sign]:
    """A number that is a figure of the unit; small ones only as "2 of 121", for they are figures of every unit."""
    words = signs()["count"]["words"]
    known = {figure.number: figure.label for figure in reversed(list(figures))}
    one = rf"{NUMBER}|(?:{'|'.join(words)})(?!\w)"
    for found in re.finditer(rf"(?<![\w,.])({one}){AMONG}({one}){NO_PERCENT}", text, re.IGNORECASE):
        for number in (_value(found[2], words), _value(found[1], words)):
            if number in known:
                yield _sign("count", found, _as_figure(number, known[number]))
                break
    for found in re.finditer(rf"(?<![\w,.])(?:{NUMBER}){NO_PERCENT}", text):
        number = _value(found[0], words)
        if number >= signs()["count"]["from"] and number in known:
            yield _sign("count", found, _as_figure(number, known[number]))


def _as_figure(number: int, label: Texts) -> Texts:
    return {lang: f"{words}, {number}" for lang, words in label.items()}


def _value(text: str, words: Mapping[str, int]) -> int:
    return words[text.lower()] if text.lower() in words else int(re.sub(r"[ .]", "", text))


def _phrases(text: str) -> Iterator[Sign]:
    yield from _matching(text, "own_unit")
    yield from _matching(text, "script")
    for kind in ("dialect", "nynorsk"):
        either = "|".join(_spelled(word) for word in sorted(signs()[kind]["words"], key=len, reverse=True))
        for found in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE):
            yield _sign(kind, found)


def _matching(text: str, kind: str, flags: int = re.IGNORECASE) -> Iterator[Sign]:
    for pattern in signs()[kind]["patterns"]:
        for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, flags):
            yield _sign(kind, found)


def _spelled(name: str) -> str:
    """A name as a pattern: spaces and hyphens are all alike."""
    return SPACE.join(re.escape(part) for part in re.split(SPACE, name))


def _sign(kind: str, found: re.Match[str], detail: Texts | None = None) -> Sign:
    return Sign(kind, found.start(), found.end(), found[0], detail or {})


def _merged(text: str, found: Sequence[Sign]) -> Iterator[Trace]:
    together: list[Sign] = []
    for sign in sorted(found, key=lambda sign: (sign.start, -sign.end, sign.kind)):
        if together and sign.start >= max(one.end for one in together):
            yield _trace(text, together)
            together = []
        together.append(sign)
    if together:
        yield _trace(text, together)


def _trace(text: str, together: Sequence[Sign]) -> Trace:
    start, end = together[0].start, max(sign.end for sign in together)
    return Trace(start, end, text[start:end], tuple(dict.fromkeys(together)))
