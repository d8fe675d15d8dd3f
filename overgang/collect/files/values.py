"""The value of a cell by the type of its field: one reader a type, each raising Wrong for what it cannot take."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

from overgang.base.codes import codelist
from overgang.base.codes.lists import CodeList
from overgang.base.identity import DNR, DUF, FNR, is_valid
from overgang.base.places import LAST_YEAR, Kind, Place, gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.cells.names import plain_name
from overgang.collect.cells.serials import day_of
from overgang.collect.files.cells import Day, ErrorValue, Flag, Formula, Number
from overgang.collect.files.templates import Field

SPACES = re.compile(r"[ \u00a0\u202f\u2009]+")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?")
NORWEGIAN = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})(?: 00[:.]00(?:[:.]00)?)?")
SHORT_YEAR = re.compile(r"[0-9]{1,2}[./ -] ?[0-9]{1,2}[./ -] ?[0-9]{2}")
WITH_TIME = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})[ T][0-9]{1,2}[:.][0-9]{2}.*")
OTHER_ORDER = re.compile(r"[0-9]{1,4}[/ -][0-9]{1,2}[/ -][0-9]{2,4}|[0-9]{8}")
SERIAL = re.compile(r"[0-9]{4,5}(?:[.,][0-9]+)?")
SCIENTIFIC = re.compile(r"[+-]?[0-9](?:[.,][0-9]*)?E\+?[0-9]{1,3}", re.IGNORECASE)
WHOLE = re.compile(r"[+-]?(?:[0-9]{1,9}|[0-9]{1,3}(?:[ \u00a0\u202f\u2009][0-9]{3}){1,2})(?:,0+)?")
DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,9}|[0-9]{1,3}(?:[ \u00a0\u202f\u2009][0-9]{3}){1,2})(?:,[0-9]{1,15})?")
POINT = re.compile(r"[+-]?[0-9]{1,9}\.[0-9]{1,15}")
STORED = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,20})?")
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
ERRORS = (
    "#REF!",
    "#N/A",
    "#I/T",
    "#VALUE!",
    "#VERDI!",
    "#NAME?",
    "#NAVN?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#NULL",
    "####",
)
MOJIBAKE = re.compile("Ã[\u0080-\u00bf¦¸¥˜…†\u2026\u2020\u02dc]|[A-Za-z][›†¿Œ‘][a-z]|\ufffd|Â[\u0080-\u00bf]")
NAME_SIGNS = frozenset(" -'’‘ʼ`´.,()/·")
JOINERS = "\u200c\u200d"
"""Names in Persian, Pashto and Tamil need them."""
YES = frozenset(map(plain_name, ("ja", "j", "yes", "y", "true", "sann", "1", "x")))
NO = frozenset(map(plain_name, ("nei", "n", "no", "false", "usann", "0")))
UNKNOWN = frozenset(map(plain_name, ("vet ikke", "veit ikkje", "ukjent", "ukjend", "unknown", "not known")))
YEARS = (1900, 2100)
LIKELY_SERIALS = (18_264, 73_050)
"""1950 to 2099: what a whole number in a column of dates most likely is."""
MOST_SUGGESTIONS = 200
"""Values a column may have looked up for near misses: each takes a millisecond, and a hostile file has thousands."""


class Wrong(Exception):
    """What is wrong with a value: a rule of faults.toml and what its sentence names. `value`: if it may be kept."""

    def __init__(self, rule: str, **values: Any) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identity number and its kind (fnr, dnr or duf), told by length and first digit."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A value that is taken, with what is doubtful about it."""

    value: Any
    rule: str


@dataclass(frozen=True, slots=True)
class Units:
    """The places a text may mean; the day of the row decides."""

    places: tuple[Place, ...]


