"""Which sums a cell stands in, and which cells stand in a sum: a few of either, without going through all."""

import numpy as np

from overgang.control.program import Region
from overgang.control.system import ANY, Equations, Ints


class Sums:
    """The equations of a system, to be looked up by cell and by row; `base` is a table that satisfies them."""

    def __init__(self, equations: Equations, base: Ints) -> None:
        self._equations, self._base = equations, base
        by_row, by_cell = (np.argsort(of, kind="stable") for of in (equations.row, equations.cell))
        self._members, self._member_sign = equations.cell[by_row], equations.sign[by_row]
        self._rows, self._sign = equations.row[by_cell], equations.sign[by_cell]
        self._first_member = np.searchsorted(equations.row[by_row], np.arange(len(equations) + 1))
        self._first_row = np.searchsorted(equations.cell[by_cell], np.arange(len(base) + 1))
        self._balance = np.bincount(equations.row, equations.sign * base[equations.cell], len(equations)).astype(
            np.int64
        )

    def rows_of(self, cells: Ints) -> tuple[Ints, Ints, Ints]:
        """For each place that one of `cells` has in a sum: the position of the cell, the row and the sign."""
        which, at = slices(self._first_row, cells)
        return which, self._rows[at], self._sign[at]

    def members_of(self, rows: Ints) -> Equations:
        """These rows alone."""
        which, at = slices(self._first_member, rows)
        low, high = self._equations.low[rows], self._equations.high[rows]
        return Equations(which, self._members[at], self._member_sign[at], low, high, ())

    def region(self, cells: Ints) -> Region:
        """The region of `cells` when every other cell stays as in the base."""
        column, rows, sign = self.rows_of(cells)
        rows, row = np.unique(rows, return_inverse=True)
        inside = np.bincount(row, sign * self._base[cells][column], len(rows)).astype(np.int64)
        fixed = self._balance[rows] - inside
        high = self._equations.high[rows]
        return Region(
            cells=cells,
            row=row,
            column=column,
            sign=sign,
            low=self._equations.low[rows] - fixed,
            high=np.where(high >= ANY // 2, ANY, high - fixed),
        )


def slices(first: Ints, of: Ints) -> tuple[Ints, Ints]:
    """The entries from `first[i]` to `first[i + 1]` for each i of `of`, and which of them each belongs to."""
    begin, size = first[of], first[of + 1] - first[of]
    which = np.repeat(np.arange(len(of)), size)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(begin, size)
