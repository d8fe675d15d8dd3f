"""Every count moved a little by a key of its own: the cell-key method.

The key of a cell is a keyed hash of what the cell is (its KEY), so the same cell gets the same noise in every table
and every edition. 0 stays 0, no count from 1 to base-1 is printed, nothing is moved by more than the limit, and the
expected move is nothing. Each cell is moved by itself: sums no longer close.

With keys of records the noise of a cell follows from the persons in it: two cells that hold the same persons (a county
and its only municipality) are moved alike, and a cell whose persons change is moved anew. Cubes know no records. Here
the two cells are moved apart, so that a reader who knows they are the same has two draws of noise; and a cell that
changes by a person keeps its key, so that the difference of two editions holds less noise than two counts should.
"""

from bisect import bisect_right
from functools import cache
from itertools import accumulate
from math import exp

import numpy as np

from overgang.base.errors import BadInput
from overgang.control.keys import SCALE, keys, names
from overgang.control.system import Ints, System

SPREAD = 0.5
"""How fast chances fall with the distance: a move by one person more is exp(SPREAD) times rarer."""


def move_by_keys(system: System, base: int, moved: int, secret: bytes) -> Ints:
    """Every count moved by the key of its cell. Raises BadInput where the secret is too short to be one, or no count
    can be moved out of 1 to base-1."""
    if moved < base - 1:
        raise BadInput(f"A count of 1 cannot become {base} when counts are moved by at most {moved}: raise moved.")
    pairs = zip(system.count.tolist(), keys(names(system.cells), secret).tolist(), strict=True)
    return np.array([_moved(count, key, base, moved) for count, key in pairs], np.int64)


def _moved(count: int, key: int, base: int, moved: int) -> int:
    if count == 0:
        return 0
    alike = min(count, base + 2 * moved)
    values, ends = chances(alike, base, moved)
    return count - alike + values[bisect_right(ends, key)]


@cache
def chances(count: int, base: int, moved: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a count may become, and the key below which it becomes that or less: as spread out as may be with the
    expected move 0."""
    values = tuple(v for v in range(max(count - moved, 0), count + moved + 1) if v == 0 or v >= base)
    low, high = -10.0, 10.0
    for _ in range(60):
        tilt = (low + high) / 2
        weights = [exp(-SPREAD * abs(v - count) + tilt * (v - count)) for v in values]
        if sum(w * (v - count) for w, v in zip(weights, values, strict=True)) > 0:
            high = tilt
        else:
            low = tilt
    total = sum(weights)
    ends = [round(SCALE * end / total) for end in accumulate(weights)]
    return values, (*ends[:-1], SCALE)
