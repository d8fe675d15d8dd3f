"""The Django app."""

from django.apps import AppConfig


class Returns(AppConfig):
    name = "overgang.collect.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"
