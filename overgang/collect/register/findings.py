"""Findings of the quality rules, kept up to date. Filled in with the rules."""

from collections.abc import Collection
from datetime import date


def refresh(persons: Collection[int], today: date) -> None:
    """Runs the rules on these persons and brings their findings up to date."""
