"""What is hidden by chance, so that nobody learns from what is hidden that it had to be.

The program is public. Whoever runs it backwards, who protects every table that agrees with an edition and keeps those
that come out with the same cells hidden, would rule out tables: one in which a hidden 4 was a 5 that nothing needed
hidden. Where cells are hidden by chance as well, by keys that nobody outside knows, no table is ruled out: for each
there are keys with which the program hides just these cells.
"""

import numpy as np

from overgang.control.keys import SCALE, keys, names
from overgang.control.policy import Policy
from overgang.control.primary import bundles, kept
from overgang.control.system import Bools, Floats, System


def by_chance(system: System, policy: Policy, price: Floats, secret: bytes) -> Bools:
    """Cells to hide by the chances of the policy and the keys of a secret; none without a secret.

    The same cell with the same count has the same key in every edition, a corrected one another.

    What may not be hidden is not, nor what the policy keeps. A bundle has the key of its first cell, and the chance of
    its smallest count.
    """
    if not secret:
        return np.zeros(len(price), np.bool_)
    count, chance = system.count, policy.chance
    near = (count >= policy.smallest) & (count < policy.smallest + policy.width)
    bundle = bundles(system, policy)
    whole = np.where(bundle >= 0, bundle, bundle.max(initial=-1) + 1 + np.arange(len(bundle)))
    _, first, of_whole = np.unique(whole, return_index=True, return_inverse=True)
    counted = (f"{name} {n}" for name, n in zip(names(system), count.tolist(), strict=True))
    number, forbidden = len(first), ~np.isfinite(price) | kept(system, policy)
    least = np.full(number, np.iinfo(np.int64).max)
    np.minimum.at(least, of_whole, np.maximum(count, policy.smallest))
    likely = np.where(np.bincount(of_whole, near, number) > 0, chance.near, chance.larger * policy.smallest / least)
    likely[np.bincount(of_whole, forbidden, number) > 0] = 0.0
    drawn = keys(counted, secret)[first] < SCALE * likely
    found: Bools = drawn[of_whole]
    return found
