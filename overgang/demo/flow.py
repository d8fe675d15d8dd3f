"""The flow matrix: how many participations there are for each start year and end year."""

from dataclasses import dataclass

import numpy as np

from overgang.demo.rounding import Sum, rounded
from overgang.demo.targets import Targets

LAGS = np.array([0.03, 0.20, 0.47, 0.22, 0.06, 0.02])
"""How many calendar years after the start a participation ends: two is the rule, three the longest but for leave."""
LAGS_2021 = np.array([0.06, 0.58, 0.22, 0.10, 0.03, 0.01])
"""From 2021 on most have three to twelve months."""


@dataclass(frozen=True)
class FlowMatrix:
    """`counts[s, e]`: participations that start in years[s] and end in years[e]; the last column still runs."""

    years: tuple[int, ...]
    counts: np.ndarray

    @property
    def running(self) -> int:
        """The end year that stands for "still running": the one after the last."""
        return self.years[-1] + 1


def flow_matrix(targets: Targets) -> FlowMatrix:
    """Prior durations fitted to the yearly starts and ends, then rounded so that both hold exactly."""
    years = tuple(row.year for row in targets.flow)
    starts = np.array([row.started for row in targets.flow], dtype=float)
    ends = np.array([*(row.ended for row in targets.flow), targets.flow[-1].stock_31dec], dtype=float)
    expected = _fitted(_prior(years), starts, ends)
    at = np.flatnonzero(expected > 0)
    row_of, column_of = np.unravel_index(at, expected.shape)
    sums = [Sum(f"started {y}", np.flatnonzero(row_of == i), starts[i], starts[i]) for i, y in enumerate(years)]
    sums += [
        Sum(f"ended {y}", np.flatnonzero(column_of == j), ends[j], ends[j])
        for j, y in enumerate((*years, years[-1] + 1))
    ]
    counts = np.zeros(expected.shape, dtype=np.int64)
    counts[row_of, column_of] = rounded(expected[row_of, column_of], sums)
    return FlowMatrix(years, counts)


def _prior(years: tuple[int, ...]) -> np.ndarray:
    prior = np.zeros((len(years), len(years) + 1))
    for s, year in enumerate(years):
        for lag, share in enumerate(LAGS if year < 2021 else LAGS_2021):
            prior[s, min(s + lag, len(years))] += share
    return prior


def _fitted(prior: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    cells = prior.copy()
    for _ in range(400):
        cells *= (starts / cells.sum(axis=1))[:, None]
        cells *= (ends / cells.sum(axis=0))[None, :]
    return cells * (starts / cells.sum(axis=1))[:, None]
