"""Witnesses taken apart: which cells vary, and what is left of that when one of them is shown.

A circle is a part of a witness that no sum joins to the rest of it, and so a witness by itself. Showing a cell takes
away the circles that move it, and no others.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from overgang.control.program import groups
from overgang.control.search import Witness
from overgang.control.sums import Sums
from overgang.control.system import Bools, Ints


class Circles:
    """Circles around one base; `may_go` are the cells that may be shown."""

    def __init__(self, sums: Sums, may_go: Bools, width: int, witnesses: Iterable[Witness]) -> None:
        self._sums, self._may_go, self._width = sums, may_go, width
        self._circles: list[Witness] = []
        self._gone: set[int] = set()
        self._of_cell: dict[int, list[int]] = {}
        self._times = np.zeros((len(may_go), 2 * width + 1), np.int64)
        self._times[:, width] = 1
        for witness in witnesses:
            self.take(witness)

    def take(self, witness: Witness) -> None:
        """Takes in the circles of a witness."""
        which, row, _ = self._sums.rows_of(witness.cells)
        rows, row = np.unique(row, return_inverse=True)
        for part in groups(row, which, np.ones(len(witness.cells), np.bool_), len(rows)):
            self._add(Witness(witness.cells[part], witness.by[part]))

    def _add(self, circle: Witness) -> None:
        for cell in circle.cells[self._may_go[circle.cells]].tolist():
            self._of_cell.setdefault(cell, []).append(len(self._circles))
        self._circles.append(circle)
        self._count(circle, 1)

    def _count(self, circle: Witness, by: int) -> None:
        self._times[circle.cells, np.clip(circle.by, -self._width, self._width) + self._width] += by

    def moving(self, cells: Ints) -> list[int]:
        """The circles that move one of `cells`."""
        return sorted({at for cell in cells.tolist() for at in self._of_cell.get(cell, ())} - self._gone)

    def drop(self, circles: Iterable[int]) -> Ints:
        """Takes circles away; the cells that they moved."""
        cells = [np.empty(0, np.int64)]
        for at in circles:
            self._gone.add(at)
            self._count(self._circles[at], -1)
            cells.append(self._circles[at].cells)
        return np.unique(np.concatenate(cells))

    def restore(self, circles: Iterable[int]) -> None:
        for at in circles:
            self._gone.remove(at)
            self._count(self._circles[at], 1)

    def wide(self, cells: Ints) -> Bools:
        """Which of some cells the circles show to vary by the width."""
        seen = self._times[cells] > 0
        least, most = seen.argmax(axis=1), 2 * self._width - seen[:, ::-1].argmax(axis=1)
        found: Bools = most - least >= self._width
        return found

    def witnesses(self) -> Iterator[Witness]:
        """Those that are left."""
        yield from (circle for at, circle in enumerate(self._circles) if at not in self._gone)
