"""Participants by the annual return: what is not known makes a sum a lower bound, with the number of units it lacks."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base.places import gazetteer
from overgang.compute.answers import lacking
from overgang.compute.tabulate import tabulate
from tests.compute.invented import answer, participation, snapshot

UNITS = ("K1103", "K1101", "K0213", "K1601", "B030101", "B030102")

countries = st.dictionaries(
    st.sampled_from(UNITS), st.tuples(st.integers(0, 60), st.sampled_from(["told", "dont_know", "blank"])), min_size=1
)


def above(unit: str) -> list[str]:
    """A unit and everything it is a part of, but the country with the shielded."""
    found = [unit]
    while not found[-1].startswith("F"):
        found.append(gazetteer().parent(found[-1], 2007) or "")
    return [*found, "F00U"]


@given(countries)
def test_a_sum_is_never_more_than_the_truth_and_less_only_where_it_says_so(units: dict[str, tuple[int, str]]) -> None:
    rows = [
        answer(unit, n if how == "told" else None, how if how != "told" else "value" if n else "zero")
        for unit, (n, how) in units.items()
    ]
    true, short = Counter[str](), Counter[str]()
    for unit, (n, how) in units.items():
        for place in above(unit):
            true[place] += n
            short[place] += how != "told"
    with tempfile.TemporaryDirectory() as folder:
        source = snapshot(Path(folder) / "s", [participation(1, "K5001", "2018-02-01")], returns=rows)
        found = tabulate(source, through=2007).cube("participants").cells.filter(time="2007")
        lacks = lacking(source, 2007)
    shown = dict(found.select("place", "count").iter_rows())
    for place, n in true.items():
        assert shown.get(place, 0) <= n
        assert lacks.get((place, "2007"), 0) == short[place]
        if not short[place]:
            assert shown.get(place, 0) == n
    assert {place for place, _ in lacks} - {"F00"} == {place for place in short if short[place]}


def test_other_years_lack_nothing(tmp_path: Path) -> None:
    rows = [answer("K1103", None, "dont_know", year=year) for year in (2008, 2009)]
    source = snapshot(tmp_path / "s", [participation(1, "K1103", "2008-02-01")], returns=rows)
    assert lacking(source, None) == {}


@pytest.mark.parametrize("item", ["4", "7a"])
def test_an_answer_to_another_item_only_is_no_number_of_participants(tmp_path: Path, item: str) -> None:
    source = snapshot(tmp_path / "s", returns=[answer("K1103", 3, item=item)])
    assert lacking(source, 2007)["F11", "2007"] == 1
