"""The law in numbers: regimes with their tracks, lengths and deadlines, as data with paragraph and validity.

Nothing here stops anybody: a limit gives a warning with an override, since temporary laws have set limits aside before
(2020-2022), and what is not verified says so.
"""

from overgang.base.law.regime import Limit, Regime, Track, closing_days, regime, regimes

__all__ = ["Limit", "Regime", "Track", "closing_days", "regime", "regimes"]
