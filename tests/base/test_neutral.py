"""No cell of a file we hand out begins as a formula, and what is no formula stays as it is."""

import pytest

from overgang.base.neutral import neutral

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@A",
    " =1",
    "\t1",
    "\r1",
    "\r\n=1",
    "\x00=1",
    "|x",
    "%x",
    "＝1",
    "＠x",
    "'=1",
    "''+1",
    "'\t",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe_and_nothing_else(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "37,5", "O'Hara", "'a", "a=1", "1-2", "Åse Østby"])
def test_other_text_stays(text: str) -> None:
    assert neutral(text) == text
