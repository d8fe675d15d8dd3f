"""Protection: hide what says too much, and what would give it away, over all tables of an edition at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Cube, State, Tabulation, Tree
from overgang.base.errors import BadInput
from overgang.control.attack import Attack
from overgang.control.chance import by_chance
from overgang.control.crew import Crew, crew
from overgang.control.earlier import Earlier, Told, shown_in, together
from overgang.control.insiders import Insiders
from overgang.control.last_resort import buy_one_by_one
from overgang.control.overlaps import known_links
from overgang.control.policy import Policy
from overgang.control.price import prices
from overgang.control.primary import bundles, primary
from overgang.control.protected import ProtectedCube
from overgang.control.ranges import floors, start
from overgang.control.shrink import FEW, show_again
from overgang.control.statements import Statement
from overgang.control.steps import Steps
from overgang.control.system import Bools, Floats, Ints, System, assemble, tables
from overgang.control.unpublished import TOLD, known_by, with_possible_counts, with_statements

ROUNDS = 6
"""Rounds of attack and repair; one or two are enough on every edition seen."""


@dataclass(frozen=True, slots=True)
class Protection:
    """The protected tables, and how many cells were hidden for their own sake and otherwise. How many of each is
    confidential: a reader who knows it rules out every table in which it is otherwise.

    `told` are the earlier editions as a reader has them, for the audit.
    """

    cubes: tuple[ProtectedCube, ...]
    cells: int
    primary: int
    secondary: int
    told: tuple[Told, ...]

    def cube(self, table: str) -> ProtectedCube:
        return next(cube for cube in self.cubes if cube.table == table)


def protect(
    tabulation: Tabulation,
    policy: Policy,
    *,
    earlier: Sequence[Earlier] = (),
    statements: Sequence[Statement] = (),
    sensitive: frozenset[tuple[str, ...]] = frozenset(),
    secret: bytes = b"",
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Protection:
    """Hides cells until the attack finds nothing in this edition, the `earlier` ones (newest first) and what
    `statements` tell elsewhere together. The cells with a `sensitive` key are protected whatever their size. With a
    `secret` some cells are hidden by chance as well. Raises BadInput when the policy keeps too much to make that
    possible."""
    links = known_links(tabulation, policy)
    system = assemble(tables(tabulation.cubes), tabulation.trees, links)
    check_closed(system)
    if sensitive:
        flags = [key in sensitive for key in system.cells.select(KEY).iter_rows()]
        system = replace(system, sensitive=np.array(flags, np.bool_))
    first = primary(system, policy)
    progress(f"{len(first)} cells, {first.sum()} hidden for their own sake")
    told = tuple(one.told(system) for one in earlier)
    task = _task(system, first, policy, told, [one.true_system() for one in earlier])
    task = _with_told(task, statements, tabulation.trees, links)
    chance = np.zeros(len(task.hidden), np.bool_)
    chance[: len(first)] = by_chance(system, policy, task.price[: len(first)], secret)
    with crew(workers) as helpers:
        hidden = _with_chance(task, chance, policy, helpers, progress)
    bundle = bundles(system, policy)
    hidden = first | hidden[: len(first)]
    hidden |= np.isin(bundle, bundle[hidden & (bundle >= 0)])
    return Protection(
        cubes=tuple(_protected(cube, system, hidden) for cube in tabulation.cubes),
        cells=len(hidden),
        primary=int(first.sum()),
        secondary=int((hidden & ~first).sum()),
        told=told,
    )


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be protected: a system with true counts, what is hidden already, and what hiding more costs."""

    system: System
    hidden: Bools
    price: Floats


def _task(now: System, first: Bools, policy: Policy, told: Sequence[Told], thens: Sequence[System]) -> _Task:
    """This edition and the earlier ones in one system.

    What an earlier edition tells is known, and cannot be hidden any more; what it hides stays hidden.
    """
    both = together(now, told, thens)
    hidden, known = np.zeros(len(both.system.count), np.bool_), np.zeros(len(both.system.count), np.bool_)
    hidden[: both.own] = first
    for one, place in zip(told, both.places, strict=True):
        shown = one.system().count >= 0
        known[place[shown]] = True
        hidden[place[~shown]] = True
    price = np.full(len(hidden), np.inf)
    price[: both.own] = prices(now, policy, shown_in(told[0], now) if told else np.zeros(both.own, np.bool_))
    price[known] = np.inf
    return _Task(both.system, hidden & ~known, price)


def _with_told(task: _Task, statements: Sequence[Statement], trees: Sequence[Tree], links: pl.DataFrame) -> _Task:
    """The task with what was told elsewhere. A number that was told as it is is known, as if an edition showed it."""
    if not statements:
        return task
    system = with_possible_counts(with_statements(task.system, statements, trees, links))
    more, known = len(system.count) - len(task.hidden), known_by(system, statements)
    hidden = np.concatenate([task.hidden, np.ones(more, np.bool_)]) & ~known
    price = np.concatenate([task.price, np.full(more, np.inf)])
    return _Task(system, hidden, np.where(known, np.inf, price))


