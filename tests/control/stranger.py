"""A stranger who attacks an edition: takes its files, writes down every sum in whole persons, and asks an integer
program for the least and the most of a hidden cell.

Written apart from `control`, of which nothing is used: no bounds by arithmetic, no witnesses, no search. It is slow.
"""

from collections.abc import Iterator, Mapping, Sequence

import highspy
import numpy as np
import polars as pl

from overgang.base.cube import KEY, Tree

Cell = tuple[str, ...]
"""The codes of a cell in the order of KEY."""

LINK = ("counts", "family", "whole_place", "whole_time")


ENDLESS = 1 << 30
"""No limit."""


class Stranger:
    """What is shown, and the sums between the cells: (whole, parts, how many persons the parts may exceed it by)."""

    def __init__(
        self,
        tables: Sequence[tuple[str, str, tuple[str, ...], pl.DataFrame]],
        trees: Sequence[Tree],
        links: pl.DataFrame,
        zeros_shown: Mapping[str, bool],
    ) -> None:
        """`links` say between what an overlap lies (`overlap_low`, `overlap_high`); `zeros_shown` says by the first
        letter of a place whether its zeros are shown in every table, so that a hidden number is at least 1."""
        self.shown: dict[Cell, int | None] = {}
        for _, counts, dimensions, cells in tables:
            for *codes, count in cells.select(*dimensions, "count").iter_rows():
                at = dict(zip(dimensions, codes, strict=True))
                self.shown[counts, *(at.get(name, "total") for name in KEY[1:])] = count
        self.zeros_shown = zeros_shown
        self.sums = [*self._by_trees(trees), *self._by_links(links)]

    def _by_trees(self, trees: Sequence[Tree]) -> Iterator[tuple[Cell, list[Cell], tuple[int, int]]]:
        for tree in trees:
            at = KEY.index(tree.dimension)
            for whole, codes in tree.parts.items():
                for cell in self.shown:
                    if cell[at] == whole:
                        parts = [(*cell[:at], code, *cell[at + 1 :]) for code in codes]
                        if all(part in self.shown for part in parts):
                            yield cell, parts, (0, 0)

    def _by_links(self, links: pl.DataFrame) -> Iterator[tuple[Cell, list[Cell], tuple[int, int]]]:
        rests = sorted({cell[3:] for cell in self.shown})
        for (counts, _, place, time), rows in links.group_by(LINK, maintain_order=True):
            for rest in rests:
                whole = (str(counts), str(place), str(time), *rest)
                parts = [(str(counts), *row, *rest) for row in rows.select("place", "time").iter_rows()]
                if whole in self.shown and all(part in self.shown for part in parts):
                    told = rows["overlap_low"][0], rows["overlap_high"][0]
                    yield whole, parts, told if set(rest) == {"total"} else (0, told[1])

    def least_and_most(self, cells: Sequence[Cell]) -> Iterator[tuple[int, int]]:
        """Of each hidden cell, over all tables of whole persons that agree with what is shown."""
        hidden = sorted(cell for cell, count in self.shown.items() if count is None)
        number = {cell: at for at, cell in enumerate(hidden)}
        solver = highspy.Highs()
        solver.silent()
        least = [float(self.zeros_shown.get(cell[1][0], False) and cell[1] != "F00S") for cell in hidden]
        solver.addVars(len(hidden), np.array(least), np.full(len(hidden), highspy.kHighsInf))
        every = np.arange(len(hidden), dtype=np.int32)
        solver.changeColsIntegrality(len(hidden), every, np.full(len(hidden), highspy.HighsVarType.kInteger))
        for whole, parts, (low, high) in self.sums:
            members = [(whole, 1.0), *((part, -1.0) for part in parts)]
            free = [(number[cell], sign) for cell, sign in members if cell in number]
            known = sum(sign * (self.shown[cell] or 0) for cell, sign in members if cell not in number)
            if free:
                columns, signs = (np.array(column) for column in zip(*free, strict=True))
                solver.addRow(-high - known, -low - known, len(free), columns.astype(np.int32), signs)
        for cell in cells:
            yield self._end(solver, number[cell], 1.0), self._end(solver, number[cell], -1.0)

    def _end(self, solver: highspy.Highs, column: int, cost: float) -> int:
        solver.changeColCost(column, cost)
        solver.run()
        status = solver.getModelStatus()
        value = solver.getSolution().col_value[column]
        solver.changeColCost(column, 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            return round(value)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return ENDLESS
        raise RuntimeError(f"no answer about {column}: {status}")
