"""The annual return of each unit and year: what the truth says, told with the errors units make.

2007 is made so that the published sums come out, which contradict one another: 6834 participants, 4780 in the programme
and 2234 ended, reasons for 2303. In all years some units answer `00` (don't know), which is kept apart from 0.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from overgang.demo.dates import year_of
from overgang.demo.durations import OVER, UNDER
from overgang.demo.events import TRANSFERS, transfers
from overgang.demo.plan import Plan
from overgang.demo.programmes import YEAR
from overgang.demo.reasons import REASONS
from overgang.demo.regimes import days_of
from overgang.demo.settlement import LAST_YEAR
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

ITEMS = (
    "1", "2", "3", "4", "5", "6", "7a", "7b", "7c", "8a", "8b", "9a", "9b", "10a", "11a", "11b", "12a", "12b", "12c",
    "13a", "13b", "13c",
)  # fmt: skip
REASON_ITEMS: Mapping[str, tuple[str, ...]] = {
    "7a": ("IN_DEATH",),
    "7b": ("IN_MOVED",),
    "7c": ("IN_UNKNOWN",),
    "8a": ("PS_HEALTH",),
    "8b": ("PS_BEHAVIOUR",),
    "9a": ("CO_EDU_UPPER", "PS_EDU_UPPER"),
    "9b": ("CO_EDU_HIGHER", "PS_EDU_HIGHER"),
    "10a": ("CO_WORK_GT29", "CO_WORK_LT30", "PS_WORK_GT29", "PS_WORK_LT30"),
    "11a": ("CO_JS_WAGE_SUBSIDY",),
    "11b": ("CO_JS_NAV_MEASURE",),
    "12a": ("CO_PRIMARY_SCHOOL",),
    "12b": ("CO_JS_OTHER_MEASURE",),
    "12c": ("CO_NOT_JOBSEEKER",),
}
"""Which end reasons each item asks for."""
STOPPED_ITEMS = ("7a", "7b", "7c", "8a", "8b")
"""Those who broke off or were stopped: never more than ended, or the form could not be sent."""
SETTLED_YEARS = 3
"""A unit is invited when it has had somebody start in this many years."""
ANSWERS = 0.93
"""Part of the invited units that answer, after 2007."""
UNKNOWN = 0.03
"""Part of the items 7 to 13 without anybody that are answered with 00."""
UNDER_REPORTERS, OVER_REPORTERS = 0.06, 0.10
"""Part of the units that report more, or fewer, ended than they give reasons for, after 2007."""


def annual_returns(rows: Spells) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The answers, who was invited, and a label for each unit and year whose answers contradict one another."""
    received = transfers(rows)
    answers, invited, faults = [], [], []
    for year in range(YEAR, LAST_YEAR + 1):
        rng = stream(rows.plan.seed, f"return {year}", rows.replicate)
        asked, answered = _frame(rng, rows, year)
        true = _true(rows, received, year)[answered]
        told = _told_2007(rows.plan, true, answered) if year == YEAR else _told(rng, true)
        unknown = _unknown(rng, told, year)
        names = np.array(rows.plan.places.ids)
        answers.append(_answers(year, names[answered], told, unknown))
        invited.append(pl.DataFrame({"year": np.full(len(asked), year), "unit": names[asked]}))
        faults.append(_labels(year, names[answered], told, unknown))
    return tuple(pl.concat(part).sort("year", "unit") for part in (answers, invited, faults))  # type: ignore[return-value]


