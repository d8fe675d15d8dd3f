"""The Django app."""

from pathlib import Path

from django.apps import AppConfig


class Register(AppConfig):
    name = "overgang.collect.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
    navigation = (
        "register:work_list",
        "register:search",
        "register:intake",
        "register:unit",
        "register:deadlines",
        "register:supervision",
    )
    fronts = ("register:work_list", "register:supervision")
    sheet_folder = Path(__file__).parent / "static"
