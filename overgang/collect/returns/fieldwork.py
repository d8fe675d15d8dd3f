"""How far a round has come: who was asked, who has opened, begun and sent, who was accepted, and how much is not known.

Each column counts what has come so far or further: who has sent has also begun. A unit that was given its return back
has still sent one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from overgang.collect.returns.states import DONE


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that was asked, and what is there of its return. `dont_know`: items of it that are answered so."""

    unit: str
    county: str
    state: str
    opened: bool = False
    begun: bool = False
    sent: bool = False
    dont_know: int = 0


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """Numbers of units. `partial`: sent with at least one don't know."""

    asked: int = 0
    opened: int = 0
    begun: int = 0
    sent: int = 0
    accepted: int = 0
    partial: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Percent of the asked that have sent, to one decimal; never 100 before all have."""
        if not self.asked:
            return None
        exact = Decimal(100 * self.sent) / self.asked
        rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return min(rounded, Decimal("99.9")) if self.sent < self.asked else rounded


def fieldwork(rows: Iterable[Asked]) -> Fieldwork:
    """Of all rows together."""
    known = list(rows)
    return Fieldwork(
        asked=len(known),
        opened=sum(row.opened or row.begun or row.sent for row in known),
        begun=sum(row.begun or row.sent for row in known),
        sent=sum(row.sent for row in known),
        accepted=sum(row.state in DONE for row in known),
        partial=sum(row.sent and row.dont_know > 0 for row in known),
    )


def by_county(rows: Iterable[Asked]) -> Mapping[str, Fieldwork]:
    """The same of each county, by its id."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        found[row.county].append(row)
    return {county: fieldwork(found[county]) for county in sorted(found)}
