"""Functions whose last bit is the same on every processor.

The `exp`, `log` and normal draws of numpy and of the C library take other ways on other processors and differ in the
last bit, which is enough to send a person to another place. These are made of + - * / and comparisons alone, one numpy
call each so that nothing is fused, and of uniform draws, which are integers shifted. All are within 1e-14 of the truth
(relative; `normal`: within 1e-9).
"""

import numpy as np

LN2 = 0.6931471805599453
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
"""ln 2 in two parts: multiples of the first are exact in the range that is needed."""
SMALLEST = 1e-300
LARGEST = 700.0
TERMS = 13
ODD_TERMS = 12

Numbers = np.ndarray | float


def exp(x: Numbers) -> np.ndarray:
    """e to the power x, by its series around the nearest multiple of ln 2; beyond +-700 as at 700."""
    x = np.clip(np.asarray(x, dtype=float), -LARGEST, LARGEST)
    times = np.rint(x / LN2)
    rest = x - times * LN2_HIGH
    rest = rest - times * LN2_LOW
    series = np.ones_like(rest)
    for n in range(TERMS, 0, -1):
        series = series * rest / n + 1
    return np.ldexp(series, times.astype(np.int32))


def log(x: Numbers) -> np.ndarray:
    """The natural logarithm, by the series of the area tangent; of nothing and less as of 1e-300."""
    part, times = np.frexp(np.maximum(np.asarray(x, dtype=float), SMALLEST))
    small = part < 0.7071067811865476
    part, times = np.where(small, part * 2, part), times - small
    ratio = (part - 1) / (part + 1)
    square = ratio * ratio
    series = np.zeros_like(square)
    for n in range(2 * ODD_TERMS - 1, 0, -2):
        series = series * square + 1 / n
    return times * LN2_LOW + 2 * ratio * series + times * LN2_HIGH


def power(base: Numbers, exponent: Numbers) -> np.ndarray:
    return exp(exponent * log(base))


def between(known: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """`values` at the rising points `known`, joined by straight lines, read at `at`; level before and after."""
    right = np.clip(np.searchsorted(known, at), 1, len(known) - 1)
    left = right - 1
    way = np.clip((at - known[left]) / (known[right] - known[left]), 0, 1)
    return values[left] * (1 - way) + values[right] * way


def exponential(rng: np.random.Generator, size: int | tuple[int, ...]) -> np.ndarray:
    """Draws of mean 1."""
    return -log(1 - rng.random(size))


def normal(rng: np.random.Generator, size: int | tuple[int, ...]) -> np.ndarray:
    """Standard normal draws: uniform ones through the inverse of the distribution."""
    return _normal_quantile(rng.random(size))


CENTRE = (
    (-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02, 1.383577518672690e02, -3.066479806614716e01,
     2.506628277459239e00),
    (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01,
     1.0),
)  # fmt: skip
TAIL = (
    (-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00, -2.549732539343734e00,
     4.374664141464968e00, 2.938163982698783e00),
    (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00, 1.0),
)  # fmt: skip
TAIL_BELOW = 0.02425


def _normal_quantile(chance: np.ndarray) -> np.ndarray:
    """P. J. Acklam's rational approximation (2003); relative error below 1.15e-9."""
    middle = chance - 0.5
    square = middle * middle
    found = middle * _polynomial(CENTRE[0], square) / _polynomial(CENTRE[1], square)
    far = np.minimum(chance, 1 - chance)
    in_tail = far < TAIL_BELOW
    depth = np.sqrt(-2 * log(far[in_tail]))
    tail = _polynomial(TAIL[0], depth) / _polynomial(TAIL[1], depth)
    found[in_tail] = np.where(middle[in_tail] < 0, tail, -tail)
    return found


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    found = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        found = found * x + coefficient
    return found
