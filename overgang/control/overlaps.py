"""What readers are told of persons counted in several places and once above them."""

import polars as pl

from overgang.base.cube import Tabulation
from overgang.compute.tabulate import EQUATION, link_overlaps
from overgang.control.policy import Policy


def known_links(tabulation: Tabulation, policy: Policy) -> pl.DataFrame:
    """The links with what is published of each overlap, the sum of the parts less the persons of the whole, in
    `overlap_low` and `overlap_high` (Int64): the number, or "1 to 4" where it is a small count itself. Where counts are
    rounded the overlap is too: nobody, or at most the number rounded up."""
    overlap = pl.col("overlap")
    small = (overlap > 0) & (overlap < policy.smallest)
    low, high = pl.when(small).then(1).otherwise(overlap), pl.when(small).then(policy.smallest - 1).otherwise(overlap)
    if policy.method == "round3":
        low, high = pl.lit(0, pl.Int64), (overlap + policy.base - 1) // policy.base * policy.base
    told = link_overlaps(tabulation).select(*EQUATION, overlap_low=low, overlap_high=high)
    return tabulation.links.join(told, on=EQUATION, how="left").sort(tabulation.links.columns)
