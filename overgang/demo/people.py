"""Who the participants are: country of birth, sex, age and education."""

from dataclasses import dataclass

import numpy as np

from overgang.demo import exact
from overgang.demo.dealing import Participations
from overgang.demo.flow import FlowMatrix
from overgang.demo.rounding import apportioned
from overgang.demo.settlement import LAST_YEAR, Settlement
from overgang.demo.streams import stream
from overgang.demo.targets import Targets

EDUCATION = ("none", "primary", "upper_secondary", "higher", "unknown")
NEW_LAW = 2021
"""Participations that start from this year on may be under the Integration Act."""
AGES = {"18-25": (18, 25), "26-35": (26, 35), "36-45": (36, 45), "46-55": (46, 55), "56+": (56, 57)}


@dataclass(frozen=True)
class People:
    """One entry a person, in the order of the participations: `origin` indexes `origins`, `education` EDUCATION."""

    origins: tuple[str, ...]
    origin: np.ndarray
    man: np.ndarray
    age: np.ndarray
    education: np.ndarray


def people(targets: Targets, flow: FlowMatrix, places: Settlement, dealt: Participations, seed: int) -> People:
    """Draws the persons. Exact: origins of each start year, and the men among those who ended in 2016 and 2017."""
    origins, counts = _starters_by_origin(targets, flow)
    origin = _origin(places, dealt, counts, seed)
    man = _men(targets, origins, origin, dealt, seed)
    age = _ages(targets, origins, origin, man, dealt, seed)
    education = _education(targets, origin, man, age, _needs_long(dealt), seed)
    return People(origins, origin, man, age, education)


def _starters_by_origin(targets: Targets, flow: FlowMatrix) -> tuple[tuple[str, ...], np.ndarray]:
    """Starters by start year and country: multiplicative fit to the participants published for some years."""
    published = [row for row in targets.origins if row.origin != "TOTAL"]
    origins = tuple(row.origin for row in targets.countries)
    at = {code: k for k, code in enumerate(origins)}
    totals = {row.year: row.participants for row in targets.origins if row.origin == "TOTAL"}
    years = np.array(flow.years)
    shares = np.zeros((len(totals), len(origins)))
    known = np.zeros(shares.shape, dtype=bool)
    for i, (year, total) in enumerate(totals.items()):
        for row in published:
            if row.year == year:
                shares[i, at[row.origin]], known[i, at[row.origin]] = row.participants / total, True
        rest = ~known[i]
        shares[i, rest] = (1 - shares[i].sum()) / rest.sum()
    starters = _fitted_starters(flow, np.array(list(totals)), shares, years)
    quotas = np.zeros(starters.shape, dtype=np.int64)
    for s, row_ in enumerate(starters):
        quotas[s] = apportioned(int(flow.counts[s].sum()), row_)
    s = flow.years.index(2022)
    quotas[s] = _starters_2022(targets, origins, starters[s], int(flow.counts[s].sum()))
    return origins, quotas


def _fitted_starters(flow: FlowMatrix, anchors: np.ndarray, shares: np.ndarray, years: np.ndarray) -> np.ndarray:
    started = flow.counts.sum(axis=1).astype(float)
    ended_by = np.cumsum(flow.counts, axis=1)
    mix = np.stack([exact.between(anchors, column, years + 1) for column in shares.T], axis=1)
    ukraine = shares[anchors == 2023][0].argmax()
    mix[years < 2022, ukraine] = 1e-4
    cells = mix * (started / mix.sum(axis=1))[:, None]
    for _ in range(50):
        for anchor, share in zip(anchors.tolist(), shares, strict=True):
            t = int(np.flatnonzero(years == anchor)[0])
            there = np.where(years <= anchor, 1 - (ended_by[:, t - 1] / started if t else 0), 0)
            present = (there[:, None] * cells).sum(axis=0)
            factor = share * present.sum() / np.maximum(present, 1e-9)
            cells *= exact.power(factor[None, :], 0.5 * there[:, None])
            cells *= (started / cells.sum(axis=1))[:, None]
    return cells


def _starters_2022(targets: Targets, origins: tuple[str, ...], expected: np.ndarray, total: int) -> np.ndarray:
    """2022: Ukraine as published, then Syria, Afghanistan, DR Congo, Eritrea; the published number of countries."""
    ukraine, others = targets.facts[2022, "ukraine"], targets.facts[2022, "countries"] - 1
    first = [origins.index(code) for code in ("SY", "AF", "CD", "ER")]
    rest = [
        k for k in np.argsort(-expected, kind="stable").tolist() if origins[k] not in ("UA", "SY", "AF", "CD", "ER")
    ]
    quota = np.zeros(len(origins), dtype=np.int64)
    quota[origins.index("UA")] = ukraine
    quota[first] = (1100, 520, 460, 380)
    chosen = rest[: others - len(first)]
    quota[chosen] = apportioned(total - int(quota.sum()), expected[chosen], 1, 300)
    return quota


