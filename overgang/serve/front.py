"""The front page: the latest figure, the way to one's own place, the years, the open data."""

from django.http import HttpResponse

from overgang.base.cube import COUNTRY
from overgang.base.places import gazetteer
from overgang.serve import addresses, results
from overgang.serve.page import page
from overgang.serve.place_figures import PlaceFigures
from overgang.serve.visit import Link, Visit


@page
def front(visit: Visit) -> HttpResponse:
    """/"""
    edition, t = visit.published, visit.texts
    places = gazetteer()
    latest = edition.years[-1]
    return visit.page(
        "front.html",
        t["site"]["name"],
        search=False,
        latest_heading=t("front.latest_heading", year=latest),
        latest_link=t("front.latest_link", year=latest),
        latest_page=addresses.year(visit.lang, latest),
        key_figures=results.YearResults(latest, edition, t).key_figures(),
        trend=PlaceFigures(places.place(COUNTRY), places, edition, t).trend(),
        years=tuple(Link(str(year), addresses.year(visit.lang, year)) for year in reversed(edition.years)),
        places=addresses.places(visit.lang),
        country=addresses.place(visit.lang, COUNTRY),
        data=addresses.data(visit.lang),
    )
