"""Sentences about a year, each with the claims it makes.

A sentence is generated from the protected tables and stored with its claims as data, so that it can be tried again on
any edition: what is said in words is tested like a number. Nothing is typed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from overgang.base import text
from overgang.base.cube import COUNTRY_OPEN, Cell
from overgang.base.places import Kind, gazetteer
from overgang.base.text import LANGUAGES

Claim = Mapping[str, Any]


class Table(Protocol):
    """What a sentence reads: a published table, or one about to be."""

    def count(self, **at: str) -> Cell: ...

    def share(self, **at: str) -> Cell: ...


Tables = Callable[[str], Table]


def sentences(tables: Tables, year: int) -> list[dict[str, Any]]:
    """What can be said of a year: `id`, the texts in nb, nn and en, and the claims. Nothing hidden is told."""
    return [*_lead(tables, year), *_sexes(tables, year), *_counties(tables, year)]


def _lead(tables: Tables, year: int) -> Iterator[dict[str, Any]]:
    at = {"place": COUNTRY_OPEN, "time": str(year)}
    exits, reached = tables("exits").count(**at), tables("exits").count(**at, outcome="work_edu")
    share = tables("exits").share(**at, outcome="work_edu")
    if exits.value is None or reached.value is None or share.value is None:
        return
    phrase = text.best_phrase(reached.value, exits.value)
    claims = [
        _value("exits", "count", at, exits.value),
        _value("exits", "share", {**at, "outcome": "work_edu"}, share.value),
        {"kind": "words", "table": "exits", "at": {**at, "outcome": "work_edu"}, "phrase": phrase},
    ]
    yield _sentence(
        "lead",
        claims,
        nb="I {year} avsluttet {n} personer introduksjonsprogrammet. {words} ({share}) gikk direkte over til "
        "arbeid eller utdanning.",
        nn="I {year} avslutta {n} personar introduksjonsprogrammet. {words} ({share}) gjekk direkte over til "
        "arbeid eller utdanning.",
        en="In {year}, {n} persons ended the introduction programme. {words} ({share}) went directly to work or "
        "education.",
        values=lambda lang: {
            "year": year,
            "n": text.number(exits.value or 0, lang),
            "words": _of_them(phrase, lang),
            "share": text.percent(share.value or 0, lang),
        },
    )


def _of_them(phrase: str | None, lang: str) -> str:
    """ "nesten halvparten" -> "Nesten halvparten av dem"; "5 av 10" stands by itself."""
    words = text.phrase(phrase, lang) if phrase else ""
    of = {"nb": " av dem", "nn": " av dei", "en": " of them"}[lang]
    whole = words + ("" if "10" in words or words in ("", "ingen", "alle", "none", "all") else of)
    return whole[:1].upper() + whole[1:]


def _sexes(tables: Tables, year: int) -> Iterator[dict[str, Any]]:
    at = {sex: {"place": COUNTRY_OPEN, "time": str(year), "sex": sex, "outcome": "work_edu"} for sex in ("M", "F")}
    shares = {sex: tables("exits_by_sex").share(**at[sex]) for sex in at}
    if any(share.value is None for share in shares.values()):
        return
    yield _sentence(
        "sexes",
        [_value("exits_by_sex", "share", at[sex], share.value) for sex, share in shares.items()],
        nb="{M} av mennene og {F} av kvinnene gikk over til arbeid eller utdanning.",
        nn="{M} av mennene og {F} av kvinnene gjekk over til arbeid eller utdanning.",
        en="{M} of the men and {F} of the women went to work or education.",
        values=lambda lang: {sex: text.percent(share.value or 0, lang) for sex, share in shares.items()},
    )


def _counties(tables: Tables, year: int) -> Iterator[dict[str, Any]]:
    """The counties with the highest and the lowest share, by the unrounded numbers; ties are told as ties."""
    shown = _county_shares(tables, year)
    if len(shown) < 3:
        return
    best, worst = _ends(shown, max), _ends(shown, min)
    percent = {
        place: tables("exits").share(place=place, time=str(year), outcome="work_edu").value or 0 for place in shown
    }
    yield _sentence(
        "counties",
        [
            {"kind": "highest", "year": year, "places": best},
            {"kind": "lowest", "year": year, "places": worst},
            *(_value("exits", "share", _county_at(place, year), percent[place]) for place in (best[0], worst[0])),
        ],
        nb="Andelen var høyest i {best} ({high}) og lavest i {worst} ({low}).",
        nn="Delen var høgast i {best} ({high}) og lågast i {worst} ({low}).",
        en="The share was highest in {best} ({high}) and lowest in {worst} ({low}).",
        values=lambda lang: {
            "best": _names(best, lang),
            "worst": _names(worst, lang),
            "high": text.percent(percent[best[0]], lang),
            "low": text.percent(percent[worst[0]], lang),
        },
    )


def _county_at(place: str, year: int) -> dict[str, str]:
    return {"place": place, "time": str(year), "outcome": "work_edu"}


def _county_shares(tables: Tables, year: int) -> dict[str, tuple[int, int]]:
    """(reached, ended) of each county of the year that shows both."""
    exits, found = tables("exits"), {}
    for place in gazetteer().in_year(year, Kind.COUNTY):
        ended = exits.count(place=place.id, time=str(year)).value
        reached = exits.count(**_county_at(place.id, year)).value
        if ended and reached is not None:
            found[place.id] = (reached, ended)
    return found


def _ends(shares: Mapping[str, tuple[int, int]], end: Callable[..., str]) -> list[str]:
    """The places whose share is the highest (max) or lowest (min), compared by cross-multiplication."""
    reached, ended = shares[end(shares, key=lambda place: shares[place][0] / shares[place][1])]
    return sorted(place for place, (part, whole) in shares.items() if part * ended == reached * whole)


def _names(places: list[str], lang: str) -> str:
    names = [gazetteer().place(place).name for place in places]
    word = {"nb": "og", "nn": "og", "en": "and"}[lang]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _value(table: str, content: str, at: Mapping[str, str], value: int | None) -> Claim:
    return {"kind": "value", "table": table, "content": content, "at": dict(at), "value": value}


def _sentence(
    id: str, claims: list[Claim], *, nb: str, nn: str, en: str, values: Callable[[str], Mapping[str, object]]
) -> dict[str, Any]:
    patterns = {"nb": nb, "nn": nn, "en": en}
    return {"id": id, **{lang: patterns[lang].format(**values(lang)) for lang in LANGUAGES}, "claim": claims}


def holds(claim: Claim, tables: Tables) -> bool:
    """Whether a claim is true of these tables. A claim about a hidden cell is not."""
    if claim["kind"] == "value":
        table = tables(claim["table"])
        cell = table.count(**claim["at"]) if claim["content"] == "count" else table.share(**claim["at"])
        return cell.value == claim["value"] and cell.shown
    if claim["kind"] == "words":
        part = tables(claim["table"]).count(**claim["at"])
        whole = tables(claim["table"]).count(**{**claim["at"], "outcome": "total"})
        return (
            part.value is not None and whole.value is not None and text.says(part.value, whole.value, claim["phrase"])
        )
    shares = _county_shares(tables, claim["year"])
    return bool(shares) and _ends(shares, max if claim["kind"] == "highest" else min) == claim["places"]
