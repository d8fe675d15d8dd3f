"""What one method hides another may not show beside it."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from overgang.base.errors import BadInput
from overgang.control import policy
from overgang.publish import release

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three editions, of which only policy and name matter here."""
    policies = {"edition-a": policy(), "edition-b": policy("round3"), "edition-c": policy()}
    for name in policies:
        (tmp_path / name).mkdir()

    def read(folder: Path) -> SimpleNamespace:
        return SimpleNamespace(id=folder.name, policy=policies[folder.name].as_dict(), embargo=None)

    monkeypatch.setattr(release.edition, "read", read)
    return tmp_path


def test_an_edition_by_another_method_than_the_one_shown_is_not_approved(editions: Path) -> None:
    release.approve(editions, "edition-a", now=NOW, checked=True)
    with pytest.raises(BadInput, match="edition-a protects the same cells by suppress, this edition by round3"):
        release.approve(editions, "edition-b", now=NOW, checked=True)
    assert release.edition.current(editions).name == "edition-a"


def test_the_site_shows_no_moved_counts_since_its_pages_would_not_say_so(editions: Path) -> None:
    with pytest.raises(BadInput, match=r"counts of edition-b are moved \(round3\), and the pages do not say so"):
        release.approve(editions, "edition-b", now=NOW, checked=True)


def test_one_by_the_same_method_is(editions: Path) -> None:
    release.approve(editions, "edition-a", now=NOW, checked=True)
    assert release.approve(editions, "edition-c", now=NOW, checked=True).id == "edition-c"
