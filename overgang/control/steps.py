"""How arithmetic alone narrows a hidden number, as steps that a reader can do with a pencil.

Each bound that `propagate` finds comes from one equation and the bounds its other members had then; followed back to
shown numbers, that is the whole argument. It also shows what whole persons add: 33 % of at most 4 is 1 of 3.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from overgang.control.bounds import ROUNDS, members_bounds
from overgang.control.explain import arithmetic
from overgang.control.ranges import Ranges
from overgang.control.system import ANY, Bools, Ints, System
from overgang.control.unpublished import TOLD

End = Literal["least", "most"]

STEPS, TERMS = 8, 12
"""So many are written out; a longer argument says how many are left."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """One end of a cell's range and, but at the outset, the member of an equation that it follows from."""

    value: int
    member: int | None
    round: int


def how(system: System, hidden: Bools, floor: Ints, ranges: Ranges, cell: int, steps: "Steps | None") -> str:
    """The arithmetic that narrows a cell: step by step where that alone gives its range, else the sum that binds it."""
    if steps and (steps.low[cell], steps.high[cell]) == (ranges.least[cell], ranges.most[cell]):
        return steps.told(cell)
    return arithmetic(system, hidden, floor, ranges, cell)


class Steps:
    """The bounds by arithmetic of every cell, with where each comes from."""

    def __init__(self, system: System, hidden: Bools, floor: Ints) -> None:
        self._system, self._hidden, self._floor = system, hidden, floor
        self._history: dict[tuple[int, End], list[_Bound]] = {}
        self.low = np.where(hidden, floor, system.count)
        self.high = np.where(hidden, ANY, system.count)
        self._members = np.argsort(system.equations.row, kind="stable")
        self._first = np.searchsorted(system.equations.row[self._members], np.arange(len(system.equations) + 1))
        self._run()

    def _run(self) -> None:
        cell = self._system.equations.cell
        for number in range(1, ROUNDS + 1):
            least, most = members_bounds(self._system.equations, self.low, self.high)
            before = self.low.copy(), self.high.copy()
            np.maximum.at(self.low, cell, least)
            np.minimum.at(self.high, cell, most)
            raised, lowered = self._hidden & (self.low > before[0]), self._hidden & (self.high < before[1])
            if not raised.any() and not lowered.any():
                break
            for member in np.flatnonzero(raised[cell] & (least == self.low[cell])).tolist():
                self._note(int(cell[member]), "least", int(least[member]), member, number)
            for member in np.flatnonzero(lowered[cell] & (most == self.high[cell])).tolist():
                self._note(int(cell[member]), "most", int(most[member]), member, number)

    def _note(self, cell: int, end: End, value: int, member: int, number: int) -> None:
        known = self._history.setdefault((cell, end), [])
        if not known or known[-1].round < number:
            known.append(_Bound(value, member, number))

    def _at(self, cell: int, end: End, before: int) -> _Bound | None:
        """The bound as it stood before a round; None for what was known at the outset."""
        return next((one for one in reversed(self._history.get((cell, end), [])) if one.round < before), None)

    def told(self, cell: int) -> str:
        """The argument for both ends of a cell's range, the first step first."""
        steps: dict[tuple[int, End, int], str] = {}
        for end in ("least", "most"):
            self._follow(cell, end, ROUNDS + 2, steps)
        words = list(steps.values())
        left = len(words) - STEPS
        return "; ".join([*([f"after {left} steps like these"] if left > 0 else []), *words[-STEPS:]])

    def _follow(self, cell: int, end: End, before: int, steps: dict[tuple[int, End, int], str]) -> None:
        bound = self._at(cell, end, before)
        if bound is None or bound.member is None or (cell, end, bound.value) in steps:
            return
        equations = self._system.equations
        row, weight = int(equations.row[bound.member]), int(equations.sign[bound.member])
        upper = (end == "most") == (weight > 0)  # whether the row's upper limit is what binds
        terms = []
        for member in self._members[self._first[row] : self._first[row + 1]].tolist():
            other, times = int(equations.cell[member]), int(equations.sign[member])
            if member == bound.member:
                continue
            needs: End = "least" if upper == (times > 0) else "most"
            self._follow(other, needs, bound.round, steps)
            if named := self._named(other, needs, bound.round):
                terms.append((-times if weight > 0 else times, named))
        limit = int(equations.high[row] if upper else equations.low[row]) * (1 if weight > 0 else -1)
        steps[cell, end, bound.value] = self._words(cell, end, bound.value, terms, limit, abs(weight), row)

    def _named(self, cell: int, end: End, before: int) -> str:
        """A number as it is used in a sum; nothing for a zero."""
        name = self._system.name(cell)
        if not self._hidden[cell]:
            return f"{name} {self._system.count[cell]}" if self._system.count[cell] else ""
        bound = self._at(cell, end, before)
        value = bound.value if bound else self._floor[cell]
        return f"{name} (at {end} {value})" if value else ""

    def _words(
        self, cell: int, end: End, value: int, terms: list[tuple[int, str]], limit: int, size: int, row: int
    ) -> str:
        words = [
            f"{'+' if times > 0 else '-'} {'' if abs(times) == 1 else f'{abs(times)} x '}{name}"
            for times, name in sorted(terms, key=lambda term: -term[0])[:TERMS]
        ]
        if len(terms) > TERMS:
            words.append(f"and {len(terms) - TERMS} more")
        if limit or not words:
            words.append(f"{'+' if limit >= 0 else '-'} {abs(limit)}")
        sum_of = " ".join(words).removeprefix("+ ")
        divided = f"({sum_of}) / {size}" if size > 1 else sum_of
        name = self._system.equations.names[row]
        source = f' by "{name.removeprefix(TOLD)}"' if name.startswith(TOLD) else ""
        return f"{self._system.name(cell)} is at {end} {value} = {divided}{source}"
