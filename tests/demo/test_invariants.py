"""Whatever the seed: no logical fault, and the same seed gives the same bytes."""

import itertools
from collections import defaultdict
from datetime import date

import polars as pl
import pytest

from overgang.base.places import gazetteer
from overgang.collect.export import freeze
from overgang.collect.register import schema
from overgang.collect.register.schema import Register
from overgang.demo.country import AS_OF, NOTE, generate, register, synthetic_key, write_layers
from tests.demo.conftest import OTHER, silent
from tests.demo.plain import Country, county, work_edu
from tests.demo.published import COUNTIES_2007, COUNTIES_2016

pytestmark = pytest.mark.xdist_group("country 2007")


def test_days_are_in_order_and_nothing_overlaps(country):
    of_person = defaultdict(list)
    for row in country.participations:
        assert row["end"] is None or row["start"] <= row["end"] <= AS_OF
        assert date(2004, 1, 1) <= row["start"] <= AS_OF
        of_person[row["local_id"]].append((row["start"], row["end"] or date.max))
    for spells in of_person.values():
        spells.sort()
        assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(spells))


def test_everybody_has_participated_and_is_of_age(country):
    assert {row["local_id"] for row in country.participations} == set(country.persons)
    for row in country.participations:
        assert 17 <= row["start"].year - country.persons[row["local_id"]]["birth_date"].year <= 62


def test_units_are_valid_at_the_start_and_carried_on(country):
    units = {year: {place.id for place in gazetteer().units(year)} for year in range(2004, 2025)}
    for row in country.participations:
        assert row["unit"] in units[row["start"].year]
        if row["end"]:
            assert gazetteer().carried(row["unit"], row["end"].year) in units[row["end"].year]


def test_moves_go_elsewhere_within_two_hundred_days(country):
    of_person = defaultdict(list)
    for row in country.participations:
        of_person[row["local_id"]].append(row)
    moved = [sorted(rows, key=lambda row: row["start"]) for rows in of_person.values() if len(rows) > 1]
    assert len(moved) > 3000
    for rows in moved:
        for earlier, later in itertools.pairwise(rows):
            assert earlier["end_reason"] == "IN_MOVED"
            assert earlier["unit"] != later["unit"]
            assert (later["start"] - earlier["end"]).days <= 200


def test_shielded_are_few_and_not_in_2007(country):
    hidden = [row for row in country.participations if country.persons[row["local_id"]]["shielded"]]
    assert 0.005 < len(hidden) / len(country.participations) < 0.009
    assert not any(row["start"].year <= 2007 and (row["end"] is None or row["end"].year >= 2007) for row in hidden)


def test_reasons_are_missing_now_and_then_from_2016_on(country):
    ended = [row for row in country.participations if row["end"]]
    assert all(row["end_reason"] for row in ended if row["end"].year < 2016)
    late = [row for row in ended if row["end"].year >= 2016]
    assert 0.02 < sum(row["end_reason"] is None for row in late) / len(late) < 0.04
    assert all(row["end_reason"] is None for row in country.participations if row["end"] is None)


def test_regimes_by_date(country):
    for row in country.participations:
        if row["regime"] == "COLLECTIVE_PROTECTION_2022":
            assert row["start"] >= date(2022, 6, 15)
            assert country.persons[row["local_id"]]["origin"] == "UA"
        elif row["start"] < date(2021, 1, 1):
            assert row["regime"] == "INTRO_2004"


def test_many_municipalities_have_few_or_none(country):
    people = defaultdict(set)
    for row in country.of_year(2014):
        people[row["place"]].add(row["local_id"])
    units = gazetteer().units(2014)
    few = sum(0 < len(people[place.id]) < 10 for place in units)
    none = sum(not people[place.id] for place in units)
    assert few > 40
    assert none > 10


def test_tables_are_as_the_schema_says(tables):
    for name, columns in schema.TABLES.items():
        frame = schema.fitted(name, tables[name])
        for column, kind in columns.items():
            assert kind.optional or frame[column].null_count() == 0


def test_same_seed_same_bytes(other, tmp_path):
    anew = register(generate(OTHER, silent), OTHER)
    made = Register(other, synthetic=True, note=NOTE, key=synthetic_key(OTHER))
    first, second = (
        freeze(one, tmp_path / name, as_of=AS_OF, progress=silent) for name, one in (("a", made), ("b", anew))
    )
    assert first.name == second.name
    for table in ("person", "participation", "annual_return"):
        assert first.path(table).read_bytes() == second.path(table).read_bytes()
    assert schema.content(other) == schema.content(anew.tables)
    assert second.synthetic
    assert second.note == NOTE


def test_the_layers_lie_apart_and_say_what_they_are(made, tmp_path):
    for _ in range(2):
        write_layers(tmp_path, made, 2007)
    assert [path.name for path in tmp_path.iterdir()] == ["synthetic"]
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet"))
    assert "synthetic/truth/person.parquet" in files
    assert "synthetic/labels/register.parquet" in files
    assert pl.read_parquet_metadata(tmp_path / files[0])["note"] == NOTE


def test_another_seed_is_another_country_with_the_same_figures(tables, other):
    assert not other["participation"].equals(tables["participation"])
    counted = Country(other)
    found = {
        year: {code: (len(rows), work_edu(rows)) for code, rows in counted.exits(year, county).items()}
        for year in (2007, 2016)
    }
    assert found[2007] == {code: row[1:] for code, row in COUNTIES_2007.items()}
    assert found[2016] == {code: (n, work + education) for code, (n, work, education) in COUNTIES_2016.items()}
