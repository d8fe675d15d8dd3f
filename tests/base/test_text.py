"""Numbers, dates and the words a share may be told in."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.base import text
from overgang.base.cube import MISSING, NOT_APPLICABLE, SUPPRESSED, Cell
from overgang.base.errors import BadInput


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(1, 5000))
    return draw(st.integers(0, whole)), whole


class TestNumbers:
    @pytest.mark.parametrize(
        ("n", "nb", "en"),
        [
            (0, "0", "0"),
            (999, "999", "999"),
            (2303, "2\u00a0303", "2,303"),
            (1234567, "1\u00a0234\u00a0567", "1,234,567"),
            (-4469, "\u22124\u00a0469", "\u22124,469"),
        ],
    )
    def test_whole_numbers(self, n: int, nb: str, en: str) -> None:
        assert text.number(n, "nb") == text.number(n, "nn") == nb
        assert text.number(n, "en") == en

    @pytest.mark.parametrize(
        ("x", "digits", "nb", "en"),
        [
            (50.93, 1, "50,9", "50.9"),
            (2.45, 1, "2,5", "2.5"),  # half up as printed, though the stored number is a little less
            (0.125, 2, "0,13", "0.13"),
            (-0.04, 1, "0,0", "0.0"),
            (-1.25, 1, "\u22121,3", "\u22121.3"),
            (12345.6, 1, "12\u00a0345,6", "12,345.6"),
            (2.5, 0, "3", "3"),
            (Decimal("1.005"), 2, "1,01", "1.01"),
        ],
    )
    def test_decimals(self, x: float | Decimal, digits: int, nb: str, en: str) -> None:
        assert (text.decimal(x, digits, "nb"), text.decimal(x, digits, "en")) == (nb, en)

    def test_percent(self) -> None:
        assert (text.percent(46, "nb"), text.percent(46, "nn"), text.percent(46, "en")) == (
            "46\u00a0%",
            "46\u00a0%",
            "46%",
        )
        assert text.percent(-3, "nb") == "\u22123\u00a0%"

    def test_an_unknown_language(self) -> None:
        for write in (text.number, text.percent):
            with pytest.raises(BadInput, match="'se'"):
                write(1000, "se")


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "count", "percent"),
        [
            (Cell(2048), "2\u00a0048", "2\u00a0048\u00a0%"),
            (Cell(46), "46", "46\u00a0%"),
            (Cell(0), "–", "0\u00a0%"),
            (SUPPRESSED, ":", ":"),
            (MISSING, "..", ".."),
            (NOT_APPLICABLE, ".", "."),
            (Cell(51, marks="|"), "51", "51\u00a0%"),
        ],
    )
    def test_signs(self, cell: Cell, count: str, percent: str) -> None:
        assert text.cell(cell, "nb") == count
        assert text.cell(cell, "nb", unit="percent") == percent

    def test_english(self) -> None:
        assert text.cell(Cell(2048), "en") == "2,048"
        assert text.cell(Cell(0), "en", "percent") == "0%"


class TestDates:
    def test_the_day_of_a_press_release(self) -> None:
        day = date(2018, 10, 24)
        assert text.day(day, "nb") == text.day(day, "nn") == "24. oktober 2018"
        assert text.day(day, "en") == "24 October 2018"
        assert text.short_day(day) == "24.10.2018"

    def test_the_first_of_a_month(self) -> None:
        assert text.day(date(2021, 1, 1), "nb") == "1. januar 2021"
        assert text.short_day(date(2021, 1, 1)) == "01.01.2021"


def test_plural() -> None:
    words = [text.plural(n, "deltaker", "deltakere") for n in (0, 1, 2, -1)]
    assert words == ["deltakere", "deltaker", "deltakere", "deltaker"]


class TestWords:
    @pytest.mark.parametrize(
        ("part", "whole", "phrase"),
        [
            (71, 100, "7_of_10"),
            (34, 100, "3_of_10"),
            (48, 100, "nearly_half"),
            (1173, 2303, "half"),  # 2007, printed as half
            (2048, 4469, "under_half"),
            (65, 100, "7_of_10"),
            (475, 1000, "half"),
            (525, 1000, "half"),
            (75, 100, "great_majority"),
            (501, 1000, "over_half"),
            (1, 3, "third"),
            (2, 3, "about_two_thirds"),
        ],
    )
    def test_what_may_be_said(self, part: int, whole: int, phrase: str) -> None:
        assert text.says(part, whole, phrase)
        assert phrase in text.share_words(part, whole)

    @pytest.mark.parametrize(
        ("part", "whole", "phrase"),
        [
            (29, 100, "about_third"),
            (283, 1000, "close_to_third"),
            (527, 1000, "great_majority"),
            (7499, 10000, "great_majority"),
            (50, 100, "nearly_half"),
            (474, 1000, "nearly_half"),
            (50, 100, "over_half"),
            (50, 100, "under_half"),
            (50, 100, "majority"),
            (649, 1000, "7_of_10"),
            (75, 100, "7_of_10"),
            (4749, 10000, "half"),
            (5251, 10000, "half"),
            (999, 1000, "all"),
            (1, 1000, "none"),
        ],
    )
    def test_what_may_not_be_said(self, part: int, whole: int, phrase: str) -> None:
        assert not text.says(part, whole, phrase)
        assert phrase not in text.share_words(part, whole)

    @pytest.mark.parametrize(
        ("part", "whole", "phrase"),
        [
            (1, 2, "half"),
            (48, 100, "nearly_half"),
            (1173, 2303, "just_over_half"),
            (46, 100, "under_half"),
            (527, 1000, "over_half"),
            (55, 100, "6_of_10"),
            (71, 100, "7_of_10"),
            (34, 100, "just_over_third"),
            (1, 3, "third"),
            (29, 100, "3_of_10"),
            (66, 100, "nearly_two_thirds"),
            (3, 4, "three_quarters"),
            (80, 100, "8_of_10"),
            (97, 100, "nearly_all"),
            (3, 100, "under_tenth"),
            (7, 7, "all"),
            (0, 7, "none"),
        ],
    )
    def test_the_most_natural(self, part: int, whole: int, phrase: str) -> None:
        assert text.best_phrase(part, whole) == phrase

    @given(shares())
    def test_the_most_natural_is_true_and_there_is_one(self, share: tuple[int, int]) -> None:
        best = text.best_phrase(*share)
        assert best is not None
        assert text.says(*share, best)
        for lang in text.LANGUAGES:
            assert text.phrase(best, lang)

    @given(shares())
    def test_the_list_and_the_question_agree(self, share: tuple[int, int]) -> None:
        said = text.share_words(*share)
        assert all(text.says(*share, id) for id in said)
        for fraction in ("half", "third", "quarter"):
            assert not {f"over_{fraction}", f"under_{fraction}"} <= set(said)
            assert (fraction in said) == (f"about_{fraction}" in said)
        assert len([id for id in said if id.endswith("_of_10")]) <= 1

    @given(shares())
    def test_the_same_share_of_more_is_told_the_same(self, share: tuple[int, int]) -> None:
        part, whole = share
        assert text.share_words(part, whole) == text.share_words(3 * part, 3 * whole)

    def test_of_nothing_nothing_is_said(self) -> None:
        assert text.share_words(0, 0) == ()
        assert text.best_phrase(0, 0) is None
        assert not text.says(0, 0, "none")

    @pytest.mark.parametrize(
        ("id", "nb", "nn", "en"),
        [
            ("nearly_half", "nesten halvparten", "nesten halvparten", "nearly half"),
            ("about_third", "om lag en tredel", "om lag ein tredel", "about a third"),
            ("7_of_10", "7 av 10", "7 av 10", "7 of 10"),
            ("great_majority", "det store flertallet", "det store fleirtalet", "the great majority"),
        ],
    )
    def test_the_words(self, id: str, nb: str, nn: str, en: str) -> None:
        assert [text.phrase(id, lang) for lang in text.LANGUAGES] == [nb, nn, en]

    def test_errors(self) -> None:
        with pytest.raises(BadInput, match="no phrase 'most'"):
            text.says(1, 2, "most")
        with pytest.raises(BadInput, match="'se'"):
            text.phrase("half", "se")
        with pytest.raises(ValueError, match="3 of 2"):
            text.best_phrase(3, 2)
