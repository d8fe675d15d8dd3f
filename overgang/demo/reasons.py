"""End reasons and legal regimes: the register's codes for what the model drew."""

import numpy as np

from overgang.demo.chances import LEAVES, OTHERS, WORK
from overgang.demo.dates import COLLECTIVE
from overgang.demo.dealing import Participations
from overgang.demo.outcomes import Outcomes
from overgang.demo.people import EDUCATION, People
from overgang.demo.programmes import Programmes
from overgang.demo.settlement import Settlement
from overgang.demo.streams import stream
from overgang.demo.targets import Targets

SUBSIDY = "CO_JS_WAGE_SUBSIDY"
CODES: dict[str, dict[str, float]] = {
    "work": {"CO_WORK_GT29": 0.60, "CO_WORK_LT30": 0.26, "PS_WORK_GT29": 0.07, "PS_WORK_LT30": 0.02, SUBSIDY: 0.05},
    "education": {"CO_EDU_UPPER": 0.88, "PS_EDU_UPPER": 0.12},
    "primary_school": {"CO_PRIMARY_SCHOOL": 1},
    "measures": {"CO_JS_NAV_MEASURE": 0.8, "CO_JS_OTHER_MEASURE": 0.2},
    "no_activity": {"CO_NOT_JOBSEEKER": 1},
    "health": {"PS_HEALTH": 1},
    "moved": {"IN_MOVED": 1},
    "other": {"IN_UNKNOWN": 0.5, "PS_BEHAVIOUR": 0.42, "IN_DEATH": 0.08},
}
HIGHER = {"CO_EDU_UPPER": "CO_EDU_HIGHER", "PS_EDU_UPPER": "PS_EDU_HIGHER"}
PRESCRIBED = dict(zip(OTHERS, ("IN_DEATH", "PS_BEHAVIOUR", "IN_UNKNOWN"), strict=True))


def reasons(
    targets: Targets,
    places: Settlement,
    programmes_2007: Programmes,
    dealt: Participations,
    who: People,
    ended: Outcomes,
    seed: int,
) -> np.ndarray:
    """The end reason of each participation; empty text if none was registered or it runs."""
    rng = stream(seed, "reasons")
    reason = np.full(len(dealt), "", dtype="<U20")
    for leaf, codes in CODES.items():
        at = np.flatnonzero(ended.leaf == LEAVES.index(leaf))
        reason[at] = rng.choice(list(codes), len(at), p=list(codes.values()))
    for number, name in enumerate(OTHERS):
        reason[ended.other == number] = PRESCRIBED[name]
    able = (who.education == EDUCATION.index("higher")) & (rng.random(len(dealt)) < 0.7)
    for upper, higher in HIGHER.items():
        reason[able & (reason == upper)] = higher
    answered = np.isin(places.unit_in(2007), programmes_2007.unit[programmes_2007.answered])[dealt.atom]
    work = np.flatnonzero((dealt.end == 2007) & answered & (ended.leaf == WORK))
    reason[work[reason[work] == SUBSIDY]] = "CO_WORK_GT29"
    reason[rng.choice(work, targets.facts[2007, "wage_subsidies"], replace=False)] = SUBSIDY
    return reason


def regimes(start: np.ndarray, who: People, seed: int) -> np.ndarray:
    """The law a participation is under, by its start: in 2021 many still came under the old one."""
    rng = stream(seed, "regimes")
    old = start < np.datetime64("2021-01-01")
    old |= (start < np.datetime64("2021-09-01")) & (rng.random(len(start)) < 0.6)
    ukraine = who.origin == who.origins.index("UA")
    newer = np.where(ukraine & (start >= COLLECTIVE), "COLLECTIVE_PROTECTION_2022", "INTEGR_2021")
    return np.where(old, "INTRO_2004", newer)
