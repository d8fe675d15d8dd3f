"""The Django app."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig


class Access(AppConfig):
    name = "overgang.access"
    default_auto_field = "django.db.models.BigAutoField"
    navigation = ("access:users", "access:tokens", "access:events")
    sheet_folder = Path(__file__).parent / "static"

    def sealed(self) -> Any:
        """What is encrypted: see `rotation`."""
        from overgang.access.factors import store

        return (store(),)

    def ready(self) -> None:
        from overgang.access import checks, signals  # noqa: F401
