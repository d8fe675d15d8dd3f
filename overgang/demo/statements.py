"""What the documents say of an order, a record or a number of places: a rule each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from overgang.base.places import Kind, gazetteer
from overgang.demo.counting import Counts, within
from overgang.demo.groups import ENDED

SOMALIA, LEAST_COMPARED = "SO", 100
"""Countries with fewer participants are not compared."""
LARGEST_2017 = {"ER", "SY", SOMALIA}
FIRST_2022 = ["UA", "SY", "AF", "CD", "ER"]
HORDALAND, RANKED_2017 = "F12", ["K1219", "K1246", "K1256"]
RANKED_2022 = ["K3020", "K3029", "K3811", "K4204", "K5401"]
LAST_RANKED_2022 = (43, 61)
TROMS = "F19"
FIGURE_13 = {"small": (0.45, 0.5), "medium": (0.045, 0.055), "large": (0.175, 0.185)}
FIGURE_13_ANSWERED = 180


@dataclass(frozen=True)
class Seen:
    """What the register says: a number to be held against the published one, or whether the statement is true."""

    says: str
    number: float | None = None
    true: bool = False


def _share(rows: pl.DataFrame, word: str) -> float:
    return within(rows, ENDED[word]).height / rows.height if rows.height else 0.0


def _none_by_size(counts: Counts, year: int) -> Seen:
    ended = counts.ended(year)
    large = ended["size"] == "large"
    gap = 100 * (_share(ended.filter(large), "none") - _share(ended.filter(~large), "none"))
    return Seen(f"{gap:.1f} percentage points", gap)


def _by_county(counts: Counts, year: int, word: str) -> dict[str, float]:
    return {place.id: _share(counts.ended(year, place.id), word) for place in gazetteer().in_year(year, Kind.COUNTY)}


def _lowest_in_troms(counts: Counts, year: int) -> Seen:
    shares = _by_county(counts, year, "time<2y")
    troms = shares.pop(TROMS)
    return Seen(
        f"Troms {100 * troms:.1f} %, others from {100 * min(shares.values()):.1f} %", true=troms < min(shares.values())
    )


def _highest_in_troms(counts: Counts, year: int) -> Seen:
    shares = _by_county(counts, year, "time>2y")
    troms = shares.pop(TROMS)
    return Seen(
        f"Troms {100 * troms:.1f} %, others to {100 * max(shares.values()):.1f} %", true=troms > max(shares.values())
    )


def _figure_13(counts: Counts, year: int) -> Seen:
    """Among the programmes in which anybody ended, by size: how many answer 0 to item 5."""
    units = counts.programmes(year).filter(pl.col("4") > 0, pl.col("5").is_not_null())
    units = units.with_columns(size=pl.col("size").replace("single", "small"))
    zero = {size: float((units.filter(pl.col("size") == size)["5"] == 0).mean() or 0) for size in FIGURE_13}  # type: ignore[arg-type]
    fits = all(low <= zero[size] <= high for size, (low, high) in FIGURE_13.items())
    return Seen(
        f"{', '.join(f'{size} {100 * share:.0f} %' for size, share in zero.items())} of {units.height}",
        true=fits and units.height == FIGURE_13_ANSWERED,
    )


def _record(counts: Counts, year: int) -> Seen:
    most = max(range(2004, year), key=lambda earlier: counts.ended(earlier).height)
    ended = counts.ended(most).height
    return Seen(f"at most {ended} ({most})", true=ended < counts.ended(year).height)


def _municipalities(counts: Counts, year: int, least: int) -> pl.DataFrame:
    """The municipalities where at least so many ended, with how many of them in work or education."""
    (column, codes), *_ = ENDED["work|edu"].items()
    ended = counts.last(year, "municipality").filter(pl.col("end").dt.year() == year)
    found = ended.group_by("municipality").agg(n=pl.len(), k=pl.col(column).is_in(list(codes)).sum())
    return found.filter(pl.col("n") >= least).sort("municipality")


def _five(counts: Counts, year: int) -> Seen:
    found = _municipalities(counts, year, 5).height
    return Seen(str(found), found)


def _five_and_55(counts: Counts, year: int) -> Seen:
    found = _municipalities(counts, year, 5).filter(100 * pl.col("k") >= 55 * pl.col("n")).height
    return Seen(str(found), found)


def _largest(counts: Counts, year: int) -> Seen:
    first = counts.last(year, "country")["origin"].value_counts(sort=True)["origin"].head(3).to_list()
    return Seen(", ".join(first), true=set(first) == LARGEST_2017)


def _somali_schooling(counts: Counts, year: int) -> Seen:
    people = (
        counts.last(year, "country").group_by("origin").agg(n=pl.len(), none=(pl.col("education") == "none").mean())
    )
    first = people.filter(pl.col("n") >= LEAST_COMPARED).sort("none", descending=True).row(0, named=True)
    return Seen(f"{first['origin']}: {100 * first['none']:.0f} % without schooling", true=first["origin"] == SOMALIA)


def _hordaland(counts: Counts, year: int) -> Seen:
    county = pl.col("municipality").str.starts_with(HORDALAND.replace("F", "K"))
    best = _municipalities(counts, year, 15).filter(county).sort(pl.col("k") / pl.col("n"), descending=True).head(3)
    names = [gazetteer().place(id).name for id in best["municipality"]]
    return Seen(", ".join(names), true=sorted(best["municipality"]) == RANKED_2017)


def _countries(counts: Counts, year: int) -> Seen:
    found = counts.started(year)["origin"].n_unique()
    return Seen(str(found), found)


def _order_of_countries(counts: Counts, year: int) -> Seen:
    first = counts.started(year)["origin"].value_counts(sort=True).head(len(FIRST_2022) + 1)
    numbers = first["count"].to_list()
    strict = all(a > b for a, b in pairwise(numbers))
    says = " > ".join(f"{origin} {n}" for origin, n in first.iter_rows())
    return Seen(says, true=strict and first["origin"].head(len(FIRST_2022)).to_list() == FIRST_2022)


def _nobody_above(counts: Counts, year: int) -> Seen:
    k, n = LAST_RANKED_2022
    others = _municipalities(counts, year, 20).filter(~pl.col("municipality").is_in(RANKED_2022))
    above = others.filter(pl.col("k") * n > k * pl.col("n")).height
    return Seen(f"{above} of {others.height} others above", true=above == 0)


STATEMENTS: Mapping[str, Callable[[Counts, int], Seen]] = {
    "none: large minus small/medium, pp": _none_by_size,
    "time<2y: Troms is lowest of all counties": _lowest_in_troms,
    "time>2y: Troms is highest": _highest_in_troms,
    "small: nearly half answer q5=0; medium 5 %; large 18 % (2 of 11)": _figure_13,
    "every earlier year < 4469": _record,
    "ended>=5": _five,
    "ended>=5 and share>=55 %": _five_and_55,
    "largest: Eritrea, Syria, Somalia": _largest,
    "Somalia has the lowest education level": _somali_schooling,
    "top 3 share among >=15: Bømlo, Fjell, Meland": _hordaland,
    "distinct countries": _countries,
    "Ukraine>Syria>Afghanistan>Kongo>Eritrea>rest": _order_of_countries,
    "no other with ended>=20 has share > 43/61": _nobody_above,
}
"""The categories of published.csv that are no group of rows."""
