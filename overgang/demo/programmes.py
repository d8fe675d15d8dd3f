"""The programmes of 2007: which units were asked and answered, how many participants they had and reported."""

from dataclasses import dataclass

import numpy as np

from overgang.base.errors import BadInput
from overgang.demo import exact
from overgang.demo.rounding import Sum, apportioned, raked, rounded
from overgang.demo.settlement import Settlement
from overgang.demo.streams import stream
from overgang.demo.targets import Size2007, Targets

YEAR = 2007
OSLO_COUNTY = "03"


@dataclass(frozen=True)
class Programmes:
    """One entry for each unit asked: `unit` (index into settlement ids), `county` (code), `size` (class 0, 1, 2).

    In the register: `exits` and `stock` (in the programme on 31 December). In the return: `reported` [n, 4], items 1-4.
    Units that did not answer have size -1 and nothing reported.
    """

    unit: np.ndarray
    county: np.ndarray
    size: np.ndarray
    answered: np.ndarray
    exits: np.ndarray
    stock: np.ndarray
    reported: np.ndarray


def programmes(targets: Targets, places: Settlement, seed: int) -> Programmes:
    """Invents the programmes behind the county figures: all printed sums and size classes hold."""
    rng = stream(seed, "programmes")
    units, weights = places.unit_weights(YEAR)
    county = np.array(places.counties)[places.county_of_units(YEAR, units)]
    silent = _silent(rng, targets, places, units, weights, county)
    size, participants = _answers(targets, places, units, np.where(silent, 0, weights), county)
    answered = participants > 0
    exits, stock = np.zeros(len(units), dtype=np.int64), np.zeros(len(units), dtype=np.int64)
    exits[answered] = _exits(rng, targets, county[answered], size[answered], participants[answered])
    left = participants[answered] - exits[answered]
    stock[answered] = apportioned(
        targets.facts[YEAR, "item_2"], np.maximum(left, 0.1) + 0.1 * participants[answered], 0, participants[answered]
    )
    _add_silent(targets, silent, weights, exits, stock)
    asked = answered | silent
    reported = np.zeros((len(units), 4), dtype=np.int64)
    reported[answered] = _reported(rng, targets, participants[answered], exits[answered], stock[answered])
    return Programmes(
        units[asked], county[asked], size[asked], answered[asked], exits[asked], stock[asked], reported[asked]
    )


def _printed(targets: Targets, places: Settlement) -> dict[int, int]:
    return {places.ids.index(row.place): row.participants for row in targets.programmes_2007}


def _silent(
    rng: np.random.Generator,
    targets: Targets,
    places: Settlement,
    units: np.ndarray,
    weights: np.ndarray,
    county: np.ndarray,
) -> np.ndarray:
    """The units that were asked and did not answer: not the largest, none whose figure was printed."""
    facts = targets.facts
    oslo = county == OSLO_COUNTY
    districts = int(oslo.sum()) - facts[YEAR, "oslo_answered"]
    odds = np.sqrt(weights)
    odds[np.argsort(-weights, kind="stable")[:15]] = 0
    odds[np.isin(units, list(_printed(targets, places)))] = 0
    silent = np.zeros(len(units), dtype=bool)
    silent[rng.choice(np.flatnonzero(oslo), districts, replace=False)] = True
    others = facts[YEAR, "invited"] - facts[YEAR, "answered"] - districts
    odds = np.where(oslo, 0, odds)
    silent[rng.choice(len(units), others, replace=False, p=odds / odds.sum())] = True
    return silent


