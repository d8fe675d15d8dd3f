"""The ways to protect an edition, behind one `protect` and one `audit`; the policy says which.

- `suppress` hides cells; what is shown is true.
- `round3` rounds small counts to 0 or 3; sums close.
- `cell_key` moves every count a little; sums do not close.

The last two show every cell but the breakdown of persons with shielded identity, and what would give it away.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Cube, State, Tabulation, Tree
from overgang.base.errors import BadInput
from overgang.control.audit import Audit
from overgang.control.audit import audit as attack_hidden
from overgang.control.cell_key import move_by_keys
from overgang.control.earlier import Earlier, Told
from overgang.control.overlaps import known_links
from overgang.control.policy import Method, Policy
from overgang.control.primary import of_whom_nothing_is_told
from overgang.control.protect import Protection, check_closed
from overgang.control.protect import protect as hide
from overgang.control.protected import ProtectedCube
from overgang.control.reading import read_moved
from overgang.control.rounding import round_counts
from overgang.control.statements import Statement
from overgang.control.system import Bools, Ints, System, Table, assemble, tables

Progress = Callable[[str], None]

MOVES: Mapping[Method, Callable[[System, Policy, bytes], Ints]] = {
    "round3": lambda system, policy, _: round_counts(system, policy.base, policy.moved),
    "cell_key": lambda system, policy, secret: move_by_keys(system, policy.base, policy.moved, secret),
}
"""The methods that change counts: true counts in, counts to print out."""


def protect(
    tabulation: Tabulation,
    policy: Policy,
    *,
    earlier: Sequence[Earlier] = (),
    statements: Sequence[Statement] = (),
    secret: bytes = b"",
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> Protection:
    """What may be shown, by the policy's method. `secret` is the key of what is left to chance: the cell keys, and what
    is hidden without need; without one nothing is hidden so.

    Raises BadInput when the policy cannot be kept, and when counts are to be moved beside `earlier` editions: two draws
    of one count tell more than one.
    """
    if policy.method == "suppress":
        return hide(
            tabulation,
            policy,
            earlier=earlier,
            statements=statements,
            secret=secret,
            workers=workers,
            progress=progress,
        )
    _refuse(statements, policy)
    if earlier:
        raise BadInput(
            f"An edition whose counts are moved ({policy.method}) can follow no other, and {earlier[0].edition} is "
            "published: what the two print for one count tells more than either. Build it by itself."
        )
    system = assemble(tables(tabulation.cubes), tabulation.trees, known_links(tabulation, policy))
    check_closed(system)
    moved = replace(system, count=MOVES[policy.method](system, policy, secret))
    hidden = _never_told(system, policy)
    progress(f"{len(hidden)} cells, {(moved.count != system.count).sum()} changed, {hidden.sum()} hidden")
    return Protection(
        cubes=tuple(_printed(cube, moved, hidden) for cube in tabulation.cubes),
        cells=len(hidden),
        primary=int(hidden.sum()),
        secondary=0,
        told=(),
    )


def audit(
    tables: Iterable[Table],
    trees: tuple[Tree, ...],
    links: pl.DataFrame,
    policy: Policy,
    *,
    earlier: Sequence[Told] = (),
    statements: Sequence[Statement] = (),
    workers: int = 1,
    most: int = 20,
    progress: Progress = lambda _: None,
) -> Audit:
    """What a reader of published tables learns, whichever way they were protected; see `overgang.control.audit`."""
    if policy.method == "suppress":
        return attack_hidden(
            tables,
            trees,
            links,
            policy,
            earlier=earlier,
            statements=statements,
            workers=workers,
            most=most,
            progress=progress,
        )
    _refuse(statements, policy)
    return read_moved(assemble(tables, trees, links), policy)


def _refuse(statements: Sequence[Statement], policy: Policy) -> None:
    if statements:
        raise BadInput(
            f"Counts that are moved ({policy.method}) are not attacked together with what was told elsewhere: true "
            "numbers beside moved ones tell by how much these were moved. Use a policy that hides."
        )


def check_alone(policy: Mapping[str, Any], other: Mapping[str, Any], edition: str) -> None:
    """Refuses an edition under one policy beside an `edition` whose policy has another method: both hold the same
    cells, and the difference of the two attacks both. The policies are as editions print them."""
    method, beside = policy.get("method", "suppress"), other.get("method", "suppress")
    if method != beside:
        raise BadInput(
            f"{edition} protects the same cells by {beside}, this edition by {method}: side by side each gives the "
            "other away. Use the same method, or publish one of them only."
        )


def _never_told(system: System, policy: Policy) -> Bools:
    """The breakdown of persons of whom only the number is told, and the sums they can be taken from."""
    hidden = of_whom_nothing_is_told(system, policy)
    equations = system.equations
    across = np.array([name == "shielded" for name in equations.names], np.bool_)
    holds = np.bincount(equations.row, hidden[equations.cell] & (equations.sign < 0), len(equations)) > 0
    wholes = equations.cell[(holds & across)[equations.row] & (equations.sign > 0)]
    hidden[wholes] = True
    return hidden


def _printed(cube: Cube, moved: System, hidden: Bools) -> ProtectedCube:
    keys = [name for name in KEY if name != "counts"]
    absent = [pl.lit(TOTAL).alias(name) for name in keys if name not in cube.dimensions]
    printed = moved.cells.with_columns(pl.Series("hide", hidden), pl.Series("count", moved.count)).filter(
        pl.col("counts") == cube.counts
    )
    full = cube.cells.drop("count").with_columns(absent)
    cells = full.join(printed.select(*keys, "hide", "count"), on=keys, how="left", maintain_order="left").select(
        *cube.dimensions,
        pl.when("hide").then(None).otherwise(pl.col("count")).alias("count"),
        pl.when("hide").then(pl.lit(str(State.SUPPRESSED))).otherwise(pl.lit("")).alias("state"),
    )
    return ProtectedCube(table=cube.table, counts=cube.counts, dimensions=cube.dimensions, cells=cells)
