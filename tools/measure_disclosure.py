"""Disclosure control beside the best of the known tools: the rows of `make measure` about protecting and attacking.

The peer is GaussSuppression 1.2.3 under R in the cheapest of its modes that is safe when zeros are shown. R is not at
hand here, so its figures are those measured once on the same tables (cells, persons and CPU seconds of one core of
another machine); ours are from this run. Seconds of two machines are no ratio to build on; cells and persons are.
"""

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from overgang.base.cube import Tabulation
from overgang.control import Audit, Earlier, Policy, Protection, audit, check, known_links, protect
from overgang.control import policy as policies
from overgang.control.attack import Attack
from overgang.control.crew import Alone
from overgang.control.insiders import Insiders, learnt
from overgang.control.price import prices
from overgang.control.primary import primary
from overgang.control.ranges import floors, start
from overgang.control.subtraction import against_subtraction
from overgang.control.system import Table, assemble, tables
from tools.disclosure_tables import CODES, LAST_YEAR, SIZES, persons, rules, table_set, tabulated
from tools.optimum import compared, small_county
from tools.pattern_attack import narrowed_in_all


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
    "T4, L": Peer(1_723, 41_400, 136, "super-consistent"),
}

SUBTRACTING: Mapping[str, tuple[str, float, str]] = {
    "T2": ("10", 0.4, "0.4 s GaussSuppression"),
    "T3": ("162", 1.4, "1.4 s GaussSuppression"),
    "T7": ("522", 10.4, "10.4 s GaussSuppression"),
    "T4": ("347", 47.5, "47.5 s GaussSuppression"),
    "T2Y": ("286", 50.3, "50.3 s GaussSuppression"),
    "T5": ("-", 315, "over 315 s GaussSuppression"),
    "T6": ("-", 5, "5 s, the goal"),
}
"""Cells that GaussSuppression hides in its mode "none", the seconds to compare with, and whose they are; T5 it had not
ended by then."""

SETS = ("T2", "T3", "T7", "T4")
LONG_SETS = ("T5", "T4, L")
"""They take minutes; "L" is a year of the large country."""

LARGE = ", L"

SECRET = b"of tables in which nobody is real"
"""By which some cells are hidden by chance, as in an edition."""

SMALL = range(1000, 1030)
"""Seeds of small tables, drawn when the program was finished."""

CELLS = ("cells", "least_cells", "shrunk_cells")

TRIED = 150
"""Lone persons drawn."""

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
    protection = protect(tabulation, policy, secret=SECRET, workers=workers)
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
    return tables(protection.cubes)


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
    first = protect(before, policy, secret=SECRET)
    told = Earlier(
        edition="the first release",
        shown=tuple(shown(first)),
        true=tuple(tables(before.cubes)),
        trees=before.trees,
        links=known_links(before, policy),
    )
    together = protect(now, policy, earlier=[told], secret=SECRET)
    alone = protect(now, policy, secret=SECRET)
    links = known_links(now, policy)
    revealed = [
        len(audit(shown(release), now.trees, links, policy, earlier=together.told).findings)
        for release in (alone, together)
    ]
    return revealed[0], revealed[1]


def lone_persons(tabulation: Tabulation, protection: Protection, policy: Policy, seed: int = 3) -> int:
    """How many of TRIED persons who are alone in a hidden cell can work out another small count by that, exactly."""
    links = known_links(tabulation, policy)
    hidden = assemble(shown(protection), tabulation.trees, links).count < 0
    true = tables(tabulation.cubes)
    system = assemble(true, tabulation.trees, links)
    floor = floors(system, policy)
    attack = Attack(system, hidden, floor, start(system, hidden, floor, system.count), policy, Alone())
    attack.run()
    attack.settle()
    insiders = Insiders(attack, policy)
    lone = np.random.default_rng(seed).choice(insiders.lone(), TRIED, replace=False)
    return sum(bool(fixed.any()) for _, fixed in learnt(insiders, lone))


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """What, ours, the peer's, ours divided by that, and what it means."""
    for name in SETS:
        yield from _set_rows(name, PEERS[name])
    alone, together = corrections()
    yield (
        f"T7, {CORRECTED} corrections: cells given away",
        f"{together} together",
        f"{alone} alone",
        "-",
        "two releases of T7 attacked together: the second protected together with the first, and by itself",
    )
    yield from subtraction_rows()
    yield gap_row()
    yield pattern_row(policies(), "default")
    yield pattern_row(rules(2), "zeros shown, width 2")
    yield pattern_row(rules(1), "zeros shown, width 1")
    tabulation = table_set("T7")
    without, policy = protect(tabulation, rules(), secret=SECRET), rules(insiders=True)
    kept = protect(tabulation, policy, secret=SECRET)
    yield (
        f"T7, of {TRIED} lone persons learn of others",
        f"{lone_persons(tabulation, kept, policy)}",
        f"{lone_persons(tabulation, without, policy)} without",
        "-",
        f"persons alone in a hidden cell: with `insiders` on ({kept.secondary} cells hidden for others' sake) and off",
    )


