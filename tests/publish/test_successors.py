"""An edition after another is protected together with it."""

import shutil
from pathlib import Path

import pytest

from overgang.base.errors import BadInput
from overgang.base.snapshot import Snapshot
from overgang.demo.tour import SECRET
from overgang.publish import ledgers
from overgang.publish.build import Order, build

pytestmark = pytest.mark.xdist_group("flow")


def test_an_edition_knows_what_the_ones_before_it_told(snapshot: Snapshot, tmp_path: Path) -> None:
    parent = tmp_path / "editions"
    first = build(Order(snapshot.folder, secret=SECRET, year=2005, state="preliminary"), parent)
    second = build(Order(snapshot.folder, secret=SECRET, year=2006, predecessor=first.folder), parent)
    third = build(Order(snapshot.folder, secret=SECRET, year=2007, predecessor=second.folder), parent)
    assert (first.audit["together_with"], first.audit["findings"]) == ([], 0)
    assert (third.audit["together_with"], third.audit["findings"]) == ([second.id, first.id], 0)
    for table in first.tables:
        keys = list(first.table(table).dimensions)
        then = first.table(table).frame.select(*keys, "count")
        both = third.table(table).frame.select(*keys, "count").join(then, on=keys, suffix="_then")
        assert both.height == then.height
        assert both.filter(both["count"].is_null() != both["count_then"].is_null()).is_empty()
    shutil.rmtree(tmp_path / ledgers.FOLDER / first.id)
    with pytest.raises(BadInput, match=f"cannot be protected together with {first.id}: put the ledger back"):
        build(Order(snapshot.folder, secret=SECRET, year=2007, predecessor=second.folder), parent)
