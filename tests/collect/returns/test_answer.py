"""What a typed text says: a number, zero, don't know, nothing; everything else gets a sentence, and keeps its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overgang.collect.returns.answer import Answer, State, Unreadable, read


@pytest.mark.parametrize(
    ("raw", "state", "value"),
    [
        ("12", State.VALUE, 12),
        (" 12 ", State.VALUE, 12),
        ("0", State.ZERO, 0),
        ("00", State.DONT_KNOW, None),
        ("", State.BLANK, None),
        (" \u00a0", State.BLANK, None),
    ],
)
def test_four_things_an_answer_can_be(raw: str, state: State, value: int | None) -> None:
    assert read(raw) == Answer(raw, state, value)


@pytest.mark.parametrize(
    ("raw", "fault", "meant"),
    [
        ("000", "zeros", ""),
        ("007", "leading_zero", "7"),
        ("1 234", "thousands", "1234"),
        ("1\u00a0234", "thousands", "1234"),
        ("1.234", "thousands", "1234"),
        ("3,5", "decimal", ""),
        ("3.5", "decimal", ""),
        ("-4", "negative", ""),
        ("\u22124", "negative", ""),
        ("tolv", "letters", ""),
        ("ca 12", "letters", ""),
        ("1e3", "letters", ""),
        ("\u0663", "letters", ""),
        ("12\t13", "pasted", ""),
        ("12\n13", "pasted", ""),
        ("100000", "large", ""),
    ],
)
def test_what_might_be_meant_otherwise_is_not_guessed_at(raw: str, fault: str, meant: str) -> None:
    assert read(raw) == Unreadable(raw, fault, meant)


@given(st.text(max_size=12))
def test_nothing_that_is_typed_is_lost_or_stops_the_program(raw: str) -> None:
    assert read(raw).raw == raw


@given(st.integers(1, 99_999))
def test_every_whole_number_is_itself(number: int) -> None:
    found = read(str(number))
    assert isinstance(found, Answer)
    assert found.value == number
