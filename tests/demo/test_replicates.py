"""A replicate is the same alone or among others, by any number of processes; each has the published counts."""

from hashlib import sha256

import polars as pl
import pytest

from overgang.base.errors import BadInput
from overgang.cli import main
from overgang.demo.country import NOTE
from overgang.demo.histories import NUMBERS
from overgang.demo.layers import TRUTH
from overgang.demo.replicates import LAYERS, write_replicate, write_replicates
from tests.demo.conftest import silent

pytestmark = pytest.mark.xdist_group("country 2007")


def files(folder):
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def alone(plan, tmp_path_factory):
    """Three replicates, the last first."""
    folder = tmp_path_factory.mktemp("alone")
    for replicate in (2, 0, 1):
        write_replicate(plan, replicate, folder, LAYERS)
    return folder


def test_three_processes_make_the_same_bytes(alone, tmp_path):
    write_replicates(tmp_path, seed=2007, first=0, number=3, layers=LAYERS, workers=3, progress=silent)
    made = files(tmp_path)
    assert {name: digest for name, digest in made.items() if name.count("/") == 2} == files(alone)
    assert {name for name in made if name.count("/") < 2} == {"about.json", "effects/unit.parquet"}
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json", ".parquet"}


def test_two_processes_and_a_part_of_them_make_the_same_bytes(alone, tmp_path, capsys):
    command = ["demo", "register", "--to", str(tmp_path / "new"), "--seed", "2007", "--workers", "2"]
    assert main([*command, "--first", "1", "--replicates", "2"]) == 0
    assert "2 replicates are in" in capsys.readouterr().out
    made, known = files(tmp_path / "new" / "truth"), files(alone / "truth")
    assert set(made) == {f"{table}/{replicate:04d}.parquet" for table in TRUTH for replicate in (1, 2)}
    assert made == {name: known[name] for name in made}


def test_every_file_says_that_it_is_synthetic(alone):
    for path in alone.rglob("*.parquet"):
        metadata = pl.read_parquet_metadata(path)
        assert (metadata["note"], metadata["synthetic"]) == (NOTE, "true")


def ended(rows, year):
    """How many ended in a year, those who went on elsewhere in it left out."""
    went_on = rows.select(participation="previous", on=pl.col("start").dt.year()).drop_nulls()
    of_year = rows.filter(pl.col("end").dt.year() == year)
    return of_year.join(went_on.filter(on=year), on="participation", how="anti").height


def test_replicates_differ_but_for_what_was_published(alone):
    first, second = (pl.read_parquet(alone / "truth" / "participation" / f"{r:04d}.parquet") for r in (0, 1))
    assert not first["start"].equals(second["start"])
    assert second["participation"].min() == NUMBERS
    for year in range(2004, 2025):
        assert ended(first, year) == ended(second, year)
    persons = [pl.read_parquet(alone / "truth" / "person" / f"{r:04d}.parquet") for r in (0, 1)]
    assert not persons[0]["birth_date"].equals(persons[1]["birth_date"])


def test_replicates_together_are_one_table(alone):
    everybody = pl.scan_parquet(alone / "truth" / "person" / "*.parquet").select("person").collect()["person"]
    assert everybody.n_unique() == len(everybody) > 360_000


@pytest.mark.parametrize(
    ("number", "first", "layers", "message"),
    [
        (0, 0, LAYERS, "Replicates 0 to -1 were asked for: choose within 0 to 1999"),
        (1, -1, LAYERS, "Replicates -1 to -1"),
        (1, 2000, LAYERS, "Replicates 2000 to 2000"),
        (1, 0, ("lies",), "There is no layer 'lies': choose among truth, register"),
    ],
)
def test_wrong_numbers_and_layers(tmp_path, number, first, layers, message):
    with pytest.raises(BadInput, match=message):
        write_replicates(
            tmp_path / "new", seed=1, first=first, number=number, layers=layers, workers=1, progress=silent
        )
    assert not (tmp_path / "new").exists()


def test_a_place_that_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="file cannot be written"):
        write_replicates(tmp_path / "file", seed=1, first=0, number=1, layers=LAYERS, workers=1, progress=silent)


def test_a_folder_with_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="holds something else"):
        write_replicates(tmp_path, seed=1, first=0, number=1, layers=LAYERS, workers=1, progress=silent)
    (tmp_path / "about.json").write_text('{"seed": 2}', encoding="utf-8")
    with pytest.raises(BadInput, match="replicates of the seed 2, not 1"):
        write_replicates(tmp_path, seed=1, first=0, number=1, layers=LAYERS, workers=1, progress=silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["about.json", "letter.txt"]
