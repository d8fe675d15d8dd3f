"""Finding a place: by name or number, or county by county."""

from dataclasses import dataclass

from django.http import HttpResponse

from overgang.base import text
from overgang.base.collation import collation_key
from overgang.base.places import LAST_YEAR, Gazetteer, Kind, Place, gazetteer
from overgang.serve import addresses, history, names
from overgang.serve.page import page
from overgang.serve.texts import Texts
from overgang.serve.visit import Link, Visit

HITS = 60
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found: its name and link, where it is, and whether it has ended."""

    link: Link
    where: str
    further: tuple[names.Name, ...]
    ended: str


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind."""

    heading: str
    hits: tuple[Hit, ...]


@page
def places(visit: Visit) -> HttpResponse:
    """/tall-og-statistikk/steder/, with `?q=` the places that match."""
    found = gazetteer()
    query = visit.request.GET.get("q", "").strip()[:LONGEST]
    hits = _hits(found, query)
    return visit.page(
        "places.html",
        visit.texts["nav"]["places"],
        (),
        search=False,
        query=query,
        places=addresses.places(visit.lang),
        groups=_groups(hits, found, visit.texts),
        counted=_counted(len(hits), visit.texts),
        counties=_counties(found, visit.lang),
        country=names.address(found.place("F00"), visit.lang),
    )


def _hits(found: Gazetteer, query: str) -> tuple[Place, ...]:
    """What matches, each place once: under its newest number, unless an older one was asked for."""
    hits = found.search(query, limit=HITS) if query else ()
    by_code = query.upper().lstrip("FKB")
    return tuple(
        hit
        for hit in hits
        if hit.code == by_code or (newer := history.carries_on(found, hit)) is None or newer not in hits
    )


def _groups(hits: tuple[Place, ...], found: Gazetteer, t: Texts) -> tuple[Group, ...]:
    groups = []
    for kind in Kind:
        of_kind = tuple(_hit(place, found, t) for place in hits if place.kind is kind)
        if of_kind:
            groups.append(Group(t["search"][f"kind_{kind.value}"], of_kind))
    return tuple(groups)


def _hit(place: Place, found: Gazetteer, t: Texts) -> Hit:
    last = history.last_year(place)
    return Hit(
        link=Link(names.name(place, t.lang), names.address(place, t.lang)),
        where=names.described(place, found, t),
        further=names.further_names(place),
        ended="" if last is None else t("search.until", year=last),
    )


def _counted(hits: int, t: Texts) -> str:
    key = text.plural(hits, "search.one_hit", "search.hits")
    return t(key, count=f"{HITS}+" if hits == HITS else hits)


def _counties(found: Gazetteer, lang: str) -> tuple[Link, ...]:
    counties = sorted(found.in_year(LAST_YEAR, Kind.COUNTY), key=lambda place: collation_key(place.name))
    return tuple(Link(names.name(county, lang), names.address(county, lang)) for county in counties)
