"""What all replicates of a country share: places, programmes, participations, people, tables of outcomes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from overgang.base.places import gazetteer
from overgang.demo.dealing import Participations, dealt
from overgang.demo.flow import flow_matrix
from overgang.demo.outcomes import Expected, expected
from overgang.demo.people import People, people
from overgang.demo.programmes import YEAR, Programmes, programmes
from overgang.demo.rounding import Sum, raked, rounded
from overgang.demo.settlement import Settlement, settlement
from overgang.demo.targets import FOLDER, Targets, read_targets


@dataclass(frozen=True)
class Plan:
    """Made once for a seed; a replicate draws outcomes, days and events from it. `transfers`: by county, in 2007."""

    seed: int
    targets: Targets
    places: Settlement
    asked: Programmes
    deal: Participations
    who: People
    expected: Expected
    transfers: dict[str, int]


def make_plan(seed: int, progress: Callable[[str], None], folder: Path = FOLDER) -> Plan:
    """Raises BadInput when the target files in `folder` are wrong or cannot hold together."""
    targets = read_targets(folder)
    progress("Places and programmes")
    flow, places = flow_matrix(targets), settlement(gazetteer(), targets, seed)
    asked = programmes(targets, places, seed)
    progress("Participations")
    deal = dealt(targets, flow, places, asked, seed)
    who = people(targets, flow, places, deal, seed)
    progress("Outcomes")
    return Plan(
        seed, targets, places, asked, deal, who, expected(targets, places, asked, deal, who, seed), _transfers(targets)
    )


def _transfers(targets: Targets) -> dict[str, int]:
    """How many of those who ended in each county in 2007 received transfers."""
    rows = targets.counties_2007
    exits = np.array([row.exits for row in rows], dtype=float)
    wanted = targets.facts[YEAR, "with_transfers"]
    said = {row.county: (row.low, row.high) for row in targets.transfers_2007}
    sums = [Sum("with transfers 2007", np.arange(len(rows)), wanted, wanted)]
    for i, row in enumerate(rows):
        sums.append(Sum(f"with transfers in {row.name}", np.array([i]), *said.get(row.county, (0, row.exits))))
    found = rounded(raked(exits * wanted / exits.sum(), sums, rounds=200), sums)
    return {row.county: int(n) for row, n in zip(rows, found, strict=True)}
