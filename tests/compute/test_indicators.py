"""The definitions: which holds when, where series break, and the denominators that people argue about."""

import pytest

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.compute.indicators import breaks, indicator, indicators, survey_years, version_for
from overgang.compute.indicators.variants import by_variant, variant, variants

LANGUAGES = {"nb", "nn", "en"}

EXITS_2007 = {
    "CO_WORK_GT29": 700, "CO_JS_WAGE_SUBSIDY": 82, "CO_EDU_UPPER": 391, "CO_PRIMARY_SCHOOL": 92,
    "CO_JS_NAV_MEASURE": 507, "CO_NOT_JOBSEEKER": 219, "PS_HEALTH": 69, "IN_MOVED": 161,
    "IN_DEATH": 4, "PS_BEHAVIOUR": 54, "IN_UNKNOWN": 24,
}  # fmt: skip
"""2303 exits, 1173 to work or education (782 and 391), 161 moved, 82 dead, stopped for behaviour or unknown."""


@pytest.mark.parametrize(
    ("year", "version"),
    [(2004, "2007"), (2007, "2007"), (2015, "2007"), (2016, "2016"), (2017, "2017"), (2021, "2017"), (2024, "2022")],
)
def test_the_latest_earlier_version_holds(year: int, version: str) -> None:
    assert version_for("exit.work_edu", year).id == version_for("exits", year).id == version


def test_the_survey_of_2007_has_its_own_population_and_base() -> None:
    found = version_for("exit.work_edu", 2007)
    assert (found.population_in(2007), found.base_in(2007)) == ("answered", "D4")
    assert (found.population_in(2008), found.base_in(2008)) == ("everybody", "D0")
    survey = version_for("participants.year", 2007).survey_in(2007)
    assert survey is not None
    assert survey.item == "1"
    assert survey_years("exits") == survey_years("participants") == (2007,)


def test_breaks_stand_at_the_first_year_shown_after_them() -> None:
    def marked(*years: int) -> dict[int, list[str]]:
        return {year: [found.id for found in there] for year, there in breaks("exit.work_edu", years).items()}

    assert marked(2007, 2016, 2017) == {2016: ["2016"], 2017: ["2017"]}
    assert marked(2006, 2007, 2008) == {2007: ["2007"], 2008: ["2016"]}
    assert marked(2020, 2024) == {2024: ["2021", "2022"]}
    assert marked(2017, 2018, 2019) == marked(2016) == marked() == {}
    assert marked(2025, 2026) == {2026: ["2026"]}


def test_every_text_is_in_three_languages() -> None:
    for found in indicators():
        texts = [found.label, found.formula, *(version.note for version in found.version)]
        assert all(text.keys() >= LANGUAGES and all(text.values()) for text in texts), found.id
    assert all(mark.note.keys() == LANGUAGES for there in breaks("exits", range(2004, 2027)).values() for mark in there)
    assert all(found.label.keys() == LANGUAGES for found in variants())


def test_parts_and_wholes_are_outcomes() -> None:
    for found in indicators():
        assert found.part in codelist("outcome")
        assert found.whole is None or found.whole in codelist("outcome")


def test_variants_of_2007() -> None:
    shares = {
        id: (part, whole, round(100 * part / whole, 1)) for id, (part, whole) in by_variant(EXITS_2007, "2007").items()
    }
    assert shares["D0"] == shares["D4"] == (1173, 2303, 50.9)
    assert shares["D2"] == (1173, 2142, 54.8)
    assert shares["D1"] == (1173, 2299, 51.0)
    assert shares["D3"] == (1173, 2114, 55.5)
    assert shares["D5"] == (1173, 1991, 58.9)


def test_without_moved_and_other_is_about_57() -> None:
    """57.2 is what the printed 7 % and 4 % give; the counts behind them, 161 and 82, give 56.9."""
    assert round(1173 / (2303 * (1 - 0.07 - 0.04)) * 100, 1) == 57.2
    assert round(1173 / (2303 - 161 - 82) * 100, 1) == 56.9


def test_variants_leave_the_part_out_with_the_base() -> None:
    exits = {"PS_WORK_GT29": 4, "CO_WORK_GT29": 2, "SYS_NOT_REGISTERED": 1, None: 3}
    assert by_variant(exits, "2017") == {
        "D0": (6, 10), "D1": (6, 10), "D2": (6, 10), "D3": (6, 10), "D4": (6, 6), "D5": (2, 2),
    }  # fmt: skip


def test_unknown_ids_are_named() -> None:
    with pytest.raises(BadInput, match=r"no indicator 'exit.wrk'.*exit.work"):
        indicator("exit.wrk")
    with pytest.raises(BadInput, match="no variant 'D9'"):
        variant("D9")