class Reader:
    """Reads the cells of one field. A value read once is not read again: files repeat themselves."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._read: Callable[[str], Any] = getattr(self, f"_{field.type}")
        self._known: dict[type[str], dict[str, Any]] = defaultdict(dict)
        self._suggestions = MOST_SUGGESTIONS

    def __call__(self, cell: str) -> Any:
        """The value; None for an empty cell; `Doubtful` around a value that is told about; `Wrong` for what is none."""
        known = self._known[type(cell)]
        if cell not in known:
            known[cell] = self._value(cell)
        return known[cell]

    def _value(self, cell: str) -> Any:
        text = cell.strip(" \u00a0\u202f\u2009")
        if type(cell) is str and not text:
            return None
        try:
            _check_cell(cell, text)
            return self._read(text if type(cell) is str else cell)
        except Wrong as wrong:
            return wrong

    def _identifier(self, cell: str) -> Identifier | Doubtful:
        if isinstance(cell, Day | Flag):
            raise Wrong("identifier_signs")
        text = cell.lstrip("'")
        if SCIENTIFIC.fullmatch(text):
            text = _exact(cell)
        text = SPACES.sub("", text)
        if isinstance(cell, Number) and re.fullmatch(r"[0-9]+\.0+", text):
            text = text.split(".")[0]
        if not (text.isascii() and text.isdigit()):
            raise Wrong("identifier_signs")
        match len(text):
            case 10:
                raise Wrong("identifier_zero")
            case 11:
                kind = DNR if text[0] in "4567" else FNR
                if not is_valid(kind, text):
                    raise Wrong("identifier_check", kind=kind)
                return Identifier(kind, text)
            case 12:
                found = Identifier(DUF, text)
                return found if is_valid(DUF, text) else Doubtful(found, "duf_check")
        raise Wrong("identifier_length", n=len(text))

    def _date(self, cell: str) -> date:
        if isinstance(cell, Day):
            if cell.endswith("T"):
                raise Wrong("has_time")
            return _calendar(*map(int, cell.split("-")))
        if isinstance(cell, Flag):
            raise Wrong("not_date")
        text = cell.lstrip("'")
        if found := NORWEGIAN.fullmatch(text):
            return _calendar(int(found[3]), int(found[2]), int(found[1]))
        if found := ISO.fullmatch(text):
            return _calendar(int(found[1]), int(found[2]), int(found[3]))
        raise _wrong_date(text)

    def _whole(self, cell: str) -> int:
        number = self._number(cell, WHOLE, "not_whole")
        if number != int(number):
            raise Wrong("not_whole", example=_figures(self.field))
        if self.field.allowed and number not in self.field.allowed:
            raise Wrong("not_allowed", allowed=[str(one) for one in self.field.allowed])
        return int(number)

    def _decimal(self, cell: str) -> Decimal:
        number = self._number(cell, DECIMAL, "not_decimal")
        if isinstance(cell, Number):
            number = round(number, 9)  # a workbook stores 37.3 as 37.299999999999997
        if number != round(number, self.field.decimals):
            raise Wrong("decimals", n=self.field.decimals)
        return round(number, self.field.decimals)

    def _number(self, cell: str, pattern: re.Pattern[str], rule: str) -> Decimal:
        if isinstance(cell, Day | Flag):
            raise Wrong(rule, example=_figures(self.field))
        if isinstance(cell, Number) and STORED.fullmatch(cell):
            number = Decimal(cell)
        elif pattern.fullmatch(cell):
            number = Decimal(SPACES.sub("", cell).replace(",", "."))
        elif POINT.fullmatch(cell):
            if len(cell.split(".")[1]) == 3:
                raise Wrong("point_or_thousands")
            number = Decimal(cell)
        else:
            raise Wrong(rule, example=_figures(self.field))
        least, most = self.field.least, self.field.most
        if (least is not None and number < least) or (most is not None and number > most):
            raise Wrong("out_of_range", least=least, most=most)
        return number

    def _yes_no(self, cell: str) -> bool | None:
        word = plain_name(cell)
        if word in YES:
            return True
        if word in NO:
            return False
        if self.field.unknown and word in UNKNOWN:
            return None
        raise Wrong("not_yes_no")

    def _code(self, cell: str) -> str:
        if isinstance(cell, Day):
            raise self._no_code(cell)
        words = code_words(self.field)
        found = words.get(plain_name(_whole_text(cell)), ())
        if len(found) > 1:
            raise Wrong("ambiguous_code", codes=list(found))
        if not found:
            raise self._no_code(cell)
        return found[0]

    def _no_code(self, cell: str) -> Wrong:
        options = code_options(self.field)
        near = self._near(cell, tuple(options))
        return Wrong("unknown_code", near=[options[one] for one in near] or list(dict.fromkeys(options.values()))[:3])

    def _unit(self, cell: str) -> Units:
        text = cell.lstrip("'")
        if isinstance(cell, Day | Flag):
            raise Wrong("unknown_unit", near=["0301 01"])
        if re.fullmatch(r"[0-9]{3}|[0-9]{5}", text):
            raise Wrong("unit_zero")
        places = unit_words().get(_unit_name(_whole_text(text)), ())
        if not places:
            near = self._near(_unit_name(text), tuple(unit_words()))
            names = [unit_words()[one][-1].name for one in near] or ["Bergen"]
            raise Wrong("unknown_unit", near=list(dict.fromkeys(names)))
        return Units(places)

    def _name(self, cell: str) -> str:
        text = self._text(cell)
        for sign in text:
            if unicodedata.category(sign)[0] not in "LM" and sign not in NAME_SIGNS and sign not in JOINERS:
                raise Wrong("not_name", sign=sign if sign.isprintable() else f"U+{ord(sign):04X}")
        if not any(sign.isalpha() for sign in text):
            raise Wrong("not_name", sign=text[0])
        return text

    def _text(self, cell: str) -> str:
        text = unicodedata.normalize("NFC", cell)
        if len(text) > self.field.longest:
            raise Wrong("too_long", most=self.field.longest)
        return str(text)

    def _near(self, text: str, options: tuple[str, ...]) -> list[str]:
        if self._suggestions == 0:
            return []
        self._suggestions -= 1
        return get_close_matches(plain_name(text), options, n=3, cutoff=0.6)


@cache
def code_words(field_: Field) -> Mapping[str, tuple[str, ...]]:
    """What may be written for a code -> the codes it may mean: the code, its labels in any language, other words."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, labels in _codes(field_).items():
        for label in labels:
            found[plain_name(label)][code] = None
    for code in _codes(field_):
        found[plain_name(code)] = {code: None}
    for word, code in field_.words.items():
        found[word] = {code: None}
    return {word: tuple(codes) for word, codes in found.items()}


