"""An edition is attacked, and built, together with what was told elsewhere."""

from pathlib import Path

import polars as pl
import pytest

from overgang.base.cube import percent
from overgang.base.errors import BadInput
from overgang.base.snapshot import Snapshot
from overgang.demo.tour import SECRET
from overgang.publish import ledgers, release
from overgang.publish.build import Order, build

pytestmark = pytest.mark.xdist_group("flow")

HEAD = "place,time,outcome,says,source\n"


def test_a_share_in_a_newspaper_gives_a_small_count_away_and_the_next_edition_knows(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    """Of a municipality that shows how many ended, and hides how many of them went to work or education, a newspaper
    tells the percentage: that is the number."""
    first = build(Order(snapshot.folder, secret=SECRET, year=2005), tmp_path / "editions")
    true = pl.read_parquet(tmp_path / ledgers.FOLDER / first.id / "exits.parquet")
    place, some, ended = hidden_share(first.table("exits").frame, true)
    told = tmp_path / "told.csv"
    told.write_text(f"{HEAD}{place},2005,work_edu,{percent(some, ended)} %,the paper\n", encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        release.check(first.folder, told=told)
    assert f"exits {place} 2005 work_edu: can be worked out, exactly {some}" in str(raised.value)
    assert f"x exits {place} 2005 {ended}" in str(raised.value)
    assert "(the paper)" in str(raised.value)

    told.write_text(f"{HEAD}{place},2005,,at most {2 * ended},a speech\n", encoding="utf-8")
    second = build(Order(snapshot.folder, secret=SECRET, year=2005, told=told), tmp_path / "editions")
    assert (first.audit["statements"], second.audit["statements"]) == (0, 1)
    told.write_text(f"{HEAD}{place},2005,,at most {ended - 1},a speech\n", encoding="utf-8")
    with pytest.raises(BadInput, match=rf"^at most {ended - 1}: exits {place} 2005 \(a speech\): the counts of this"):
        build(Order(snapshot.folder, secret=SECRET, year=2005, told=told), tmp_path / "editions")


def hidden_share(shown: pl.DataFrame, true: pl.DataFrame) -> tuple[str, int, int]:
    """A municipality, how many went to work or education, which is hidden and small, and how many ended, which is not;
    so few that a whole percentage tells the number."""
    keys = ["place", "time", "outcome"]
    both = shown.join(true.rename({"count": "true"}), on=keys).filter(pl.col("place").str.starts_with("K"))
    some = both.filter(pl.col("count").is_null() & pl.col("true").is_between(1, 4), outcome="work_edu")
    ended = both.filter(pl.col("count").is_between(5, 60), outcome="total").select("place", "time", ended="count")
    row = some.join(ended, on=["place", "time"]).sort("place").row(0, named=True)
    return row["place"], row["true"], row["ended"]
