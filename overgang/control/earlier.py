"""Editions published before: what they told is still known.

A cell that has not changed is one number in both editions, so whoever holds both knows it when either shows it. A cell
that has changed is two numbers; the sums of the earlier edition still bind the old one. The reader is assumed to know
which cells changed: that is the strongest reader, and often an easy guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from overgang.base.cube import KEY, Tree
from overgang.control.system import Bools, Equations, Ints, System, Table, assemble

SEED = 20
"""Of the numbers by which two equations with the same members are known."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An edition published before, and the true counts behind it.

    `shown` are its tables as `audit` takes them and `true` the same tables with every count; `links` say what was
    published of the overlaps.
    """

    edition: str
    shown: tuple[Table, ...]
    true: tuple[Table, ...]
    trees: tuple[Tree, ...]
    links: pl.DataFrame

    def true_system(self) -> System:
        return assemble(self.true, self.trees, self.links)

    def told(self, now: System) -> "Told":
        """What a reader has of it who also knows which cells are the same in `now`."""
        then = self.true_system()
        at = _places(then, now)
        same = (at >= 0) & (now.count[at] == then.count)
        return Told(self.edition, self.shown, self.trees, self.links, then.cells.filter(~pl.Series(same)).select(KEY))


@dataclass(frozen=True, slots=True)
class Told:
    """An earlier edition as a reader has it. `changed` are the keys of cells that may differ from those of today."""

    edition: str
    shown: tuple[Table, ...]
    trees: tuple[Tree, ...]
    links: pl.DataFrame
    changed: pl.DataFrame

    def system(self) -> System:
        return assemble(self.shown, self.trees, self.links)


@dataclass(frozen=True, slots=True)
class Together:
    """The cells of several editions in one system, those of today first.

    `own` says how many they are, `places` for each earlier edition where its cells stand.
    """

    system: System
    own: int
    places: tuple[Ints, ...]


def together(now: System, told: Sequence[Told], thens: Sequence[System]) -> Together:
    """One system of today's and all earlier cells; `thens` are the systems of `told` with whatever counts are known."""
    both, places = now, []
    for one, then in zip(told, thens, strict=True):
        at = np.where(_are_in(then, one.changed), -1, _places(then, now))
        both, place = _with(both, one.edition, then, at)
        places.append(place)
    return Together(both, len(now.count), tuple(places))


def shown_in(told: Told, now: System) -> Bools:
    """Which of today's cells the earlier edition shows, whatever the number was."""
    then = told.system()
    at = _places(then, now)
    shown = np.zeros(len(now.count), np.bool_)
    shown[at[(at >= 0) & (then.count >= 0)]] = True
    return shown


def _places(then: System, now: System) -> Ints:
    """Where the cells of `then` stand in `now`, -1 where they do not."""
    numbered = now.cells.select(*KEY, pl.col("cell").cast(pl.Int64).alias("at"))
    found = then.cells.join(numbered, on=KEY, how="left", maintain_order="left")["at"]
    return found.fill_null(-1).to_numpy().astype(np.int64)


def _are_in(then: System, keys: pl.DataFrame) -> Bools:
    flagged = keys.unique().with_columns(pl.lit(True).alias("in"))
    found = then.cells.join(flagged, on=KEY, how="left", maintain_order="left")["in"]
    return found.fill_null(False).to_numpy().astype(np.bool_)


def _with(both: System, edition: str, then: System, at: Ints) -> tuple[System, Ints]:
    """`both` and the cells of `then`, of which those with a place `at` 0 or more are there already."""
    own = at < 0
    size = len(both.count)
    place = np.where(own, size + np.cumsum(own) - 1, at)
    count = both.count.copy()
    shared = place[~own]
    count[shared] = np.where(count[shared] < 0, then.count[~own], count[shared])
    marked = then.cells.filter(pl.Series(own)).with_columns(
        counts=pl.col("counts") + f" in {edition}", cell=pl.Series(place[own].astype(np.uint32))
    )
    system = System(
        cells=pl.concat([both.cells, marked]),
        count=np.concatenate([count, then.count[own]]),
        equations=_both(both.equations, _moved(then.equations, place), size + int(own.sum())),
        group=np.concatenate([both.group, place[then.group][own]]),
    )
    return system, place


def _moved(equations: Equations, place: Ints) -> Equations:
    return replace(equations, cell=place[equations.cell])


def _both(first: Equations, second: Equations, cells: int) -> Equations:
    """All equations, those of `second` that stand in `first` once."""
    sign_of = np.random.default_rng(SEED).integers(1, 1 << 62, cells)
    known = set(zip(_marks(first, sign_of), first.low.tolist(), first.high.tolist(), strict=True))
    new = np.array(
        [
            mark not in known
            for mark in zip(_marks(second, sign_of), second.low.tolist(), second.high.tolist(), strict=True)
        ],
        np.bool_,
    )
    kept, number = new[second.row], len(first) + np.cumsum(new) - 1
    return Equations(
        row=np.concatenate([first.row, number[second.row[kept]]]),
        cell=np.concatenate([first.cell, second.cell[kept]]),
        sign=np.concatenate([first.sign, second.sign[kept]]),
        low=np.concatenate([first.low, second.low[new]]),
        high=np.concatenate([first.high, second.high[new]]),
        names=(*first.names, *(name for name, is_new in zip(second.names, new.tolist(), strict=True) if is_new)),
    )


def _marks(equations: Equations, sign_of: Ints) -> list[int]:
    """A number for each equation that hardly any other has: the sum of a random one for each member, signed."""
    marks = np.zeros(len(equations), np.int64)
    np.add.at(marks, equations.row, equations.sign * sign_of[equations.cell])
    return [int(mark) for mark in marks]