def _answers(
    targets: Targets, places: Settlement, units: np.ndarray, weights: np.ndarray, county: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Size class and item 1 of each unit; 0 participants if it was not among those that answered."""
    size, participants = np.full(len(units), -1), np.zeros(len(units), dtype=np.int64)
    for unit, printed in _printed(targets, places).items():
        at = np.flatnonzero(units == unit)
        participants[at], size[at] = printed, _class_of(targets.sizes_2007, printed)
    free = np.where(participants > 0, 0, weights)
    rows, numbers, sums = _divided(targets, free, county, size, participants)
    for (code, k), number, total in zip(rows, numbers, sums, strict=True):
        inside = np.flatnonzero((county == code) & (free > 0) & (size < 0))
        chosen = inside[np.argsort(-free[inside], kind="stable")[:number]]
        row = targets.sizes_2007[k]
        size[chosen] = k
        participants[chosen] = apportioned(total, free[chosen], row.least, row.most) if number else 0
    return size, participants


def _class_of(sizes: tuple[Size2007, ...], participants: int) -> int:
    return next((k for k, row in enumerate(sizes) if row.least <= participants <= row.most), 0)


def _divided(
    targets: Targets, free: np.ndarray, county: np.ndarray, size: np.ndarray, printed: np.ndarray
) -> tuple[list[tuple[str, int]], np.ndarray, np.ndarray]:
    """How many units of each class, largest class first, and with how many participants, each county has."""
    sizes, counties = targets.sizes_2007, targets.counties_2007
    rows = [(row.county, k) for row in counties for k in reversed(range(len(sizes)))]
    left = {row.county: row.participants - int(printed[county == row.county].sum()) for row in counties}
    numbers, totals = _natural(rows, left, sizes, free, county)
    n = len(rows)
    of_class = [np.array([i for i, (_, k) in enumerate(rows) if k == c]) for c in range(len(sizes))]
    conditions = []
    for c, class_ in enumerate(sizes):
        known = (size == c) & (printed > 1)
        wanted = class_.programmes - int(known.sum())
        conditions.append(Sum(f"{class_.size} programmes", of_class[c], wanted, wanted))
        held = int(printed[known].sum())
        low, high = class_.participants_low - held, class_.participants_high - held
        conditions.append(Sum(f"participants of {class_.size} programmes", of_class[c] + n, low, high))
        oslo = np.array([rows.index((OSLO_COUNTY, c))])
        conditions.append(Sum(f"{class_.size} programmes in Oslo", oslo, class_.oslo, class_.oslo))
    for row in counties:
        inside = np.array([i for i, (code, _) in enumerate(rows) if code == row.county])
        there = int(((county == row.county) & (free > 0)).sum())
        conditions.append(Sum(f"participants of {row.name}", inside + n, left[row.county], left[row.county]))
        conditions.append(Sum(f"programmes of {row.name}", inside, 0, there))
    for i, (code, k) in enumerate(rows):
        both = np.array([i, n + i])
        conditions.append(Sum(f"least of {code}", both, 0, np.inf, np.array([-sizes[k].least, 1.0])))
        conditions.append(Sum(f"most of {code}", both, -np.inf, 0, np.array([-float(sizes[k].most), 1.0])))
    found = rounded(np.concatenate([numbers, totals]), conditions)
    return rows, found[:n], found[n:]


def _natural(
    rows: list[tuple[str, int]], left: dict[str, int], sizes: tuple[Size2007, ...], free: np.ndarray, county: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the weights alone would give."""
    numbers, totals = np.zeros(len(rows)), np.zeros(len(rows))
    for i, (code, k) in enumerate(rows):
        inside = free[county == code]
        expected = inside * left[code] / max(inside.sum(), 1e-9)
        members = expected[(expected >= sizes[k].least) & (expected < sizes[k].most + 1)]
        numbers[i] = min(len(members), 9) if k == 0 else len(members)
        totals[i] = members.sum()
    return numbers, totals


def _exits(
    rng: np.random.Generator, targets: Targets, county: np.ndarray, size: np.ndarray, participants: np.ndarray
) -> np.ndarray:
    """Exits of 2007 in the units that answered: counties and size classes exact, never more than the participants."""
    cells = sorted(set(zip(county.tolist(), size.tolist(), strict=True)))
    members = [np.flatnonzero((county == code) & (size == k)) for code, k in cells]
    room = np.array([participants[m].sum() for m in members])
    conditions = []
    for row in targets.counties_2007:
        inside = np.array([i for i, (code, _) in enumerate(cells) if code == row.county])
        conditions.append(Sum(f"exits of {row.name}", inside, row.exits, row.exits))
    for c, size_row in enumerate(targets.sizes_2007):
        inside = np.array([i for i, (_, k) in enumerate(cells) if k == c])
        conditions.append(Sum(f"exits of {size_row.size} programmes", inside, size_row.exits, size_row.exits))
    totals = rounded(raked(room / 3, conditions), conditions, room)
    nobody = _nobody_ended(targets, participants, members, totals)
    exits = np.zeros(len(county), dtype=np.int64)
    for m, total in zip(members, totals.tolist(), strict=True):
        luck = exact.exp(0.25 * exact.normal(rng, len(m)))
        most = np.where(nobody[m], 0, participants[m])
        exits[m] = apportioned(total, participants[m] * luck, np.minimum(most, 1), most)
    return exits


def _nobody_ended(
    targets: Targets, participants: np.ndarray, members: list[np.ndarray], totals: np.ndarray
) -> np.ndarray:
    """The units in which nobody ended: the smallest, as many as the report leaves out of figure 13."""
    wanted = int(len(participants) - targets.facts[YEAR, "answered_with_exits"])
    nobody = np.zeros(len(participants), dtype=bool)
    cell = np.empty(len(participants), dtype=np.int64)
    for number, m in enumerate(members):
        cell[m] = number
        least = np.argsort(participants[m], kind="stable")[: max(len(m) - int(totals[number]), 0)]
        nobody[m[least]] = True
    for unit in np.argsort(participants, kind="stable").tolist():
        others = members[cell[unit]]
        others = others[~nobody[others] & (others != unit)]
        total = totals[cell[unit]]
        if nobody.sum() < wanted and not nobody[unit] and len(others) <= total <= participants[others].sum():
            nobody[unit] = True
    return nobody


def _add_silent(
    targets: Targets, silent: np.ndarray, weights: np.ndarray, exits: np.ndarray, stock: np.ndarray
) -> None:
    """The silent units hold what the flow of the year leaves; nobody published it."""
    flow = next(row for row in targets.flow if row.year == YEAR)
    if flow.ended < exits.sum() or flow.stock_31dec < stock.sum():
        raise BadInput("flow.csv has fewer ended or in programme in 2007 than the units that answered; correct it.")
    exits[silent] = apportioned(int(flow.ended - exits.sum()), weights[silent])
    stock[silent] = apportioned(int(flow.stock_31dec - stock.sum()), weights[silent], 1)


def _reported(
    rng: np.random.Generator, targets: Targets, participants: np.ndarray, exits: np.ndarray, stock: np.ndarray
) -> np.ndarray:
    """Items 1-4 as answered: the stock right, the exits wrong in some units so that the published sum comes out."""
    facts = targets.facts
    over, under = facts[YEAR, "over_reporters"], facts[YEAR, "under_reporters"]
    gap = int(exits.sum()) - facts[YEAR, "item_4"]
    reported = exits.copy()
    missing = np.argsort(-np.minimum(exits, 30 + rng.random(len(exits)) * 30), kind="stable")[: over * 2]
    missing = np.sort(rng.choice(missing, over, replace=False))
    others = np.flatnonzero((participants - exits > 4) & (exits > 0) & ~np.isin(np.arange(len(exits)), missing))
    surplus = np.sort(rng.choice(others, under, replace=False))
    extra = 2 * under
    reported[missing] -= apportioned(gap + extra, exits[missing].astype(float), 1, np.maximum(exits[missing] // 2, 1))
    reported[surplus] += apportioned(extra, np.ones(under), 1, (participants - exits)[surplus])
    leave = apportioned(facts[YEAR, "item_3"], stock * exact.exp(0.5 * exact.normal(rng, len(stock))) + 0.01, 0, stock)
    return np.stack([participants, stock, leave, reported], axis=1)
