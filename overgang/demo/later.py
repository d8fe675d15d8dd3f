"""Where people are in the Novembers after they ended: working, in education, or neither."""

from dataclasses import dataclass

import numpy as np

from overgang.base.codes import codelist
from overgang.demo import exact
from overgang.demo.chances import LEAVES
from overgang.demo.dates import year_of
from overgang.demo.reasons import REASONS
from overgang.demo.rounding import apportioned
from overgang.demo.settlement import LAST_YEAR
from overgang.demo.spells import Spells
from overgang.demo.streams import stream
from overgang.demo.targets import StatusAfter

STATUS = codelist("later_status").leaves
"""employed, employed_in_education, in_education, unemployed, jobseeker_measures, other_status"""
YEARS = 5
FIRST = {
    "work": (0.72, 0.09, 0.05, 0.04, 0.02, 0.08),
    "education": (0.22, 0.33, 0.30, 0.03, 0.03, 0.09),
    "primary_school": (0.18, 0.20, 0.40, 0.04, 0.05, 0.13),
    "measures": (0.36, 0.06, 0.09, 0.10, 0.16, 0.23),
    "moved": (0.45, 0.08, 0.10, 0.07, 0.06, 0.24),
    "not_registered": (0.40, 0.10, 0.12, 0.07, 0.07, 0.24),
    "no_activity": (0.22, 0.04, 0.07, 0.09, 0.08, 0.50),
    "health": (0.07, 0.01, 0.03, 0.02, 0.05, 0.82),
    "other": (0.25, 0.05, 0.07, 0.06, 0.05, 0.52),
}
"""The first November, by outcome: chosen; years with published shares are made to have these."""
NEXT = (
    (0.86, 0.04, 0.01, 0.03, 0.01, 0.05), (0.35, 0.50, 0.07, 0.02, 0.01, 0.05), (0.22, 0.25, 0.42, 0.03, 0.03, 0.05),
    (0.36, 0.03, 0.05, 0.24, 0.14, 0.18), (0.30, 0.05, 0.06, 0.12, 0.25, 0.22), (0.14, 0.02, 0.03, 0.05, 0.06, 0.70),
)  # fmt: skip
"""From one November to the next, in the order of STATUS: chosen."""
DEATH = REASONS.index("IN_DEATH")


@dataclass(frozen=True)
class Later:
    """One entry a person and November: row, years after the year of the exit, index into STATUS."""

    of: np.ndarray
    after: np.ndarray
    status: np.ndarray


def later(rows: Spells) -> Later:
    """Each person's last exit only; those who died have none."""
    rng = stream(rows.plan.seed, "later", rows.replicate)
    known = np.flatnonzero(rows.last & ~rows.running & (rows.reason != DEATH))
    ended = year_of(rows.until[known])
    table = np.cumsum([FIRST[leaf] for leaf in LEAVES], axis=1)
    cumulated = np.cumsum(NEXT, axis=1)
    status = _drawn(rng, table[rows.leaf[known]])
    _as_published(rng, rows, known, ended, status)
    found = []
    for after in range(1, YEARS + 1):
        if after > 1:
            status = _drawn(rng, cumulated[status])
        here = ended + after <= LAST_YEAR
        found.append((known[here], np.full(int(here.sum()), after, dtype=np.int8), status[here]))
    of, years, codes = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((years, of))
    return Later(of[order], years[order], codes[order])


def _as_published(
    rng: np.random.Generator, rows: Spells, known: np.ndarray, ended: np.ndarray, status: np.ndarray
) -> None:
    """Gives those who ended in a year with published shares the same shares, by sex; the likely ones first."""
    chances = np.array([FIRST[leaf] for leaf in LEAVES])
    man = rows.plan.who.man[rows.person[known]]
    groups: dict[tuple[int, str], list[StatusAfter]] = {}
    for row in rows.plan.targets.status_after:
        groups.setdefault((row.ended, row.sex), []).append(row)
    for (year, sex), parts in groups.items():
        left = np.flatnonzero((ended == year) & (man == (sex == "M")))
        numbers = apportioned(len(left), np.array([float(part.persons) for part in parts]))
        for part, number in zip(parts, numbers.tolist(), strict=True):
            codes = [STATUS.index(code) for code in part.statuses.split()]
            likely = chances[rows.leaf[known[left]]][:, codes]
            waiting = exact.exponential(rng, len(left)) / likely.sum(axis=1)
            first = np.argsort(waiting, kind="stable")[:number]
            within = np.cumsum(likely[first] / likely[first].sum(axis=1, keepdims=True), axis=1)
            status[left[first]] = np.array(codes)[np.minimum(_drawn(rng, within), len(codes) - 1)]
            left = np.delete(left, first)


def _drawn(rng: np.random.Generator, cumulated: np.ndarray) -> np.ndarray:
    luck = rng.random(len(cumulated))
    return np.minimum((luck[:, None] > cumulated).sum(axis=1), len(STATUS) - 1).astype(np.int8)
