"""The limits that are ours: see limits.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Each as explained in limits.toml."""

    complete_from: date
    weeks_idle: int
    months_after_move: int
    months_after_disappearing: int
    months_after_leave: int
    months_to_certificate: int
    days_to_judge_hours: int
    percent_without_reason: int


LIMITS = Limits(**tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8")))
