"""The page of a place: its figures over the years, by sex and age, beside its county and the country."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from overgang.base.cube import COUNTRY
from overgang.base.errors import BadInput
from overgang.base.places import Gazetteer, Kind, Place, gazetteer
from overgang.serve import addresses, downloads, errors, history, names, notes
from overgang.serve.figures import Table, legend
from overgang.serve.page import choice, page
from overgang.serve.place_figures import PlaceFigures
from overgang.serve.texts import Texts
from overgang.serve.visit import Link, Visit


def card(request: HttpRequest, place: str, lang: str = addresses.ROOT_LANGUAGE) -> HttpResponse:  # noqa: ARG001
    """/tall-og-statistikk/steder/<place>: to the one card there is."""
    return HttpResponsePermanentRedirect(addresses.place(lang, quote(place)))


@page
def place(visit: Visit, place: str) -> HttpResponse:
    """/tall-og-statistikk/steder/<place>/kvalifisering/etter-intro, of a year by `?aar=`."""
    if place != place.upper():
        return HttpResponsePermanentRedirect(addresses.place(visit.lang, quote(place.upper())))
    places = gazetteer()
    try:
        found = places.place(place)
    except BadInput:
        return _unknown(visit, places, place)
    figures = PlaceFigures(found, places, visit.published, visit.texts)
    year = int(choice(visit.request.GET, "aar", tuple(map(str, figures.years)), str(figures.latest or 0)))
    return visit.page(
        "place.html",
        names.with_years(found, visit.texts),
        _above(visit, places, found),
        heading=names.name(found, visit.lang),
        further_names=names.further_names(found),
        year_heading=visit.texts("place.year_heading", year=year),
        described=names.described(found, places, visit.texts),
        **_model(visit, figures, year),
    )


def _unknown(visit: Visit, places: Gazetteer, place: str) -> HttpResponse:
    digits = place.lstrip("FKBfkb")
    near = {
        found.id: found for query in (place, digits, digits[:4], digits[:2]) for found in places.search(query, limit=4)
    }
    links = tuple(
        Link(f"{names.with_years(found, visit.texts)} ({found.code})", names.address(found, visit.lang))
        for found in list(near.values())[:6]
    )
    lead = visit.texts("errors.place_lead" if links else "errors.place_none", place=place)
    return errors.unknown(visit, visit.texts["errors"]["place_heading"], lead, links)


def _above(visit: Visit, places: Gazetteer, found: Place) -> tuple[Link, ...]:
    """The places above, largest first, for the trail."""
    above: list[Link] = []
    parent = names.parent(found, places)
    while parent is not None:
        above.insert(0, Link(names.name(parent, visit.lang), names.address(parent, visit.lang)))
        parent = names.parent(parent, places)
    return (Link(visit.texts("nav.places"), addresses.places(visit.lang)), *above)


def _model(visit: Visit, figures: PlaceFigures, year: int) -> dict[str, object]:
    t = visit.texts
    tables = figures.tables(year) if year else ()
    return {
        "place": figures.place,
        "year": year,
        "years": tuple(
            Link(
                str(other),
                addresses.place(visit.lang, figures.place.id, aar=str(other)) + "#aaret",
                current=other == year,
            )
            for other in reversed(figures.years)
        ),
        "key_figures": figures.key_figures(year) if year else (),
        "hidden_note": figures.hidden_note(year) if year else "",
        "turns_back": figures.turns_back(),
        "turns_on": figures.turns_on(),
        "ended": history.last_year(figures.place),
        "trend": figures.trend(),
        "tables": {table.id.replace("-", "_"): table for table in tables},
        "breaks": notes.breaks(figures.edition, t, figures.years),
        "shielded_note": notes.shielded(figures.edition, t, year) if figures.place.id == COUNTRY else "",
        "legend": legend(t, *tables) if tables else (),
        "downloads": downloads.of_place(visit, figures.ids),
        "ended_lead": t("place.ended_lead", year=history.last_year(figures.place)),
        **_headings(figures, t, tables),
    }


def _headings(figures: PlaceFigures, t: Texts, tables: tuple[Table, ...]) -> dict[str, str]:
    """Headings that depend on the kind of place."""
    kind = figures.place.kind
    inside = {Kind.COUNTRY: "county", Kind.COUNTY: "municipality"}.get(kind, "city_district")
    by_education = any(table.id == "by-education" for table in tables)
    return {
        "compared_heading": t["place"]["compared_heading_county" if kind is Kind.COUNTY else "compared_heading"],
        "parts_heading": t["place"][f"parts_{inside}_heading"],
        "groups_heading": t["place"]["groups_heading_education" if by_education else "groups_heading"],
    }
