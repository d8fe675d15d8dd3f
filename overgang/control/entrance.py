"""Where an audit begins: some whole table of a region that agrees with everything published, and others beside it."""

from dataclasses import dataclass

from overgang.control.jumps import LARGE, whole_tables, widen
from overgang.control.policy import Policy
from overgang.control.program import Region
from overgang.control.search import Seen, Witness
from overgang.control.system import Ints

WORTH = 50
"""The entrance ends with the first table that shows less than one cell in so many vary."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One region to enter: what arithmetic allows each of its cells."""

    area: Region
    low: Ints
    high: Ints
    policy: Policy

    @property
    def size(self) -> int:
        return len(self.low)


@dataclass(frozen=True, slots=True)
class Entered:
    """The first table found, and the witnesses beside it, by the region's own numbering."""

    first: Ints
    witnesses: tuple[Witness, ...]


def enter(job: Entrance) -> Entered | None:
    """None when no whole table agrees: then numbers were changed."""
    tables = whole_tables(job.area, job.low, job.high)
    first = next(tables, None)
    if first is None:
        return None
    seen = Seen(first, first, first)
    for table in tables:
        if seen.take(table - first) * WORTH < job.size:
            break
    if job.size >= LARGE:
        small = (first >= 1) & (first < job.policy.smallest + job.policy.width - 1)
        widen(job.area, seen, job.low, job.high, small, job.policy.width)
    return Entered(first, tuple(seen.witnesses))
