"""How participations end: drawn from the model, made to give the published counts exactly."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from overgang.demo import anchors
from overgang.demo.anchors import Prescribed
from overgang.demo.chances import LEAVES, Ended, drawn, ended_in
from overgang.demo.dealing import Participations
from overgang.demo.people import People
from overgang.demo.programmes import Programmes
from overgang.demo.settlement import Settlement
from overgang.demo.streams import stream
from overgang.demo.swaps import swap_until
from overgang.demo.targets import Targets


@dataclass(frozen=True)
class Outcomes:
    """One entry a participation: index into LEAVES (-1 while it runs); `other` is which of OTHERS, if prescribed."""

    leaf: np.ndarray
    other: np.ndarray


@dataclass(frozen=True)
class Expected:
    """What is known of the outcomes before any is drawn: chances by year, and the tables some years must give."""

    number: int
    years: tuple[Ended, ...]
    prescribed: Mapping[int, Prescribed]
    reached_2016: int


def expected(
    targets: Targets,
    places: Settlement,
    programmes_2007: Programmes,
    dealt: Participations,
    who: People,
    seed: int,
) -> Expected:
    """Calibrates every year's chances and makes the tables of the years with published counts whole."""
    years = tuple(
        ended_in(level.year, places, dealt, who, np.array(level.shares(LEAVES)), seed) for level in targets.levels
    )
    by_year = {year.year: year for year in years}
    prescribed = {
        2007: anchors.year_2007(targets, programmes_2007, by_year[2007]),
        2016: anchors.year_2016(targets, by_year[2016]),
        2017: anchors.year_2017(targets, by_year[2017]),
        2022: anchors.year_2022(targets, by_year[2022]),
    }
    return Expected(len(dealt), years, prescribed, targets.facts[2016, "municipalities_with_55"])


def outcomes(known: Expected, seed: int, replicate: int) -> Outcomes:
    """Draws every participation's outcome; the years with published counts from their tables."""
    leaf, other = np.full(known.number, -1, dtype=np.int8), np.full(known.number, -1, dtype=np.int8)
    for year in known.years:
        rng = stream(seed, f"outcome {year.year}", replicate)
        leaf[year.rows] = drawn(rng, year.cumulated)
        if (table := known.prescribed.get(year.year)) is not None:
            _give(rng, year, table, leaf, other)
        if year.year == 2016:
            county = np.where(year.shielded, "shielded", year.county)
            swap_until(known.reached_2016, anchors.SHARE_2016, year, county, leaf)
    return Outcomes(leaf, other)


def _give(rng: np.random.Generator, year: Ended, table: Prescribed, leaf: np.ndarray, other: np.ndarray) -> None:
    """Whom the prescribed leaves go to; the others of the table draw from the leaves that are left."""
    got = year.given(rng, table.rows, table.cell, table.counts, table.leaves)
    at = year.rows[table.rows]
    if table.rest is not None:
        leaf[at] = np.where(got >= 0, got, drawn(rng, table.rest))
        return
    leaf[at] = np.where(got < len(LEAVES), got, LEAVES.index("other"))
    other[at] = np.where(got < len(LEAVES), -1, got - len(LEAVES))
