"""The policy: every threshold of disclosure control, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cattrs

from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED
from overgang.base.errors import BadInput

Method = Literal["suppress", "round3", "cell_key"]
"""How the counts of an edition are protected; `overgang/control/methods.py` has one function for each."""

LEVELS = ("country", "country_open", "shielded", "county", "municipality", "city_district")


@dataclass(frozen=True, slots=True)
class Keep:
    """Some outcomes of a table at some levels: hidden for the sake of another only where nothing else helps."""

    table: str
    outcomes: tuple[str, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeBreakdown:
    """Breakdowns that places of some levels show whole or not at all."""

    levels: tuple[str, ...]
    breakdowns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withhold:
    """What places of some levels do not show, though it may be large: some outcomes, some breakdowns, or any single
    year in which fewer than `below` ended."""

    levels: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ()
    below: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """What hiding a cell costs the reader: factors, 1 where none is given; `size` weighs how large its count is, and
    `shown_before` is the factor for what the edition before shows. `step`: by how much the pay rises, see `search`."""

    size: float
    shown_before: float
    level: Mapping[str, float]
    outcome: Mapping[str, float]
    breakdown: Mapping[str, float]
    step: float = 2.0


@dataclass(frozen=True, slots=True)
class Chance:
    """How probably a cell is hidden without need: `near` for a count less than `width` above the small ones, and
    `larger` x smallest / count for one that is larger still, so that many persons are hidden more rarely than few."""

    near: float
    larger: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds in persons; the meaning of each stands in default.toml beside its value."""

    id: str
    source: str
    smallest: int
    width: int
    group: int
    insiders: bool
    hide_zero: tuple[str, ...]
    hide_zero_in_breakdowns: tuple[str, ...]
    sensitive_outcomes: tuple[str, ...]
    sensitive_group: int
    hide_breakdown_of: tuple[str, ...]
    whole_breakdown: tuple[WholeBreakdown, ...]
    keep: tuple[Keep, ...]
    price: Price
    method: Method = "suppress"
    base: int = 3
    moved: int = 2
    withhold: tuple[Withhold, ...] = ()
    hide_all_or_none: bool = False
    chance: Chance = Chance(near=0.0, larger=0.0)

    def as_dict(self) -> dict[str, Any]:
        """For the edition, which prints the policy it was made by."""
        return asdict(self)


@cache
def policy(name: str = "default") -> Policy:
    """A bundled policy by name. Raises BadInput for a name that is not there."""
    path = Path(__file__).with_name(f"{name}.toml")
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.toml")))
        raise BadInput(f"There is no disclosure policy {name}: choose one of {known}.")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    like = values.pop("like", None)
    return read_policy({**(policy(like).as_dict() if like else {}), **values}, str(path))


def read_policy(values: Mapping[str, Any], where: str) -> Policy:
    """A policy from parsed TOML or JSON. Raises BadInput naming what is wrong in `where`."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    try:
        return converter.structure(values, Policy)
    except cattrs.BaseValidationError as error:
        wrong = "; ".join(cattrs.transform_error(error, path=where))
        raise BadInput(f"The disclosure policy in {where} cannot be used ({wrong}): mend those values.") from None


def level(place: str) -> str:
    """The level of a place id, as policies name it."""
    special = {COUNTRY: "country", COUNTRY_OPEN: "country_open", SHIELDED: "shielded"}
    return special.get(place) or {"F": "county", "K": "municipality", "B": "city_district"}[place[0]]
