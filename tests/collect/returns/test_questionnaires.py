"""The questionnaires as data: they fit the checks, the end reasons and one another; faults have their sentences."""

import dataclasses

import pytest

from overgang.base.codes import end_reasons
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.returns.answer import READERS, Answer, State, Unreadable, read_percent, read_text, sentences
from overgang.collect.returns.checks import REASONS, REGISTER, checks
from overgang.collect.returns.questionnaire import questionnaire, years

YEARS = pytest.mark.parametrize("year", years())


@YEARS
def test_a_check_compares_only_what_is_asked(year: int) -> None:
    """But for items of another year in a sum: it is a lower bound then, and so still a check of "at most"."""
    asked = questionnaire(year)
    items = {item.id for item in asked.items}
    for id in asked.checks:
        for one in checks()[id].compare:
            named = {operand.lstrip("-").split("@")[0] for operand in (*one.left, *one.right)}
            assert named - {REASONS, REGISTER, "starters"} <= items, id


@YEARS
def test_an_end_reason_is_asked_for_once(year: int) -> None:
    asked = questionnaire(year)
    reasons = [reason for item in asked.items for reason in item.reasons]
    assert len(reasons) == len(set(reasons))


def test_since_2025_every_end_reason_has_an_item_so_that_the_reasons_can_add_up() -> None:
    asked = questionnaire(2025)
    reasons = {reason for item in asked.items for reason in item.reasons}
    assert reasons == {reason.code for reason in end_reasons()}


@YEARS
def test_ids_are_once_each_and_every_text_is_there_in_every_language(year: int) -> None:
    asked = questionnaire(year)
    ids = [item.id for item in asked.items]
    assert len(ids) == len(set(ids))
    for item in asked.items:
        for texts in (item.text, item.label, *([item.help] if item.help else [])):
            assert all(texts[lang].strip() for lang in LANGUAGES)


def test_an_item_that_keeps_its_id_keeps_what_it_asks_the_register_for() -> None:
    old, new = ({item.id: item for item in questionnaire(year).items} for year in (2007, 2025))
    for id in old.keys() & new.keys():
        assert (old[id].kind, old[id].reasons, old[id].register) == (new[id].kind, new[id].reasons, new[id].register)


def test_the_form_of_2007_has_22_items_and_all_checks() -> None:
    asked = questionnaire(2007)
    assert (len(asked.items), len(asked.reason_items)) == (22, 13)
    assert set(asked.checks) == set(checks())


def test_an_item_or_year_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BadInput, match=r"no item '99': it has 1, 2, 3"):
        questionnaire(2007).item("99")
    with pytest.raises(BadInput, match="2007, 2025"):
        questionnaire(1999)


@pytest.mark.parametrize(
    ("raw", "state", "value"),
    [
        ("45", State.VALUE, 45),
        ("45 %", State.VALUE, 45),
        ("100%", State.VALUE, 100),
        ("0 %", State.ZERO, 0),
        ("00", State.DONT_KNOW, None),
        ("", State.BLANK, None),
    ],
)
def test_a_percent_is_whole_and_may_have_its_sign(raw: str, state: State, value: int | None) -> None:
    assert read_percent(raw) == Answer(raw, state, value)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [("101", "over_hundred"), ("45,5 %", "percent_decimal"), ("-5", "negative"), ("%", "letters"), ("half", "letters")],
)
def test_what_is_no_percent_is_said(raw: str, fault: str) -> None:
    assert read_percent(raw) == Unreadable(raw, fault)


def test_free_text_is_kept_as_it_is() -> None:
    assert read_text("00") == Answer("00", State.VALUE)
    assert read_text("  ").state is State.BLANK  # type: ignore[union-attr]
    assert read_text("a" * 4001) == Unreadable("a" * 4001, "long")


def test_a_number_of_any_length_is_read_or_refused() -> None:
    assert READERS["count"]("9" * 6000) == Unreadable("9" * 6000, "large")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fault", sentences())
def test_every_fault_has_a_sentence_that_shows_what_was_typed(fault: str, lang: str) -> None:
    said = Unreadable("x12y", fault, "12").sentence(lang)
    assert "{" not in said
    assert fault in ("blank", "long") or "x12y" in said


def test_a_sentence_says_what_was_found_and_what_to_write() -> None:
    found = READERS["count"]("1 234")
    assert isinstance(found, Unreadable)
    assert found.sentence("nb") == (
        "«1 234» har mellomrom eller punktum i tallet: skriv 1234 hvis det er tallet du mener."
    )


def test_a_questionnaire_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        questionnaire(2007).year = 2008  # type: ignore[misc]
