"""What is damaged, changed by hand, unknown or not yet allowed is refused in one sentence, and nothing is left."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from overgang import cli
from overgang.base import edition as editions
from overgang.base import snapshot as snapshots
from overgang.base.cube import Tabulation
from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.folders import canonical
from overgang.base.snapshot import Snapshot
from overgang.cli import workers
from overgang.publish import release
from overgang.publish.build import Order, build
from overgang.publish.checks import RULES, faults

pytestmark = pytest.mark.xdist_group("flow")


def copy(found: Edition, parent: Path) -> Path:
    return Path(shutil.copytree(found.folder, parent / found.folder.name))


def remade(folder: Path) -> Path:
    """The folder with a manifest that fits its files again: what a careful forger would do."""
    manifest = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    manifest["files"] = editions.files_of(folder)
    manifest["id"] = editions.edition_id(manifest)
    (folder / "edition.json").write_text(canonical(manifest), encoding="utf-8")
    return folder.rename(folder.parent / manifest["id"])


def unhide(folder: Path, tabulation: Tabulation) -> None:
    """Prints the true number of one small municipality that is hidden."""
    path = folder / "tables" / "exits.parquet"
    true = tabulation.cube("exits").cells.rename({"count": "true"})
    frame = pl.read_parquet(path).join(true, on=["place", "time", "outcome"], how="left", maintain_order="left")
    small = pl.col("count").is_null() & pl.col("true").is_between(1, 4) & pl.col("place").str.starts_with("K")
    victim = frame.with_row_index().filter(small & (pl.col("outcome") == "work"))["index"][0]
    here = pl.int_range(pl.len()) == victim
    opened = frame.with_columns(
        count=pl.when(here).then("true").otherwise("count"),
        count_state=pl.when(here).then(pl.lit("")).otherwise("count_state"),
    )
    opened.drop("true").write_parquet(path)


def test_a_whole_edition_passes_every_check(edition: Edition) -> None:
    assert faults(edition, workers=workers()) == []


def test_check_refuses_an_edition_with_one_cell_unhidden_by_hand(
    edition: Edition, tabulation: Tabulation, tmp_path: Path
) -> None:
    folder = copy(edition, tmp_path)
    unhide(folder, tabulation)
    with pytest.raises(BadInput, match=r"exits\.parquet is not the file its manifest names"):
        release.check(folder)
    with pytest.raises(BadInput, match="shown though the policy hides it"):
        release.check(remade(folder), workers=workers())


@pytest.mark.parametrize(
    ("rule", "table", "change"),
    [
        ("parts make the whole", "exits", {"count": pl.col("count") + 1}),
        ("percentages are solvable", "exits", {"share": pl.col("share") + 1}),
        ("hidden cells hold no number", "exits", {"count_state": pl.lit(":")}),
        ("one fact has one number", "exits_by_sex", {"count": pl.col("count") + 1}),
        ("country is places and shielded", "participants", {"count": pl.col("count") + 1}),
        ("prose is true", "exits", {"count": pl.col("count") - 1}),
    ],
)
def test_each_rule_finds_the_fault_it_is_for(
    edition: Edition, tmp_path: Path, rule: str, table: str, change: dict[str, pl.Expr]
) -> None:
    assert list(RULES[rule](edition)) == []
    path = tmp_path / f"{table}.parquet"
    total = [pl.col(name) == "total" for name in edition.tables[table].dimensions if name not in ("place", "time")]
    here = pl.all_horizontal((pl.col("place") == "F00U") & (pl.col("time") == "2016"), *total)
    frame = edition.table(table).frame
    frame.with_columns(
        **{name: pl.when(here).then(value).otherwise(pl.col(name)) for name, value in change.items()}
    ).write_parquet(path)
    spoilt = replace(edition, tables={**edition.tables, table: replace(edition.tables[table], path=path)})
    assert list(RULES[rule](spoilt)) != []


def test_a_damaged_edition_is_refused(edition: Edition, tmp_path: Path) -> None:
    folder = copy(edition, tmp_path)
    (folder / "texts.json").unlink()
    with pytest.raises(BadInput, match=r"texts\.json is missing: build the edition anew"):
        editions.read(folder)
    (folder / "edition.json").write_text("{")
    with pytest.raises(BadInput, match="cannot be read as the manifest of an edition"):
        editions.read(folder)


def test_a_damaged_snapshot_is_refused_and_nothing_is_written(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(snapshot.folder, tmp_path / snapshot.folder.name))
    with (folder / "person.parquet").open("r+b") as file:
        file.seek(100)
        file.write(b"\0\0\0\0")
    with pytest.raises(BadInput, match=r"person\.parquet is not the file its manifest names"):
        build(Order(folder), tmp_path / "editions")
    with pytest.raises(BadInput, match="should be named snapshot-"):
        snapshots.read(Path(shutil.copytree(snapshot.folder, tmp_path / "snapshot-000000000000")))
    assert not list((tmp_path / "editions").glob("*"))


def test_an_unknown_year_policy_state_or_edition_is_refused(
    snapshot: Snapshot, edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    with pytest.raises(BadInput, match="not 2031"):
        build(Order(snapshot.folder, year=2031), tmp_path)
    with pytest.raises(BadInput, match="no disclosure policy strict"):
        build(Order(snapshot.folder, policy="strict"), tmp_path)
    with pytest.raises(BadInput, match="no state 'draft'"):
        build(Order(snapshot.folder, state="draft"), tmp_path)
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("OVERGANG_HOME", str(edition.folder.parent.parent))
    assert cli.main(["check", "edition-1999"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("overgang: 'edition-1999' names no edition in ")
    assert told.count("\n") == 1


def test_an_edition_under_embargo_is_not_approved_before_its_time(edition: Edition, tmp_path: Path) -> None:
    folder = copy(edition, tmp_path)
    manifest = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    manifest["embargo"] = "2026-12-01T08:00+01:00"
    (folder / "edition.json").write_text(canonical(manifest), encoding="utf-8")
    held = remade(folder)
    with pytest.raises(BadInput, match="under embargo until 2026-12-01T08:00"):
        release.approve(tmp_path, held.name, now=datetime(2026, 12, 1, 6, 59, tzinfo=UTC), checked=True)
    assert not (tmp_path / editions.POINTER).exists()
    release.approve(tmp_path, held.name, now=datetime(2026, 12, 1, 7, 0, tzinfo=UTC), checked=True)
    assert editions.current(tmp_path) == held
