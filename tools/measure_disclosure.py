"""Disclosure control beside the best of the known tools: the rows of `make measure` about protecting and attacking.

The peer is GaussSuppression 1.2.3 under R in the cheapest of its modes that is safe when zeros are shown. R is not at
hand here, so its figures are those measured once on the same tables (cells, persons and CPU seconds of one core of
another machine); ours are from this run. Seconds of two machines are no ratio to build on; cells and persons are.
"""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from overgang.base.cube import Tabulation
from overgang.control import Audit, Earlier, Policy, Protection, audit, check, known_links, protect
from overgang.control.system import Table
from tools.disclosure_tables import CODES, LAST_YEAR, SIZES, persons, rules, tabulated


@dataclass(frozen=True, slots=True)
class Peer:
    """Cells and persons hidden for the sake of others, and CPU seconds, of the cheapest safe mode."""

    cells: int
    persons: float
    seconds: float
    mode: str


PEERS: Mapping[str, Peer] = {
    "T2": Peer(25, 2_249, 0.3, "default"),
    "T3": Peer(268, 7_288, 1.1, "default"),
    "T7": Peer(1_763, 33_100, 5.1, "super-consistent, formula list and collapseAware"),
    "T4": Peer(1_279, 26_000, 31, "super-consistent"),
    "T5": Peer(1_594, 33_500, 71, "super-consistent"),
}

INSIDE_ONE_RUN = ("T2", "T3", "T7", "T4")
CORRECTED = 25
"""Outcomes corrected between two releases."""


@dataclass(frozen=True, slots=True)
class Run:
    """One table set protected, attacked and checked, with the seconds of each."""

    protection: Protection
    audited: Audit
    persons: int
    wrong: int
    protecting: float
    attacking: float
    checking: float


def run(tabulation: Tabulation, policy: Policy, workers: int = 1) -> Run:
    """Protects a table set, attacks the result from what is shown alone, and checks the proof."""
    begun = time.perf_counter()
    protection = protect(tabulation, policy, workers=workers)
    protected = time.perf_counter()
    tables, links = shown(protection), known_links(tabulation, policy)
    audited = audit(tables, tabulation.trees, links, policy, workers=workers)
    attacked = time.perf_counter()
    wrong = check(tables, tabulation.trees, links, policy, audited.certificate)
    checked = time.perf_counter()
    return Run(
        protection=protection,
        audited=audited,
        persons=_persons(tabulation, protection, policy),
        wrong=len(wrong),
        protecting=protected - begun,
        attacking=attacked - protected,
        checking=checked - attacked,
    )


def shown(protection: Protection) -> list[Table]:
    return [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protection.cubes]


def _persons(tabulation: Tabulation, protection: Protection, policy: Policy) -> int:
    """The persons in the cells hidden for the sake of others, each cell once."""
    frames = []
    for true, found in zip(tabulation.cubes, protection.cubes, strict=True):
        keys = list(true.dimensions)
        both = true.cells.join(found.cells.select(*keys, shown="count"), on=keys)
        absent = [pl.lit("total").alias(key) for key in CODES if key not in keys]
        frames.append(both.filter(pl.col("shown").is_null()).with_columns(absent).select(*KEYS, "count"))
    hidden = pl.concat(frames).unique()
    own = (pl.col("count") < policy.smallest) | (pl.col("place") == "F00S")
    return int(hidden.filter(~own)["count"].sum())


KEYS = ("place", "time", *CODES)


def corrections(seed: int = 1) -> tuple[int, int]:
    """How many cells two releases of T7 give away together, some outcomes being corrected in between: when each was
    protected alone, and when the second was protected together with the first."""
    policy = rules()
    people = persons(*SIZES["S"], 7).filter(pl.col("time") == str(LAST_YEAR))
    rng, outcomes = random.Random(seed), people["outcome"].to_list()
    for at in rng.sample(range(len(outcomes)), CORRECTED):
        outcomes[at] = rng.choice([outcome for outcome in CODES["outcome"] if outcome != outcomes[at]])
    before, now = tabulated("T7", people), tabulated("T7", people.with_columns(outcome=pl.Series(outcomes)))
    first = protect(before, policy)
    told = Earlier(
        edition="the first release",
        shown=tuple(shown(first)),
        true=tuple((cube.table, cube.counts, cube.dimensions, cube.cells) for cube in before.cubes),
        trees=before.trees,
        links=known_links(before, policy),
    )
    together, alone = protect(now, policy, earlier=[told]), protect(now, policy)
    links = known_links(now, policy)
    revealed = [
        len(audit(shown(release), now.trees, links, policy, earlier=together.told).findings)
        for release in (alone, together)
    ]
    return revealed[0], revealed[1]
