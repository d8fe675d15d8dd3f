"""Time in programme of those who ended in 2007: under two years, two years, over two, as published.

The classes are dealt to the slots of the pack first, so that the counties' statements hold; the participations of that
end year are then matched to them by how many calendar years they span.
"""

from collections.abc import Mapping

import numpy as np

from overgang.demo.programmes import YEAR, Programmes
from overgang.demo.rounding import Sum, apportioned, raked, rounded
from overgang.demo.targets import Targets

ANY, UNDER, TWO, OVER = -1, 0, 1, 2
LEAST_UNDER, MOST_OVER = 0.06, 0.53
"""Bounds of a county nothing is said of: Troms is to have the smallest part under two years, the largest over."""
NOBODY_UNDER = (0.48, 0.05, 0.18)
"""Part of the units of each size class that had nobody under two years: figure 13."""
SPANS = {UNDER: (0, 1, 2), OVER: (3, 2), TWO: (2, 1, 3)}
"""Calendar years from start to end that fit each class, best first."""


def time_classes(targets: Targets, programmes_2007: Programmes, rng: np.random.Generator) -> np.ndarray:
    """The class of each exit of 2007, unit by unit in the order of `programmes_2007`; ANY for silent units."""
    exits, county = programmes_2007.exits, programmes_2007.county
    quotas = _county_quotas(targets)
    none = _nobody_under(rng, programmes_2007, {code: int(quota[UNDER]) for code, quota in quotas.items()})
    counts = np.zeros((len(exits), 3), dtype=np.int64)
    for code, quota in quotas.items():
        inside = np.flatnonzero((county == code) & programmes_2007.answered & (exits > 0))
        most = np.where(none[inside], 0, exits[inside])
        counts[inside, UNDER] = apportioned(int(quota[UNDER]), np.maximum(most, 0.01), np.minimum(most, 1), most)
        left = exits[inside] - counts[inside, UNDER]
        counts[inside, OVER] = apportioned(int(quota[OVER]), left + 0.01, 0, left)
        counts[inside, TWO] = left - counts[inside, OVER]
    silent = np.where(programmes_2007.answered, 0, exits)
    classes = np.tile([ANY, UNDER, TWO, OVER], len(exits))
    return np.repeat(classes, np.column_stack([silent, counts]).ravel())


def _county_quotas(targets: Targets) -> dict[str, np.ndarray]:
    """How many of each class each county has: national counts exact, the counties' statements held."""
    facts, rows = targets.facts, targets.counties_2007
    national = np.array([facts[YEAR, name] for name in ("under_two_years", "two_years", "over_two_years")])
    exits = np.array([row.exits for row in rows], dtype=float)
    own = [
        Sum(f"exits of {row.name} by time", np.arange(3) + 3 * i, row.exits, row.exits) for i, row in enumerate(rows)
    ]
    sums = [Sum(f"time class {k} in 2007", np.arange(k, 3 * len(rows), 3), n, n) for k, n in enumerate(national)]
    said = {row.county: row for row in targets.times_2007}
    for i, row in enumerate(rows):
        known = said.get(row.county)
        under = (known.under_low, known.under_high) if known else (np.ceil(LEAST_UNDER * row.exits), row.exits)
        over = (known.over_low, known.over_high) if known else (0, np.floor(MOST_OVER * row.exits))
        sums.append(Sum(f"under two years in {row.name}", np.array([3 * i + UNDER]), *under))
        sums.append(Sum(f"over two years in {row.name}", np.array([3 * i + OVER]), *over))
    expected = np.outer(exits, national / national.sum()).ravel()
    found = rounded(raked(expected, [*own, *sums], rounds=200), [*own, *sums]).reshape(-1, 3)
    return {row.county: found[i] for i, row in enumerate(rows)}


def _nobody_under(rng: np.random.Generator, programmes_2007: Programmes, quotas: Mapping[str, int]) -> np.ndarray:
    """Units with nobody under two years: figure 13's part of each size class, where the county can bear it.

    The others have at least one each, so a county has no more of them than persons to go round.
    """
    exits, size = programmes_2007.exits, programmes_2007.size
    there = np.flatnonzero(programmes_2007.answered & (exits > 0))
    members = {code: there[programmes_2007.county[there] == code] for code in quotas}
    none = np.zeros(len(exits), dtype=bool)
    by_size = there[np.lexsort((exits[there] * (0.5 + rng.random(len(there))), size[there]))]
    for code, quota in quotas.items():
        inside = by_size[programmes_2007.county[by_size] == code]
        none[inside[: max(len(inside) - quota, 0)]] = True
    for class_, share in enumerate(NOBODY_UNDER):
        units = by_size[size[by_size] == class_]
        wanted = round(share * len(units))
        for unit in units.tolist():
            code = str(programmes_2007.county[unit])
            others = members[code][~none[members[code]] & (members[code] != unit)]
            if none[units].sum() < wanted and not none[unit] and exits[others].sum() >= quotas[code]:
                none[unit] = True
    return none


def matched(rng: np.random.Generator, span: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """For each slot the participation (index) it gets: those whose span fits the class of the slot."""
    free = np.ones(len(span), dtype=bool)
    order = rng.permutation(len(span))
    chosen = np.full(len(classes), -1)
    for class_, spans in SPANS.items():
        slots = np.flatnonzero(classes == class_)
        fitting = np.concatenate([order[(span[order] == wanted) & free[order]] for wanted in spans])[: len(slots)]
        chosen[slots[: len(fitting)]] = fitting
        free[fitting] = False
    rest = np.flatnonzero(chosen < 0)
    chosen[rest] = rng.permutation(np.flatnonzero(free))
    return chosen
