"""Comments of units in an edition: as they were released, by year, kept by the editions after it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.snapshot import Snapshot
from overgang.demo.tour import SECRET
from overgang.publish.build import Order, build
from overgang.publish.checks import faults
from overgang.publish.comments import read_comments

pytestmark = pytest.mark.xdist_group("flow")

QUESTION = {
    "number": 1,
    "text": {"nb": "Hva virker?", "nn": "Kva verkar?", "en": "What works?"},
    "answers": [{"unit": 2, "text": "Arbeid fra første dag."}],
}


def written(folder: Path, year: int = 2005, questions: Any = (QUESTION,), **more: Any) -> Path:
    path = folder / f"comments-{year}.json"
    path.write_text(json.dumps({"year": year, "questions": list(questions), **more}), encoding="utf-8")
    return path


def test_an_edition_holds_the_comments_and_its_successor_keeps_them(snapshot: Snapshot, tmp_path: Path) -> None:
    parent = tmp_path / "editions"
    first = build(
        Order(snapshot.folder, secret=SECRET, year=2005, comments=(written(tmp_path, secret="K5001"),)), parent
    )
    assert first.comments == {"2005": [QUESTION]}
    assert "K5001" not in (first.folder / "comments.json").read_text(encoding="utf-8")
    assert faults(first, workers=1) == []
    second = build(Order(snapshot.folder, secret=SECRET, year=2006, predecessor=first.folder), parent)
    assert second.comments == first.comments


def test_an_edition_without_comments_has_none(edition: Edition) -> None:
    assert edition.comments == {}
    assert not (edition.folder / "comments.json").exists()


@pytest.mark.parametrize(
    "questions",
    [
        [{"number": 1}],
        [{**QUESTION, "text": {"nb": "Hva?"}}],
        [{**QUESTION, "answers": [{"unit": "K5001", "text": "Hei"}]}],
        [{**QUESTION, "answers": [{"unit": 1, "text": " "}]}],
        [{**QUESTION, "answers": [{"unit": 1, "text": None}]}],
    ],
)
def test_a_file_that_is_not_of_released_comments_is_refused(tmp_path: Path, questions: list[Mapping[str, Any]]) -> None:
    with pytest.raises(BadInput, match=r"comments-2005\.json is no file of released comments"):
        read_comments([written(tmp_path, questions=questions)], [2005], None)


def test_comments_on_a_year_the_edition_does_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds comments on 2031"):
        read_comments([written(tmp_path, 2031)], [2005], None)
    with pytest.raises(BadInput, match="There is no file"):
        read_comments([tmp_path / "none.json"], [2005], None)
