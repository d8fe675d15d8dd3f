"""Denominator variants D0-D5: the same share on the bases that people argue about, the official one marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from overgang.base.codes import NOT_REGISTERED, end_reason, outcome_of
from overgang.base.errors import BadInput
from overgang.compute.indicators.reading import DATA, read, structured, with_texts

WORK_EDU = ("work", "education")


@dataclass(frozen=True, slots=True)
class Variant:
    """`without`: end reasons left out of base and part. `only`: groups of end reasons kept; empty means all."""

    id: str
    without: tuple[str, ...]
    label: Mapping[str, str]
    only: tuple[str, ...] = ()

    def counts(self, reason: str) -> bool:
        """Whether exits with this end reason are in the base."""
        return reason not in self.without and (not self.only or end_reason(reason).group in self.only)


@cache
def variants() -> tuple[Variant, ...]:
    """All variants, in order."""
    rows = (with_texts(row, "label") for row in read(DATA / "variants.toml")["variant"])
    return tuple(structured(row, Variant, "indicators/variants.toml") for row in rows)


@cache
def variant(id: str) -> Variant:
    """A variant by id. Raises BadInput for another."""
    found = next((found for found in variants() if found.id == id), None)
    if found is None:
        raise BadInput(f"There is no variant {id!r}: there are {', '.join(known.id for known in variants())}.")
    return found


def by_variant(exits: Mapping[str | None, int], version: str) -> dict[str, tuple[int, int]]:
    """Work or education, and the base, by variant, from the number of exits by end reason (None: not registered).

    >>> by_variant({"CO_WORK_GT29": 5, "IN_MOVED": 3, None: 2}, "2017")["D2"]
    (5, 7)
    """
    counted = {reason or NOT_REGISTERED: 0 for reason in exits}
    for reason, number in exits.items():
        counted[reason or NOT_REGISTERED] += number
    return {found.id: _share(found, counted, version) for found in variants()}


def _share(variant: Variant, exits: Mapping[str, int], version: str) -> tuple[int, int]:
    inside = {reason: number for reason, number in exits.items() if variant.counts(reason)}
    part = sum(number for reason, number in inside.items() if outcome_of(reason, version) in WORK_EDU)
    return part, sum(inside.values())