def _origin(places: Settlement, dealt: Participations, counts: np.ndarray, seed: int) -> np.ndarray:
    """Affinity dealing: places and countries are ranked by noisy factors and matched, so that mixes differ by place.

    Ukrainians of the collective protection have short programmes, so they are matched to those.
    """
    rng = stream(seed, "origin")
    place = exact.normal(rng, len(places.atoms))
    country = exact.normal(rng, len(counts[0]))
    ukraine = int(counts[-1].argmax())
    origin = np.empty(len(dealt), dtype=np.int64)
    years: list[int] = np.unique(dealt.start).tolist()
    for s, year in enumerate(years):
        slots = np.flatnonzero(dealt.start == year)
        labels = np.repeat(np.arange(counts.shape[1]), counts[s])
        slot = place[dealt.atom[slots]] + 1.5 * exact.normal(rng, len(slots))
        label = country[labels] + 1.5 * exact.normal(rng, len(labels))
        if year >= 2022:
            slot += 2.5 * np.isin(dealt.end[slots] - year, (1,)) - 6 * (dealt.end[slots] == 2022)
            label += 3.0 * np.equal(labels, ukraine)
        origin[slots[np.argsort(slot, kind="stable")]] = labels[np.argsort(label, kind="stable")]
    return origin


def _men(
    targets: Targets, origins: tuple[str, ...], origin: np.ndarray, dealt: Participations, seed: int
) -> np.ndarray:
    anchors = sorted({row.year for row in targets.origins if row.men is not None})
    share = np.full((len(anchors), len(origins)), np.nan)
    for row in targets.origins:
        if row.men is not None:
            i = anchors.index(row.year)
            if row.origin == "TOTAL":
                share[i] = np.where(np.isnan(share[i]), row.men / row.participants, share[i])
            else:
                share[i, origins.index(row.origin)] = row.men / row.participants
    years = np.arange(dealt.start.min(), dealt.start.max() + 1)
    by_year = np.stack([exact.between(np.array(anchors), column, years + 1) for column in share.T])
    odds = by_year[origin, dealt.start - years[0]]
    rng = stream(seed, "sex")
    luck = rng.random(len(dealt))
    key = odds / (1 - odds) * luck / (1 - luck)
    man = key > 1
    for year in (2016, 2017):
        ended = np.flatnonzero(dealt.end == year)
        man[ended] = False
        man[ended[np.argsort(-key[ended], kind="stable")[: targets.facts[year, "men"]]]] = True
    return man


def _ages(
    targets: Targets,
    origins: tuple[str, ...],
    origin: np.ndarray,
    man: np.ndarray,
    dealt: Participations,
    seed: int,
) -> np.ndarray:
    """Age in the start year: the groups of 2016 and 2018, those of 2024 for people from Ukraine."""
    rng = stream(seed, "age")
    age = np.empty(len(dealt), dtype=np.int64)
    ukraine = origin == origins.index("UA")
    for sex in (True, False):
        for group in (True, False):
            who = np.flatnonzero((man == sex) & (ukraine == group))
            rows = [row for row in targets.ages if (row.year == 2024) == group]
            weights = np.array([row.men if sex else row.women for row in rows], dtype=float)
            pick = rng.choice(len(rows), len(who), p=weights / weights.sum())
            low, high = (np.array([AGES[row.age][i] for row in rows])[pick] for i in (0, 1))
            age[who] = rng.integers(low, high + 1)
    return np.maximum(age - (rng.random(len(age)) < 0.5), 18)  # participants are a year older than starters, or so


def _needs_long(dealt: Participations) -> np.ndarray:
    """Whose programme, begun under the Integration Act, lasts longer than it gives people with upper secondary."""
    span = dealt.end - dealt.start
    still = dealt.end > LAST_YEAR
    return (dealt.start >= NEW_LAW) & np.where(still, dealt.start < LAST_YEAR, span >= 2)


def _education(
    targets: Targets, origin: np.ndarray, man: np.ndarray, age: np.ndarray, long: np.ndarray, seed: int
) -> np.ndarray:
    rng = stream(seed, "education")
    upper = np.array([row.upper_secondary / 100 for row in targets.countries])[origin]
    none = np.array([row.no_school / 100 for row in targets.countries])[origin] * np.where(man, 0.7, 1.3)
    higher = upper * np.where(age < 23, 0.15, 0.5)
    shares = np.stack([none, np.maximum(1 - none - upper, 0.05), upper - higher, higher], axis=1)
    cumulated = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    cumulated[long] /= cumulated[long, 1:2]
    drawn = (rng.random(len(origin))[:, None] > cumulated).sum(axis=1)
    return np.where(rng.random(len(origin)) < 0.08, EDUCATION.index("unknown"), np.minimum(drawn, 3))
