"""End reasons: the register's codes for what the model drew."""

import numpy as np

from overgang.base.codes import end_reasons
from overgang.demo.chances import LEAVES, OTHERS, WORK
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
UNREGISTERED = {
    "work": 0.2, "education": 0.1, "primary_school": 0.1, "measures": 0.15, "no_activity": 0.2, "health": 0.05,
    "moved": 0.12, "other": 0.08,
}  # fmt: skip
"""What those whose reason is not registered really went to: chosen."""
REASONS = tuple(reason.code for reason in end_reasons())
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
    replicate: int,
) -> np.ndarray:
    """The end reason of each participation (index into REASONS); -1 while it runs.

    Those whose reason nobody registered have one too: `outcomes` says who they are.
    """
    rng = stream(seed, "reasons", replicate)
    reason = np.full(len(dealt), -1, dtype=np.int8)
    for leaf, codes in CODES.items():
        at = np.flatnonzero(ended.leaf == LEAVES.index(leaf))
        reason[at] = rng.choice([REASONS.index(code) for code in codes], len(at), p=list(codes.values()))
    silent = np.flatnonzero(ended.leaf == LEAVES.index("not_registered"))
    every = [REASONS.index(code) for found in CODES.values() for code in found]
    odds = np.array([share * UNREGISTERED[leaf] for leaf, found in CODES.items() for share in found.values()])
    reason[silent] = rng.choice(every, len(silent), p=odds / odds.sum())
    for number, name in enumerate(OTHERS):
        reason[ended.other == number] = REASONS.index(PRESCRIBED[name])
    able = (who.education == EDUCATION.index("higher")) & (rng.random(len(dealt)) < 0.7)
    for upper, higher in HIGHER.items():
        reason[able & (reason == REASONS.index(upper))] = REASONS.index(higher)
    answered = np.isin(places.unit_in(2007), programmes_2007.unit[programmes_2007.answered])[dealt.atom]
    work = np.flatnonzero((dealt.end == 2007) & answered & (ended.leaf == WORK))
    reason[work[reason[work] == REASONS.index(SUBSIDY)]] = REASONS.index("CO_WORK_GT29")
    reason[rng.choice(work, targets.facts[2007, "wage_subsidies"], replace=False)] = REASONS.index(SUBSIDY)
    return reason
