"""Addresses."""

from django.urls import URLPattern, path

from overgang.collect.returns.screens.surveying import files

urlpatterns: list[URLPattern] = [
    path("svarfiler/", files.sending, name="surveys"),
    path("svarfiler/<int:pk>/", files.survey, name="survey"),
    path("svarfiler/<int:pk>/kolonner", files.columns, name="survey_columns"),
    path("svarfiler/<int:pk>/ja", files.take, name="survey_take"),
    path("svarfiler/<int:pk>/resten.csv", files.rest, name="survey_rest"),
]
