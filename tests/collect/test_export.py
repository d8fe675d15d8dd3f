"""The snapshot: nothing that tells who somebody is, and the same bytes for the same register."""

from datetime import date

import polars as pl
import pytest

from overgang.base import snapshot
from overgang.base.errors import BadInput
from overgang.collect import export
from overgang.collect.export import export_snapshot, pseudonym
from overgang.collect.register import store
from overgang.collect.register.importing import import_csv
from tests.collect.conftest import AS_OF, silent

CANARIES = ["CANARY-LOCAL-1", "CANARY-LOCAL-2", "Kanarifugl Ås", "Kanarifugl"]


@pytest.fixture
def register(files, home):
    import_csv(files, home)
    return home


def test_people_are_pseudonyms(register):
    made = export_snapshot(register, as_of=AS_OF, progress=silent)
    key = store.read(register).key
    persons = pl.read_parquet(made.path("person"))
    assert sorted(persons["person"]) == sorted(pseudonym(local_id, key) for local_id in ("A-1", "A-2", "A-3"))
    assert sorted(persons["birth_year"]) == [1980, 1985, 1990]
    assert set(persons.columns) == set(snapshot.TABLES["person"])


def test_shielded_persons_have_no_unit(register):
    shielded = (
        store.read(register)
        .tables["participation"]
        .with_columns(unit=pl.when(pl.col("local_id") == "A-3").then(pl.lit("K1103")).otherwise("unit"))
    )
    known = store.read(register)
    store.write(register, {**known.tables, "participation": shielded}, synthetic=False, note="", key=known.key)
    made = export_snapshot(register, as_of=AS_OF, progress=silent)
    rows = pl.read_parquet(made.path("participation"))
    hidden = pseudonym("A-3", known.key)
    assert rows.filter(pl.col("person") == hidden)["unit"].to_list() == [None]
    assert rows.filter(pl.col("person") != hidden)["unit"].null_count() == 0


def test_nothing_that_tells_who_somebody_is(files, home):
    for name in ("person", "participation"):
        path = files / f"{name}.csv"
        text = path.read_text(encoding="utf-8").replace("A-1", CANARIES[0]).replace("A-3", CANARIES[1])
        path.write_text(text.replace("Åse Østby", CANARIES[2]), encoding="utf-8")
    import_csv(files, home)
    made = export_snapshot(home, as_of=AS_OF, progress=silent)
    key = store.read(home).key
    unpacked = [str(pl.read_parquet(path).to_dicts()) for path in made.folder.glob("*.parquet")]
    assert any("IN_MOVED" in text for text in unpacked)
    for canary in [*CANARIES, "Per Ås", "Hemmelig", key.hex()]:
        assert all(canary.encode() not in path.read_bytes() for path in made.folder.iterdir())
        assert all(canary not in text for text in unpacked)


def test_same_register_same_bytes(register):
    first = export_snapshot(register, as_of=AS_OF, progress=silent)
    assert export_snapshot(register, as_of=AS_OF, progress=silent) == first
    assert len(list((register / "snapshots").iterdir())) == 1


def test_the_key_stays_when_the_register_is_imported_again(files, register):
    first = export_snapshot(register, as_of=AS_OF, progress=silent)
    import_csv(files, register)
    assert export_snapshot(register, as_of=AS_OF, progress=silent).name == first.name
    assert (register / "register" / "pseudonym.key").stat().st_mode & 0o077 == 0


def test_as_it_stood_on_a_day(register):
    made = export_snapshot(register, as_of=date(2016, 12, 31), progress=silent)
    rows = pl.read_parquet(made.path("participation"))
    assert rows["unit"].to_list().count("K1103") == 1
    assert rows.height == 2
    assert rows["end"].null_count() == rows["end_reason"].null_count() == 2
    assert made.rows["person"] == 2


def test_two_persons_with_one_pseudonym_are_refused(register, monkeypatch):
    monkeypatch.setattr(export, "pseudonym", lambda _local_id, _key: 7)
    with pytest.raises(BadInput, match="the same pseudonym"):
        export_snapshot(register, as_of=AS_OF, progress=silent)
    assert not (register / "snapshots").exists()


def test_no_register(tmp_path):
    with pytest.raises(BadInput, match="is missing"):
        export_snapshot(tmp_path, as_of=AS_OF, progress=silent)


def test_a_damaged_key_is_refused(register):
    (register / "register" / "pseudonym.key").write_text("no key")
    with pytest.raises(BadInput, match="is no key"):
        export_snapshot(register, as_of=AS_OF, progress=silent)
