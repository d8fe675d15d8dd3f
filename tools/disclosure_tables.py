"""Invented tables to measure disclosure control on: persons of 357 municipalities, and sets of linked tables of them.

The same draws as the tables on which other tools were measured, so that cell for cell their figures can be set beside
ours. T1 to T7 grow from one small table to designs that nobody should publish; T2Y has ten years and their sum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from overgang.base.cube import KEY, TOTAL, Cube, Tabulation, Tree
from overgang.control.policy import Policy, read_policy

MUNICIPALITIES, COUNTIES = 357, 15
ALONE = 3
"""A county that is one municipality."""

SHIELDED = ("9999", "99")
SIZES: Mapping[str, tuple[int, int]] = {"S": (6_000, 1), "M": (60_000, 10), "L": (600_000, 20)}
"""Persons and years."""

LAST_YEAR = 2024
OUTCOMES = ("work", "educ", "work_educ", "jobseek", "nav_measure", "moved", "social", "home", "other")
GROUPS = {
    "goal": ("work", "educ", "work_educ"),
    "notyet": ("jobseek", "nav_measure", "social", "home", "other"),
    "gone": ("moved",),
}
SEXES = ("F", "M")
AGES = ("18-24", "25-29", "30-39", "40-49", "50-55")
EDUCATIONS = ("none", "primary", "upper_sec", "higher", "unknown")
ORIGINS = tuple(f"C{i:02d}" for i in range(1, 31))

CODES = {"sex": SEXES, "age": AGES, "education": EDUCATIONS, "origin": ORIGINS, "outcome": OUTCOMES}
PLACES, COUNTRY_AND_COUNTY, COUNTRY_ONLY = ("municipality", "county"), ("county",), ()


@dataclass(frozen=True, slots=True)
class Margins:
    """A table with all its margins: the levels of place below the country, and what it breaks down by."""

    levels: tuple[str, ...]
    by: tuple[str, ...]
    groups_only: bool = False


def _by(*by: str, levels: tuple[str, ...] = PLACES, groups_only: bool = False) -> Margins:
    return Margins(levels, by, groups_only)


THREE = (_by("sex", "outcome"), _by("age", "outcome"), _by("education", "outcome"))
SETS: Mapping[str, tuple[Margins, ...]] = {
    "T1": (_by("outcome", levels=COUNTRY_AND_COUNTY),),
    "T2": (_by("outcome"),),
    "T2Y": (_by("outcome"),),
    "T3": (_by("sex", "outcome"),),
    "T4": THREE,
    "T5": (
        *THREE,
        _by("origin"),
        _by("sex", "age", "outcome", levels=COUNTRY_AND_COUNTY),
        _by("origin", "sex", "outcome", levels=COUNTRY_ONLY),
    ),
    "T6": (
        _by("sex", "age", "outcome"),
        _by("education", "outcome"),
        _by("origin", "outcome"),
        _by("sex", "education", "outcome", levels=COUNTRY_AND_COUNTY),
        _by("origin", "sex", "outcome", levels=COUNTRY_AND_COUNTY),
        _by("origin", "age", "education", "outcome", levels=COUNTRY_ONLY),
    ),
    "T7": (
        _by("sex", "outcome", groups_only=True),
        _by("age", "outcome", groups_only=True),
        _by("education", "outcome", levels=COUNTRY_AND_COUNTY),
    ),
}

TREES = tuple(Tree(name, {TOTAL: codes}) for name, codes in CODES.items() if name != "outcome")
TREE_OF_OUTCOMES = Tree("outcome", {TOTAL: OUTCOMES})
TREE_OF_GROUPS = Tree("outcome", {TOTAL: tuple(GROUPS), **GROUPS})


def rules(width: int = 1, *, insiders: bool = False) -> Policy:
    """The policy of the comparison: 1 to 4 is hidden, zeros are shown, every cell costs about the same."""
    values = {
        "id": f"benchmark-{width}",
        "source": "the setting in which other tools were measured",
        "smallest": 5,
        "width": width,
        "group": 0,
        "insiders": insiders,
        "hide_zero": [],
        "hide_zero_in_breakdowns": [],
        "sensitive_outcomes": [],
        "sensitive_group": 0,
        "hide_breakdown_of": ["F00S"],
        "whole_breakdown": [],
        "keep": [],
        "chance": {"near": 0.05, "larger": 0.002},
        "price": {"size": 0.3, "shown_before": 4.0, "level": {}, "outcome": {}, "breakdown": {}},
    }
    return read_policy(values, "the benchmark")


def table_set(name: str, *, size: str = "S", seed: int = 7, all_years: bool = False) -> Tabulation:
    """One of SETS, of the last year of a country of some size or, as T2Y always, of all its years."""
    people = persons(*SIZES[size], seed)
    if all_years or name == "T2Y":
        return tabulated(name, people)
    return tabulated(name, people.filter(pl.col("time") == str(LAST_YEAR)))


def tabulated(name: str, people: pl.DataFrame) -> Tabulation:
    """One of SETS of some people; T2Y also of all their years together."""
    tables = SETS[name]
    grouped = any(table.groups_only for table in tables)
    if grouped:
        groups = {outcome: group for group, outcomes in GROUPS.items() for outcome in outcomes}
        people = people.with_columns(group=pl.col("outcome").replace_strict(groups))
    years = people["time"].unique()
    period = f"{years.min()}-{years.max()}" if name == "T2Y" else None
    cubes = tuple(_cube(f"table_{i}", table, people, period) for i, table in enumerate(tables, start=1))
    trees = (*TREES, TREE_OF_GROUPS if grouped else TREE_OF_OUTCOMES)
    return Tabulation(cubes=cubes, trees=trees, links=_links(people, period))


def _cube(name: str, table: Margins, people: pl.DataFrame, period: str | None) -> Cube:
    """All margins of a table, with a zero for each combination of codes that nobody has; but for origins."""
    frames = []
    for places in _places(people, table.levels):
        frames += [places, places.with_columns(time=pl.lit(period))] if period else [places]
    located = pl.concat(frames)
    dimensions = ("place", "time", *(key for key in KEY[3:] if key in table.by))
    counts = [
        _margin(located, chosen, dimensions, table)
        for number in range(len(table.by) + 1)
        for chosen in combinations(table.by, number)
    ]
    cells = pl.concat(counts).unique(dimensions).sort(dimensions)
    return Cube(table=name, counts="exits", dimensions=dimensions, cells=cells)


def _margin(
    located: pl.DataFrame, chosen: tuple[str, ...], dimensions: tuple[str, ...], table: Margins
) -> pl.DataFrame:
    """Counts by place, time and the chosen dimensions."""
    codes = {key: CODES[key] for key in chosen}
    if "outcome" in chosen and table.groups_only:
        codes["outcome"], located = tuple(GROUPS), located.with_columns(outcome="group")
    counted = located.group_by("place", "time", *chosen).len("count")
    frame = located.select("place", "time").unique()
    for key, names in codes.items():
        frame = frame.join(pl.DataFrame({key: names}), how="cross")
    full = frame.join(counted, on=["place", "time", *chosen], how="inner" if "origin" in chosen else "left")
    absent = [pl.lit(TOTAL).alias(key) for key in dimensions if key not in ("place", "time", *chosen)]
    return full.with_columns(pl.col("count").fill_null(0).cast(pl.Int64), *absent).select(*dimensions, "count")


def _places(people: pl.DataFrame, levels: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """The persons once for each place they are counted in; those with shielded identity in none but the country."""
    shielded = pl.col("municipality") == SHIELDED[0]
    yield people.with_columns(place=pl.lit("F00"))
    if levels:
        yield people.filter(shielded).with_columns(place=pl.lit("F00S"))
        yield people.filter(~shielded).with_columns(place="F" + pl.col("county"))
    if "municipality" in levels:
        yield people.filter(~shielded).with_columns(place="K" + pl.col("municipality"))


def _links(people: pl.DataFrame, period: str | None) -> pl.DataFrame:
    """Municipalities in counties, counties and the shielded in the country, years in their period."""
    shielded = pl.col("municipality") == SHIELDED[0]
    pairs = people.filter(~shielded).select("time", "county", "municipality").unique()
    if period:
        pairs = pl.concat([pairs, pairs.with_columns(time=pl.lit(period)).unique()])
    lower = pairs.select(
        pl.lit("county").alias("family"),
        ("F" + pl.col("county")).alias("whole_place"),
        pl.col("time").alias("whole_time"),
        ("K" + pl.col("municipality")).alias("place"),
        "time",
    )
    upper = pl.concat(
        [
            pairs.select("time", ("F" + pl.col("county")).alias("place")).unique(),
            pairs.select("time", pl.lit("F00S").alias("place")).unique(),
        ]
    ).select(
        pl.lit("country").alias("family"),
        pl.lit("F00").alias("whole_place"),
        pl.col("time").alias("whole_time"),
        "place",
        "time",
    )
    links = pl.concat([lower, upper])
    if period:
        everywhere = pl.concat([_of(links, "place"), _of(links, "whole_place")]).unique()
        years = everywhere.filter(pl.col("time") != period).select(
            pl.lit("period").alias("family"),
            pl.col("place").alias("whole_place"),
            pl.lit(period).alias("whole_time"),
            "place",
            "time",
        )
        links = pl.concat([links, years])
    return links.select(pl.lit("exits").alias("counts"), pl.all()).sort(pl.all())


def _of(links: pl.DataFrame, place: str) -> pl.DataFrame:
    return links.select(pl.col(place).alias("place"), "time")


def persons(number: int, years: int, seed: int) -> pl.DataFrame:
    """Persons who ended: time, county, municipality, sex, age, education, origin, outcome.

    The order of the draws is what makes the tables the same as the ones other tools were measured on.
    """
    rng = np.random.default_rng(seed)
    codes, county, size = _municipalities()
    year = rng.integers(0, years, number)
    share = (
        size[None, :]
        * np.exp(rng.normal(0, 0.35, (years, MUNICIPALITIES)))
        * (rng.random((years, MUNICIPALITIES)) > 0.15)
    )
    share[:, 0] = size[0]
    share /= share.sum(1, keepdims=True)
    cumulated, at = share.cumsum(1), rng.random(number)
    place = np.empty(number, int)
    for one in range(years):
        of_year = year == one
        place[of_year] = np.minimum(np.searchsorted(cumulated[one], at[of_year]), MUNICIPALITIES - 1)
    sex = (rng.random(number) > 0.47).astype(int)
    age = rng.choice(5, number, p=np.array([0.20, 0.22, 0.34, 0.18, 0.06]))
    education = rng.choice(5, number, p=np.array([0.14, 0.36, 0.24, 0.17, 0.09]))
    common = 1 / np.arange(1, len(ORIGINS) + 1) ** 1.3
    origin = rng.choice(len(ORIGINS), number, p=common / common.sum())
    outcome = _outcomes(rng, place, sex, age, education)
    shielded = rng.random(number) < 0.006
    return pl.DataFrame(
        {
            "time": (LAST_YEAR - years + 1 + year).astype(str),
            "county": np.where(shielded, SHIELDED[1], county[place]),
            "municipality": np.where(shielded, SHIELDED[0], codes[place]),
            "sex": np.array(SEXES)[sex],
            "age": np.array(AGES)[age],
            "education": np.array(EDUCATIONS)[education],
            "origin": np.array(ORIGINS)[origin],
            "outcome": np.array(OUTCOMES)[outcome],
        }
    )


Numbers = NDArray[np.int64]


def _outcomes(
    rng: np.random.Generator, place: Numbers, sex: Numbers, age: Numbers, education: Numbers
) -> NDArray[np.int64]:
    """An outcome for each person, by municipality, sex, age and education."""
    of_place, of_sex = rng.normal(0, 0.45, (MUNICIPALITIES, 9)), rng.normal(0, 0.25, (2, 9))
    of_age, of_education = rng.normal(0, 0.3, (5, 9)), rng.normal(0, 0.35, (5, 9))
    base = np.log(np.array([0.27, 0.24, 0.05, 0.14, 0.08, 0.06, 0.08, 0.03, 0.05]))
    chance = base[None] + of_place[place] + of_sex[sex] + of_age[age] + of_education[education]
    drawn: NDArray[np.int64] = (chance - np.log(-np.log(rng.random((len(place), 9))))).argmax(1)
    return drawn


def _municipalities() -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.float64]]:
    """Codes, counties and sizes: a few large, many small, one county with a single one."""
    rng = np.random.default_rng(20240101)
    county = np.empty(MUNICIPALITIES, int)
    county[0] = ALONE
    others = [number for number in range(1, COUNTIES + 2) if number != ALONE][: COUNTIES - 1]
    weights = rng.dirichlet(np.full(COUNTIES - 1, 4.0))
    county[1:] = rng.choice(others, MUNICIPALITIES - 1, p=weights)
    for number, code in enumerate(others):
        county[1 + 4 * number : 5 + 4 * number] = code
    size = np.exp(rng.normal(0, 1.35, MUNICIPALITIES))
    size[0] = 0
    size = size / size.sum() * 0.90
    size[0] = 0.10
    codes, met = [], dict.fromkeys(county.tolist(), 0)
    for number in county.tolist():
        met[number] += 1
        codes.append(f"{number:02d}{met[number]:02d}")
    return np.array(codes), np.array([f"{number:02d}" for number in county.tolist()]), size
