"""Fixed periods of three calendar years, for places too small to show year by year.

Fixed and not rolling: two overlapping periods would give away the years that differ.
"""

from overgang.base.errors import BadInput

FIRST_YEAR = 2004
LENGTH = 3


def period_of(year: int) -> str:
    """The period a year lies in: 2016 -> "2016-2018". Raises BadInput before 2004, when there was no register."""
    if year < FIRST_YEAR:
        raise BadInput(f"The year {year} lies in no period: the periods begin with {FIRST_YEAR}; ask for a later year.")
    first = year - (year - FIRST_YEAR) % LENGTH
    return f"{first}-{first + LENGTH - 1}"


def years_of(period: str) -> tuple[int, ...]:
    """The years of a period: "2016-2018" -> (2016, 2017, 2018). Raises BadInput for anything else."""
    if not is_period(period):
        raise BadInput(
            f"{period!r} is no period: they are three years from {FIRST_YEAR} on, such as {period_of(FIRST_YEAR)}."
        )
    first = int(period[:4])
    return tuple(range(first, first + LENGTH))


def is_period(code: str) -> bool:
    """Whether a time code is a period; a year such as "2016" and a shifted period such as "2015-2017" are not."""
    head = code[:4]
    return head.isascii() and head.isdigit() and int(head) >= FIRST_YEAR and period_of(int(head)) == code


def is_year(code: str) -> bool:
    """Whether a time code is a single year, such as "2016"."""
    return len(code) == 4 and code.isascii() and code.isdigit()