def _with_chance(task: _Task, chance: Bools, policy: Policy, helpers: Crew, progress: Callable[[str], None]) -> Bools:
    """All hidden cells, those among them that chance hides; but nothing by chance where that leaves no room, as it may
    beside what was told elsewhere."""
    if chance.any():
        progress(f"{(chance & ~task.hidden).sum()} hidden by chance")
        try:
            return _hidden(replace(task, hidden=task.hidden | chance), policy, helpers, progress)
        except BadInput as refused:
            progress(f"Nothing is left to chance, since then {refused}")
    return _hidden(task, policy, helpers, progress)


def _hidden(task: _Task, policy: Policy, helpers: Crew, progress: Callable[[str], None]) -> Bools:
    """All hidden cells, when nothing exposed is left.

    Walks are for systems in which programs would take long; in a FEW cells programs hide less, and where earlier
    editions leave little room that decides.
    """
    system, floor = task.system, floors(task.system, policy)
    ranges = start(system, task.hidden, floor, system.count)
    walking = bool(task.hidden.sum() > FEW)
    attack = Attack(system, task.hidden, floor, ranges, policy, helpers, task.price, walking=walking)
    _repair(attack, task, progress)
    narrow = attack.exposed()
    if not narrow.any():
        show_again(attack, task.hidden)
        progress(f"{(attack.hidden & ~task.hidden).sum()} hidden for the sake of others in the end")
        if policy.insiders:
            Insiders(attack, policy).shut_out()
            progress(f"{(attack.hidden & ~task.hidden).sum()} hidden, those for the sake of lone persons included")
        return attack.hidden
    worst = int(np.flatnonzero(narrow)[0])
    if any(name.startswith(TOLD) for name in system.equations.names):
        why = _why(system, attack.hidden | np.isfinite(task.price), floor, worst, policy)
        raise BadInput(
            f"{narrow.sum()} cells cannot be protected beside what was told elsewhere, the first {system.name(worst)}: "
            f"{why}. Leave out of the file what tells too much by itself, since it cannot be taken back, or publish "
            "fewer breakdowns."
        )
    raise BadInput(
        f"{narrow.sum()} cells cannot be protected under the policy {policy.id}, the first {system.name(worst)}: "
        "keep fewer tables in the policy, or publish fewer breakdowns."
    )


def _repair(attack: Attack, task: _Task, progress: Callable[[str], None]) -> None:
    """Rounds of attack and repair until nothing is exposed.

    What is known of a cell by arithmetic widens when its neighbours are hidden, so a round begins with that anew.
    """
    for tried in range(ROUNDS):
        attack.run()
        attack.learn()
        narrow = attack.exposed()
        more = (attack.hidden & ~task.hidden).sum()
        progress(f"{more} hidden for the sake of others, {narrow.sum()} still to protect")
        if not narrow.any():
            return
        if tried > 0:
            attack.settle()
            buy_one_by_one(attack)


def _why(system: System, hidden: Bools, floor: Ints, cell: int, policy: Policy) -> str:
    """What tells a cell even when all is hidden that may be."""
    steps = Steps(system, hidden, floor)
    if steps.high[cell] - steps.low[cell] < policy.width:
        return steps.told(cell)
    return "no table was found in which it differs by enough"


def check_closed(system: System) -> None:
    """A tree or link whose parts do not add up to its whole is a fault of the tabulation, never of protection."""
    equations = system.equations
    balance = np.bincount(equations.row, equations.sign * system.count[equations.cell], len(equations))
    wrong = np.flatnonzero((balance < equations.low) | (balance > equations.high))
    if len(wrong):
        first = int(wrong[0])
        whole = int(equations.cell[(equations.row == first) & (equations.sign > 0)][0])
        raise BadInput(
            f"{len(wrong)} sums do not close, the first {system.name(whole)} by {equations.names[first]} "
            f"(off by {int(balance[first])}): mend the tabulation or the table design."
        )


def _protected(cube: Cube, system: System, hidden: Bools) -> ProtectedCube:
    keys = [name for name in KEY if name != "counts"]
    states = system.cells.with_columns(pl.Series("hide", hidden)).filter(pl.col("counts") == cube.counts)
    absent = [pl.lit(TOTAL).alias(name) for name in keys if name not in cube.dimensions]
    full = cube.cells.with_columns(absent).join(
        states.select(*keys, "hide"), on=keys, how="left", maintain_order="left"
    )
    cells = full.select(
        *cube.dimensions,
        pl.when("hide").then(None).otherwise(pl.col("count")).alias("count"),
        pl.when("hide").then(pl.lit(str(State.SUPPRESSED))).otherwise(pl.lit("")).alias("state"),
    )
    return ProtectedCube(table=cube.table, counts=cube.counts, dimensions=cube.dimensions, cells=cells)
