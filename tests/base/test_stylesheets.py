"""Style sheets are whole: a rule that is not closed takes all after it along, and no browser says so."""

from pathlib import Path

import pytest

import overgang

SHEETS = sorted(Path(overgang.__file__).parent.rglob("*.css"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_block_is_closed(path: Path) -> None:
    depth = 0
    for sign in path.read_text(encoding="utf-8"):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
