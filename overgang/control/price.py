"""What hiding a cell costs the reader: what is missed most is hidden last."""

import numpy as np
import polars as pl

from overgang.base.periods import is_period
from overgang.control.policy import Policy
from overgang.control.primary import hides_zero, kept
from overgang.control.system import Bools, Floats, System

KEPT = 2e4
"""The price of a cell that the policy keeps: above every other price, so that it goes only where nothing else helps."""


def prices(system: System, policy: Policy, shown_before: Bools) -> Floats:
    """What hiding each cell costs the reader; infinite for zeros where zeros are shown, since a hidden one would be
    known not to be 0. What was shown in the edition before costs more: readers have met it there."""
    cells = system.cells
    periods = [time for time in cells["time"].unique().to_list() if is_period(time)]
    level = pl.when(pl.col("time").is_in(periods)).then(pl.lit("period")).otherwise("level")
    factors = cells.select(
        level=level.replace_strict(policy.price.level, default=1.0, return_dtype=pl.Float64),
        breakdown=pl.col("breakdown").replace_strict(policy.price.breakdown, default=1.0, return_dtype=pl.Float64),
        outcome=pl.col("outcome").replace_strict(policy.price.outcome, default=1.0, return_dtype=pl.Float64),
    )
    price: Floats = (factors["level"] * factors["breakdown"] * factors["outcome"]).to_numpy()
    price = price * (1 + policy.price.size * np.log2(1 + system.count))
    price = price * np.where(shown_before, policy.price.shown_before, 1.0)
    shown_zero = (system.count == 0) & ~hides_zero(system, policy)
    return np.where(shown_zero, np.inf, np.where(kept(system, policy), KEPT, price))
