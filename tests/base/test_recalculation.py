"""Counts by the borders of a later year: whole places exactly, parts of divided ones never without saying so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR, Certainty, Kind, Recalculated, gazetteer, recalculated

PLACES = gazetteer()

Counts = dict[str, int | None]


def by_place(counts: Counts, year: int, target_year: int) -> dict[str, Recalculated]:
    return {found.place: found for found in recalculated(counts, year, target_year)}


def ten_each(year: int, kind: Kind = Kind.MUNICIPALITY) -> Counts:
    return {place.id: 10 for place in PLACES.in_year(year, kind)}


@st.composite
def counted(draw: st.DrawFn) -> tuple[Counts, int, int]:
    """Counts of some places of a kind and year, some without a number, and that or a later year."""
    year = draw(st.integers(FIRST_YEAR, LAST_YEAR))
    kind = draw(st.sampled_from([Kind.COUNTY, Kind.MUNICIPALITY, Kind.MUNICIPALITY, Kind.CITY_DISTRICT]))
    divided = [id for id in ("K1850", "K5012", "K1507") if PLACES.place(id).valid_in(year)]
    ids = st.sampled_from([place.id for place in PLACES.in_year(year, kind)])
    often = ids | st.sampled_from(divided) if divided and kind is Kind.MUNICIPALITY else ids
    drawn = draw(st.lists(often, max_size=30))
    counts = {id: draw(st.integers(0, 500) | st.none()) for id in drawn}
    return counts, year, draw(st.integers(year, LAST_YEAR))


@pytest.mark.parametrize(
    ("counts", "year", "target_year", "place", "count"),
    [
        ({"K0213": 10, "K0217": 5}, 2019, 2020, "K3020", 15),  # Ski and Oppegård
        ({"K0213": 10, "K0217": 5}, 2007, 2024, "K3207", 15),
        ({"K1601": 7}, 2017, 2018, "K5001", 7),  # Trondheim got a new code
        ({"K1103": 1, "K1141": 2, "K1142": 4}, 2019, 2020, "K1103", 7),  # Stavanger kept its own
        ({"K1534": 3}, 2019, 2024, "K1580", 3),  # Haram went in and out of Ålesund
        ({"F16": 20, "F17": 30}, 2017, 2018, "F50", 50),
        ({"B030101": 6}, 2004, 2026, "B030101", 6),
        ({"K0213": 10}, 2010, 2010, "K0213", 10),
    ],
)
def test_whole_places_are_exact(counts: Counts, year: int, target_year: int, place: str, count: int) -> None:
    assert by_place(counts, year, target_year) == {place: Recalculated(place, count, count, count)}


def test_the_parts_of_a_divided_place_are_estimates_that_say_so() -> None:
    found = by_place({"K5011": 7, "K5012": 10}, 2019, 2020)  # Hemne and Snillfjord -> Heim, Hitra, Orkland
    assert found["K5055"] == Recalculated("K5055", 11, 7, 17, divided=("K5012",))
    assert found["K5056"] == Recalculated("K5056", 3, 0, 10, divided=("K5012",))
    assert {part.certainty for part in found.values()} == {Certainty.ESTIMATED}
    assert sum(part.count or 0 for part in found.values()) == 17


def test_a_number_that_is_not_there_makes_none_up() -> None:
    found = by_place({"K0213": None, "K0217": 5, "K1103": 4}, 2019, 2020)
    assert found["K3020"] == Recalculated("K3020", None, 5, None, missing=("K0213",))
    assert found["K3020"].certainty is Certainty.UNKNOWN
    assert found["K1103"].certainty is Certainty.EXACT
    assert {part.count for part in by_place({"K1507": None}, 2023, 2024).values()} == {None}


@pytest.mark.parametrize(
    ("year", "target_year", "kind", "estimated"),
    [
        (2004, 2019, Kind.MUNICIPALITY, set()),
        (2019, 2020, Kind.MUNICIPALITY, {"K1806", "K1875", "K5055", "K5056", "K5059"}),
        (2004, 2026, Kind.MUNICIPALITY, {"K1806", "K1875", "K5055", "K5056", "K5059"}),
        (2023, 2024, Kind.MUNICIPALITY, {"K1508", "K1580"}),
        (2020, 2026, Kind.MUNICIPALITY, {"K1508", "K1580"}),
        (2024, 2026, Kind.MUNICIPALITY, set()),
        (2004, 2018, Kind.COUNTY, set()),
        (2018, 2019, Kind.COUNTY, {"F15", "F50"}),  # Rindal
        (2023, 2024, Kind.COUNTY, {"F31", "F32", "F33", "F39", "F40", "F55", "F56"}),
        (2004, 2026, Kind.CITY_DISTRICT, set()),
    ],
)
def test_what_is_estimated_of_a_whole_country(year: int, target_year: int, kind: Kind, estimated: set[str]) -> None:
    found = recalculated(ten_each(year, kind), year, target_year)
    assert {part.place for part in found if part.certainty is not Certainty.EXACT} == estimated
    assert {part.place for part in found} == {place.id for place in PLACES.in_year(target_year, kind)}
    assert sum(part.count or 0 for part in found) == 10 * len(ten_each(year, kind))


@pytest.mark.parametrize(
    ("year", "target_year", "places"),
    [
        (2016, 2017, {"K0704", "K0710"}),  # Stokke was divided, but nearly all went to Sandefjord
        (2016, 2024, {"K3905", "K3907"}),
        (2017, 2024, set()),
        (2025, 2026, {"K3118", "K3207", "K3216"}),
    ],
)
def test_boundary_changes_of_unknown_size_are_named(year: int, target_year: int, places: set[str]) -> None:
    found = recalculated(ten_each(year), year, target_year)
    assert {part.place for part in found if part.disregarded} == places
    assert all(year < change.day.year <= target_year for part in found for change in part.disregarded)


@given(counted())
def test_the_total_is_kept_and_no_bound_is_crossed(drawn: tuple[Counts, int, int]) -> None:
    found = recalculated(*drawn)
    known = {place: n for place, n in drawn[0].items() if n is not None}
    if len(known) == len(drawn[0]):
        assert sum(part.count or 0 for part in found) == sum(known.values())
    assert sum(part.least for part in found) <= sum(known.values())
    for part in found:
        if part.count is not None and part.most is not None:
            assert part.least <= part.count <= part.most
        assert (part.count is None) == (part.most is None) == (part.certainty is Certainty.UNKNOWN)


@given(counted())
def test_only_what_was_whole_is_exact(drawn: tuple[Counts, int, int]) -> None:
    counts, year, target_year = drawn
    for part in recalculated(counts, year, target_year):
        came = [id for id in counts if part.place in dict(PLACES.to_borders(id, year, target_year))]
        whole = all(
            PLACES.carried(id, target_year) == part.place and PLACES.exact(id, year, target_year) for id in came
        )
        known = all(counts[id] is not None for id in came)
        assert (part.certainty is Certainty.EXACT) == (whole and known)
        if part.certainty is Certainty.EXACT:
            assert part.count == part.least == part.most == sum(counts[id] or 0 for id in came)


@given(counted(), st.data())
def test_by_way_of_a_year_between_nothing_exact_changes(drawn: tuple[Counts, int, int], data: st.DataObject) -> None:
    counts, year, target_year = drawn
    between = data.draw(st.integers(year, target_year))
    first = recalculated(counts, year, between)
    if all(part.certainty is Certainty.EXACT for part in first):
        directly = by_place(counts, year, target_year)
        for place, part in by_place({part.place: part.count for part in first}, between, target_year).items():
            if part.certainty is Certainty.EXACT:
                assert directly[place].count == part.count


@pytest.mark.parametrize(
    ("counts", "year", "target_year", "says"),
    [
        ({"K3020": 1}, 2019, 2020, "did not exist in 2019"),
        ({"K9999": 1}, 2019, 2020, "There is no place"),
        ({"K3020": 1}, 2020, 2016, "cannot have the borders of 2016"),
        ({"K0213": -1}, 2019, 2020, "K0213 has the count -1"),
        ({"K0213": 1}, 2019, 2027, "2004 to 2026"),
    ],
)
def test_what_cannot_be_recalculated_is_named(counts: Counts, year: int, target_year: int, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        recalculated(counts, year, target_year)
