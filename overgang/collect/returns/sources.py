"""What each source says about each item of a unit, side by side: the return, the register, last year's return, and what
follows from last year and those who started. One table a unit, for whoever follows up."""

from collections.abc import Mapping
from dataclasses import dataclass

from overgang.collect.returns.annual_return import ALONE, AnnualReturn, Beside
from overgang.collect.returns.interval import UNKNOWN, Interval
from overgang.collect.returns.questionnaire import Questionnaire

PARTICIPANTS, STOCK = "1", "2"


@dataclass(frozen=True, slots=True)
class Row:
    """`expected`: what last year's return and the starters lead to; only participants follow from another year."""

    item: str
    label: Mapping[str, str]
    returned: Interval
    register: Interval
    last: Interval
    expected: Interval

    @property
    def differs(self) -> bool:
        """Whether the return surely is not what the register or the expectation says."""
        return any(
            self.returned.surely_above(other) or other.surely_above(self.returned)
            for other in (self.register, self.expected)
        )


def table(asked: Questionnaire, given: AnnualReturn, beside: Beside = ALONE) -> tuple[Row, ...]:
    """A row for each item that is a number of persons, in the order they are asked."""
    expected = {PARTICIPANTS: beside.last.get(STOCK, UNKNOWN) + beside.starters}
    return tuple(
        Row(
            item=id,
            label=asked.item(id).label,
            returned=given.known(id),
            register=beside.register.get(id, UNKNOWN),
            last=beside.last.get(id, UNKNOWN),
            expected=expected.get(id, UNKNOWN),
        )
        for id in asked.counts
    )
