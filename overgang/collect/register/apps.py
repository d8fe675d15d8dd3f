"""The Django app."""

from django.apps import AppConfig


class Register(AppConfig):
    name = "overgang.collect.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
