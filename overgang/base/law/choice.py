"""Which regime a participation is under, by permit, arrival and the day it began (Integration Act § 51)."""

from datetime import date

from overgang.base.law.regime import regime

COLLECTIVE = "collective_protection"
"""The basis of a permit under the Immigration Act § 34."""
COLLECTIVE_FROM = date(2022, 3, 11)
INTRO_2004, INTEGR_2021, INTEGR_2026 = "INTRO_2004", "INTEGR_2021", "INTEGR_2026"
COLLECTIVE_2022 = "COLLECTIVE_PROTECTION_2022"


def regime_of(basis: str, decided: date, arrived: date | None, begun: date) -> str:
    """The regime of a programme that begins on a day, for somebody with this permit.

    `decided`: when the permit was granted, the first of its kind and not its renewal; `arrived`: first arrival in
    Norway. Whoever has begun keeps the regime, whatever permit comes after (§ 9): `regimes_of` with the end.
    """
    return regimes_of(basis, decided, arrived, begun)[0]


def regimes_of(
    basis: str, decided: date, arrived: date | None, begun: date, end: date | None = None
) -> tuple[str, ...]:
    """Every regime that can hold, the likeliest first; several where a fact is missing or no source decides.

    Two: an early permit and no known day of arrival; and a programme that ran on 1 January 2026, of which no source we
    have seen says which version holds.
    """
    collective = regime(COLLECTIVE_2022)
    assert collective.valid_to is not None
    if basis == COLLECTIVE and decided >= COLLECTIVE_FROM and begun < collective.valid_to:
        if begun < collective.valid_from:  # before chapter 6A the ordinary rules held, and may have been kept
            return (COLLECTIVE_2022, INTEGR_2021)
        return (COLLECTIVE_2022,)
    integration = _integration(begun, end)
    new_law = regime(INTEGR_2021).valid_from
    if decided >= new_law:
        return integration
    if arrived is None:
        return (INTRO_2004, *integration)
    return (INTRO_2004,) if arrived < new_law else integration


def _integration(begun: date, end: date | None) -> tuple[str, ...]:
    changed = regime(INTEGR_2026).valid_from
    if begun >= changed:
        return (INTEGR_2026,)
    return (INTEGR_2021,) if end is not None and end < changed else (INTEGR_2021, INTEGR_2026)
