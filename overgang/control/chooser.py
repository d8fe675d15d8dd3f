"""What each way of protecting an edition would publish, hide and cost: the numbers one chooses by.

The ways are the methods, and under `suppress` designs that publish less of small places so that less must be hidden for
the sake of another. What a design keeps is weighed by the policy's price: what readers miss most weighs most.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Cube, Tabulation
from overgang.base.periods import is_period
from overgang.control.methods import audit, protect
from overgang.control.overlaps import known_links
from overgang.control.policy import Method, Policy, Withhold
from overgang.control.policy import policy as bundled
from overgang.control.price import prices
from overgang.control.protected import ProtectedCube
from overgang.control.reading import open_sums
from overgang.control.system import ANY, Floats, Ints, System, assemble, tables

SMALL_PLACES = ("municipality", "city_district")

SIZES = (
    ("5-14 ended", False, 5, 14),
    ("15-29", False, 15, 29),
    ("30 or more", False, 30, ANY),
    ("3 years", True, 5, ANY),
)
"""Places and years by how many ended, from and to, there being shares of few, of some and of many; and the periods."""

MOVED: tuple[Method, ...] = ("round3", "cell_key")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to protect an edition."""

    name: str
    says: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class ShareError:
    """Shares in work or education of small places, by how many ended there, and their errors in percentage points."""

    ended: str
    places: int
    published: int
    mean: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What one way came to. `kept`: what the true numbers that it prints are worth, of all that there are."""

    name: str
    says: str
    method: Method
    cells: int
    shown: int
    hidden: int
    changed: int
    open_sums: int
    findings: int
    kept: float
    errors: tuple[ShareError, ...]
    seconds: float


DESIGNS: tuple[tuple[str, str, tuple[Withhold, ...]], ...] = (
    (
        "two outcomes",
        "small places show work or education together, never apart",
        (Withhold(levels=SMALL_PLACES, outcomes=("work", "education")),),
    ),
    (
        "no breakdown",
        "small places show nothing by sex or age",
        (Withhold(levels=SMALL_PLACES, breakdowns=("sex", "age")),),
    ),
    (
        "pooled years",
        "small places where fewer than 15 ended show three years together, no single one",
        (Withhold(levels=SMALL_PLACES, below=15),),
    ),
)
"""Designs that need less hiding: name, what it means, what is left out."""


def ways(policy: Policy) -> tuple[Way, ...]:
    """Hiding as the policy says, the methods that move counts, and designs with less to hide."""
    moved = [bundled(name) for name in MOVED]
    return (
        Way("suppress", "small counts are hidden, and what would give them away", policy),
        *(
            Way(like.method, like.source, replace(policy, method=like.method, base=like.base, moved=like.moved))
            for like in moved
        ),
        *(Way(name, says, replace(policy, withhold=(*policy.withhold, *withheld))) for name, says, withheld in DESIGNS),
    )


def compare(
    tabulation: Tabulation,
    chosen: Sequence[Way],
    *,
    secret: bytes,
    clock: Callable[[], float],
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Trial]:
    """Tries each way on a whole tabulation, one after the other; `clock` tells seconds."""
    for way in chosen:
        progress(f"{way.name}: {way.says}")
        begun = clock()
        protection = protect(tabulation, way.policy, secret=secret, workers=workers)
        seconds = clock() - begun
        yield _trial(tabulation, way, protection.cubes, workers, seconds)


def best(trials: Sequence[Trial]) -> Trial | None:
    """Of the safe ways that print true numbers only, the one that keeps the most; none when there is none."""
    found = [trial for trial in trials if trial.method == "suppress" and not trial.findings]
    return max(found, key=lambda trial: trial.kept, default=None)


def _trial(tabulation: Tabulation, way: Way, cubes: Sequence[ProtectedCube], workers: int, seconds: float) -> Trial:
    links = known_links(tabulation, way.policy)
    true = _system(tabulation.cubes, tabulation, links)
    printed = _system(cubes, tabulation, links)
    found = audit(
        tables(cubes),
        tabulation.trees,
        links,
        way.policy,
        workers=workers,
    )
    shown = printed.count >= 0
    return Trial(
        name=way.name,
        says=way.says,
        method=way.policy.method,
        cells=len(shown),
        shown=int(shown.sum()),
        hidden=int((~shown).sum()),
        changed=int((shown & (printed.count != true.count)).sum()),
        open_sums=int(open_sums(printed).sum()),
        findings=len(found.findings),
        kept=_kept(true, printed, way.policy),
        errors=tuple(_errors(true, printed.count)),
        seconds=seconds,
    )


def _system(cubes: Sequence[Cube | ProtectedCube], tabulation: Tabulation, links: pl.DataFrame) -> System:
    return assemble(tables(cubes), tabulation.trees, links)


def _kept(true: System, printed: System, policy: Policy) -> float:
    worth = prices(true, policy, np.zeros(len(true.count), np.bool_))
    worth = np.where(np.isfinite(worth), worth, 0.0)
    return float(worth[printed.count == true.count].sum() / worth.sum())


def _errors(true: System, printed: Ints) -> Iterator[ShareError]:
    """How far the published shares of small places are from the true ones, by how many ended there."""
    cells = true.cells.with_columns(pl.Series("true", true.count), pl.Series("printed", printed))
    plain = [name for name in KEY if name not in ("counts", "place", "time", "outcome")]
    here = cells.filter(
        (pl.col("counts") == "exits") & pl.col("level").is_in(list(SMALL_PLACES)),
        *(pl.col(name) == TOTAL for name in plain),
    ).select("place", "time", "outcome", "true", "printed")
    part = here.filter(pl.col("outcome") == "work_edu").drop("outcome")
    both = here.filter(pl.col("outcome") == TOTAL).join(part, on=["place", "time"], suffix="_part")
    n, value = both["true"].to_numpy(), both["printed"].to_numpy()
    published = (value > 0) & (both["printed_part"].to_numpy() >= 0)
    truth = 100 * both["true_part"].to_numpy() / np.maximum(n, 1)
    off: Floats = np.abs(100 * both["printed_part"].to_numpy() / np.maximum(value, 1) - truth)
    pooled = both["time"].map_elements(is_period, return_dtype=pl.Boolean).to_numpy()
    for ended, period, least, most in SIZES:
        of_size = (pooled == period) & (n >= least) & (n <= most)
        errors = off[of_size & published]
        yield ShareError(
            ended=ended,
            places=int(of_size.sum()),
            published=len(errors),
            mean=float(errors.mean()) if len(errors) else None,
            p95=float(np.quantile(errors, 0.95)) if len(errors) else None,
        )
