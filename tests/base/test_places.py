"""Places in time, against what Statistics Norway and the acts of division say happened."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base.collation import collation_key, folded
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR, Change, Kind, Place, gazetteer

PLACES = gazetteer()
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
ALL = tuple(sorted({place.id for year in YEARS for kind in Kind for place in PLACES.in_year(year, kind)}))

years = st.sampled_from(YEARS)


@st.composite
def place_and_years(draw: st.DrawFn, *kinds: Kind) -> tuple[Place, int, int]:
    """A place valid in a year, and that or a later year."""
    year = draw(years)
    kind = draw(st.sampled_from(kinds or tuple(Kind)))
    place = draw(st.sampled_from(PLACES.in_year(year, kind)))
    return place, year, draw(st.integers(year, LAST_YEAR))


class TestPublishedNumbers:
    @pytest.mark.parametrize(
        ("first", "last", "counties"), [(2004, 2017, 19), (2018, 2019, 18), (2020, 2023, 11), (2024, 2026, 15)]
    )
    def test_counties(self, first: int, last: int, counties: int) -> None:
        assert {len(PLACES.in_year(year, Kind.COUNTY)) for year in range(first, last + 1)} == {counties}

    @pytest.mark.parametrize(
        ("year", "municipalities"),
        [
            (2004, 434), (2005, 433), (2006, 431), (2007, 431), (2008, 430), (2012, 429), (2013, 428), (2016, 428),
            (2017, 426), (2018, 422), (2019, 422), (2020, 356), (2023, 356), (2024, 357), (2026, 357),
        ],
    )  # fmt: skip
    def test_municipalities(self, year: int, municipalities: int) -> None:
        assert len(PLACES.in_year(year, Kind.MUNICIPALITY)) == municipalities

    @pytest.mark.parametrize("year", YEARS)
    def test_the_fifteen_districts_of_oslo_report_and_oslo_does_not(self, year: int) -> None:
        units = [place.id for place in PLACES.units(year)]
        districts = [f"B0301{number:02}" for number in range(1, 16)]
        assert units[-15:] == districts
        assert list(PLACES.children("K0301", year)) == districts
        assert "K0301" not in units
        assert len(units) == len(set(units)) == len(PLACES.in_year(year, Kind.MUNICIPALITY)) - 1 + 15


class TestReforms:
    @pytest.mark.parametrize(
        ("old", "year", "new", "later"),
        [
            ("K0213", 2019, "K3020", 2020),  # Ski -> Nordre Follo
            ("K0217", 2019, "K3020", 2020),  # Oppegård -> Nordre Follo
            ("K0213", 2007, "K3207", 2024),  # Nordre Follo got a new code with Akershus
            ("K1842", 2004, "K1804", 2005),  # Skjerstad -> Bodø
            ("K1103", 2019, "K1103", 2020),  # Stavanger keeps its code
            ("K1141", 2019, "K1103", 2020),  # Finnøy -> Stavanger
            ("K1601", 2017, "K5001", 2018),  # Trondheim, renumbered with Trøndelag
            ("K1567", 2018, "K5061", 2019),  # Rindal left Møre og Romsdal
            ("K0720", 2016, "K0710", 2017),  # Stokke -> Sandefjord
            ("K0706", 2016, "K0710", 2017),  # Sandefjord, new code
            ("K1534", 2019, "K1507", 2023),  # Haram -> Ålesund ...
            ("K1534", 2019, "K1580", 2024),  # ... and out again
            ("K1546", 2019, "K1508", 2024),  # Sandøy stayed
            ("K1201", 2019, "K4601", 2020),  # Bergen
            ("K1902", 2016, "K5501", 2024),  # Tromsø, three codes
            ("F16", 2017, "F50", 2018),
            ("F17", 2017, "F50", 2018),
            ("F04", 2019, "F34", 2020),  # all of Hedmark is in Innlandet
            ("F19", 2019, "F55", 2024),  # Troms and Finnmark came back as they were
            ("F20", 2019, "F56", 2024),
        ],
    )
    def test_whole_places_are_carried_on_exactly(self, old: str, year: int, new: str, later: int) -> None:
        assert PLACES.to_borders(old, year, later) == ((new, 1.0),)
        assert PLACES.exact(old, year, later)
        assert PLACES.carried(old, later) == new

    @pytest.mark.parametrize(
        ("old", "year", "later", "parts", "heir"),
        [
            ("K1850", 2016, 2020, {"K1806", "K1875"}, "K1806"),  # Tysfjord -> Narvik, Hamarøy
            ("K5012", 2019, 2020, {"K5055", "K5056", "K5059"}, "K5055"),  # Snillfjord -> Heim, Hitra, Orkland
            ("K1613", 2016, 2024, {"K5055", "K5056", "K5059"}, "K5055"),
            ("K1507", 2023, 2024, {"K1508", "K1580"}, "K1508"),  # Ålesund -> Ålesund, Haram
            ("F30", 2023, 2024, {"F31", "F32", "F33"}, "F32"),  # Viken
            ("F38", 2023, 2024, {"F39", "F40"}, "F39"),
            ("F54", 2023, 2024, {"F55", "F56"}, "F55"),
            ("F05", 2019, 2020, {"F30", "F34"}, "F34"),  # Jevnaker and Lunner went to Viken
            ("F14", 2019, 2020, {"F15", "F46"}, "F46"),  # Hornindal went to Møre og Romsdal
            ("F01", 2019, 2024, {"F31", "F32"}, "F31"),  # Rømskog ended in Akershus
            ("F15", 2016, 2024, {"F15", "F50"}, "F15"),  # Rindal and Halsa went to Trøndelag
        ],
    )
    def test_divided_places_are_not(self, old: str, year: int, later: int, parts: set[str], heir: str) -> None:
        found = PLACES.to_borders(old, year, later)
        assert {id for id, _ in found} == parts
        assert not PLACES.exact(old, year, later)
        assert PLACES.carried(old, later) == heir
        assert dict(found)[heir] == max(weight for _, weight in found)

    def test_viken_is_divided_by_population(self) -> None:
        # 1 January 2024, Statistics Norway 07459: 312 152, 728 803 and 269 819 of 1 310 774
        weights = dict(PLACES.to_borders("F30", 2023, 2024))
        assert weights == pytest.approx({"F31": 0.238, "F32": 0.556, "F33": 0.206}, abs=0.005)

    def test_alesund_is_divided_by_population(self) -> None:
        assert dict(PLACES.to_borders("K1507", 2020, 2024)) == {"K1508": 0.8621, "K1580": 0.1379}

    def test_nordre_follo_came_from_ski_and_oppegard(self) -> None:
        day = date(2020, 1, 1)
        assert set(PLACES.predecessors("K3020")) == {
            Change(day, "K0213", "K3020", "merge", 1.0),
            Change(day, "K0217", "K3020", "merge", 1.0),
        }
        (left,) = PLACES.successors("K3020")
        assert (left.day, left.new, left.kind) == (date(2024, 1, 1), "K3207", "renumber")

    def test_indre_ostfold_gave_something_away_and_goes_on(self) -> None:
        given_away = PLACES.successors("K3118")
        assert {(change.new, change.kind) for change in given_away} == {("K3207", "boundary"), ("K3216", "boundary")}
        assert PLACES.to_borders("K3118", 2025, 2026) == (("K3118", 1.0),)

    def test_the_municipalities_of_a_county_follow_the_reforms(self) -> None:
        assert PLACES.parent("K1601", 2017) == "F16"
        assert PLACES.parent("K5001", 2018) == "F50"
        assert PLACES.parent("K3024", 2020) == "F30"  # Bærum in Viken
        assert PLACES.parent("K3201", 2024) == "F32"  # and in Akershus again
        assert PLACES.children("F03", 2016) == ("K0301",)
        assert [len(PLACES.children(county, 2024)) for county in ("F31", "F32", "F33")] == [12, 21, 18]


class TestNames:
    @pytest.mark.parametrize(
        ("id", "name", "names"),
        [
            ("K5610", "Karasjok", {"nb": "Karasjok", "se": "Kárášjohka"}),
            ("K5540", "Kåfjord", {"nb": "Kåfjord", "se": "Gáivuotna", "fkv": "Kaivuono"}),
            ("K1875", "Hamarøy", {"nb": "Hamarøy", "smj": "Hábmer"}),
            ("K5041", "Snåsa", {"nb": "Snåsa", "sma": "Snåase"}),
            ("K0301", "Oslo", {"nb": "Oslo", "sma": "Oslove"}),
            ("F50", "Trøndelag", {"nb": "Trøndelag", "sma": "Trööndelage"}),
            ("F56", "Finnmark", {"nb": "Finnmark", "se": "Finnmárku", "fkv": "Finmarkku"}),
            ("B030101", "Gamle Oslo", {"nb": "Gamle Oslo"}),
        ],
    )
    def test_norwegian_sami_and_kven(self, id: str, name: str, names: dict[str, str]) -> None:
        assert PLACES.place(id).name == name
        assert dict(PLACES.place(id).names) == names

    def test_the_country(self) -> None:
        country = PLACES.place("F00")
        assert (country.kind, country.names["nb"], country.names["en"]) == (Kind.COUNTRY, "Norge", "Norway")
        assert PLACES.parent("F00", 2016) is None

    @pytest.mark.parametrize("year", YEARS)
    def test_no_two_places_of_a_kind_share_a_display_name(self, year: int) -> None:
        for kind in Kind:
            names = [place.name for place in PLACES.in_year(year, kind)]
            assert len(names) == len(set(names))

    def test_norwegian_order(self) -> None:
        names = ["Ås", "Øyer", "Zorro", "Ærfugl", "Aarborte", "Alta", "Ål", "Évje", "Evje", "Fauske"]
        expected = ["Alta", "Evje", "Évje", "Fauske", "Zorro", "Ærfugl", "Øyer", "Ål", "Aarborte", "Ås"]
        assert sorted(names, key=collation_key) == expected

    @pytest.mark.parametrize("spelling", ["Tromsø", "TROMSØ", "Tromsö", "tromsoe", "tromso", "Tromso\u0308"])
    def test_folding_makes_spellings_one(self, spelling: str) -> None:
        assert folded(spelling) == "tromso"

    @given(st.text("aeioæøåáéšABØÅ -"))
    def test_case_does_not_matter(self, text: str) -> None:
        assert folded(text.upper()) == folded(text)


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "id"),
        [
            ("trondelag", "F50"), ("Trøndelag", "F50"), ("TRÖÖNDELAGE", "F50"), ("baerum", "K3201"),
            ("bærum", "K3201"), ("barum", "K3201"), ("alesund", "K1508"), ("aalesund", "K1508"),
            ("karasjohka", "K5610"), ("kárášjohka", "K5610"), ("karasj", "K5610"), ("tromsoe", "K5501"),
            ("herøy", "K1515"), ("0301", "K0301"), ("K0301", "K0301"), ("norge", "F00"),
            ("Grunerlokka", "B030102"), ("  oslo ", "F03"),
        ],
    )  # fmt: skip
    def test_the_first_hit(self, typed: str, id: str) -> None:
        assert PLACES.search(typed, year=2024)[0].id == id

    def test_names_that_begin_so_come_first_in_norwegian_order(self) -> None:
        found = [place.name for place in PLACES.search("nes", year=2024)]
        assert found[:5] == ["Nes", "Nesbyen", "Nesna", "Nesodden", "Nesseby"]
        assert "Birkenes" in found[5:]

    def test_what_was_typed_with_its_letters_comes_before_what_was_meant_without(self) -> None:
        found = [place.name for place in PLACES.search("Ås", year=2024)]
        assert found[:3] == ["Ås", "Åseral", "Åsnes"]
        assert "Asker" in found[3:]

    def test_the_year_decides(self) -> None:
        assert [place.id for place in PLACES.search("ski", year=2016) if place.name == "Ski"] == ["K0213"]
        assert "Ski" not in [place.name for place in PLACES.search("ski", year=2024)]
        assert [place.id for place in PLACES.search("haram")] == ["K1580", "K1534"]

    def test_limit_and_nothing(self) -> None:
        assert len(PLACES.search("a", limit=3)) == 3
        assert PLACES.search("  ") == PLACES.search("qqqq") == ()

    @given(place_and_years())
    def test_every_place_is_found_by_each_of_its_names(self, drawn: tuple[Place, int, int]) -> None:
        place, year, _ = drawn
        for name in place.names.values():
            assert place in PLACES.search(name, year=year)


class TestProperties:
    @given(years)
    def test_every_place_has_a_parent_of_that_year_and_is_its_child(self, year: int) -> None:
        above = {Kind.COUNTY: Kind.COUNTRY, Kind.MUNICIPALITY: Kind.COUNTY, Kind.CITY_DISTRICT: Kind.MUNICIPALITY}
        for kind, upper in above.items():
            for place in PLACES.in_year(year, kind):
                parent = PLACES.parent(place.id, year)
                assert parent is not None
                assert PLACES.place(parent) in PLACES.in_year(year, upper)
                assert place.id in PLACES.children(parent, year)

    @given(years)
    def test_every_child_has_that_parent_and_no_place_two(self, year: int) -> None:
        for kind in Kind:
            for place in PLACES.in_year(year, kind):
                assert all(PLACES.parent(child, year) == place.id for child in PLACES.children(place.id, year))

    @given(place_and_years())
    def test_carried_on_by_a_place_of_that_year_and_kind(self, drawn: tuple[Place, int, int]) -> None:
        place, _, later = drawn
        assert PLACES.place(PLACES.carried(place.id, later)) in PLACES.in_year(later, place.kind)

    @given(place_and_years())
    def test_the_parts_are_places_of_the_target_year_and_sum_to_one(self, drawn: tuple[Place, int, int]) -> None:
        place, year, later = drawn
        parts = PLACES.to_borders(place.id, year, later)
        assert {PLACES.place(id) for id, _ in parts} <= set(PLACES.in_year(later, place.kind))
        assert len({id for id, _ in parts}) == len(parts)
        assert sum(weight for _, weight in parts) == pytest.approx(1, abs=1e-9)
        assert all(weight > 0 for _, weight in parts)
        assert PLACES.exact(place.id, year, later) == all(weight == 1.0 for _, weight in parts)

    @given(place_and_years(Kind.MUNICIPALITY))
    def test_a_year_without_change_changes_nothing(self, drawn: tuple[Place, int, int]) -> None:
        place, year, _ = drawn
        assert PLACES.to_borders(place.id, year, year) == ((place.id, 1.0),)
        assert PLACES.carried(place.id, year) == place.id

    @given(years.filter(lambda year: year < LAST_YEAR))
    def test_every_place_that_is_new_comes_from_one_that_ended_or_was_divided(self, year: int) -> None:
        for kind in (Kind.COUNTY, Kind.MUNICIPALITY):
            before, after = set(PLACES.in_year(year, kind)), set(PLACES.in_year(year + 1, kind))
            reached = {id for place in before for id, _ in PLACES.to_borders(place.id, year, year + 1)}
            assert reached == {place.id for place in after}

    def test_predecessors_and_successors_are_inverse(self) -> None:
        forwards = {change for id in ALL for change in PLACES.successors(id)}
        backwards = {change for id in ALL for change in PLACES.predecessors(id)}
        assert forwards == backwards
        assert len(forwards) > 500
        assert all(change in PLACES.predecessors(change.new) for id in ALL for change in PLACES.successors(id))

    def test_merges_and_renumberings_are_whole_and_end_the_old(self) -> None:
        for change in (change for id in ALL for change in PLACES.successors(id)):
            assert PLACES.place(change.new).valid_in(change.day.year)
            if change.kind in ("merge", "renumber"):
                assert change.weight == 1.0
                assert PLACES.place(change.old).valid_to == change.day
            if change.kind == "boundary":
                assert PLACES.place(change.old).valid_in(change.day.year) or change.weight == 0

    def test_a_renumbering_has_one_predecessor_and_a_merge_several_in_all(self) -> None:
        for id in ALL:
            came = [change for change in PLACES.predecessors(id) if change.kind in ("merge", "renumber")]
            for change in came:
                same_day = [other for other in came if other.day == change.day]
                goes_on = PLACES.place(id).valid_from < change.day
                divided = any(other.kind == "split" for other in PLACES.predecessors(id) if other.day == change.day)
                assert (len(same_day) == 1) == (change.kind == "renumber") or goes_on or divided, change


class TestErrors:
    @pytest.mark.parametrize(
        ("id", "near"), [("K0302", "K0301"), ("k0301", "K0301"), ("Oslo", "looks like"), ("", "looks like")]
    )
    def test_an_unknown_place(self, id: str, near: str) -> None:
        with pytest.raises(BadInput, match=near):
            PLACES.place(id)

    def test_a_place_before_it_existed(self) -> None:
        with pytest.raises(BadInput, match="is from 2024"):
            PLACES.carried("F55", 2022)

    def test_a_place_in_a_year_it_was_not_valid(self) -> None:
        with pytest.raises(BadInput, match="did not exist in 2021: it is valid from 1964 to 2019"):
            PLACES.parent("K0213", 2021)

    def test_borders_of_an_earlier_year(self) -> None:
        with pytest.raises(BadInput, match="cannot have the borders of 2016"):
            PLACES.to_borders("K3020", 2020, 2016)

    @pytest.mark.parametrize("year", [1999, 2003, 2027])
    def test_a_year_that_is_not_covered(self, year: int) -> None:
        with pytest.raises(BadInput, match="2004 to 2026"):
            PLACES.units(year)
