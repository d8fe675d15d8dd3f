"""What is hidden by chance, so that nobody learns from what is hidden that it had to be.

The program is public. Whoever runs it backwards, who protects every table that agrees with an edition and keeps those
that come out with the same cells hidden, would rule out tables: one in which a hidden 4 was a 5 that nothing needed
hidden. Where cells are hidden by chance as well, by keys that nobody outside knows, no table is ruled out: for each
there are keys with which the program hides just these cells.
"""

from collections.abc import Iterator

import numpy as np

from overgang.control.keys import SCALE, keys, names
from overgang.control.policy import Policy
from overgang.control.primary import bundles, kept
from overgang.control.system import Bools, Floats, Ints, System


def by_chance(system: System, policy: Policy, price: Floats, secret: bytes) -> Bools:
    """Cells to hide by the chances of the policy and the keys of a secret; none without a secret.

    The same cell with the same count has the same key in every edition, a corrected one another.

    What may not be hidden is not, nor what the policy keeps. A bundle has the key of its first cell, and the chance of
    its smallest count; what is small has none, for it is hidden anyway.
    """
    if not secret:
        return np.zeros(len(price), np.bool_)
    count, chance = system.count, policy.chance
    bundle = bundles(system, policy)
    whole = np.where(bundle >= 0, bundle, bundle.max(initial=-1) + 1 + np.arange(len(bundle)))
    _, first, of_whole = np.unique(whole, return_index=True, return_inverse=True)
    least = np.full(len(first), np.iinfo(np.int64).max)
    np.minimum.at(least, of_whole, count)
    never = ~np.isfinite(price) | kept(system, policy) | (count < policy.smallest)
    asked = np.flatnonzero(np.bincount(of_whole, never, len(first)) == 0)
    smallest = least[asked]
    near = smallest < policy.smallest + policy.width
    likely = np.where(near, chance.near, chance.larger * policy.smallest / smallest)
    drawn = np.zeros(len(first), np.bool_)
    drawn[asked] = keys(_with_counts(system, first[asked]), secret) < SCALE * likely
    found: Bools = drawn[of_whole]
    return found


def _with_counts(system: System, cells: Ints) -> Iterator[str]:
    return (f"{name} {n}" for name, n in zip(names(system.cells[cells]), system.count[cells].tolist(), strict=True))
