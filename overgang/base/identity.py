"""Identity numbers and their check digits: national numbers (fnr, and dnr with 4 more in the first digit) and DUF."""

from collections.abc import Sequence
from datetime import date
from operator import mul

FNR, DNR, DUF = "fnr", "dnr", "duf"
KINDS = (FNR, DNR, DUF)

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
"""For the digits as they stand: four of the year, six of the serial number."""
SYNTHETIC_MONTH = 80
"""What the tax administration's test register adds to the month, so that nobody's number is hit."""
MODULUS, NONE = 11, 10


def is_valid(kind: str, number: str) -> bool:
    """Whether a number has the length, the date and the check digits of its kind."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = list(map(int, number))
    if kind == DUF:
        return len(digits) == 12 and weighted(digits, DUF_WEIGHTS) % MODULUS == int(number[10:])
    return len(digits) == 11 and check_digits(digits[:9]) == (digits[9], digits[10]) and _has_date(kind, digits)


def is_synthetic(number: str) -> bool:
    """Whether a national number is of the synthetic series."""
    return len(number) == 11 and SYNTHETIC_MONTH < int(number[2:4]) <= SYNTHETIC_MONTH + 12


def check_digits(nine: Sequence[int]) -> tuple[int, int] | None:
    """The two check digits of a national number's first nine; None where one would be 10, so that no such exists."""
    first = -weighted(nine, FIRST_WEIGHTS) % MODULUS
    second = -weighted([*nine, first], SECOND_WEIGHTS) % MODULUS
    return None if NONE in (first, second) else (first, second)


def weighted(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(map(mul, digits, weights))


def _has_date(kind: str, digits: Sequence[int]) -> bool:
    day = digits[0] * 10 + digits[1] - (40 if kind == DNR else 0)
    month = digits[2] * 10 + digits[3]
    month -= SYNTHETIC_MONTH if month > SYNTHETIC_MONTH else 0
    try:
        date(2000 + (digits[4] * 10 + digits[5]), month, day)
    except ValueError:
        return False
    return True
