"""Days as spreadsheets count them: from 1900, with a 29 February that never was, or from 1904."""

from datetime import date, timedelta

LEAP_1900 = 60
"""The serial number of 29 February 1900, a day that a spreadsheet has and the calendar has not."""
LAST = 2_958_465
"""31 December 9999 in the system of 1900."""


def day_of(serial: int, since_1904: bool = False) -> date | None:
    """The day of a serial number; None where there is none.

    >>> day_of(43397).isoformat(), day_of(41935, since_1904=True).isoformat(), day_of(60)
    ('2018-10-24', '2018-10-24', None)
    """
    if since_1904:
        return date(1904, 1, 1) + timedelta(serial) if 0 <= serial <= LAST - 1462 else None
    if not 1 <= serial <= LAST or serial == LEAP_1900:
        return None
    return date(1899, 12, 30 if serial > LEAP_1900 else 31) + timedelta(serial)
