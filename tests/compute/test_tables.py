"""Table designs: those of an edition, and what a design must not be."""

from pathlib import Path
from typing import Any

import pytest

from overgang.base.errors import BadInput
from overgang.compute import reference, tabulate
from overgang.compute.tables import checked_design, designs, read_design
from tests.compute.invented import participation, person, snapshot

DESIGN: dict[str, Any] = {
    "id": "exits_by_sex_and_age",
    "indicator": "exit.work_edu",
    "time": "year",
    "dimensions": ["place", "time", "sex", "age", "outcome"],
    "levels": ["F00U", "county"],
    "outcomes": ["total", "work_edu", "no_transition"],
    "title": {"nb": "a", "nn": "b", "en": "c"},
}


def test_the_tables_of_an_edition() -> None:
    found = {
        design.id: (design.counts, design.dimensions[2:], len(design.levels), len(design.outcomes))
        for design in designs()
    }
    assert found == {
        "exits": ("exits", ("outcome",), 6, 5),
        "exits_by_age": ("exits", ("age", "outcome"), 2, 3),
        "exits_by_age_group": ("exits", ("age", "outcome"), 2, 3),
        "exits_by_education": ("exits", ("education", "outcome"), 2, 3),
        "exits_by_origin": ("exits", ("origin", "outcome"), 1, 3),
        "exits_by_outcome": ("exits", ("outcome",), 2, 12),
        "exits_by_sex": ("exits", ("sex", "outcome"), 4, 3),
        "exits_three_years": ("exits", ("outcome",), 2, 3),
        "participants": ("participants", (), 6, 0),
    }
    assert all(design.title.keys() == {"nb", "nn", "en"} for design in designs())


def test_below_the_county_no_table_has_more_than_two_age_groups() -> None:
    small = [design for design in designs() if "age" in design.dimensions and "municipality" in design.levels]
    assert {design.codes("age") for design in small} == {("total", "18-35", "36+")}
    assert all(not {"county", "F00U"} & set(design.levels) for design in small)


def test_a_design_of_ones_own_is_counted_by_both_engines(tmp_path: Path) -> None:
    found = snapshot(
        tmp_path / "snapshot",
        [participation(id, "K0213", "2016-05-01", "2017-06-01", "CO_WORK_GT29") for id in range(3)],
        persons=[person(0), person(1, sex="M"), person(2, birth_year=1999)],
    )
    own = [checked_design(DESIGN, "own.toml")]
    fast, slow = tabulate(found, own), reference.tabulate(found, own)
    assert fast.cube("exits_by_sex_and_age").cells.equals(slow.cube("exits_by_sex_and_age").cells)
    assert fast.links.equals(slow.links)
    at = {"place": "F02", "time": "2017", "outcome": "work_edu"}
    assert fast.cube("exits_by_sex_and_age").value(sex="F", age="total", **at) == 2


def test_a_design_may_divide_by_nothing_but_place_and_time(tmp_path: Path) -> None:
    found = snapshot(tmp_path / "snapshot", [participation(1, "K0213", "2016-05-01", "2017-06-01", "IN_MOVED")])
    own = [checked_design({**DESIGN, "dimensions": ["place", "time"], "outcomes": []}, "own.toml")]
    fast, slow = tabulate(found, own), reference.tabulate(found, own)
    assert fast.cubes[0].cells.rows() == [
        ("F00U", "2016", 0),
        ("F00U", "2017", 1),
        ("F02", "2016", 0),
        ("F02", "2017", 1),
    ]
    assert fast.cubes[0].cells.equals(slow.cubes[0].cells)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"indicator": "exit.wrok"}, "own.toml: There is no indicator 'exit.wrok'"),
        (
            {"dimensions": ["place", "time", "gender", "outcome"]},
            "own.toml has the unknown dimension 'gender': use place",
        ),
        ({"dimensions": ["time", "place", "outcome"]}, "dimensions place and time first"),
        ({"dimensions": ["place", "time", "sex", "sex", "outcome"]}, "the dimension 'sex' twice"),
        ({"levels": ["region"]}, "own.toml has the unknown level 'region': use F00"),
        ({"levels": ["county"], "time": "period"}, "own.toml pools years"),
        ({"time": "month"}, "own.toml cannot be used"),
        (
            {"outcomes": ["total", "work_edu"]},
            "lists the outcome work_edu without no_transition, so total does not close",
        ),
        ({"outcomes": ["total", "work", "education"]}, "lists the outcome work without work_edu"),
        ({"outcomes": ["work_edu", "no_transition"]}, "without total"),
        ({"outcomes": ["total", "wrk"]}, "unknown outcome 'wrk'"),
        ({"outcomes": []}, "must have outcomes if it has the dimension outcome"),
        ({"indicator": "participants.year", "dimensions": ["place", "time", "sex"]}, "divides participants by sex"),
        ({"ages": ["total", "18-35"]}, "lists the age 18-35 without 36\\+, so total does not close: add it"),
        ({"ages": ["total", "18-25", "26-35"]}, "lists the age 18-25 without 18-35, so 18-35 does not close"),
        ({"ages": ["18-35", "36+"]}, "lists ages without total"),
        ({"ages": ["total", "18-40"]}, "unknown age '18-40'"),
        ({"ages": ["total"], "dimensions": ["place", "time", "sex", "outcome"]}, "ages without the dimension age"),
        ({"colour": "red"}, "own.toml cannot be used"),
    ],
)
def test_a_design_that_cannot_be_used_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked_design({**DESIGN, **changes}, "own.toml")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("id = ")
    with pytest.raises(BadInput, match=r"own\.toml cannot be read as a table design"):
        read_design(path)