def long_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """What takes minutes: the larger sets, and twenty years of T7 at once."""
    for name in LONG_SETS:
        yield from _set_rows(name, PEERS[name])
    found = run(table_set("T7", size="L", all_years=True), rules())
    yield (
        "T7, 20 years: protecting",
        f"{found.protecting:.1f} s",
        "60 s, the goal",
        f"{found.protecting / 60:.2f}",
        f"one process, once; {found.protection.cells} cells, {found.protection.secondary} hidden for others' sake, "
        f"{len(found.audited.findings)} findings; attacking them takes {found.attacking:.1f} s",
    )


def subtraction_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """The linear core alone, the sums between cells being made before: the best of a second or of three, after the
    compiler: of some milliseconds a busy machine makes half as much again."""
    for name, (cells, seconds, peer) in SUBTRACTING.items():
        tabulation, policy = table_set(name, size="M" if name == "T2Y" else "S"), rules()
        system = assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, policy))
        first = primary(system, policy)
        price = prices(system, policy, np.zeros(len(first), np.bool_))
        took = list[float]()
        while len(took) < 3 or sum(took) < 1:
            begun = time.perf_counter()
            hidden = against_subtraction(system, first, price)
            took.append(time.perf_counter() - begun)
        yield (
            f"{name}: linear core",
            f"{1000 * min(took):.0f} ms",
            peer,
            f"{min(took) / seconds:.4f}",
            f"hides {(hidden & ~first).sum()} cells of {len(first)}; the peer in its mode none {cells}, on another "
            "machine",
        )


def gap_row() -> tuple[str, str, str, str, str]:
    """The price of what is hidden for others' sake on small counties, beside the least by an integer program."""
    found = [compared(small_county(seed), rules()) for seed in SMALL]
    price, least = (sum(getattr(one, name) for one in found) for name in ("price", "least_price"))
    cells, least_cells, fewer = (sum(getattr(one, name) for one in found) for name in CELLS)
    return (
        f"{len(SMALL)} small counties: price of hiding",
        f"{price:.0f}",
        f"{least:.0f} at least",
        f"{price / least:.2f}",
        f"28 to 60 cells each; {cells} cells, by an integer program {least_cells}, and {fewer} when each is shown "
        f"again where the audit lets it; {sum(one.safe for one in found)} of the program's patterns are safe in whole "
        "persons",
    )


def pattern_row(policy: Policy, name: str) -> tuple[str, str, str, str, str]:
    """What a reader gets out of running the program backwards."""
    found = narrowed_in_all(SMALL, policy)
    return (
        f"run backwards, {name}: cells too narrow",
        f"{found.too_narrow_with_chance} of {found.hidden}",
        f"{found.too_narrow} without chance",
        "-",
        f"small counties of three places: without chance {found.same_pattern} of {found.tables} tables that agree with "
        f"the numbers have the same pattern, which narrows {found.narrower} hidden cells and gives {found.known} away; "
        f"with it, of tables in which chance hides at most one cell just above the small ones",
    )


def _set_rows(name: str, peer: Peer) -> Iterator[tuple[str, str, str, str, str]]:
    found = run(table_set(name.removesuffix(LARGE), size="L" if name.endswith(LARGE) else "S"), rules())
    hidden = found.protection.secondary
    safe = f"{len(found.audited.findings)} findings, {found.wrong} faults of the certificate"
    yield (
        f"{name}: cells hidden for others' sake",
        f"{hidden}",
        f"{peer.cells} GaussSuppression",
        f"{hidden / peer.cells:.2f}",
        f"of {found.protection.cells} cells, {found.protection.primary} hidden for their own sake; {safe}; the peer's "
        f"mode: {peer.mode}",
    )
    yield (
        f"  {name}: persons in them",
        f"{found.persons}",
        f"{peer.persons:.0f} GaussSuppression",
        f"{found.persons / peer.persons:.2f}",
        "the sum of their true counts",
    )
    yield (
        f"  {name}: protecting",
        f"{found.protecting:.1f} s",
        f"{peer.seconds:g} s GaussSuppression",
        f"{found.protecting / peer.seconds:.2f}",
        "one process, once; the peer's seconds were measured on another machine",
    )
    yield (
        f"  {name}: attacking",
        f"{found.attacking:.1f} s",
        "-",
        "-",
        f"one process, from what is shown alone; checking the certificate takes {found.checking:.1f} s more",
    )
