"""The ways to protect an edition as a table and as JSON."""

import json
from pathlib import Path

import pytest

from overgang.base.errors import BadInput
from overgang.control.chooser import ShareError, Trial
from overgang.publish.methods import Question, as_json, as_table, compare_ways

FEW, MANY = ShareError("5-14 ended", 40, 10, 0.0, 0.0), ShareError("30 or more", 0, 0, None, None)
HIDDEN = Trial("suppress", "hidden", "suppress", 100, 60, 40, 0, 0, 0, 0.9, (FEW, MANY), 12.34)
ROUNDED = Trial(
    "round3", "rounded", "round3", 100, 99, 1, 30, 0, 0, 0.5, (ShareError("5-14 ended", 40, 40, 8.52, 27.9), MANY), 1.0
)


def test_the_table_has_a_row_a_way_and_names_the_best() -> None:
    over, head, first, second, best = as_table([HIDDEN, ROUNDED]).splitlines()
    assert over.split("  ")[-1].strip() == "30 or more"
    assert head.split()[:3] == ["shown", "hidden", "changed"]
    assert first.split() == [
        "suppress",
        "60",
        "40",
        "0",
        "0",
        "0",
        "90",
        "%",
        "12.3",
        "25",
        "%",
        "0.0",
        "0.0",
        "-",
        "-",
        "-",
    ]
    assert second.split()[-6:] == ["%", "8.5", "27.9", "-", "-", "-"]
    assert best == "Of what prints true numbers only, most is kept by: suppress (hidden)."
    assert len(head) == len(first) == len(second)


def test_the_json_says_the_same() -> None:
    found = json.loads(as_json([HIDDEN, ROUNDED]))
    assert found["best"] == "suppress"
    assert found["ways"][1]["errors"][0]["p95"] == 27.9
    assert json.loads(as_json([ROUNDED]))["best"] is None


def test_a_way_that_is_none_and_no_years_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no way 'noise' to protect an edition: choose from suppress, round3"):
        compare_ways(Question(tmp_path, only=("noise",)), clock=lambda: 0.0)
    with pytest.raises(BadInput, match="0 years cannot be compared"):
        compare_ways(Question(tmp_path, years=0), clock=lambda: 0.0)
