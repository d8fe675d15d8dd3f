"""Participations dealt to places: integers first, so that every year's counts hold at once.

A participation ends in one year only. So the places of each end year are a pack of cards, shuffled and dealt to the
participations that end then; those in a programme at the turn of 2007 are dealt from the stocks of that day.
"""

from dataclasses import dataclass

import numpy as np

from overgang.demo import durations, exact
from overgang.demo.flow import FlowMatrix
from overgang.demo.programmes import Programmes
from overgang.demo.rounding import apportioned
from overgang.demo.settlement import Settlement
from overgang.demo.streams import stream
from overgang.demo.targets import Targets

SHIELDED = 0.007
SMALLEST_RANKED = 15
"""Municipalities from this number of exits on may be named in a ranking: see `outcomes`."""
RANKED_2017 = ("K1219", "K1246", "K1256")
"""Bømlo, Fjell and Meland: the best of Hordaland in 2017 among those with 15 exits or more."""


@dataclass(frozen=True)
class Participations:
    """One entry a participation: start and end year (the year after the last: it runs), atom, whether shielded.

    `time_class`: which time in programme it is to have (see `durations`), for those who ended in 2007 in a unit that
    answered. `asked`: index into the programmes of 2007 of those who were in one at the turn of that year, else -1.
    """

    start: np.ndarray
    end: np.ndarray
    atom: np.ndarray
    shielded: np.ndarray
    time_class: np.ndarray
    asked: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def touches(self, year: int) -> np.ndarray:
        return (self.start <= year) & (self.end >= year)


def dealt(
    targets: Targets, flow: FlowMatrix, places: Settlement, programmes_2007: Programmes, seed: int
) -> Participations:
    """Deals all participations of the flow matrix to atoms; shielded persons get a place too, that nobody publishes."""
    row, column = np.nonzero(flow.counts)
    times = flow.counts[row, column]
    years = np.array([*flow.years, flow.running])
    start, end = np.repeat(years[row], times), np.repeat(years[column], times)
    shielded = _shielded(targets, start, end, flow, seed)
    atom, time_class, asked = (np.full(len(start), -1) for _ in range(3))
    for year in years.tolist():
        rng = stream(seed, f"dealing {year}")
        turn = (start <= 2007) & (end > 2007)
        open_ = np.flatnonzero((end == year) & ~shielded & ~turn)
        pack = _pack(targets, places, programmes_2007, year, len(open_), rng)
        if year == 2007:
            classes = durations.time_classes(targets, programmes_2007, rng)
            open_ = open_[durations.matched(rng, year - start[open_], classes)]
            time_class[open_] = classes
        else:
            pack = rng.permutation(pack)
        atom[open_] = pack
        hidden = np.flatnonzero((end == year) & shielded)
        weights = places.weights_in(year)
        atom[hidden] = rng.choice(len(weights), len(hidden), p=weights / weights.sum())
        if year == 2007:
            stock = np.flatnonzero(turn)
            order = rng.permutation(len(stock))
            atom[stock[order]] = _atoms(places, 2007, programmes_2007.unit, programmes_2007.stock)
            asked[stock[order]] = np.repeat(np.arange(len(programmes_2007.stock)), programmes_2007.stock)
    return Participations(start, end, atom, shielded, time_class, asked)


def _shielded(targets: Targets, start: np.ndarray, end: np.ndarray, flow: FlowMatrix, seed: int) -> np.ndarray:
    """A small part of each end year; nobody in a programme in 2007, when the units' own returns were the source."""
    shielded = np.zeros(len(start), dtype=bool)
    for year in [*flow.years, flow.running]:
        there = np.flatnonzero((end == year) & ~((start <= 2007) & (end >= 2007)))
        number = targets.facts[2016, "shielded_exits"] if year == 2016 else round(SHIELDED * len(there))
        shielded[stream(seed, f"shielded {year}").choice(there, number, replace=False)] = True
    return shielded


def _pack(
    targets: Targets, places: Settlement, programmes_2007: Programmes, year: int, size: int, rng: np.random.Generator
) -> np.ndarray:
    """The atoms of the `size` exits of a year."""
    if year == 2007:
        return _atoms(places, 2007, programmes_2007.unit, programmes_2007.exits)
    if year == 2016:
        return _atoms(places, 2016, *_exits_2016(targets, places))
    if year == 2017:
        return _atoms(places, 2017, *_exits_at_least(places, 2017, size, RANKED_2017))
    if year == 2022:
        return _atoms(places, 2022, *_exits_2022(targets, places, size))
    weights = places.weights_in(year) * np.maximum(1 + 0.22 * exact.normal(rng, len(places.atoms)), 0.3)
    return np.repeat(np.arange(len(weights)), apportioned(size, weights))


def _atoms(places: Settlement, year: int, units: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """A unit's participations are shared among the atoms it was made of."""
    unit, weights = places.unit_in(year), places.weights_in(year)
    pack = []
    for u, count in zip(units.tolist(), counts.tolist(), strict=True):
        members = np.flatnonzero(unit == u)
        dealt_out = apportioned(count, weights[members]) if len(members) > 1 else count
        pack.append(np.repeat(members, dealt_out))
    return np.concatenate(pack)


def _exits_2016(targets: Targets, places: Settlement) -> tuple[np.ndarray, np.ndarray]:
    """Exits of 2016 by unit: counties exact; as many municipalities with five or more as published (Oslo is one)."""
    units, weights = places.unit_weights(2016)
    county = np.array(places.counties)[places.county_of_units(2016, units)]
    published = {row.county: row.exits for row in targets.counties_2016}
    total = np.array([weights[county == code].sum() for code in county.tolist()])
    expected = weights / total * np.array([published[code] for code in county.tolist()])
    outside = county != "03"
    many = np.zeros(len(units), dtype=bool)
    number = targets.facts[2016, "municipalities_with_5"] - 1
    many[np.flatnonzero(outside)[np.argsort(-expected[outside], kind="stable")[:number]]] = True
    low, high = np.where(many, 5, 0), np.where(many | ~outside, 10_000, 4)
    counts = np.zeros(len(units), dtype=np.int64)
    for code, exits in published.items():
        inside = county == code
        counts[inside] = apportioned(exits, weights[inside], low[inside], high[inside])
    return units, counts


def _exits_at_least(places: Settlement, year: int, size: int, ranked: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    units, weights = places.unit_weights(year)
    low = np.array([SMALLEST_RANKED + 3 if places.ids[unit] in ranked else 0 for unit in units.tolist()])
    return units, apportioned(size, weights, low)


def _exits_2022(targets: Targets, places: Settlement, size: int) -> tuple[np.ndarray, np.ndarray]:
    units, weights = places.unit_weights(2022)
    printed = {row.place: row.exits for row in targets.municipalities_2022}
    fixed = np.array([printed.get(places.ids[unit], -1) for unit in units.tolist()])
    return units, apportioned(size, weights, np.maximum(fixed, 0), np.where(fixed < 0, size, fixed))
