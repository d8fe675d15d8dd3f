"""One replicate's participations as rows: persons, days, reasons, leave, moves, all in numpy."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from overgang.demo.chances import LEAVES
from overgang.demo.dates import Dates, dates, year_of
from overgang.demo.leaves import Leaves, away_at_turn, leaves, needed_days
from overgang.demo.moves import Splits, persons, splits
from overgang.demo.outcomes import Outcomes, outcomes
from overgang.demo.plan import Plan
from overgang.demo.reasons import REASONS, reasons
from overgang.demo.regimes import Regimes, days_of, regimes
from overgang.demo.settlement import FIRST_YEAR


@dataclass(frozen=True)
class Spells:
    """One entry a row. A participation that is cut in two has two: its own index and one after all others.

    `of`: index of the dealt participation; `person`: that of the person's first; `before`: the row it goes on from, -1
    if none; `used`: days in programme before it; `net`: days in it without leave; `reason`: index into REASONS, -1 if
    it runs or none was given. `leave` belongs to rows; `law` and `ended` to dealt participations.
    """

    plan: Plan
    replicate: int
    law: Regimes
    ended: Outcomes
    leave: Leaves
    of: np.ndarray
    person: np.ndarray
    before: np.ndarray
    atom: np.ndarray
    start: np.ndarray
    end: np.ndarray
    until: np.ndarray
    used: np.ndarray
    net: np.ndarray
    granted: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        return len(self.of)

    @cached_property
    def running(self) -> np.ndarray:
        return np.isnat(self.end)

    @cached_property
    def length(self) -> np.ndarray:
        """Days, to the last or to the day the register stands at."""
        return (self.until - self.start).astype(np.int64) + 1

    @cached_property
    def unit(self) -> np.ndarray:
        """Index into the settlement's ids: the unit at the start."""
        return self.plan.places.unit[self.atom, year_of(self.start) - FIRST_YEAR]

    @cached_property
    def leaf(self) -> np.ndarray:
        """Index into LEAVES; the first part of a participation that is cut ended with a move."""
        leaf = self.ended.leaf[self.of].copy()
        leaf[len(self.plan.deal) :] = LEAVES.index("moved")
        return leaf

    @cached_property
    def last(self) -> np.ndarray:
        """Whether it is the person's last row."""
        last = np.ones(len(self), dtype=bool)
        last[self.before[self.before >= 0]] = False
        return last


def spells(plan: Plan, replicate: int, progress: Callable[[str], None] = lambda _: None) -> Spells:
    """Draws a replicate: the same plan and number give the same rows, alone or among others."""
    seed, deal, who = plan.seed, plan.deal, plan.who
    ended = outcomes(plan.expected, seed, replicate)
    reason = reasons(plan.targets, plan.places, plan.asked, deal, who, ended, seed, replicate)
    progress("Days and moves")
    days = dates(deal, who, seed, replicate)
    law = regimes(days.start, who, days.length, seed, replicate)
    needed = needed_days(deal, days, law)
    away = away_at_turn(deal, needed, plan.asked, seed, replicate)
    cut = splits(deal, days, plan.places, (needed > 0) | away | (deal.time_class >= 0), seed, replicate)
    in_two = np.isin(np.arange(len(deal)), cut.which)
    leave = leaves(deal, days, who, needed, away, in_two, seed, replicate)
    used = days.length - leave.days(len(deal))
    person = persons(deal, days, who, ended, law, used, plan.places, cut, seed, replicate)
    return _rows(plan, replicate, law, ended, leave, days, used, reason, person, cut)


def _rows(
    plan: Plan,
    replicate: int,
    law: Regimes,
    ended: Outcomes,
    leave: Leaves,
    days: Dates,
    used: np.ndarray,
    reason: np.ndarray,
    person: np.ndarray,
    cut: Splits,
) -> Spells:
    n, which = len(plan.deal), cut.which
    of = np.concatenate([np.arange(n), which])
    start, until = days.start[of], days.until[of]
    start[which], until[n:] = cut.came, cut.left
    end = np.concatenate([days.end, cut.left])
    before = np.full(len(of), -1)
    before[which] = np.arange(n, len(of))
    sequel = np.flatnonzero(person != np.arange(n))
    before[sequel] = person[sequel]
    net = (until - start).astype(np.int64) + 1
    net[:n] -= days.length - used
    earlier = np.zeros(len(of), dtype=np.int64)
    earlier[before >= 0] = net[before[before >= 0]]
    whole = net + earlier
    whole[before[before >= 0]] = np.maximum(whole[before[before >= 0]], whole[before >= 0])
    months, total = law.months[of], law.total[of]
    return Spells(
        plan=plan,
        replicate=replicate,
        law=law,
        ended=ended,
        leave=leave,
        of=of,
        person=person[of],
        before=before,
        atom=np.concatenate([plan.deal.atom, cut.atom]),
        start=start,
        end=end,
        until=until,
        used=earlier,
        net=net,
        granted=np.where(whole <= days_of(months), months, total),
        reason=np.concatenate([reason, np.full(len(which), REASONS.index("IN_MOVED"))]),
    )
