"""Exports of a survey tool: columns by number or text, don't know kept apart from zero, a sentence for every fault."""

from pathlib import Path

import pytest
import xlsxwriter

from overgang.base.errors import BadInput
from overgang.base.places import gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.returns.annual_return import examined, may_be_sent
from overgang.collect.returns.answer import State
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.survey import UNIT, Unusable, guess, read_survey, units_called, words
from tests.collect.returns.test_checks import FITTING

ASKED = questionnaire(2007)
ITEMS = list(FITTING)
TOLD = {item: str(value) for item, value in FITTING.items()}


@pytest.fixture
def write(tmp_path: Path):
    def write(rows: list[list[str]], separator: str = ";", encoding: str = "utf-8") -> Path:
        path = tmp_path / "eksport.csv"
        text = "".join(
            separator.join(f'"{cell}"' if separator in cell else cell for cell in row) + "\n" for row in rows
        )
        path.write_bytes(text.encode(encoding))
        return path

    return write


def row(unit: str, **changed: str) -> list[str]:
    told = TOLD | {item.removeprefix("q"): raw for item, raw in changed.items()}
    return [unit, *(told[item] for item in ITEMS)]


TEXTS = ["Kommune", *(f"{ASKED.item(item).text['nb']} Svar avgis med hele tall. Vet ikke=00" for item in ITEMS)]


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize(
    "header",
    [
        ["Enhet", *ITEMS],
        ["kommunenr", *(f"q{item}" for item in ITEMS)],
        ["Unit", *(f"Spørsmål {item}" for item in ITEMS)],
        ["Kommune", *(f"{item}. {ASKED.item(item).text['nb']}" for item in ITEMS)],
        ["Kommune", *(ASKED.item(item).label["nn"] for item in ITEMS)],
        TEXTS,
    ],
    ids=["ids", "q", "numbered", "number and text", "labels", "texts with more behind"],
)
def test_columns_are_known_by_number_or_text(write, header: list[str], encoding: str, separator: str) -> None:
    found = read_survey(write([header, row("Tromsø", q7c="00"), row("1103")], separator, encoding), ASKED)
    assert found.columns == dict(zip(header, [UNIT, *ITEMS], strict=True))
    assert found.faults == ()
    assert [given.unit for given in found.returns] == ["K1902", "K1103"]
    assert found.returns[0].answer("7c").state is State.DONT_KNOW
    assert found.returns[0].answer("7a").state is State.ZERO
    assert may_be_sent(examined(ASKED, found.returns[1]))


def test_a_mapping_that_was_chosen_once_serves_for_the_next_file(write) -> None:
    header = ["Hvem", *(f"kol{i}" for i in range(len(ITEMS)))]
    with pytest.raises(Unusable):
        read_survey(write([header, row("Tromsø")]), ASKED)
    columns = dict(zip(header, [UNIT, *ITEMS], strict=True))
    found = read_survey(write([header, row("Tromsø")]), ASKED, columns)
    assert (found.columns, found.faults) == (columns, ())
    assert found.returns[0].known("1").low == 100


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"a": UNIT, "b": "99"}, "has no item '99'"), ({"a": UNIT, "b": "1", "c": "1"}, "«b» and «c» are both 1")],
)
def test_a_mapping_that_cannot_be_is_refused(write, columns: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_survey(write([list(columns), ["Tromsø", "1", "2"]]), ASKED, columns)


def test_a_workbook_is_read_as_well_and_its_text_00_is_dont_know(tmp_path: Path) -> None:
    path = tmp_path / "eksport.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Enhet", "1", "7a", "7b", "3", "4"])
        sheet.write_formula(1, 5, "=B2+1", value=13)
        for column, cell in enumerate(["Tromsø", 12, "00", 0, 2.5]):
            sheet.write(1, column, cell)
    (given,) = read_survey(path, ASKED).returns
    assert [given.answer(item).state for item in ("1", "7a", "7b")] == [State.VALUE, State.DONT_KNOW, State.ZERO]
    assert given.unread["3"].fault == "decimal"
    assert given.unread["4"].raw == "=13"


def test_a_row_whose_quotation_marks_do_not_match_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "eksport.csv"
    path.write_text('Enhet;1;7a\nTromsø;12;00\nAlta;"13;00\n', encoding="utf-8")
    found = read_survey(path, ASKED)
    assert [given.unit for given in found.returns] == ["K1902"]
    assert ("broken_row", 3) in [(fault.rule, fault.line) for fault in found.faults]


def test_a_question_cut_short_is_known_while_it_is_only_one() -> None:
    whole = ASKED.item("4").text["nb"]
    assert guess([whole[:60]], ASKED) == {whole[:60]: "4"}
    ambiguous = ASKED.item("7a").text["nb"][:50]
    assert guess([ambiguous], ASKED) == {}


