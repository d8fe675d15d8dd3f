"""The same tabulation in plain loops over lists of dicts: slow, short, and written apart from the fast engine.

Every figure is computed twice. It shares with the fast engine the vocabulary (`base`), the indicators and the table
designs, and nothing of how they are applied.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, NamedTuple

import polars as pl

from overgang.base.codes import NOT_REGISTERED, age_group, codelist, end_reason, outcome_of
from overgang.base.cube import Cube, Tabulation, Tree
from overgang.base.periods import period_of, years_of
from overgang.base.places import Kind, gazetteer
from overgang.base.snapshot import Snapshot
from overgang.compute.indicators import version_for
from overgang.compute.indicators.variants import variant
from overgang.compute.spells import last_year
from overgang.compute.tables import TableDesign
from overgang.compute.tables import designs as bundled

Row = dict[str, Any]
Key = tuple[str, ...]
ENDLESS = date(9999, 12, 31)
TOTAL = "total"
INNER = ("sex", "age", "education", "origin", "outcome")


class Spell(NamedTuple):
    """One participation as it stood on the day of the snapshot; the order of the fields is the order of spells."""

    start: date
    end: date
    unit: str
    reason: str


class Counts(NamedTuple):
    """`people[place, year]`, and `ended[place, year]` by (sex, age, education, origin, outcome), all of them leaves."""

    people: Counter[tuple[str, int]]
    ended: dict[tuple[str, int], Counter[Key]]


def tabulate(
    snapshot: Snapshot, designs: Sequence[TableDesign] | None = None, *, through: int | None = None
) -> Tabulation:
    """As `overgang.compute.tabulate`, of which it is the measure."""
    tables = {name: pl.read_parquet(snapshot.path(name)).to_dicts() for name in snapshot.rows}
    last = last_year(snapshot, through)
    wanted = bundled() if designs is None else tuple(designs)
    counts = count(tables, snapshot.as_of, last)
    people = with_answers(counts.people, tables["annual_return"], last)
    pooled = periods(counts, last)
    cubes = tuple(_cube(design, counts, people, pooled) for design in wanted)
    found = sorted({*_links(wanted, counts.people, pooled, "exits"), *_links(wanted, people, {}, "participants")})
    names = ("counts", "family", "whole_place", "whole_time", "place", "time")
    frame = pl.DataFrame(found, schema=dict.fromkeys(names, pl.String()), orient="row")
    return Tabulation(cubes=cubes, trees=_trees(cubes), links=frame)


def count(tables: Mapping[str, list[Row]], as_of: date, last: int) -> Counts:
    """Goes through every year and person and asks, place by place, for the last participation there."""
    spells: dict[int, list[Spell]] = defaultdict(list)
    persons = {row["person"]: row for row in tables["person"]}
    for row in tables["participation"]:
        spells[row["person"]].append(_spell(row, as_of, persons[row["person"]]["shielded"]))
    answered = {(row["unit"], row["year"]) for row in tables["annual_return"]}
    counts = Counts(Counter(), defaultdict(Counter))
    for year in range(2004, last + 1):
        for id, all_spells in spells.items():
            there = [spell for spell in all_spells if spell.start.year <= year <= spell.end.year]
            for place, final in _last_by_place(there, persons[id], year, answered).items():
                counts.people[place, year] += 1
                if final.end.year == year and _in_base(final, year):
                    counts.ended[place, year][_leaves(persons[id], final, year)] += 1
    return counts


def _spell(row: Row, as_of: date, shielded: bool) -> Spell:
    over = row["end"] is not None and row["end"] <= as_of
    unit = "" if shielded else row["unit"]
    return Spell(row["start"], row["end"] if over else ENDLESS, unit, (row["end_reason"] or "") if over else "")


def _last_by_place(spells: list[Spell], person: Row, year: int, answered: set[tuple[str, int]]) -> dict[str, Spell]:
    by_place: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        for place in _places(spell, person, year, answered):
            by_place[place].append(spell)
    return {place: max(found) for place, found in by_place.items()}


def _places(spell: Spell, person: Row, year: int, answered: set[tuple[str, int]]) -> tuple[str, ...]:
    """Every place a person counts in by a participation; none if the unit did not answer in a survey year."""
    if person["shielded"]:
        return ("F00", "F00S")
    unit = gazetteer().carried(spell.unit, year)
    if version_for("exits", year).population_in(year) == "answered" and (unit, year) not in answered:
        return ()
    above = gazetteer().parent(unit, year)
    assert above is not None
    if above.startswith("F"):
        return ("F00", "F00U", above, unit)
    return ("F00", "F00U", str(gazetteer().parent(above, year)), above, unit)


def _in_base(spell: Spell, year: int) -> bool:
    return variant(version_for("exits", year).base_in(year)).counts(spell.reason or NOT_REGISTERED)


def _leaves(person: Row, spell: Spell, year: int) -> Key:
    outcome = end_reason(spell.reason or NOT_REGISTERED).outcome[version_for("exits", year).id]
    assert outcome == outcome_of(spell.reason or None, version_for("exits", year).id)
    return person["sex"], age_group(year - person["birth_year"]), person["education"], person["origin"], outcome


def with_answers(people: Counter[tuple[str, int]], returns: list[Row], last: int) -> Counter[tuple[str, int]]:
    """Participants with the units' own numbers in the years in which the annual return is the source."""
    found = Counter(people)
    for year in range(2004, last + 1):
        survey = version_for("participants.year", year).survey_in(year)
        if survey is None:
            continue
        shielded = people["F00S", year]
        for place, _ in [key for key in found if key[1] == year]:
            found[place, year] = 0
        found["F00", year] = found["F00S", year] = shielded
        for row in returns:
            if row["year"] == year and row["item"] == survey.item and row["answer"] in ("value", "zero"):
                for place in _above(row["unit"], year):
                    found[place, year] += row["value"] or 0
    return Counter({key: number for key, number in found.items() if number > 0})


