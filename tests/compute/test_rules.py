"""The rules of counting, each by a small register that shows it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from overgang.base.cube import Tabulation
from overgang.base.errors import BadInput
from overgang.compute import link_overlaps, overlaps, tabulate
from overgang.compute.answers import answers, returns
from overgang.compute.grid import grid
from tests.compute.invented import answer, participation, person, snapshot

Count = Callable[..., Tabulation]


@pytest.fixture
def count(tmp_path: Path) -> Count:
    return lambda *rows, **more: tabulate(snapshot(tmp_path / "snapshot", rows, **more))


def exits(tabulation: Tabulation, place: str, year: int, outcome: str = "total") -> int:
    return tabulation.cube("exits").value(place=place, time=str(year), outcome=outcome)


def participants(tabulation: Tabulation, place: str, year: int) -> int:
    return tabulation.cube("participants").value(place=place, time=str(year))


def places(tabulation: Tabulation, table: str, time: int | str) -> list[str]:
    return tabulation.cube(table).cells.filter(time=str(time))["place"].unique().sort().to_list()


def overlap(tabulation: Tabulation, counts: str, place: str, year: int) -> int:
    found = overlaps(tabulation).filter(counts=counts, place=place, time=str(year))
    return int(found["overlap"].item())


def test_one_day_in_the_year_is_enough_to_have_taken_part(count: Count) -> None:
    found = count(participation(1, "K0213", "2015-12-31", "2017-01-01", "CO_WORK_GT29"))
    assert [participants(found, "K0213", year) for year in (2015, 2016, 2017)] == [1, 1, 1]
    assert [exits(found, "K0213", year) for year in (2015, 2016, 2017)] == [0, 0, 1]
    assert places(found, "exits", 2018) == []


def test_both_units_of_a_move_show_the_person_and_the_county_only_what_came_last(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2016-03-01", "2017-04-30", "IN_MOVED"),
        participation(1, "K0220", "2017-05-01", "2017-11-30", "CO_WORK_GT29"),
    )
    assert exits(found, "K0213", 2017, "no_transition") == exits(found, "K0220", 2017, "work") == 1
    assert exits(found, "F02", 2017) == exits(found, "F02", 2017, "work") == exits(found, "F00", 2017) == 1
    assert overlap(found, "exits", "F02", 2017) == overlap(found, "participants", "F00U", 2017) == 1


def test_who_moved_and_goes_on_has_ended_in_the_old_unit_only(count: Count) -> None:
    found = count(
        participation(1, "B030101", "2016-03-01", "2017-04-30", "IN_MOVED"),
        participation(1, "B030102", "2017-05-01"),
    )
    assert [exits(found, place, 2017) for place in ("B030101", "B030102", "K0301", "F03", "F00U")] == [1, 0, 0, 0, 0]
    assert [participants(found, place, 2017) for place in ("B030101", "B030102", "K0301", "F03")] == [1, 1, 1, 1]
    assert overlap(found, "exits", "K0301", 2017) == overlap(found, "exits", "F03", 2017) == 1


def test_who_comes_back_to_the_unit_has_not_ended(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2016-01-10", "2016-02-20", "PS_HEALTH"),
        participation(1, "K0213", "2016-06-01"),
    )
    assert (participants(found, "K0213", 2016), exits(found, "K0213", 2016)) == (1, 0)


def test_the_later_end_decides_between_two_that_began_together(count: Count) -> None:
    ended = participation(1, "K0213", "2016-01-10", "2016-02-20", "PS_HEALTH")
    later = participation(1, "K0213", "2016-01-10", "2016-08-20", "CO_EDU_UPPER")
    assert exits(count(later, ended), "K0213", 2016, "education") == 1
    assert exits(count(participation(1, "K0213", "2016-01-10"), ended), "K0213", 2016) == 0


def test_the_overlap_of_a_link_is_with_the_next_level_and_of_a_place_with_its_units(count: Count) -> None:
    found = count(
        participation(1, "B030101", "2016-03-01", "2017-04-30", "IN_MOVED"),
        participation(1, "B030102", "2017-05-01"),
    )
    of_links = link_overlaps(found).filter(counts="exits", whole_time="2017").select("family", "whole_place", "overlap")
    assert of_links.rows() == [
        ("country", "F00U", 0),
        ("county", "F03", 0),
        ("districts", "K0301", 1),
        ("shielded", "F00", 0),
    ]
    assert [overlap(found, "exits", place, 2017) for place in ("F00U", "F03", "K0301")] == [1, 1, 1]


def test_of_two_that_began_and_ended_together_the_higher_unit_stands(count: Count) -> None:
    """Nothing says which came last; the rule only has to be one, whatever the order of the rows."""
    rows = [
        participation(1, "K0213", "2016-01-10", "2016-02-20", "PS_HEALTH"),
        participation(1, "K0220", "2016-01-10", "2016-02-20", "CO_WORK_GT29"),
    ]
    assert exits(count(*rows), "F02", 2016, "work") == exits(count(*reversed(rows)), "F02", 2016, "work") == 1


def test_shielded_persons_are_in_the_country_row_and_nowhere_else(count: Count) -> None:
    persons = [person(1, shielded=True), person(2)]
    hidden = participation(1, None, "2016-01-10", "2017-02-20", "CO_WORK_GT29")
    found = count(hidden, participation(2, "K0213", "2017-01-10"), persons=persons)
    assert places(found, "exits", 2017) == ["F00", "F00S", "F00U", "F02", "K0213"]
    assert [exits(found, place, 2017) for place in ("F00", "F00S", "F00U")] == [1, 1, 0]
    assert places(found, "exits", 2018) == ["F00", "F00U", "F02", "K0213"]
    assert places(found, "exits_by_sex", 2017) == ["F00U", "F02", "K0213"]
    assert places(found, "exits_by_origin", 2017) == ["F00U"]
    assert found.cube("exits_by_origin").cells.filter(time="2017")["count"].sum() == 0


def test_a_unit_of_a_shielded_person_is_not_looked_at(count: Count) -> None:
    found = count(participation(1, "K0213", "2016-01-10"), persons=[person(1, shielded=True)])
    assert places(found, "participants", 2016) == ["F00", "F00S"]


def test_a_later_year_counts_where_the_unit_is_carried_on(count: Count) -> None:
    found = count(participation(1, "K0213", "2019-05-01", "2020-06-01", "CO_WORK_LT30"))
    assert places(found, "exits", 2019) == ["F00", "F00U", "F02", "K0213"]
    assert places(found, "exits", 2020) == ["F00", "F00U", "F30", "K3020"]


def test_three_years_are_pooled_by_the_places_of_the_last(count: Count) -> None:
    rows = [
        participation(1, "K0213", "2018-05-01", "2019-06-01", "CO_WORK_LT30"),
        participation(2, "K0217", "2018-05-01", "2019-06-01", "IN_MOVED"),
        participation(3, "K3020", "2020-05-01", "2021-06-01", "CO_EDU_UPPER"),
    ]
    found = count(*rows)
    pooled = found.cube("exits_three_years")
    assert pooled.value(place="K3020", time="2019-2021", outcome="total") == 3
    assert pooled.value(place="K3020", time="2019-2021", outcome="work_edu") == 2
    links = found.links.filter(family="period", whole_place="K3020", whole_time="2019-2021")
    assert links.select("place", "time").rows() == [
        ("K0213", "2019"), ("K0217", "2019"), ("K3020", "2020"), ("K3020", "2021"),
    ]  # fmt: skip


@pytest.mark.parametrize("unit", ["K5055", "K5056", "K5059", "K1806", "K1875"])
def test_places_that_got_a_part_of_another_are_not_pooled(count: Count, unit: str) -> None:
    found = count(participation(1, unit, "2020-05-01"), participation(2, "K5012", "2019-05-01"))
    assert unit in places(found, "exits", 2021)
    assert unit not in places(found, "exits_three_years", "2019-2021")


def test_a_period_that_is_not_over_is_not_pooled(count: Count) -> None:
    found = count(participation(1, "K0213", "2016-05-01"), as_of=date(2018, 12, 30))
    assert found.cube("exits_three_years").cells.height == 0
    assert places(found, "exits", 2017) == ["F00", "F00U", "F02", "K0213"]
    assert places(found, "exits", 2018) == []


def test_what_ends_after_the_snapshot_has_not_ended(count: Count) -> None:
    planned = participation(1, "K0213", "2016-05-01", "2019-03-01", "CO_WORK_GT29")
    assert exits(count(planned, as_of=date(2018, 12, 31)), "K0213", 2018) == 0
    assert exits(count(planned), "K0213", 2019) == 1


def test_in_2007_only_units_that_answered_count_and_only_exits_with_a_reason(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2006-05-01", "2007-06-01", "CO_JS_WAGE_SUBSIDY"),
        participation(2, "K0213", "2006-05-01", "2007-06-01"),
        participation(3, "K0220", "2006-05-01", "2007-06-01", "CO_WORK_GT29"),
        returns=[answer("K0213", 9)],
    )
    assert places(found, "exits", 2007) == ["F00", "F00U", "F02", "K0213"]
    assert exits(found, "F00", 2007) == exits(found, "K0213", 2007, "work") == 1
    assert participants(found, "F00", 2007) == participants(found, "K0213", 2007) == 9
    assert "K0220" in places(found, "exits", 2006)


def test_a_person_who_moved_from_a_silent_unit_counts_in_the_one_that_answered(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2006-05-01", "2007-02-01", "CO_WORK_GT29"),
        participation(1, "K0220", "2007-03-01", "2007-09-01", "IN_MOVED"),
        returns=[answer("K0213", 1)],
    )
    assert exits(found, "F02", 2007, "work") == exits(found, "F00U", 2007) == 1


def test_dont_know_is_not_zero(tmp_path: Path, count: Count) -> None:
    given = [answer("K0213", None, "dont_know"), answer("K0220", 4), answer("B030101", 0, "zero")]
    spells = [participation(1, "K0213", "2006-05-01")]
    assert places(count(*spells, returns=given), "participants", 2007) == ["F00", "F00U", "F02", "K0220"]
    rows = grid(2024)
    found = answers(returns(snapshot(tmp_path / "again", spells, returns=given)), rows)[2007]
    known = rows.axes["year"].rows.with_columns(pl.Series("n", found.n), pl.Series("unknown", found.unknown))
    assert known.filter(pl.col("unknown") > 0)["place"].to_list() == ["F00", "F00U", "F02", "K0213"]
    assert known.filter(place="F02", time="2007").select("n", "unknown").row(0) == (4, 1)


def test_an_exit_without_a_reason_is_not_work_or_education(count: Count) -> None:
    rows = [
        participation(id, "K0213", "2016-05-01", "2017-06-01", reason)
        for id, reason in enumerate((None, "SYS_NOT_REGISTERED"))
    ]
    by_outcome = count(*rows).cube("exits_by_outcome")
    assert by_outcome.value(place="F02", time="2017", outcome="not_registered") == 2
    assert by_outcome.value(place="F02", time="2017", outcome="no_transition") == 2


def test_only_origins_of_the_year_are_shown(count: Count) -> None:
    persons = [person(1, origin="SO"), person(2, origin="ER"), person(3, origin="UA")]
    found = count(
        participation(1, "K0213", "2016-05-01", "2017-06-01", "IN_MOVED"),
        participation(2, "K0213", "2016-05-01", "2018-06-01", "IN_MOVED"),
        participation(3, "K0213", "2016-05-01"),
        persons=persons,
    )
    cells = found.cube("exits_by_origin").cells
    assert cells.filter(time="2017")["origin"].unique().sort().to_list() == ["SO", "total"]
    assert cells.filter(time="2018")["origin"].unique().sort().to_list() == ["ER", "total"]


def test_age_is_that_of_the_end_of_the_year(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2016-05-01", "2017-06-01", "IN_MOVED"), persons=[person(1, birth_year=1991)]
    ).cube("exits_by_age")
    assert found.value(place="F02", time="2017", age="26-35", outcome="total") == 1
    assert found.value(place="F02", time="2017", age="18-25", outcome="total") == 0


def test_who_is_in_three_places_and_twice_in_one_counts_once_in_each(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2016-03-01", "2016-04-30", "IN_MOVED"),
        participation(1, "K0220", "2016-05-01", "2017-01-31", "CO_WORK_GT29"),
        participation(1, "K0213", "2016-01-03", "2016-02-01", "CO_WORK_GT29"),
        participation(1, "B030101", "2016-02-02", "2016-02-20", "CO_WORK_GT29"),
    )
    assert [participants(found, place, 2016) for place in ("K0213", "K0220", "B030101", "F02", "F00")] == [1] * 5
    assert exits(found, "K0213", 2016) == exits(found, "K0213", 2016, "no_transition") == 1
    assert [exits(found, place, 2016) for place in ("K0220", "F02", "F03", "F00U")] == [0, 0, 1, 0]
    assert [exits(found, place, 2017, "work") for place in ("K0220", "F02", "F00U")] == [1, 1, 1]


def test_a_municipality_has_two_broad_age_groups_and_a_county_the_five_they_are_made_of(count: Count) -> None:
    found = count(
        *(participation(id, "K0213", "2016-05-01", "2017-06-01", "CO_WORK_GT29") for id in range(4)),
        persons=[person(id, birth_year=2017 - age) for id, age in enumerate((18, 35, 36, 70))],
    )
    at = {"time": "2017", "outcome": "work_edu"}
    broad, fine = found.cube("exits_by_age_group"), found.cube("exits_by_age")
    assert [broad.value(place="K0213", age=age, **at) for age in ("18-35", "36+", "total")] == [2, 2, 4]
    assert [fine.value(place="F02", age=age, **at) for age in ("18-35", "18-25", "26-35")] == [2, 1, 1]
    assert [fine.value(place="F02", age=age, **at) for age in ("36+", "36-45", "46-55", "56+")] == [2, 1, 0, 1]
    assert places(found, "exits_by_age", 2017) == ["F00U", "F02"]
    assert places(found, "exits_by_age_group", 2017) == ["K0213"]


def test_an_age_beyond_the_groups_counts_in_the_nearest(count: Count) -> None:
    found = count(
        participation(1, "K0213", "2016-05-01", "2017-06-01", "IN_MOVED"),
        participation(2, "K0213", "2016-05-01", "2017-06-01", "IN_MOVED"),
        persons=[person(1, birth_year=2019), person(2, birth_year=1800)],
    ).cube("exits_by_age")
    at = {"place": "F02", "time": "2017", "outcome": "total"}
    assert [found.value(age=age, **at) for age in ("18-25", "56+", "total")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("rows", "more", "says"),
    [
        ([participation(1, "K9999", "2016-05-01")], {}, "1 rows of participation .* the unit K9999"),
        ([participation(1, "K0301", "2016-05-01")], {}, "K0301, no reporting unit in 2016"),
        ([participation(1, "K3020", "2016-05-01")], {}, "K3020, no reporting unit in 2016"),
        ([participation(1, None, "2016-05-01")], {}, "no unit though the person is not shielded"),
        ([participation(1, "K0213", "2016-05-01", "2016-06-01", "NO_SUCH")], {}, "end_reason 'NO_SUCH'"),
        ([participation(1, "K0213", "2016-05-01", "2016-06-01", "")], {}, "end_reason ''"),
        ([participation(1, "", "2016-05-01")], {}, "no unit though the person is not shielded"),
        ([participation(1, "K0213", "2016-05-01", "2016-04-30")], {}, "1 rows of participation end before"),
        ([participation(1, "K0213", "2016-05-01")], {"persons": []}, "of nobody in person"),
        ([], {"persons": [person(1), person(1)]}, "1 persons in person are there twice"),
        ([], {"persons": [person(1, origin="Somalia")]}, "the origin 'Somalia'"),
        ([], {"persons": [person(1, sex="total")]}, "the sex 'total'"),
        ([], {"returns": [answer("K0301", 4)]}, "annual_return .* the unit K0301"),
        ([], {"returns": [answer("K0213", 4), answer("K0213", 5)]}, "answer of K0213 to item 1 in 2007"),
    ],
)
def test_what_cannot_be_counted_is_named(count: Count, rows: list[Any], more: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        count(*rows, **more)


@pytest.mark.parametrize("through", [2003, 2025])
def test_a_year_the_snapshot_does_not_hold_is_refused(tmp_path: Path, through: int) -> None:
    with pytest.raises(BadInput, match="holds the years 2004 to 2024 in full"):
        tabulate(snapshot(tmp_path / "snapshot"), through=through)
