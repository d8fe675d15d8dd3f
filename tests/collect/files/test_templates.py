"""The templates, the sentences and the readers of values, as data and as small tables."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.files import Fault, Identifier, Template, template, templates
from overgang.collect.files.cells import Day, Flag, Formula, Number
from overgang.collect.files.fault import catalogue, check_catalogue, shown
from overgang.collect.files.templates import Field
from overgang.collect.files.values import Reader, Wrong, unit_words

KINDS = (
    "person", "settlement", "permit", "decision", "participation", "exit", "measure", "leave", "absence", "certificate",
)  # fmt: skip


def test_a_template_for_every_kind_of_row() -> None:
    assert set(templates()) == set(KINDS)
    with pytest.raises(BadInput, match="no template 'x': use one of person"):
        template("x")


@pytest.mark.parametrize("found", templates().values(), ids=lambda found: found.kind)
def test_every_field_has_its_words_and_what_it_needs(found: Template) -> None:
    assert found.fields[0].name == "number"
    for field in found.fields:
        assert all(field.label[lang] and field.help[lang].endswith(".") for lang in LANGUAGES)
        assert field.type in ("identifier", "name", "text", "date", "whole", "decimal", "yes_no", "code", "unit")
        assert not field.list or codelist(field.list)
        assert field.type != "unit" or field.on


def test_no_free_text_but_name_and_provider() -> None:
    loose = {field.name for found in templates().values() for field in found.fields if field.type in ("name", "text")}
    assert loose == {"name", "provider"}


def test_every_sentence_is_there_in_three_languages_and_names_no_other_thing_than_the_others() -> None:
    check_catalogue()
    for rule, entry in catalogue().items():
        assert all(entry[lang].endswith(".") for lang in LANGUAGES), rule


def test_numbers_have_their_word_and_days_are_norwegian() -> None:
    one = Fault(0, "", "", "hidden_rows", {"n": 1}, "exit")
    many = Fault(0, "", "", "hidden_rows", {"n": 1200}, "exit")
    assert one.sentence("nb").startswith("1 skjult rad leses")
    assert many.sentence("nn").startswith("1\u00a0200 skjulte rader blir")
    late = Fault(3, "end", "01.01.2031", "future", {"day": date(2031, 1, 1), "today": date(2026, 11, 27)}, "exit")
    assert late.sentence("nb").startswith("Rad 3, Sluttdato: 01.01.2031 er etter i dag (27.11.2026)")


@pytest.mark.parametrize(
    ("text", "number", "seen"),
    [
        ("01819030118", True, "…18"),
        ("01819030118", False, "…18"),
        ("018190 30118", False, "…18"),
        ("Blid 01819030118 Elv", False, "Blid …18 Elv"),
        ("12", True, "…"),
        ("a\x00b\u202e", False, "a␀b\ufffd"),
        ("x" * 100, False, "x" * 39 + "…"),
    ],
)
def test_a_shown_value_is_short_visible_and_without_identity_numbers(text: str, number: bool, seen: str) -> None:
    assert shown(text, number) == seen


def field(type: str, **more: Any) -> Field:
    words = dict.fromkeys(LANGUAGES, "x")
    return Field("x", type, words, words, **more)


@pytest.mark.parametrize(
    ("made", "cell", "value"),
    [
        (field("date"), "24.10.2018", date(2018, 10, 24)),
        (field("date"), " 4.1.2018 ", date(2018, 1, 4)),
        (field("date"), "2018-10-24T00:00:00", date(2018, 10, 24)),
        (field("date"), Day("2018-10-24"), date(2018, 10, 24)),
        (field("date"), "1.1.18", "two_digit_year"),
        (field("date"), "43397", "serial_date"),
        (field("date"), "４.1.2018", "not_date"),
        (field("date"), Formula("2018-10-24"), "formula_cell"),
        (field("whole"), "1 234", 1234),
        (field("whole"), "1\u00a0234", 1234),
        (field("whole"), Number("12.0"), 12),
        (field("whole"), "1.234", "point_or_thousands"),
        (field("whole"), "3,5", "not_whole"),
        (field("decimal", decimals=1), "37,5", Decimal("37.5")),
        (field("decimal", decimals=1), "1 037,5", Decimal("1037.5")),
        (field("decimal", decimals=1), "37.5", Decimal("37.5")),
        (field("decimal", decimals=1), Number("37.299999999999997"), Decimal("37.3")),
        (field("decimal", decimals=1), Number("1E+99999"), "not_decimal"),
        (field("yes_no"), "JA", True),
        (field("yes_no"), Flag("0"), False),
        (field("yes_no"), "vet ikke", "not_yes_no"),
        (field("identifier"), "018190 30118", Identifier("fnr", "01819030118")),
        (field("identifier"), Number("1.2019012345E+10"), "identifier_check"),
        (field("identifier"), Number("12019012345678901234"), "identifier_length"),
        (field("code", list="end_reason"), "in_moved", "IN_MOVED"),
        (field("code", list="end_reason"), "Flytta", "IN_MOVED"),
        (field("code", list="sex"), "Women", "F"),
        (field("code", list="sex"), "total", "unknown_code"),
        (field("text", longest=9), "A\u030a", "Å"),
        (field("name"), "Þóra O’Hara-Đặng", "Þóra O’Hara-Đặng"),
        (field("name"), "محمد علی", "محمد علی"),
    ],
)
def test_a_cell_is_read_by_the_type_of_its_field(made: Field, cell: str, value: Any) -> None:
    found = Reader(made)(cell)
    assert (found.rule if isinstance(found, Wrong) else found) == value


def test_a_unit_is_known_by_id_code_and_name_in_any_language() -> None:
    for text in ("K1103", "1103", "Stavanger", "1103 Stavanger", "STAVANGER KOMMUNE"):
        assert "K1103" in {place.id for place in Reader(field("unit"))(text).places}
    assert all(place.id[0] in "KB" for places in unit_words().values() for place in places)
