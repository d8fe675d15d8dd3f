"""The law in numbers, against the acts."""

from datetime import date

import pytest

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.law import closing, regime, regimes
from overgang.base.text import LANGUAGES

LENGTHS = {
    "INTRO_2004": {"all": (None, 24, 12, 36)},
    "INTEGR_2021": {
        "has_upper_secondary": (3, 6, 6, 12),
        "under25_complete_upper_secondary": (3, 36, 12, 48),
        "under25_other_goal": (3, 24, 12, 36),
        "over25_work_or_school": (3, 24, 12, 36),
        "over25_complete_upper_secondary": (3, 36, 12, 48),
    },
    "INTEGR_2026": {
        "has_upper_secondary": (None, 12, 0, 12),
        "part_of_upper_secondary": (None, 36, 12, 48),
        "complete_upper_secondary": (None, 48, 12, 60),
        "vocational_certificate": (None, 60, 0, 60),
        "work": (None, 24, 0, 24),
    },
    "COLLECTIVE_PROTECTION_2022": {"default": (None, 6, 6, 12), "without_upper_secondary": (None, 36, 12, 48)},
}


@pytest.mark.parametrize("id", LENGTHS)
def test_the_lengths_in_months(id: str) -> None:
    found = {track.id: (track.min, track.max, track.extension, track.total) for track in regime(id).tracks}
    assert found == LENGTHS[id]


def test_the_regimes_are_those_of_the_code_list() -> None:
    assert tuple(regime.id for regime in regimes()) == codelist("regime").codes


@pytest.mark.parametrize("id", LENGTHS)
def test_three_months_to_start_two_to_register_within_two_years(id: str) -> None:
    found = regime(id)
    assert (found.start_deadline_months.value, found.entry_deadline_months.value) == (3, 2)
    assert found.newcomer_months.value == 24
    assert found.ages == (18, 55)
    assert found.start_deadline_months.source
    assert found.leave_is_added


@pytest.mark.parametrize(
    ("id", "valid_from", "valid_to"),
    [
        ("INTRO_2004", date(2004, 9, 1), date(2021, 1, 1)),
        ("INTEGR_2021", date(2021, 1, 1), date(2026, 1, 1)),
        ("INTEGR_2026", date(2026, 1, 1), None),
        ("COLLECTIVE_PROTECTION_2022", date(2022, 6, 15), date(2026, 7, 1)),
    ],
)
def test_when_the_law_held(id: str, valid_from: date, valid_to: date | None) -> None:
    assert (regime(id).valid_from, regime(id).valid_to) == (valid_from, valid_to)


def test_municipalities_could_begin_a_year_early() -> None:
    assert regime("INTRO_2004").opt_in_from == date(2003, 9, 1)


def test_a_track_is_consistent_and_has_labels_and_source() -> None:
    for found in regimes():
        for track in found.tracks:
            assert track.max + track.extension == track.total
            assert track.min is None or track.min < track.max
            assert track.source
            assert all(track.label(lang) for lang in LANGUAGES)


def test_what_is_not_verified_says_so() -> None:
    assert [found.id for found in regimes() if not found.verified] == ["INTEGR_2026", "COLLECTIVE_PROTECTION_2022"]
    assert not any(track.verified for track in regime("COLLECTIVE_PROTECTION_2022").tracks)
    assert all(track.verified for track in regime("INTEGR_2021").tracks)


def test_school_tracks_of_2026_must_be_extended() -> None:
    extended = {track.id for track in regime("INTEGR_2026").tracks if track.must_extend}
    assert extended == {"part_of_upper_secondary", "complete_upper_secondary"}


def test_duty_and_content() -> None:
    assert [found.id for found in regimes() if not found.duty] == ["COLLECTIVE_PROTECTION_2022"]
    without = [found.id for found in regimes() if "social_studies" not in found.content]
    assert without == ["COLLECTIVE_PROTECTION_2022"]
    assert "parental_guidance" not in regime("INTRO_2004").content


def test_the_closing_days_that_are_known() -> None:
    assert closing(2016).day == date(2017, 1, 15)
    assert closing(2017).day == date(2018, 3, 16)
    assert closing(2022).day == date(2023, 2, 28)
    assert {year for year in range(2005, 2031) if closing(year).is_set} == {2016, 2017, 2018, 2020, 2021, 2022}


def test_a_year_whose_closing_day_was_not_set_has_the_usual_one() -> None:
    assert {closing(year).day for year in (2019, 2023, 2027)} == {date(year, 2, 28) for year in (2020, 2024, 2028)}


def test_errors() -> None:
    with pytest.raises(BadInput, match=r"INTRO_2005.*INTRO_2004"):
        regime("INTRO_2005")
    with pytest.raises(BadInput, match="no track 'work': it has all"):
        regime("INTRO_2004").track("work")
    assert regime("INTRO_2004").track("all").total == 36
