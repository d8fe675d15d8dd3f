"""What can be known of each cell, and when that is too much."""

from dataclasses import dataclass, replace

import numpy as np

from overgang.control.bounds import propagate
from overgang.control.policy import Policy
from overgang.control.primary import hides_zero, in_small_groups, protected_whatever_its_size
from overgang.control.system import UNPUBLISHED, Bools, Ints, System


@dataclass
class Ranges:
    """What is known of every cell: outer bounds by arithmetic, and the values seen in witnesses (inner bounds).

    A shown cell has all four at its count.
    """

    low: Ints
    high: Ints
    least: Ints
    most: Ints
    base: Ints

    def widen(self, cells: Ints, least: Ints, most: Ints) -> None:
        """Takes in values that some of the cells have in witnesses."""
        self.least[cells] = np.minimum(self.least[cells], least)
        self.most[cells] = np.maximum(self.most[cells], most)

    @property
    def width(self) -> Ints:
        return self.most - self.least


def start(system: System, hidden: Bools, floor: Ints, witness: Ints) -> Ranges:
    """The ranges before any program ran: arithmetic, and one witness (the truth, or any table that fits)."""
    low, high = propagate(system, hidden, floor)
    return Ranges(low=low, high=high, least=witness.copy(), most=witness.copy(), base=witness)


def floors(system: System, policy: Policy) -> Ints:
    """The least a hidden cell can be: 1 where zeros are shown, since the reader knows that too; but not where no table
    has the cell."""
    nothing, anything = np.zeros(len(system.count), np.int64), np.ones(len(system.count), np.int64)
    counted = replace(system, sensitive=None)
    shown_zero = ~hides_zero(system, policy) & ~protected_whatever_its_size(counted, policy, nothing, anything)
    shown_zero &= (system.cells["level"] != "shielded").to_numpy()
    shown_zero &= (system.cells["tables"] != UNPUBLISHED).to_numpy()
    group = system.count[system.group]
    shown_zero &= ~in_small_groups(system, policy, np.where(group < 0, 1, group))  # a hidden group may be small
    floor: Ints = shown_zero.astype(np.int64)
    return floor


def exposed(system: System, ranges: Ranges, hidden: Bools, policy: Policy) -> Bools:
    """Hidden cells that a reader can narrow too far: the one definition that protection and audit share.

    Wide enough is safe, and so is a cell that is known to be large. A zero may be known, unless it says "none of them"
    of a group that may be small and does not just follow from the zero of a larger one that is shown. What is protected
    whatever its size is safe only when wide enough. Of the size of a group that is hidden itself the bounds by
    arithmetic are taken, so that the answer does not hang on which witnesses were found.
    """
    group = system.group
    always = protected_whatever_its_size(system, policy, ranges.low[group], ranges.most) & hidden
    narrow = hidden & (ranges.width < policy.width)
    large = ranges.least >= policy.smallest
    part = group != np.arange(len(group))
    of_few = part & (ranges.high[group] >= 1) & (ranges.low[group] < policy.group)
    harmless_zero = (ranges.most == 0) & ~(of_few & ~_within_a_shown_zero(system, hidden, ranges.base))
    found: Bools = narrow & (always | ~(large | harmless_zero))
    return found


def delicate(system: System, policy: Policy, ranges: Ranges) -> Bools:
    """Cells that must be wide when hidden: small in the witness at hand, or protected whatever their size. Zeros are
    not: most may be known, and `exposed` says which may not."""
    count = ranges.base
    small = (count >= 1) & (count < policy.smallest + policy.width - 1)
    found: Bools = small | protected_whatever_its_size(system, policy, ranges.low[system.group], count)
    return found


def _within_a_shown_zero(system: System, hidden: Bools, count: Ints) -> Bools:
    """Cells that are parts, or parts of parts, of a zero that is shown; and sums of nothing but such cells."""
    equations = system.equations
    row, cell, part = equations.row, equations.cell, equations.sign < 0
    closed = (equations.low == 0) & (equations.high == 0)  # with an overlap the parts of a zero need not be zeros
    closed &= np.bincount(row, ~part, len(equations)) == 1  # a statement may have no whole, or several
    zero: Bools = ~hidden & (count == 0)
    while True:
        whole_is_zero = np.bincount(row, ~part & zero[cell], len(equations)) > 0
        parts_are_zero = np.bincount(row, part & ~zero[cell], len(equations)) == 0
        more = zero.copy()
        more[cell[part & (closed & whole_is_zero)[row]]] = True
        more[cell[~part & (closed & parts_are_zero)[row]]] = True
        if np.array_equal(more, zero):
            return zero
        zero = more
