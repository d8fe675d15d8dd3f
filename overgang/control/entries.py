"""Suppression by intent: small counts, few contributors, dominance; one engine hides what would give them away.

The first is for tables of persons. The other two are for tables to which units contribute, counts or magnitudes alike:
a cell with few units, or one that is nearly all one unit's, tells about that unit whatever its size.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Protocol

import polars as pl

from overgang.base.cube import KEY, TOTAL, Cube, Tabulation, Tree
from overgang.base.errors import BadInput
from overgang.control.policy import Policy
from overgang.control.protect import Protection, protect

Progress = Callable[[str], None]

COUNTS = "magnitude"
"""What the cells of such a table count."""


class Rule(Protocol):
    """Says of one cell, by what each unit contributes (the largest first), whether it must be hidden for itself."""

    def hides(self, contributed: Sequence[int], /) -> bool: ...

    def room(self, contributed: Sequence[int], /) -> int:
        """How far apart the least and the most of such a cell must stay for a reader."""
        ...


@dataclass(frozen=True, slots=True)
class FewContributors:
    """Fewer than `least` units contribute, but not none."""

    least: int

    def hides(self, contributed: Sequence[int], /) -> bool:
        return 0 < len(contributed) < self.least

    def room(self, contributed: Sequence[int], /) -> int:  # noqa: ARG002
        return 2


@dataclass(frozen=True, slots=True)
class Dominance:
    """The `units` largest contribute more than `percent` of the whole: the (n,k) rule."""

    units: int
    percent: int

    def hides(self, contributed: Sequence[int], /) -> bool:
        return 100 * sum(contributed[: self.units]) > self.percent * sum(contributed)

    def room(self, contributed: Sequence[int], /) -> int:
        """What is missing until the largest are no more than `percent`: 100 * largest / percent - whole."""
        return max(2, -(-100 * sum(contributed[: self.units]) // self.percent) - sum(contributed))


@dataclass(frozen=True, slots=True)
class NearEstimate:
    """The second largest could tell the largest to within `percent` by taking himself out: the p% rule."""

    percent: int

    def hides(self, contributed: Sequence[int], /) -> bool:
        return 100 * sum(contributed[2:]) < self.percent * sum(contributed[:1])

    def room(self, contributed: Sequence[int], /) -> int:
        """What is missing of `percent` of the largest in what the others but the second contribute."""
        return max(2, -(-self.percent * sum(contributed[:1]) // 100) - sum(contributed[2:]))


def hide_small_counts(
    tabulation: Tabulation,
    policy: Policy,
    *,
    smallest: int,
    secret: bytes = b"",
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> Protection:
    """Counts of 1 to smallest-1 hidden, and all else as the policy says; with a `secret` some by chance as well."""
    policy = replace(policy, smallest=smallest)
    return protect(tabulation, policy, secret=secret, workers=workers, progress=progress)


def hide_few_contributors(
    table: "Contributed", policy: Policy, *, least: int, workers: int = 1, progress: Progress = lambda _: None
) -> Protection:
    """Cells to which fewer than `least` units contribute are hidden, whatever their size."""
    return hide_by_rule(table, policy, FewContributors(least), workers=workers, progress=progress)


def hide_dominated(
    table: "Contributed",
    policy: Policy,
    *,
    units: int,
    percent: int,
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> Protection:
    """Cells of which the `units` largest contribute more than `percent` are hidden."""
    return hide_by_rule(table, policy, Dominance(units, percent), workers=workers, progress=progress)


def hide_near_estimates(
    table: "Contributed", policy: Policy, *, percent: int, workers: int = 1, progress: Progress = lambda _: None
) -> Protection:
    """Cells in which the second largest could tell the largest to within `percent` are hidden."""
    return hide_by_rule(table, policy, NearEstimate(percent), workers=workers, progress=progress)


def hide_by_rule(
    table: "Contributed", policy: Policy, rule: Rule, *, workers: int = 1, progress: Progress = lambda _: None
) -> Protection:
    """Hides by a rule about contributions, and what would give the hidden cells away; of the policy only the prices
    are used, and nothing is left to chance. Every hidden cell of the rule keeps room enough for the one that needs
    most."""
    hidden = {key: rule.room(found) for key, found in table.contributed.items() if rule.hides(found)}
    plain = replace(
        policy,
        smallest=1,
        group=0,
        width=max(hidden.values(), default=2),
        hide_zero=(),
        hide_zero_in_breakdowns=(),
        hide_breakdown_of=(),
        sensitive_outcomes=(),
        whole_breakdown=(),
        keep=(),
    )
    return protect(table.tabulation, plain, sensitive=frozenset(hidden), workers=workers, progress=progress)


@dataclass(frozen=True, slots=True)
class Contributed:
    """One table as a tabulation, and for each cell (a KEY) what units contribute to it, the largest first."""

    tabulation: Tabulation
    contributed: Mapping[tuple[str, ...], tuple[int, ...]]


def add_up(
    records: pl.DataFrame, dimensions: tuple[str, ...], trees: Sequence[Tree], links: pl.DataFrame
) -> Contributed:
    """A table from records of what each unit contributes: columns `dimensions`, place and time first, with codes
    that break down no further, `unit` and `value`. A unit with several records in a cell counts once, with their sum.
    `links` says which places each place is a part of.

    Raises BadInput for a value below zero: then a part could be more than its whole.
    """
    if records.filter(pl.col("value") < 0).height:
        raise BadInput(
            "A unit contributes less than nothing: split the table into what is added and what is taken off."
        )
    above = [_above(name, trees, links) for name in dimensions]
    sums: dict[tuple[str, ...], dict[str, int]] = {}
    for *codes, unit, value in records.select(*dimensions, "unit", "value").iter_rows():
        for key in product(*(wholes(code) for wholes, code in zip(above, codes, strict=True))):
            units = sums.setdefault(key, {})
            units[unit] = units.get(unit, 0) + value
    codes = [sorted(_codes(name, trees) | {key[at] for key in sums}) for at, name in enumerate(dimensions)]
    rows = [(*key, sum(sums.get(key, {}).values())) for key in product(*codes)]
    schema = {**dict.fromkeys(dimensions, pl.String), "count": pl.Int64}
    cube = Cube("contributed", COUNTS, dimensions, pl.DataFrame(rows, schema=schema, orient="row"))
    contributed = {
        _key(dimensions, key): tuple(sorted((value for value in units.values() if value), reverse=True))
        for key, units in sums.items()
    }
    return Contributed(Tabulation((cube,), tuple(trees), links), contributed)


def _key(dimensions: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
    at = {"counts": COUNTS, **dict(zip(dimensions, codes, strict=True))}
    return tuple(at.get(name, TOTAL) for name in KEY)


def _codes(name: str, trees: Sequence[Tree]) -> set[str]:
    return {
        code
        for tree in trees
        if tree.dimension == name
        for whole, parts in tree.parts.items()
        for code in (whole, *parts)
    }


def _above(name: str, trees: Sequence[Tree], links: pl.DataFrame) -> Callable[[str], Iterable[str]]:
    """For a code of a dimension itself and every whole it is a part of."""
    pairs = [
        (part, whole)
        for tree in trees
        if tree.dimension == name
        for whole, parts in tree.parts.items()
        for part in parts
    ]
    if name == "place":
        pairs += links.select("place", "whole_place").unique().sort("place", "whole_place").rows()
    wholes: dict[str, set[str]] = {}
    for part, whole in pairs:
        if part != whole:
            wholes.setdefault(part, set()).add(whole)

    def found(code: str) -> list[str]:
        reached = {code}
        waiting = [code]
        while waiting:
            more = wholes.get(waiting.pop(), set()) - reached
            reached |= more
            waiting += sorted(more)
        return sorted(reached)

    return found
