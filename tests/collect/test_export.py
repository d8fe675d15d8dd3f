"""The snapshot: nothing that tells who somebody is, and the same bytes for the same register."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from overgang.base import snapshot
from overgang.base.errors import BadInput
from overgang.collect import export
from overgang.collect.export import freeze, pseudonym
from overgang.collect.register import schema
from overgang.collect.register.schema import Register
from tests.collect.conftest import AS_OF, silent

KEY = bytes(range(32))


def rows(table: str, *values: tuple) -> pl.DataFrame:
    return pl.DataFrame(values, schema=schema.empty(table).schema, orient="row")


@pytest.fixture
def register() -> Register:
    person = rows(
        "person",
        ("A-1", "Åse Østby", date(1980, 10, 24), "F", "SO", "none", False),
        ("A-2", "Per Ås", date(1990, 1, 2), "M", "UA", "higher", False),
        ("A-3", "Hemmelig Person", date(1985, 4, 3), "M", "SY", "unknown", True),
    )
    first, last = date(2015, 2, 1), date(2017, 1, 31)
    participation = rows(
        "participation",
        ("A-1", "K1103", "INTRO_2004", first, last, "CO_WORK_GT29", "municipality"),
        ("A-1", "B030103", "INTRO_2004", date(2017, 3, 1), None, None, None),
        ("A-2", "K4601", "COLLECTIVE_PROTECTION_2022", date(2022, 9, 1), date(2023, 5, 31), None, "automatic"),
        ("A-3", "K1103", "INTRO_2004", date(2016, 1, 10), date(2017, 6, 30), "IN_MOVED", "municipality"),
    )
    tables = schema.whole({"person": person, "participation": participation})
    return Register(tables, synthetic=False, note="", key=KEY)


@pytest.fixture
def made(register, tmp_path):
    return freeze(register, tmp_path, as_of=AS_OF, progress=silent)


def test_people_are_pseudonyms(made):
    persons = pl.read_parquet(made.path("person"))
    assert sorted(persons["person"]) == sorted(pseudonym(local_id, KEY) for local_id in ("A-1", "A-2", "A-3"))
    assert sorted(persons["birth_year"]) == [1980, 1985, 1990]
    assert set(persons.columns) == set(snapshot.TABLES["person"])


def test_shielded_persons_have_no_unit(made):
    rows = pl.read_parquet(made.path("participation"))
    hidden = pseudonym("A-3", KEY)
    assert rows.filter(pl.col("person") == hidden)["unit"].to_list() == [None]
    assert rows.filter(pl.col("person") != hidden)["unit"].null_count() == 0


def test_same_register_same_bytes(register, made, tmp_path):
    turned = {name: table.reverse() for name, table in register.tables.items()}
    assert freeze(replace(register, tables=turned), tmp_path, as_of=AS_OF, progress=silent) == made
    assert len(list(tmp_path.iterdir())) == 1


def test_as_it_stood_on_a_day(register, tmp_path):
    made = freeze(register, tmp_path, as_of=date(2016, 12, 31), progress=silent)
    rows = pl.read_parquet(made.path("participation"))
    assert rows["unit"].to_list().count("K1103") == 1
    assert rows.height == 2
    assert rows["end"].null_count() == rows["end_reason"].null_count() == 2
    assert made.rows["person"] == 2


def test_two_persons_with_one_pseudonym_are_refused(register, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "pseudonym", lambda _local_id, _key: 7)
    with pytest.raises(BadInput, match="the same pseudonym"):
        freeze(register, tmp_path / "new", as_of=AS_OF, progress=silent)
    assert not (tmp_path / "new").exists()
