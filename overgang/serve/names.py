"""How a place is called and described on a page."""

from dataclasses import dataclass

from overgang.base.places import COUNTRY, LAST_YEAR, Gazetteer, Kind, Place
from overgang.serve import addresses
from overgang.serve.history import last_year
from overgang.serve.texts import Texts

FURTHER_LANGUAGES = ("se", "sma", "smj", "fkv")


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the language it is in, for the reader and for whoever reads it aloud."""

    lang: str
    text: str


def name(place: Place, lang: str) -> str:
    """The name in running text: "Troms", "Noreg"."""
    return place.names.get(lang, place.name)


def further_names(place: Place) -> tuple[Name, ...]:
    """The official names in Sámi languages and Kven."""
    return tuple(Name(lang, place.names[lang]) for lang in FURTHER_LANGUAGES if lang in place.names)


def with_years(place: Place, t: Texts) -> str:
    """The name, with its last year if the place has ended: "Nord-Trøndelag (til 2017)"."""
    last = last_year(place)
    return name(place, t.lang) if last is None else t("place.until", name=name(place, t.lang), year=last)


def described(place: Place, gazetteer: Gazetteer, t: Texts) -> str:
    """What it is and where: "Kommune i Nordland, kommunenummer 1804"."""
    if place.kind is Kind.COUNTRY:
        return t["place"]["described_country"]
    return t(f"place.described_{place.kind.value}", code=place.code, parent=parent_name(place, gazetteer, t.lang))


def parent_name(place: Place, gazetteer: Gazetteer, lang: str) -> str:
    found = parent(place, gazetteer)
    return name(found, lang) if found else ""


def parent(place: Place, gazetteer: Gazetteer) -> Place | None:
    """The next larger place, as it was in the place's last year."""
    if place.id == COUNTRY:
        return None
    above = gazetteer.parent(place.id, known_year(place))
    return gazetteer.place(above) if above else None


def known_year(place: Place) -> int:
    """A year in which the place existed and places are known: its last one, or the newest."""
    return last_year(place) or LAST_YEAR


def address(place: Place, lang: str) -> str:
    return addresses.place(lang, place.id)
