"""A number that may not be known: it lies between two ends. Don't know is "at least 0", never 0."""

from collections.abc import Iterable
from dataclasses import dataclass

from overgang.collect.returns.answer import Answer, State


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included; without `high` there is no upper end."""

    low: int
    high: int | None

    @property
    def known(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Interval") -> "Interval":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(self.low + other.low, high)

    def over(self, other: "Interval") -> "Interval":
        """How much more than another; never less than 0."""
        low = 0 if other.high is None else max(self.low - other.high, 0)
        return Interval(low, None if self.high is None else max(self.high - other.low, 0))

    def surely_above(self, other: "Interval") -> bool:
        """Greater, whatever is behind what is not known."""
        return other.high is not None and self.low > other.high

    def surely_within(self, other: "Interval") -> bool:
        """Not greater, whatever is behind what is not known."""
        return self.high is not None and self.high <= other.low


UNKNOWN = Interval(0, None)


def exactly(number: int) -> Interval:
    return Interval(number, number)


def interval_of(answer: Answer) -> Interval:
    """What an answer says of the number it is about."""
    if answer.state in (State.DONT_KNOW, State.BLANK) or answer.value is None:
        return UNKNOWN
    return exactly(answer.value)


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of parts; of no parts 0."""
    low, high, open_ = 0, 0, False
    for part in parts:
        low += part.low
        high += part.high or 0
        open_ |= part.high is None
    return Interval(low, None if open_ else high)