def _above(unit: str, year: int) -> Iterator[str]:
    """A unit and all places it is in."""
    place: str | None = unit
    while place is not None:
        yield place
        if place == "F00":
            yield "F00U"
        place = gazetteer().parent(place, year)


def periods(counts: Counts, last: int) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """(place, period) -> the (place, year) whose exits it sums, for every period that is over by `last`."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    divided = {year: _divided(year) for year in range(2004, last + 1) if year == years_of(period_of(year))[-1]}
    for place, year in counts.people:
        if _level(place) not in ("municipality", "city_district"):
            continue
        end = years_of(period_of(year))[-1]
        if end <= last and (target := gazetteer().carried(place, end)) not in divided[end]:
            found[target, period_of(year)].append((place, year))
    return found


def _divided(end: int) -> set[str]:
    """The places of `end` that got a part of a place that was divided in the period."""
    places = [place for kind in (Kind.MUNICIPALITY, Kind.CITY_DISTRICT) for y in (end - 2, end - 1) for place in
              ((p.id, y) for p in gazetteer().in_year(y, kind))]  # fmt: skip
    shares = [gazetteer().to_borders(id, year, end) for id, year in places if not gazetteer().exact(id, year, end)]
    return {heir for found in shares for heir, _ in found}


def _level(place: str) -> str:
    if place in ("F00", "F00U", "F00S"):
        return place
    return {"F": "county", "K": "municipality", "B": "city_district"}[place[0]]


def _cube(
    design: TableDesign,
    counts: Counts,
    people: Counter[tuple[str, int]],
    pooled: Mapping[tuple[str, str], list[tuple[str, int]]],
) -> Cube:
    cells: dict[Key, int]
    if design.counts == "participants":
        cells = {(place, str(year)): number for (place, year), number in people.items() if _shown(design, place)}
    elif design.time == "period":
        cells = _cells(design, {key: _summed(counts, members) for key, members in pooled.items()})
    else:
        cells = _cells(design, {(place, str(year)): counts.ended[place, year] for place, year in counts.people})
    rows = [(*key, number) for key, number in sorted(cells.items())]
    schema = {**dict.fromkeys(design.dimensions, pl.String()), "count": pl.Int64()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return Cube(table=design.id, counts=design.counts, dimensions=design.dimensions, cells=frame)


def _summed(counts: Counts, members: Iterable[tuple[str, int]]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for member in members:
        total.update(counts.ended[member])
    return total


def _shown(design: TableDesign, place: str) -> bool:
    return _level(place) in design.levels


def _cells(design: TableDesign, ended: Mapping[tuple[str, str], Counter[Key]]) -> dict[Key, int]:
    """Every combination of codes for every place row of the table, and how many of those who ended are in it."""
    inner = design.dimensions[2:]
    rows = {row: found for row, found in ended.items() if _shown(design, row[0])}
    came_from = {(time, key[INNER.index("origin")]) for (_, time), found in rows.items() for key in found}
    cells: Counter[Key] = Counter()
    for place, time in rows:
        for codes in product(*(_codes(design, name) for name in inner)):
            origin = codes[inner.index("origin")] if "origin" in inner else TOTAL
            if origin == TOTAL or (time, origin) in came_from:
                cells[place, time, *codes] = 0
    for (place, time), found in rows.items():
        for key, number in found.items():
            for codes in product(*(_wholes(name, key[INNER.index(name)]) for name in inner)):
                if (place, time, *codes) in cells:
                    cells[place, time, *codes] += number
    return dict(cells)


def _codes(design: TableDesign, dimension: str) -> Sequence[str]:
    listed = {"outcome": design.outcomes, "age": design.ages}.get(dimension)
    return listed or codelist(dimension).codes


def _wholes(dimension: str, code: str) -> list[str]:
    """The code, and every whole it is a part of, however far up."""
    found = [code]
    for whole, parts in codelist(dimension).parts.items():
        if code in parts:
            found += _wholes(dimension, whole)
    return found


def _links(
    designs: Sequence[TableDesign],
    people: Mapping[tuple[str, int], int],
    pooled: Mapping[tuple[str, str], list[tuple[str, int]]],
    counts: str,
) -> Iterator[Key]:
    mine = [design for design in designs if design.counts == counts]
    shown = {level for design in mine for level in design.levels if design.time == "year"}
    pooled_shown = {level for design in mine for level in design.levels if design.time == "period"}
    for place, year in people:
        for family, whole in _wholes_of(place, year, shown):
            yield counts, family, whole, str(year), place, str(year)
    for (target, period), members in pooled.items():
        if _level(target) in pooled_shown and _level(target) in shown:
            for place, year in members:
                yield counts, "period", target, period, place, str(year)


def _wholes_of(place: str, year: int, shown: set[str]) -> Iterator[tuple[str, str]]:
    """The family and the whole of every equation a place is a part of, if all its parts are in some table."""
    level = _level(place)
    if level in ("F00U", "F00S") and {"F00", "F00U", "F00S"} <= shown:
        yield "shielded", "F00"
    if level == "county" and {"county", "F00U"} <= shown:
        yield "country", "F00U"
    if level == "municipality" and {"municipality", "county"} <= shown:
        yield "county", str(gazetteer().parent(place, year))
    if level == "city_district" and {"city_district", "municipality"} <= shown:
        yield "districts", str(gazetteer().parent(place, year))


def _trees(cubes: Iterable[Cube]) -> tuple[Tree, ...]:
    codes: dict[str, set[str]] = defaultdict(set)
    for cube in cubes:
        for row in cube.cells.to_dicts():
            for name in cube.dimensions[2:]:
                codes[name].add(row[name])
    trees = []
    for name in INNER:
        parts = {}
        for whole, found in codelist(name).parts.items():
            there = tuple(part for part in found if part in codes[name])
            if whole in codes[name] and there:
                parts[whole] = there
        if parts:
            trees.append(Tree(name, parts))
    return tuple(trees)
