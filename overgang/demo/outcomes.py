"""How participations end: drawn from the model, made to give the published counts exactly."""

from dataclasses import dataclass

import numpy as np

from overgang.demo import anchors
from overgang.demo.chances import LEAVES, drawn, ended_in
from overgang.demo.dealing import Participations
from overgang.demo.people import People
from overgang.demo.programmes import Programmes
from overgang.demo.settlement import Settlement
from overgang.demo.targets import Targets


@dataclass(frozen=True)
class Outcomes:
    """One entry a participation: index into LEAVES (-1 while it runs); `other` is which of OTHERS, if prescribed."""

    leaf: np.ndarray
    other: np.ndarray


def outcomes(
    targets: Targets,
    places: Settlement,
    programmes_2007: Programmes,
    dealt: Participations,
    who: People,
    seed: int,
) -> Outcomes:
    """Draws every participation's outcome; the years with published counts from tables made whole first."""
    leaf, other = np.full(len(dealt), -1), np.full(len(dealt), -1)
    for level in targets.levels:
        year = ended_in(level.year, places, dealt, who, np.array(level.shares(LEAVES)), seed)
        leaf[year.rows] = drawn(year.rng, year.chances)
        if level.year == 2007:
            anchors.year_2007(targets, programmes_2007, year, leaf, other)
        elif level.year == 2016:
            anchors.year_2016(targets, year, leaf)
        elif level.year == 2017:
            anchors.year_2017(targets, year, leaf)
        elif level.year == 2022:
            anchors.year_2022(targets, year, leaf)
    return Outcomes(leaf, other)
