"""Who settles whom: the units of all years as one set of places, with weights by year.

The *atoms* are the units of 2004. Every later unit is one atom or several merged, so a participation dealt an atom has
a unit at its start and is counted, by the gazetteer's own rule, in the unit that carries it on.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from overgang.base.places import OSLO, Gazetteer
from overgang.demo import exact
from overgang.demo.streams import stream
from overgang.demo.targets import Targets

FIRST_YEAR, LAST_YEAR = 2004, 2024
EFFECT, LABOUR, TOWN = 0.4, 0.15, 0.1
"""Spread (log odds) of what places do for their participants, and of what labour markets do: a part of the county, and
more where more people live."""
NAMESAKE = 8.0
"""How much larger the part of a merged municipality that gave it its name is taken to be than each other part."""


@dataclass(frozen=True)
class Settlement:
    """`unit[a, t]`, `county[a, t]`: index into `ids` and `counties` of atom a in the year FIRST_YEAR + t.

    `weights[a, t]` is proportional to the participants expected; `effects[a]` is how much better (log odds) a place is
    at getting people into work or education, `labour[a]` what its labour market adds to that.
    """

    atoms: tuple[str, ...]
    ids: tuple[str, ...]
    counties: tuple[str, ...]
    unit: np.ndarray
    county: np.ndarray
    weights: np.ndarray
    effects: np.ndarray
    labour: np.ndarray

    def unit_in(self, year: int) -> np.ndarray:
        return self.unit[:, year - FIRST_YEAR]

    def county_in(self, year: int) -> np.ndarray:
        return self.county[:, year - FIRST_YEAR]

    def weights_in(self, year: int) -> np.ndarray:
        return self.weights[:, min(year, LAST_YEAR) - FIRST_YEAR]

    @cached_property
    def oslo(self) -> np.ndarray:
        """Whether an atom is a district of Oslo."""
        return np.array([atom.startswith(f"B{OSLO[1:]}") for atom in self.atoms])

    def unit_weights(self, year: int) -> tuple[np.ndarray, np.ndarray]:
        """The units of a year that have atoms (index into `ids`) and the sum of their weights."""
        units, inverse = np.unique(self.unit_in(year), return_inverse=True)
        return units, np.bincount(inverse, self.weights_in(year))

    def county_of_units(self, year: int, units: np.ndarray) -> np.ndarray:
        county = dict(zip(self.unit_in(year).tolist(), self.county_in(year).tolist(), strict=True))
        return np.array([county[unit] for unit in units.tolist()])


def settlement(places: Gazetteer, targets: Targets, seed: int) -> Settlement:
    """Draws the lasting and yearly differences between places; counties keep their published shares."""
    atoms = tuple(place.id for place in places.units(FIRST_YEAR))
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    unit_ids = list(zip(*_units_by_year(places, atoms, years), strict=True))
    ids = tuple(sorted({id for row in unit_ids for id in row}))
    index = {id: i for i, id in enumerate(ids)}
    unit = np.array([[index[id] for id in row] for row in unit_ids])
    codes = [[_county_code(id) for id in row] for row in unit_ids]
    counties = tuple(sorted({code for row in codes for code in row}))
    county = np.searchsorted(np.array(counties), np.array(codes))
    rng = stream(seed, "settlement")
    adults = _adults(places, targets, atoms)
    luck = np.where(adults > 30_000, 0.25, 0.6) * exact.normal(rng, len(adults))
    lasting = exact.power(adults, 0.9) * exact.exp(luck)
    weights = lasting[:, None] * _yearly(rng, adults, len(years))
    published = _county_shares(targets, counties, years)
    oslo = np.array([atom.startswith("B") for atom in atoms])
    weights[oslo] = lasting[oslo, None] * exact.exp(0.1 * exact.normal(rng, (int(oslo.sum()), len(years))))
    weights = _scaled(weights, county[:, 2007 - FIRST_YEAR], published)
    effects = EFFECT * exact.normal(rng, len(atoms))
    labour = _labour(rng, county[:, 0], len(counties), adults)
    return Settlement(atoms, ids, counties, unit, county, weights, effects, labour)


def _units_by_year(places: Gazetteer, atoms: tuple[str, ...], years: range) -> Iterator[tuple[str, ...]]:
    """The unit of each atom in each year; looked up anew only where the units of the year are others."""
    before: set[str] = set()
    found: tuple[str, ...] = ()
    for year in years:
        units = {place.id for place in places.units(year)}
        if units != before:
            found, before = tuple(places.carried(atom, year) for atom in atoms), units
        yield found


def _labour(rng: np.random.Generator, county: np.ndarray, counties: int, adults: np.ndarray) -> np.ndarray:
    crowd = exact.log(adults)
    crowd = (crowd - crowd.mean()) / np.sqrt(((crowd - crowd.mean()) * (crowd - crowd.mean())).mean())
    own = 0.5 * LABOUR * exact.normal(rng, len(adults))
    return LABOUR * exact.normal(rng, counties)[county] + own + TOWN * crowd


def _county_code(id: str) -> str:
    return id[1:3]


def _adults(places: Gazetteer, targets: Targets, atoms: tuple[str, ...]) -> np.ndarray:
    """The population of today's units divided among the atoms they are made of: most to the namesake."""
    parts: dict[str, list[int]] = defaultdict(list)
    for i, atom in enumerate(atoms):
        parts[places.carried(atom, LAST_YEAR)].append(i)
    known = {row.place: row.adults for row in targets.population}
    adults = np.ones(len(atoms))
    for unit, members in parts.items():
        name = places.place(unit).name
        share = np.array([NAMESAKE if places.place(atoms[i]).name == name else 1.0 for i in members])
        adults[members] = known[unit] * share / share.sum()
    return adults


def _yearly(rng: np.random.Generator, adults: np.ndarray, years: int) -> np.ndarray:
    """Good and bad years last; small municipalities settle nobody for years on end."""
    noise = exact.normal(rng, (len(adults), years))
    for t in range(1, years):
        noise[:, t] = 0.85 * noise[:, t - 1] + np.sqrt(1 - 0.85**2) * noise[:, t]
    blocks = np.repeat(rng.random((len(adults), years // 3 + 1)), 3, axis=1)[:, :years]
    idle = 0.5 * exact.exp(-adults / 1500)
    return exact.exp(0.35 * noise) * np.where(blocks < idle[:, None], 0.02, 1.0)


def _county_shares(targets: Targets, counties: tuple[str, ...], years: range) -> np.ndarray:
    """Share of each county of 2007 by year: from the participants of 2007 to the exits of 2016, then as in 2016."""
    at = {code: i for i, code in enumerate(counties)}
    early, late = np.zeros(len(counties)), np.zeros(len(counties))
    for row in targets.counties_2007:
        early[at[row.county]] = row.participants
    for later in targets.counties_2016:
        late[at[later.county]] = later.exits
    way = np.clip((np.array(years) - 2007) / 9, 0, 1)
    return np.outer(early / early.sum(), 1 - way) + np.outer(late / late.sum(), way)


def _scaled(weights: np.ndarray, county: np.ndarray, shares: np.ndarray) -> np.ndarray:
    sums = np.zeros(shares.shape)
    np.add.at(sums, county, weights)
    return weights * shares[county] / sums[county]