def _frame(rng: np.random.Generator, rows: Spells, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Units (index into the settlement's ids) that are invited, and those that answer."""
    plan = rows.plan
    if year == YEAR:
        return np.sort(plan.asked.unit), np.sort(plan.asked.unit[plan.asked.answered])
    begun = year_of(rows.start)
    recent = (begun > year - SETTLED_YEARS) & (begun <= year) & ~plan.deal.shielded[rows.of]
    asked = np.unique(plan.places.unit_in(year)[rows.atom[recent]])
    return asked, asked[rng.random(len(asked)) < ANSWERS]


def _true(rows: Spells, received: np.ndarray, year: int) -> np.ndarray:
    """[units, ITEMS]: the right answers of every unit, by its own participants."""
    plan = rows.plan
    unit = plan.places.unit_in(year)[rows.atom]
    number = len(plan.places.ids)
    open_ = ~plan.deal.shielded[rows.of]
    begun, until = year_of(rows.start), np.where(rows.running, LAST_YEAR + 1, year_of(rows.until))
    here = open_ & (begun <= year) & (until >= year)
    ended = here & (until == year)
    stock = here & (until > year)
    turn = np.datetime64(f"{year}-12-31", "D")
    leave = rows.leave
    away = np.zeros(len(rows), dtype=bool)
    away[leave.of[(leave.first <= turn) & (leave.last >= turn)]] = True
    under, over = _times(rows, year)
    chosen = {"1": here, "2": stock, "3": stock & away, "4": ended, "5": ended & under, "6": ended & over}
    for item, codes in REASON_ITEMS.items():
        chosen[item] = ended & np.isin(rows.reason, [REASONS.index(code) for code in codes])
    for item, column in zip(("13a", "13b", "13c"), range(len(TRANSFERS)), strict=True):
        chosen[item] = ended & received[:, column]
    return np.stack([np.bincount(unit[chosen[item]], minlength=number) for item in ITEMS], axis=1)


def _times(rows: Spells, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Who used less than two years, and who was granted more."""
    under = rows.used + rows.net < days_of(np.array(24)) - 15
    over = rows.granted > 24
    if year == YEAR:
        n = len(rows.plan.deal)
        known = np.full(len(rows), -1)
        known[:n] = rows.plan.deal.time_class
        return known == UNDER, known == OVER
    return under, over


def _told_2007(plan: Plan, true: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Items 1 to 4 as the programmes of 2007 reported them; the others as they were."""
    told = true.copy()
    place = {int(unit): i for i, unit in enumerate(plan.asked.unit)}
    told[:, :4] = plan.asked.reported[[place[int(unit)] for unit in answered]]
    return told


def _told(rng: np.random.Generator, true: np.ndarray) -> np.ndarray:
    """Some units give reasons for fewer, some for more than they say have ended; never fewer than none."""
    told = true.copy()
    luck = rng.random(len(true))
    exits = ITEMS.index("4")
    more = (luck < UNDER_REPORTERS) & (true[:, 0] > true[:, exits])
    stopped = true[:, [ITEMS.index(item) for item in STOPPED_ITEMS]].sum(axis=1)
    less = rng.integers(1, 3, len(true))
    fewer = (luck > 1 - OVER_REPORTERS) & (true[:, exits] - less >= np.maximum(stopped, 1))
    told[more, exits] += 1
    told[fewer, exits] -= less[fewer]
    return told


def _unknown(rng: np.random.Generator, told: np.ndarray, year: int) -> np.ndarray:
    """Which items are answered 00: of those with nobody; in 2007 most where more ended than have a reason."""
    doubtful = np.arange(len(ITEMS)) >= ITEMS.index("7a")
    odds = np.full(len(told), UNKNOWN)
    reasons = _reasons(told)
    if year == YEAR:
        odds = np.where(reasons < told[:, ITEMS.index("4")], 5 * UNKNOWN, UNKNOWN)
    return (told == 0) & doubtful & (rng.random(told.shape) < odds[:, None])


def _reasons(told: np.ndarray) -> np.ndarray:
    return told[:, [ITEMS.index(item) for item in REASON_ITEMS]].sum(axis=1)


def _answers(year: int, units: np.ndarray, told: np.ndarray, unknown: np.ndarray) -> pl.DataFrame:
    values, missing = told.ravel(), unknown.ravel()
    return pl.DataFrame(
        {
            "year": np.full(values.size, year),
            "unit": np.repeat(units, len(ITEMS)),
            "item": np.tile(ITEMS, len(units)),
            "value": pl.Series(values).set(pl.Series(missing), None),
            "answer": np.where(missing, "dont_know", np.where(values == 0, "zero", "value")),
        }
    )


def _labels(year: int, units: np.ndarray, told: np.ndarray, unknown: np.ndarray) -> pl.DataFrame:
    """How each unit's answers contradict one another: reasons against exits, by the classes of the follow-up."""
    gap = _reasons(told) - told[:, ITEMS.index("4")]
    doubt = unknown[:, [ITEMS.index(item) for item in REASON_ITEMS]].any(axis=1)
    kind = np.select(
        [(gap < 0) & doubt, gap < 0, gap > 0], ["explained_by_unknown", "under_reporting", "over_reporting"], ""
    )
    at = np.flatnonzero(kind != "")
    return pl.DataFrame(
        {"year": np.full(len(at), year), "unit": units[at], "kind": kind[at], "gap": gap[at]},
        schema={"year": pl.Int64, "unit": pl.String, "kind": pl.String, "gap": pl.Int64},
    )
