"""The Django app."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig


class Returns(AppConfig):
    name = "overgang.collect.returns"
    label = "returns"
    default_auto_field = "django.db.models.BigAutoField"
    navigation = (
        "returns:returns",
        "returns:rounds",
        "returns:follow_up",
        "returns:comments",
        "returns:surveys",
    )
    sheet_folder = Path(__file__).parent / "static"

    def rows_of_tables(self, tables: Any) -> Any:
        """The rows a whole register's tables hold of ours."""
        from overgang.collect.returns.rows import rows_of_returns

        return rows_of_returns(tables["annual_return"], tables["invited"])

    def sources_of_tables(self) -> Any:
        """Where a snapshot's tables of ours are read from."""
        from overgang.collect.returns.rows import sources

        return sources()
