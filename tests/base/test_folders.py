"""A secret is made once, whoever asks for it at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from overgang.base.folders import secret_in


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / "a.key"
    with ThreadPoolExecutor(16) as several:
        found = set(several.map(lambda _: secret_in(path), range(64)))
    assert len(found) == 1
    assert len(found.pop()) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["a.key"]


def test_a_secret_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_text("as it was", encoding="ascii")
    assert secret_in(path) == "as it was"
    assert secret_in(tmp_path / "b.key") != secret_in(tmp_path / "c.key")