@cache
def code_options(field_: Field) -> Mapping[str, str]:
    """What a near miss is looked for among -> what is suggested for it."""
    found: dict[str, str] = {}
    for code, labels in _codes(field_).items():
        for text in (code, *labels):
            found.setdefault(plain_name(text), text if len(code_words(field_)[plain_name(text)]) == 1 else code)
    return found


@cache
def _codes(field_: Field) -> Mapping[str, tuple[str, ...]]:
    if field_.codes:
        return dict.fromkeys(field_.codes, ())
    found = codelist(field_.list)
    return {code: tuple(found.label(code, lang) for lang in LANGUAGES) for code in found.leaves}


def validity(field_: Field, code: str) -> tuple[date | None, date | None]:
    """From and to (exclusive) of a field's code."""
    found: CodeList = codelist(field_.list)
    return found.validity(code)


@cache
def unit_words() -> Mapping[str, tuple[Place, ...]]:
    """What may be written for a unit -> the municipalities and districts of all time it may mean, the newest last."""
    found: dict[str, dict[str, Place]] = defaultdict(dict)
    for place in _units():
        for word in (place.id, place.code, place.name, place.name.split(" (")[0], *place.names.values()):
            found[_unit_name(word)][place.id] = place
    return {word: tuple(sorted(places.values(), key=lambda one: one.valid_from)) for word, places in found.items()}


def _units() -> list[Place]:
    kinds = (Kind.MUNICIPALITY, Kind.CITY_DISTRICT)
    years = range(2004, LAST_YEAR + 1)
    found = {place.id: place for year in years for kind in kinds for place in gazetteer().in_year(year, kind)}
    return list(found.values())


def _unit_name(text: str) -> str:
    """A unit's name without what kind of unit it is, and without the code that some write before it."""
    text = re.sub(r"^(?:[KB]?[0-9]{4,6}[ \u00a0-]+)(?=\D)", "", text.strip(), flags=re.IGNORECASE)
    text = re.sub(r"^bydel(?:en)? | (?:kommune|bydel|municipality|district)$", "", text, flags=re.IGNORECASE)
    return plain_name(text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return bool(FORMULA.match(text))


def _check_cell(cell: str, text: str) -> None:
    """What no field may hold."""
    if isinstance(cell, Formula):
        raise Wrong("formula_cell")
    if isinstance(cell, ErrorValue) or text.upper().startswith(ERRORS):
        raise Wrong("spreadsheet_error")
    if len(text) > 2000:
        raise Wrong("too_long", most=2000)
    if type(cell) is not str:
        return
    if is_formula(cell) and not DECIMAL.fullmatch(text) and not SCIENTIFIC.fullmatch(text) and text not in ("-", "+"):
        raise Wrong("formula")
    if text.isascii() and text.isprintable():
        return
    for sign in text:
        category = unicodedata.category(sign)
        if category in ("Cc", "Cs", "Zl", "Zp", "Co") or (category == "Cf" and sign not in JOINERS):
            raise Wrong("control", sign=f"U+{ord(sign):04X}")
    if MOJIBAKE.search(text):
        raise Wrong("lost_letters")


def _exact(cell: str) -> str:
    """The digits of a number in scientific notation, if a workbook has kept them all."""
    if isinstance(cell, Number):
        number = Decimal(cell)
        digits = len(number.as_tuple().digits)
        if digits >= 10 and 9 < number.adjusted() < 13 and number == number.to_integral_value():
            return str(int(number))
    raise Wrong("scientific")


def _whole_text(cell: str) -> str:
    """A number that is a code is stored as 301.0 by some programs."""
    return cell.removesuffix(".0") if isinstance(cell, Number) else cell


def _calendar(year: int, month: int, day: int) -> date:
    if not YEARS[0] <= year <= YEARS[1]:
        raise Wrong("year_range")
    try:
        return date(year, month, day)
    except ValueError:
        raise Wrong("impossible_date") from None


def _wrong_date(text: str) -> Wrong:
    if SERIAL.fullmatch(text) and LIKELY_SERIALS[0] <= (serial := int(re.split("[.,]", text)[0])) <= LIKELY_SERIALS[1]:
        return Wrong("serial_date", day=day_of(serial), day_1904=day_of(serial, since_1904=True))
    if WITH_TIME.fullmatch(text):
        return Wrong("has_time")
    if SHORT_YEAR.fullmatch(text):
        return Wrong("two_digit_year")
    return Wrong("date_order" if OTHER_ORDER.fullmatch(text) else "not_date")


def _figures(field: Field) -> str:
    """A number as it may be written, which is the same in every language."""
    return field.example["nb"] or "12"