def test_a_title_above_the_header_is_left_out(write) -> None:
    found = read_survey(write([["Resultatrapportering 2007"], [], ["Enhet", *ITEMS], row("Tromsø")]), ASKED)
    assert len(found.returns) == 1


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        ("", "no_unit"),
        ("Utopia", "unknown_unit"),
        ("5001", "unknown_unit"),
        ("Herøy", "several_units"),
        ("1902", "unit_again"),
    ],
)
def test_a_row_whose_unit_is_not_sure_is_not_taken(write, unit: str, rule: str) -> None:
    found = read_survey(write([["Enhet", *ITEMS], row("Tromsø", q7c="00"), row(unit)]), ASKED)
    assert [given.unit for given in found.returns] == ["K1902"]
    (fault,) = found.faults
    assert (fault.line, fault.rule, fault.stops) == (3, rule, True)


def test_an_answer_that_cannot_be_read_is_kept_as_it_was_and_told(write) -> None:
    found = read_survey(write([["Enhet", *ITEMS], row("Tromsø", q3="ca. 5", q7a="000", q7c="00")]), ASKED)
    (given,) = found.returns
    assert {item: text.raw for item, text in given.unread.items()} == {"3": "ca. 5", "7a": "000"}
    assert [fault.sentence("nb") for fault in found.faults] == [
        "Rad 2: spørsmål 3: «ca. 5» er ikke et tall: skriv bare sifre, 0 for ingen eller 00 for vet ikke. "
        "Forklaringer hører hjemme i merknadene.",
        "Rad 2: spørsmål 7a: «000» kan bety både ingen og vet ikke: skriv 0 for ingen eller 00 for vet ikke.",
    ]
    assert not any(fault.stops for fault in found.faults)


def test_columns_that_are_missing_read_twice_or_not_at_all_are_told(write) -> None:
    header = ["Enhet", *ITEMS[1:], "Stemning", "q2", "2"]
    cells = [*row("Tromsø", q7c="00")[:1], *row("Tromsø", q7c="00")[2:], "god", "99", "98"]
    found = read_survey(write([header, cells]), ASKED)
    assert [(fault.rule, dict(fault.values)) for fault in found.faults] == [
        ("missing_column", {"item": "1"}),
        ("unread_column", {"column": "Stemning", "item": ""}),
        ("second_column", {"column": "q2", "item": "2"}),
        ("second_column", {"column": "2", "item": "2"}),
    ]
    assert found.returns[0].known("2").low == 70
    assert found.returns[0].answer("1").state is State.BLANK


def test_a_round_without_any_dont_know_may_have_lost_its_zeros_in_a_spreadsheet(write) -> None:
    units = [place.code for place in gazetteer().units(2007)[:40]]
    rows = [["Enhet", *ITEMS], *(row(unit) for unit in units)]
    (fault,) = read_survey(write(rows), ASKED).faults
    assert fault.rule == "lost_zeros"
    assert "80 svar som er 0 og ingen som er 00" in fault.sentence("nb")
    assert read_survey(write([*rows[:-1], row(units[-1], q7c="00")]), ASKED).faults == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Tromsø", "K1902"),
        ("tromso", "K1902"),
        ("Tromsø kommune", "K1902"),
        ("K1902", "K1902"),
        ("0101", "K0101"),
        ("101", "K0101"),
        ("Bydel Grünerløkka", "B030102"),
        ("30102", "B030102"),
        ("Herøy (Nordland)", "K1818"),
    ],
)
def test_a_unit_is_known_by_name_code_or_id(text: str, unit: str) -> None:
    assert units_called(text, 2007) == (unit,)


def test_a_unit_of_another_year_is_none() -> None:
    assert units_called("Nordre Follo", 2007) == ()
    assert units_called("Nordre Follo", 2025) == ("K3207",)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 400, b"%PDF-1.4 something", b"en;to\n1;2\n"])
def test_a_file_of_which_nothing_can_be_taken_says_why_in_three_languages(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(data)
    with pytest.raises(Unusable) as caught:
        read_survey(path, ASKED)
    assert all(caught.value.sentences[lang] for lang in LANGUAGES)


def test_the_present_questionnaire_has_percent_and_text_columns(write) -> None:
    header = ["Enhet", "1", "14", "15"]
    asked = questionnaire(2025)
    (given,) = read_survey(write([header, ["Oslo bydel Alna", "12", "60 %", "Alt stemmer."]]), asked).returns
    assert (given.unit, given.answer("14").value, given.answer("15").raw) == ("B030112", 60, "Alt stemmer.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_there(lang: str) -> None:
    assert all(entry[lang] for rule, entry in words().items() if rule not in ("unit", "item"))
