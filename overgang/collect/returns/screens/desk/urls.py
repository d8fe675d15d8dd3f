"""Addresses."""

from django.urls import URLPattern, path

from overgang.collect.returns.screens.desk import correcting, listing
from overgang.collect.returns.screens.desk.unit import unit

urlpatterns: list[URLPattern] = [
    path("oppfolging/", listing.front, name="follow_up"),
    path("oppfolging/<int:year>/", listing.desk, name="desk"),
    path("oppfolging/<int:year>/liste.csv", listing.file, name="desk_file"),
    path("oppfolging/<int:year>/godta/", listing.accept_fitting, name="accept_fitting"),
    path("oppfolging/<int:year>/<slug:unit>/", unit, name="follow_up_unit"),
    path("oppfolging/<int:year>/<slug:unit>/rett/", correcting.correct, name="correct"),
]
