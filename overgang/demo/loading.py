"""The demo's register in the database: tables and keys, the load, accounts, and the snapshot read from there.

This runs in a process of its own, beside the one that builds the edition: the load takes one core, and only this
process needs Django's models.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from overgang.access import keys
from overgang.base.errors import BadInput
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register.schema import TABLES, Register, Tables


@dataclass(frozen=True, slots=True)
class Loaded:
    """The name of the snapshot from the database, whether the register was there already, and what to show of it."""

    snapshot: str
    there: bool
    accounts: Sequence[str]


def prepare(home: Path) -> None:
    """Makes tables and keys where there are none. Raises BadInput when the database holds a real register."""
    _django(home)
    from django.core.management import call_command

    from overgang.collect.register.load import refuse_real

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    refuse_real()


def is_loaded(tables: Tables) -> bool:
    """Whether these very tables are what the register began as."""
    from overgang.collect.register.load import content
    from overgang.collect.register.models import Load

    begun = Load.objects.last()
    return begun is not None and begun.content == content(tables)
