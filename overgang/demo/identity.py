"""Identity numbers that anybody can see are synthetic, and names nobody has.

National numbers are of the series of the tax administration's test register: 80 is added to the month, the check digits
are right. DUF numbers have twelve digits: the year of arrival, a serial number and two control digits. Names are an
adjective and a noun.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from overgang.base.identity import DUF_WEIGHTS, FIRST_WEIGHTS, MODULUS, NONE, SECOND_WEIGHTS, SYNTHETIC_MONTH
from overgang.demo.dates import year_of

ADJECTIVES = "Rask Blid Stille Munter Lun Klok Rolig Varm Klar Snar Trygg Ivrig Lett Frisk Mild Kvikk".split()  # noqa: SIM905
NOUNS = "Rev Elv Fjell Bok Sky Stol Hare Vott Sag Lampe Kopp Sti Bro Fugl Stein Bris Dal Eple Tre Hatt".split()  # noqa: SIM905
NAMES = tuple(f"{adjective} {noun}" for adjective in ADJECTIVES for noun in NOUNS)
CANDIDATES = 48
"""Individual numbers tried for each birth date and sex: many more than are born on it."""
PER_SEX = 250
SERIALS = 1_000_000


def national_numbers(rng: np.random.Generator, birth: np.ndarray, man: np.ndarray) -> pl.Series:
    """A synthetic national number for each person (birth dates before 2040), no two alike."""
    key = birth.astype(np.int64) * 2 + man
    groups, group = np.unique(key, return_inverse=True)
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(group[order], group[order])
    own, valid = _candidates(rng, groups >> 1, groups & 1)
    best = np.argsort(~valid, axis=1, kind="stable")
    individual = own[group, best[group, rank]]
    head = _head(birth)
    first, second = _check_digits(head, individual)
    return _text(((head * 1000 + individual) * 10 + first) * 10 + second, 11)


def _candidates(rng: np.random.Generator, day: np.ndarray, man: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[groups, CANDIDATES]: individual numbers, and whether the number has check digits."""
    born = day.astype("datetime64[D]")
    tried = (rng.integers(0, PER_SEX, len(day))[:, None] + np.arange(CANDIDATES)) % PER_SEX
    individual = (np.where(year_of(born) >= 2000, 500, 0) + man)[:, None] + 2 * tried
    first, second = _check_digits(_head(born)[:, None], individual)
    return individual, (first != NONE) & (second != NONE)


def _head(born: np.ndarray) -> np.ndarray:
    """Day, month and year as they stand in the number."""
    month = born.astype("datetime64[M]")
    day = (born - month).astype(np.int64) + 1
    return (day * 100 + month.astype(np.int64) % 12 + 1 + SYNTHETIC_MONTH) * 100 + year_of(born) % 100


def _check_digits(head: np.ndarray, individual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    every = np.arange(1000)
    tails = [_weighted(every, weights[6:9]).astype(np.int16) for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS)]
    heads = [_weighted(head, weights[:6]).astype(np.int16) for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS)]
    first = -(heads[0] + tails[0][individual]) % MODULUS
    second = -(heads[1] + tails[1][individual] + SECOND_WEIGHTS[9] * first) % MODULUS
    return first, second


def duf_numbers(rng: np.random.Generator, arrival: np.ndarray) -> pl.Series:
    """A DUF number for each person, no two alike: serial numbers of the year of arrival, drawn without repetition."""
    year = year_of(arrival)
    serial = np.empty(len(year), dtype=np.int64)
    for one in np.unique(year).tolist():
        at = np.flatnonzero(year == one)
        serial[at] = rng.permutation(SERIALS // 10)[: len(at)] * 10 + rng.integers(0, 10, len(at))
    ten = year * SERIALS + serial
    return _text(ten * 100 + _weighted(ten, DUF_WEIGHTS) % MODULUS, 12)


def _weighted(number: np.ndarray, weights: Sequence[int]) -> np.ndarray:
    """The sum of the digits, each times its weight."""
    found, left = np.zeros_like(number), number
    for weight in reversed(weights):
        left, digit = np.divmod(left, 10)
        found += digit * weight
    return found


def _text(numbers: np.ndarray, length: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(length)
