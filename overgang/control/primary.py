"""Primary suppression: what is hidden for what it says itself."""

from functools import lru_cache

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL
from overgang.base.periods import is_period
from overgang.control.policy import Policy
from overgang.control.system import Bools, Ints, System

MEMORY = 4
"""Systems whose flags are remembered: they are asked for again and again."""

OUTER = ("country", "country_open", "shielded", "county")
"""Levels whose cells are numbers of the whole country or of one county."""


def primary(system: System, policy: Policy) -> Bools:
    """Which cells are hidden for themselves: small counts, zeros of small places, sensitive reasons in small groups,
    what all or none of a small group did, everything about shielded persons but how many they are, and breakdowns of
    small places that hold such a cell."""
    count = system.count
    small = (count >= 1) & (count < policy.smallest)
    zero = (count == 0) & hides_zero(system, policy)
    zero |= all_or_none(system, policy, count[system.group])
    hidden: Bools = small | zero | protected_whatever_its_size(system, policy, count[system.group], count)
    hidden |= withheld(system, policy)
    bundle = bundles(system, policy)
    return hidden | np.isin(bundle, bundle[hidden & (bundle >= 0)])


def all_or_none(system: System, policy: Policy, group: Ints) -> Bools:
    """Cells that say of each person in a small group what they did: none of them is in the cell, or all are. Only where
    zeros are shown; elsewhere the zero is hidden anyway. `group` is the count of each cell's whole group."""
    count = system.count
    found: Bools = in_small_groups(system, policy, group) & ((count == 0) | (count == group))
    return found


def in_small_groups(system: System, policy: Policy, group: Ints) -> Bools:
    """Parts of groups so small that `all_or_none` hides, where zeros are shown."""
    part = system.group != np.arange(len(system.count))
    few = policy.hide_all_or_none & part & (group >= 1) & (group < policy.group)
    found: Bools = few & ~hides_zero(system, policy)
    return found


def withheld(system: System, policy: Policy) -> Bools:
    """Cells that the policy leaves out, whatever they are."""
    found = np.zeros(len(system.count), np.bool_)
    for rule in policy.withhold:
        single = ~pl.col("time").map_elements(is_period, return_dtype=pl.Boolean)
        ended = pl.Series("ended", system.count[_everybody(system)])
        here = pl.col("level").is_in(list(rule.levels)) & (
            pl.col("outcome").is_in(list(rule.outcomes))
            | pl.col("breakdown").is_in(list(rule.breakdowns))
            | (single & (pl.col("counts") == "exits") & (pl.col("ended") < rule.below))
        )
        found |= _flags(system.cells.with_columns(ended).select(here).to_series())
    return found


def _everybody(system: System) -> Ints:
    """For each cell the one that counts everybody there and then; itself where there is none."""
    at = ("counts", "place", "time")
    undivided = pl.all_horizontal(pl.col(name) == TOTAL for name in KEY[3:])
    whole = system.cells.filter(undivided).select(*at, pl.col("cell").alias("whole"))
    found = system.cells.join(whole, on=at, how="left", maintain_order="left")["whole"]
    return found.fill_null(system.cells["cell"]).to_numpy().astype(np.int64)


def bundles(system: System, policy: Policy) -> Ints:
    """Cells that are hidden together: the number of their breakdown, -1 for a cell that is hidden alone."""
    bundle = np.full(len(system.count), -1, np.int64)
    for rule in policy.whole_breakdown:
        inside = pl.col("level").is_in(list(rule.levels)) & pl.col("breakdown").is_in(list(rule.breakdowns))
        cells = system.cells.filter(inside)
        whole = cells.select(pl.struct("counts", "place", "time", "breakdown").rank("dense").cast(pl.Int64))
        bundle[cells["cell"].to_numpy()] = whole.to_series().to_numpy() + int(bundle.max())
    return bundle


def hides_zero(system: System, policy: Policy) -> Bools:
    """Cells where a zero is hidden like a small count."""
    in_breakdown = system.cells["level"].is_in(list(policy.hide_zero_in_breakdowns)) & ~_in_kept_table(system, policy)
    return _flags(system.cells["level"].is_in(list(policy.hide_zero)) | in_breakdown)


def kept(system: System, policy: Policy) -> Bools:
    """Cells that the policy keeps as long as it can."""
    found = np.zeros(len(system.count), np.bool_)
    for keep in policy.keep:
        here = pl.col("level").is_in(list(keep.levels)) & pl.col("outcome").is_in(list(keep.outcomes))
        found |= _flags(system.cells.select(_in_table(keep.table) & here).to_series())
    return found


def _in_kept_table(system: System, policy: Policy) -> pl.Series:
    tables = sorted({keep.table for keep in policy.keep})
    flags = system.cells.select(pl.lit(False).alias(""), *(_in_table(table).alias(table) for table in tables))
    return flags.select(pl.any_horizontal(pl.all())).to_series()


def _in_table(table: str) -> pl.Expr:
    return pl.col("tables").str.split(" ").list.contains(table)


def protected_whatever_its_size(system: System, policy: Policy, group: Ints, most: Ints) -> Bools:
    """Cells whose value may not be narrowed even when it is large, where `group` is the least that a cell's whole group
    can be and `most` the most that the cell can be."""
    sensitive = _outcome_in(system, policy.sensitive_outcomes) & (group < policy.sensitive_group) & (most != 0)
    found: Bools = of_whom_nothing_is_told(system, policy) | sensitive
    return found if system.sensitive is None else found | system.sensitive


def of_whom_nothing_is_told(system: System, policy: Policy) -> Bools:
    """Breakdowns of persons of whom only the number is told."""
    return _broken_down_in(system, policy.hide_breakdown_of).copy()


@lru_cache(maxsize=MEMORY)
def _broken_down_in(system: System, places: tuple[str, ...]) -> Bools:
    breakdown = pl.any_horizontal(pl.col(name) != TOTAL for name in KEY[3:])
    return _flags(system.cells.select(pl.col("place").is_in(list(places)) & breakdown).to_series())


@lru_cache(maxsize=MEMORY)
def _outcome_in(system: System, outcomes: tuple[str, ...]) -> Bools:
    return _flags(system.cells["outcome"].is_in(list(outcomes)))


def _flags(series: pl.Series) -> Bools:
    return series.to_numpy().astype(np.bool_)
