"""What chance hides is by the secret of the ledger, unless an order brings its own."""

import shutil
from pathlib import Path

import pytest

from overgang.base.edition import Edition
from overgang.base.snapshot import Snapshot
from overgang.demo.tour import SECRET
from overgang.publish import ledgers
from overgang.publish.build import Order, build

pytestmark = pytest.mark.xdist_group("flow")


def test_an_edition_is_made_by_the_secret_of_its_ledger(snapshot: Snapshot, tmp_path: Path) -> None:
    def built(home: str, secret: bytes = b"") -> Edition:
        return build(Order(snapshot.folder, year=2005, secret=secret), tmp_path / home / "editions")

    first = built("one")
    assert not {"primary", "secondary"} & set(first.audit), "how many are small rules out tables"
    path = tmp_path / "one" / ledgers.FOLDER / ledgers.SECRET
    assert path.stat().st_mode & 0o777 == 0o600
    assert not [file for file in first.folder.rglob("*") if file.is_file() and path.read_bytes() in file.read_bytes()]
    shutil.copytree(path.parent, tmp_path / "two" / ledgers.FOLDER, ignore=lambda *_: [first.id])
    assert built("two").id == first.id
    assert built("three", path.read_bytes()).id == first.id
    assert not (tmp_path / "three" / ledgers.FOLDER / ledgers.SECRET).exists()
    others = {built(f"other {n}", SECRET + bytes([n])).id for n in range(3)}
    assert len(others) > 1
