"""The proof that an edition is safe, and a checker that knows nothing of how it was found.

A certificate holds one whole table that agrees with everything published and witnesses beside it. The checker adds up
every sum of every witness in whole numbers, by loops, and asks of each hidden cell whether the witnesses lie far enough
apart in it. It runs no program. What a cell is, which sums bind it and what is too narrow it takes from `system` and
`ranges`, as the audit does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from overgang.control.policy import Policy
from overgang.control.ranges import Ranges, exposed, floors, start
from overgang.control.search import Witness
from overgang.control.system import Ints, System


@dataclass(frozen=True, slots=True)
class Certificate:
    """`base` is a count a cell of the audit's system; the witnesses differ from it."""

    base: Ints
    witnesses: tuple[Witness, ...]


def faults(system: System, policy: Policy, certificate: Certificate) -> Iterator[str]:
    """What is wrong with a certificate for published tables (`count` -1 where hidden); nothing when it holds."""
    count, base = system.count.tolist(), certificate.base.tolist()
    if len(base) != len(count):
        yield f"the certificate is for {len(base)} cells, the edition has {len(count)}"
        return
    floor = floors(system, policy).tolist()
    for cell, (published, value) in enumerate(zip(count, base, strict=True)):
        if published >= 0 and value != published:
            yield f"{system.name(cell)} is published as {published} and {value} in the certificate"
        elif published < 0 and value < floor[cell]:
            yield f"{system.name(cell)} is {value} in the certificate, less than it can be"
    sums = _Sums(system, base)
    yield from sums.faults()
    least, most = list(base), list(base)
    for number, witness in enumerate(certificate.witnesses):
        moves = dict(zip(witness.cells.tolist(), witness.by.tolist(), strict=True))
        wrong = [cell for cell, by in moves.items() if count[cell] >= 0 or base[cell] + by < floor[cell]]
        if wrong:
            yield f"witness {number} changes {system.name(wrong[0])}, which cannot be so"
        elif (broken := sums.broken_by(moves)) is not None:
            yield f"witness {number} breaks a sum of {broken}"
        else:
            for cell, by in moves.items():
                least[cell], most[cell] = min(least[cell], base[cell] + by), max(most[cell], base[cell] + by)
    yield from _narrow(system, policy, certificate.base, np.array(least, np.int64), np.array(most, np.int64))


def _narrow(system: System, policy: Policy, base: Ints, least: Ints, most: Ints) -> Iterator[str]:
    """Hidden cells that the witnesses leave too narrow and that nothing excuses.

    What is known to be large is excused. Where the witnesses are narrow, that is proven by a base so large that the
    cell is wide whenever it can be small, or by arithmetic.
    """
    hidden = system.count < 0
    arithmetic = start(system, hidden, floors(system, policy), base)
    ranges = Ranges(low=arithmetic.low, high=arithmetic.high, least=least, most=most, base=base)
    perhaps_small = hidden & (most - least < policy.width) & (base >= policy.smallest)
    perhaps_small &= (base < policy.smallest + policy.width - 1) & (arithmetic.low < policy.smallest)
    for cell in np.flatnonzero(exposed(system, ranges, hidden, policy) | perhaps_small).tolist():
        yield f"{system.name(cell)} is only shown to lie between {least[cell]} and {most[cell]}"


class _Sums:
    """Every equation of a system with the balance that the base leaves it."""

    def __init__(self, system: System, base: list[int]) -> None:
        equations = system.equations
        self._system = system
        self._low, self._high = equations.low.tolist(), equations.high.tolist()
        self._balance = [0] * len(equations)
        self._of_cell: list[list[tuple[int, int]]] = [[] for _ in base]
        members = zip(equations.row.tolist(), equations.cell.tolist(), equations.sign.tolist(), strict=True)
        for row, cell, sign in members:
            self._balance[row] += sign * base[cell]
            self._of_cell[cell].append((row, sign))

    def faults(self) -> Iterator[str]:
        for row, balance in enumerate(self._balance):
            if not self._low[row] <= balance <= self._high[row]:
                yield f"the certificate breaks the sum {self._system.equations.names[row]} (off by {balance})"

    def broken_by(self, moves: dict[int, int]) -> str | None:
        """A cell one of whose sums does not hold after the moves, by name."""
        change: dict[int, int] = {}
        for cell, by in moves.items():
            for row, sign in self._of_cell[cell]:
                change[row] = change.get(row, 0) + sign * by
        for cell in moves:
            for row, _ in self._of_cell[cell]:
                if not self._low[row] <= self._balance[row] + change[row] <= self._high[row]:
                    return self._system.name(cell)
        return None
