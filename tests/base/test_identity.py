"""Check digits of identity numbers. The numbers are of the synthetic series or printed in open source as examples."""

import pytest

from overgang.base.identity import check_digits, is_synthetic, is_valid


@pytest.mark.parametrize(
    ("kind", "number"),
    [("duf", "200205705502"), ("duf", "200900595509"), ("fnr", "07868432491"), ("fnr", "08818620781")],
)
def test_right_numbers(kind, number):
    assert is_valid(kind, number)
    for place in range(len(number)):
        changed = str((int(number[place]) + 1) % 10)
        assert not is_valid(kind, number[:place] + changed + number[place + 1 :]), "one digit wrong is always seen"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("fnr", ""),
        ("fnr", "0786843249"),
        ("fnr", "078684324911"),
        ("fnr", "0786843249x"),
        ("fnr", "٠7868432491"),
        ("duf", "07868432491"),
        ("duf", "200205705503"),
        ("dnr", "07868432491"),
    ],
)
def test_wrong_numbers(kind, number):
    assert not is_valid(kind, number)


def numbered(head):
    """The first number with a date and check digits."""
    for own in range(1000):
        nine = [int(digit) for digit in f"{head}{own:03d}"]
        if (digits := check_digits(nine)) is not None:
            return "".join(map(str, [*nine, *digits]))
    raise AssertionError


def test_a_date_that_is_none():
    assert is_valid("fnr", numbered("288284"))
    assert not is_valid("fnr", numbered("318284"))  # 31 February


def test_dnr_has_four_more_in_its_first_digit():
    number = numbered("478684")
    assert is_valid("dnr", number)
    assert not is_valid("fnr", number)


def test_the_synthetic_series():
    assert is_synthetic("07868432491")
    assert not is_synthetic("07068432491")
