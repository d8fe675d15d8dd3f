"""An invented country: persons who ended, counted by plain loops into the tables of an edition.

Municipalities K<county><nn> in a few counties, three years of one period. Nobody moves, so nothing overlaps, and a few
persons are shielded.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import polars as pl

from overgang.base.cube import Cube, Tabulation, Tree

YEARS = ("2016", "2017", "2018")
PERIOD = "2016-2018"
SEXES = ("F", "M")
AGES = ("18-25", "26-35", "36-45", "46-55", "56+")
OUTCOMES = {"work": "work_edu", "education": "work_edu", "moved": "no_transition", "health": "no_transition"}
TREES = (
    Tree("sex", {"total": SEXES}),
    Tree("age", {"total": AGES}),
    Tree(
        "outcome",
        {
            "total": ("work_edu", "no_transition"),
            "work_edu": ("work", "education"),
            "no_transition": ("moved", "health"),
        },
    ),
)


@dataclass(frozen=True)
class Person:
    place: str | None
    year: str
    sex: str
    age: str
    outcome: str


def country(seed: int, counties: int = 3, largest: int = 40, shielded: int = 8) -> list[Person]:
    """Persons in municipalities of very different size."""
    rng = random.Random(seed)
    people = []
    for county in range(1, counties + 1):
        for number in range(rng.randint(3, 9)):
            place = f"K{county:02d}{number + 1:02d}"
            size = int(largest ** rng.random())
            for year in YEARS:
                people += [person(rng, place, year) for _ in range(rng.randint(0, size))]
    people += [person(rng, None, rng.choice(YEARS)) for _ in range(shielded)]
    return people


def person(rng: random.Random, place: str | None, year: str) -> Person:
    outcome = rng.choices(tuple(OUTCOMES), weights=(5, 4, 3, 1))[0]
    return Person(place, year, rng.choice(SEXES), rng.choices(AGES, weights=(4, 6, 4, 2, 1))[0], outcome)


def tabulate(people: Iterable[Person]) -> Tabulation:
    """The cubes of an edition, by loops."""
    people = list(people)
    rows = sorted({(place, p.year) for p in people for place in places(p)})
    two = ("total", "work_edu", "no_transition")
    three = (*two, "work", "education")
    everything = (*three, "moved", "health")
    counted: Counter[tuple[str, ...]] = Counter()
    for p in people:
        for place, sex, age, outcome in product(places(p), (p.sex, "total"), (p.age, "total"), outcomes(p)):
            counted[place, p.year, sex, age, outcome] += 1
    inner = [(place, year) for place, year in rows if place not in ("F00", "F00S")]
    upper = [(place, year) for place, year in inner if place[0] == "F"]
    cubes = (
        cube(
            "exits",
            [(place, year, "total", "total", o) for (place, year) in rows for o in three],
            ("outcome",),
            counted,
        ),
        cube(
            "exits_by_sex",
            [(*r, s, "total", o) for r in inner for s in ("total", *SEXES) for o in two],
            ("sex", "outcome"),
            counted,
        ),
        cube(
            "exits_by_age",
            [(*r, "total", a, o) for r in inner for a in ("total", *AGES) for o in two],
            ("age", "outcome"),
            counted,
        ),
        cube("exits_by_outcome", [(*r, "total", "total", o) for r in upper for o in everything], ("outcome",), counted),
        pooled(inner, two, counted),
    )
    return Tabulation(cubes=cubes, trees=TREES, links=links(rows))


def places(p: Person) -> tuple[str, ...]:
    return ("F00", "F00S") if p.place is None else ("F00", "F00U", f"F{p.place[1:3]}", p.place)


def outcomes(p: Person) -> tuple[str, ...]:
    return ("total", OUTCOMES[p.outcome], p.outcome)


NAMES = ("place", "time", "sex", "age", "outcome")


def cube(
    table: str, keys: list[tuple[str, ...]], breakdown: tuple[str, ...], counted: Counter[tuple[str, ...]]
) -> Cube:
    dimensions = ("place", "time", *breakdown)
    rows = sorted([*(key[NAMES.index(d)] for d in dimensions), counted[key]] for key in keys)
    frame = pl.DataFrame(rows, schema={**dict.fromkeys(dimensions, pl.String), "count": pl.Int64}, orient="row")
    return Cube(table=table, counts="exits", dimensions=dimensions, cells=frame)


def pooled(inner: list[tuple[str, str]], two: tuple[str, ...], counted: Counter[tuple[str, ...]]) -> Cube:
    sums: Counter[tuple[str, ...]] = Counter()
    for place, year in inner:
        for outcome in two if place[0] == "K" else ():
            sums[place, PERIOD, "total", "total", outcome] += counted[place, year, "total", "total", outcome]
    return cube("exits_three_years", list(sums), ("outcome",), sums)


def links(rows: list[tuple[str, str]]) -> pl.DataFrame:
    found = []
    for place, year in rows:
        if place[0] == "K":
            found.append(("exits", "county", f"F{place[1:3]}", year, place, year))
            found.append(("exits", "period", place, PERIOD, place, year))
        elif place in ("F00U", "F00S"):
            found.append(("exits", "shielded", "F00", year, place, year))
        elif place != "F00":
            found.append(("exits", "country", "F00U", year, place, year))
    names = ("counts", "family", "whole_place", "whole_time", "place", "time")
    return pl.DataFrame(sorted(found), schema=dict.fromkeys(names, pl.String), orient="row")
