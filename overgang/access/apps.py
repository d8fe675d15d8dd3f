"""The Django app."""

from django.apps import AppConfig


class Access(AppConfig):
    name = "overgang.access"
    default_auto_field = "django.db.models.BigAutoField"
