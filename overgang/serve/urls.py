"""The addresses of the public site: pages in each language, and files that have no language. See `addresses`."""

from django.urls import include, path

from overgang.base.text import LANGUAGES
from overgang.serve import about, addresses, data, front, places, results, search

pages = [
    path("", front.front),
    path("tall-og-statistikk/resultater/", results.years),
    path("tall-og-statistikk/resultater/<int:year>", results.year),
    path("tall-og-statistikk/steder/", search.places),
    path("tall-og-statistikk/steder/<str:place>", places.card),
    path(f"tall-og-statistikk/steder/<str:place>/{addresses.CARD}", places.place),
    path("data/", data.tables),
    path("om/", about.about),
    path("tilgjengelighet/", about.accessibility),
]

urlpatterns = [
    path("healthz", about.health),
    path("data/<str:edition>/<str:table>.<str:kind>", data.file),
    path("", include(pages)),
    *(path(f"{lang}/", include(pages), {"lang": lang}) for lang in LANGUAGES if lang != addresses.ROOT_LANGUAGE),
]

handler400 = "overgang.serve.errors.bad_request"
handler404 = "overgang.serve.errors.not_found"
handler500 = "overgang.serve.errors.broken"
