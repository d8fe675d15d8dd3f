"""Legal regimes: the rules a participation is under, with lengths and deadlines."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cattrs import Converter

from overgang.base.codes import codelist
from overgang.base.errors import BadInput

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Limit:
    """A number of months with its paragraph."""

    value: int
    source: str


@dataclass(frozen=True)
class Hours:
    """A number of hours a week with its paragraph."""

    value: float
    source: str


@dataclass(frozen=True)
class WorkDirected:
    """The hours a week of work-directed elements, on average, that a programme qualifying for work must hold after some
    months: earlier for those who have upper secondary education."""

    hours: float
    track: str
    after_months: int
    after_months_with_upper_secondary: int
    source: str


@dataclass(frozen=True)
class LeaveLimit:
    """How long a kind of leave may last: working days in a calendar year, or months at a time."""

    kind: str
    source: str
    working_days_a_year: int | None = None
    months: int | None = None


@dataclass(frozen=True)
class Closing:
    """The last day for changing the figures of a year, and whether that was decided or is only usual."""

    day: date
    is_set: bool


@dataclass(frozen=True)
class Track:
    """How long a programme may last, in months: `max`, then `extension`, together never above `total`.

    `min` is None where the law has none. `must_extend`: the extension shall be given if it can help. A track that is
    not `verified` may only warn.
    """

    id: str
    max: int
    extension: int
    total: int
    source: str
    labels: Mapping[str, str]
    min: int | None = None
    must_extend: bool = False
    verified: bool = True

    def label(self, lang: str) -> str:
        return self.labels.get(lang) or self.labels["nb"]


@dataclass(frozen=True)
class Regime:
    """One legal regime. `valid_to` (exclusive) is when the law ended; it goes on for those who are under it.

    `newcomer_months`: the time in a municipality within which one is a newcomer. `start_deadline_months`: from
    settlement or claim to decision and start. `entry_deadline_months`: from a fact to its entry in the register.
    `full_time_hours` a week without preparation, `least_hours` where the measures demand work of one's own.
    `unverified` says in words what no source confirms.
    """

    id: str
    law: str
    valid_from: date
    who: str
    ages: tuple[int, int]
    age_at: str
    duty: bool
    newcomer_months: Limit
    start_deadline_months: Limit
    entry_deadline_months: Limit
    leave_is_added: bool
    content: tuple[str, ...]
    content_source: str
    full_time_hours: Hours
    least_hours: Hours
    tracks: tuple[Track, ...]
    work_directed: WorkDirected | None = None
    opt_in_from: date | None = None
    valid_to: date | None = None
    unverified: tuple[str, ...] = field(default=())

    @property
    def verified(self) -> bool:
        return not self.unverified and all(track.verified for track in self.tracks)

    def label(self, lang: str) -> str:
        return codelist("regime").label(self.id, lang)

    def track(self, id: str) -> Track:
        """A track by id. Raises BadInput, naming those there are, for another."""
        for track in self.tracks:
            if track.id == id:
                return track
        raise BadInput(f"{self.id} has no track {id!r}: it has {', '.join(track.id for track in self.tracks)}.")


_converter = Converter(forbid_extra_keys=True)
_converter.register_structure_hook(date, lambda value, _: value)


@cache
def regimes() -> tuple[Regime, ...]:
    """All regimes, in the order of the code list `regime`."""
    return tuple(_regime(row) for row in _read()["regime"])


@cache
def regime(id: str) -> Regime:
    """A regime by id. Raises BadInput, naming near misses, for another."""
    codelist("regime").check(id)
    return next(regime for regime in regimes() if regime.id == id)


@cache
def closing(year: int) -> Closing:
    """The last day for changing the register's figures of a year: the one that was set, or the usual one."""
    known, usual = {row["year"]: row["day"] for row in _read()["close"]}, _read()["usual_close"]
    return Closing(known.get(year, date(year + 1, usual["month"], usual["day"])), is_set=year in known)


@cache
def leave_limits() -> Mapping[str, LeaveLimit]:
    """How long leave may last, by the code list `leave`."""
    return {row["kind"]: _converter.structure(row, LeaveLimit) for row in _read()["leave"]}


def registered_from(item: str) -> date:
    """The day from which something had to be in the register: "end_reason" -> 1 September 2007.

    Raises BadInput, naming those there are, for another item.
    """
    days = _registration()
    if item not in days:
        raise BadInput(f"No law in regimes.toml says since when {item!r} is registered: there are {', '.join(days)}.")
    return days[item]


@cache
def _registration() -> Mapping[str, date]:
    return {item: row["day"] for row in _read()["registration"] for item in row["items"]}


def _regime(row: Mapping[str, Any]) -> Regime:
    fields = {name: value for name, value in row.items() if name != "track"}
    return _converter.structure({**fields, "tracks": [_with_labels(track) for track in row["track"]]}, Regime)


def _with_labels(track: Mapping[str, Any]) -> dict[str, Any]:
    labels = {lang: track[lang] for lang in ("nb", "nn", "en")}
    return {**{name: value for name, value in track.items() if name not in labels}, "labels": labels}


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "regimes.toml").read_text(encoding="utf-8"))
