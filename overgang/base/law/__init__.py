"""The law in numbers: regimes with their tracks, lengths and deadlines, as data with paragraph and validity.

Nothing here stops anybody: a limit gives a warning with an override, since temporary laws have set limits aside before
(2020-2022), and what is not verified says so.
"""

from overgang.base.law.choice import regime_of, regimes_of
from overgang.base.law.months import (
    Span,
    age_on,
    days_of,
    days_standing,
    last_day,
    months_after,
    months_used,
    whole_months,
    working_days,
)
from overgang.base.law.regime import (
    LeaveLimit,
    Limit,
    Regime,
    Track,
    closing,
    leave_limits,
    regime,
    regimes,
    registered_from,
)

__all__ = [
    "LeaveLimit",
    "Limit",
    "Regime",
    "Span",
    "Track",
    "age_on",
    "closing",
    "days_of",
    "days_standing",
    "last_day",
    "leave_limits",
    "months_after",
    "months_used",
    "regime",
    "regime_of",
    "regimes",
    "regimes_of",
    "registered_from",
    "whole_months",
    "working_days",
]
