"""Where an audit begins: some whole table of a region that agrees with everything published."""

from dataclasses import dataclass

from overgang.control.jumps import whole_table
from overgang.control.program import Region
from overgang.control.system import Ints


@dataclass(frozen=True, slots=True)
class Entrance:
    """One region to enter: what arithmetic allows each of its cells."""

    area: Region
    low: Ints
    high: Ints

    @property
    def size(self) -> int:
        return len(self.low)


def enter(job: Entrance) -> Ints | None:
    """None when no whole table agrees: then numbers were changed."""
    return whole_table(job.area, job.low, job.high)
