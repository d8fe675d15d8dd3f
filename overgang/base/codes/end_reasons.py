"""End reasons: why a participation ended, and which outcome each counts in by version of the indicator."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from overgang.base.codes.lists import DATA, codelist
from overgang.base.errors import BadInput

NOT_REGISTERED = "SYS_NOT_REGISTERED"


@dataclass(frozen=True)
class EndReason:
    """One end reason. `outcome` maps a version of the indicator to the leaf of the outcome tree.

    `group` is permanent_stop, completed, interrupted or system. `sensitive`: for country and county only.
    `unverified`: the versions whose outcome no source states. `valid_to` is exclusive.
    """

    code: str
    group: str
    labels: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    outcome: Mapping[str, str]
    sensitive: bool = False
    jobseeker: bool = False
    unverified: frozenset[str] = field(default_factory=frozenset)
    note: str = ""

    def label(self, lang: str) -> str:
        return codelist("end_reason").label(self.code, lang)


@cache
def end_reasons() -> tuple[EndReason, ...]:
    """All end reasons, in the order of the printed list."""
    data = tomllib.loads((DATA / "end_reasons.toml").read_text(encoding="utf-8"))
    return tuple(_end_reason(row, data["versions"]) for row in data["reason"])


def end_reason(code: str) -> EndReason:
    """An end reason by code. Raises BadInput, naming near misses, for another."""
    codelist("end_reason").check(code)
    return next(reason for reason in end_reasons() if reason.code == code)


def outcome_of(code: str | None, version: str) -> str:
    """The outcome a participation counts in, by its end reason (None if none was registered) and indicator version.

    >>> outcome_of("CO_EDU_UPPER", "2017"), outcome_of(None, "2017")
    ('education', 'not_registered')
    """
    outcomes = end_reason(code or NOT_REGISTERED).outcome
    if version not in outcomes:
        raise BadInput(f"There is no version {version!r} of the end reasons: use one of {', '.join(outcomes)}.")
    return outcomes[version]


def _end_reason(row: Mapping[str, Any], versions: list[str]) -> EndReason:
    return EndReason(
        code=row["code"],
        group=row["group"],
        labels=MappingProxyType({lang: row[lang] for lang in ("nb", "nn", "en")}),
        valid_from=row.get("valid_from", codelist("end_reason").valid_from),
        valid_to=row.get("valid_to"),
        outcome=MappingProxyType(_by_version(row["outcome"], versions)),
        sensitive=row.get("sensitive", False),
        jobseeker=row.get("jobseeker", False),
        unverified=frozenset(version for version in versions if version >= row.get("unverified_from", "9999")),
        note=row.get("note", ""),
    )


def _by_version(given: Mapping[str, str], versions: list[str]) -> dict[str, str]:
    """An outcome stated for one version holds until a later version states another."""
    outcomes: dict[str, str] = {}
    for version in versions:
        outcomes[version] = given.get(version) or outcomes[versions[versions.index(version) - 1]]
    return outcomes
