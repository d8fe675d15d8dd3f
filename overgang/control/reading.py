"""What a reader learns of true counts from counts that were moved.

The reader knows the method: that 0 stayed 0, how far a count is moved at most, and that the true counts add up. Each
printed number bounds a true one, and each sum bounds its members by the others, again and again. These are bounds by
arithmetic: they hold, and a reader who solves all sums in whole persons may come closer.
"""

import numpy as np

from overgang.control.audit import Audit, Finding
from overgang.control.bounds import propagate
from overgang.control.certificate import Certificate
from overgang.control.policy import Policy
from overgang.control.ranges import Ranges, exposed
from overgang.control.rounding import limits
from overgang.control.system import ANY, Bools, Equations, Ints, System


def read_moved(system: System, policy: Policy) -> Audit:
    """The audit of moved counts (`count` -1 where hidden), with a finding for each that is told too exactly."""
    hidden = system.count < 0
    ranges = learned(system, policy)
    unknown = np.ones(len(hidden), np.bool_)
    impossible = ranges.low > ranges.high
    if policy.method == "round3":
        impossible |= _wholes_that_do_not_close(system)
    narrow = exposed(system, ranges, unknown, policy) & ~impossible
    small = (system.count > 0) & (system.count < policy.base)
    found = [
        *_findings(system, ranges, small, "printed though the method leaves no such number", "printed"),
        *_findings(system, ranges, impossible, "cannot be true together", "the sums do not close"),
        *_findings(system, ranges, narrow, "can be worked out", "the rule by which counts are moved, and the sums"),
    ]
    return Audit(
        cells=len(hidden),
        hidden=int(hidden.sum()),
        equations=len(system.equations),
        findings=tuple(found),
        certificate=Certificate(ranges.base, ()),
    )


def _wholes_that_do_not_close(system: System) -> Bools:
    """Wholes that are printed with all their parts and are not their sum."""
    equations = system.equations
    printed = np.bincount(equations.row, system.count[equations.cell] < 0, len(equations)) == 0
    balance = np.bincount(equations.row, equations.sign * system.count[equations.cell], len(equations))
    off = printed & ((balance < equations.low) | (balance > equations.high))
    found = np.zeros(len(system.count), np.bool_)
    found[equations.cell[off[equations.row] & (equations.sign > 0)]] = True
    return found


def learned(system: System, policy: Policy) -> Ranges:
    """The least and the most that each true count can be, as far as arithmetic tells."""
    low, high = by_the_rule(system, policy)
    ruled = System(system.cells, system.count, _with_limits(system.equations, low, high), system.group)
    low, high = propagate(ruled, np.ones(len(low), np.bool_), np.zeros(len(low), np.int64))
    return Ranges(low=low, high=high, least=low.copy(), most=high.copy(), base=np.maximum(system.count, 0))


def by_the_rule(system: System, policy: Policy) -> tuple[Ints, Ints]:
    """What a printed number says of its own count: nothing, where it is the sum of other rounded ones."""
    printed = system.count
    rounded = policy.method == "round3"
    limit = limits(system, policy.moved) if rounded else np.full(len(printed), policy.moved)
    told: Bools = (printed >= 0) & (limit < ANY)
    low = np.where(printed > 0, np.maximum(printed - limit, 1), 0)
    high = np.maximum(printed, 0) + limit
    return np.where(told, low, 0), np.where(told, high, ANY)


def _with_limits(equations: Equations, low: Ints, high: Ints) -> Equations:
    """The equations, and for each cell one that says what it can be by itself."""
    cells = np.arange(len(low))
    return Equations(
        row=np.concatenate([equations.row, len(equations) + cells]),
        cell=np.concatenate([equations.cell, cells]),
        sign=np.concatenate([equations.sign, np.ones(len(low), np.int64)]),
        low=np.concatenate([equations.low, low]),
        high=np.concatenate([equations.high, high]),
        names=(*equations.names, *("the rule" for _ in cells)),
    )


def _findings(system: System, ranges: Ranges, cells: Bools, kind: str, how: str) -> list[Finding]:
    return [
        Finding(system.name(cell), kind, int(ranges.low[cell]), int(ranges.high[cell]), how)
        for cell in np.flatnonzero(cells).tolist()
    ]
