"""What readers are told of persons counted in several places and once above them."""

import polars as pl

from overgang.base.cube import Tabulation
from overgang.compute.tabulate import EQUATION, link_overlaps
from overgang.control.policy import Policy


def known_links(tabulation: Tabulation, policy: Policy) -> pl.DataFrame:
    """The links with what is published of each overlap, the sum of the parts less the persons of the whole, in
    `overlap_low` and `overlap_high` (Int64): the number, or "1 to 4" where it is a small count itself."""
    overlap = pl.col("overlap")
    small = (overlap > 0) & (overlap < policy.smallest)
    told = link_overlaps(tabulation).select(
        *EQUATION,
        overlap_low=pl.when(small).then(1).otherwise(overlap),
        overlap_high=pl.when(small).then(policy.smallest - 1).otherwise(overlap),
    )
    return tabulation.links.join(told, on=EQUATION, how="left").sort(tabulation.links.columns)
