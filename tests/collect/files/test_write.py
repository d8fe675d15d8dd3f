"""What we write comes back as it was, and no spreadsheet runs it."""

import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overgang.base.codes import codelist
from overgang.base.text import LANGUAGES
from overgang.collect.cells.child import grid
from overgang.collect.cells.worksheet import texts_of
from overgang.collect.files import Identifier, Refused, Template, read, template, templates, write
from tests.collect.files import hostile

TODAY = date(2026, 11, 27)
FORMATS: tuple[write.Format, ...] = ("csv", "xlsx")
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff\ufffe\uffff\r"), max_size=40)


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", templates())
def test_an_empty_template_has_every_column_and_its_example_is_no_row(
    kind: str, lang: str, format: write.Format, tmp_path: Path
) -> None:
    path = saved(tmp_path / "x", write.empty_template(template(kind), lang, format))
    with pytest.raises(Refused) as caught:
        read(path, template(kind), today=TODAY)
    assert [fault.rule for fault in caught.value.faults] == ["no_rows", "example_row"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", templates())
def test_the_example_is_a_good_row(kind: str, lang: str, tmp_path: Path) -> None:
    fields = template(kind).fields
    examples = [field.example[lang] for field in fields]
    at = [field.name for field in fields].index("number")
    examples[at] = hostile.fnr(hostile.random.Random(1))
    data = hostile.csv([[field.label[lang] for field in fields], examples]).encode()
    sheet = read(saved(tmp_path / "x", data), template(kind), today=TODAY)
    assert [fault.sentence(lang) for fault in sheet.faults] == []
    assert len(sheet.rows) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", templates())
def test_an_example_is_the_code_or_its_label_in_the_language(kind: str, lang: str) -> None:
    for field in template(kind).fields:
        if field.list and field.example[lang]:
            labels = {codelist(field.list).label(code, lang) for code in codelist(field.list)}
            assert field.example[lang] in {*labels, *codelist(field.list)}, field.name


def test_the_template_in_english_speaks_english() -> None:
    rows = write.empty_template(template("decision"), "en", "csv").decode("utf-8-sig")
    assert '"Grant"' in rows
    assert '"Innvilgelse"' not in rows


EXIT: Mapping[str, Any] = {
    "number": Identifier("fnr", "01819030118"),
    "unit": "K1103",
    "start": date(2024, 1, 15),
    "end": date(2025, 6, 30),
    "end_reason": "CO_WORK_GT29",
    "hours": Decimal("37.5"),
    "social_assistance": "no",
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_exported_rows_come_back_as_the_same_values(format: write.Format, lang: str, tmp_path: Path) -> None:
    data = write.exported(template("exit"), [EXIT], lang, format)
    sheet = read(saved(tmp_path / "x", data), template("exit"), today=TODAY)
    assert sheet.faults == ()
    assert {name: value for name, value in sheet.rows[0].values.items() if value is not None} == EXIT


def test_the_same_rows_are_the_same_bytes() -> None:
    assert len({write.exported(template("exit"), [EXIT], "nb", "xlsx") for _ in range(2)}) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_rejected_rows_come_with_their_reasons_and_can_be_mended_and_sent_again(
    format: write.Format, tmp_path: Path
) -> None:
    table = hostile.exits(hostile.random.Random(3), 6)
    right = table.rows[2][table.fields.index("start")]
    table.put("start", "15.01.24", 2)
    table.put("hours", "=1+1", 4)
    sheet = read(saved(tmp_path / "x", hostile.csv(table.all).encode()), template("exit"), today=TODAY)
    assert (len(sheet.rows), len(sheet.rejected)) == (4, 2)
    back = write.rejected(sheet, "nb", format)
    if format == "csv":
        lines = back.decode("utf-8-sig").splitlines()
        assert "Rad 4, Startdato: «15.01.24» har et år med to siffer" in lines[1]
        assert '"\'=1+1"' in lines[2]
        mended = back.replace(b'"15.01.24"', f'"{right}"'.encode()).replace(b'"\'=1+1"', b'"1,5"')
        again = read(saved(tmp_path / "y", mended), template("exit"), today=TODAY)
        assert (len(again.rows), again.faults) == (2, ())
    else:
        cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(back)).active.iter_rows()]
        assert "to siffer" in cells[1][-1]
        assert cells[2][table.fields.index("hours")] == "=1+1"
        again = read(saved(tmp_path / "y", back), template("exit"), today=TODAY)
        assert {fault.rule for fault in again.faults} == {"two_digit_year", "formula"}


def test_a_workbook_holds_texts_only() -> None:
    data = write._xlsx([("x", [["=1+1", "1", "http://example.org", "{=1}", "TRUE"]])])
    row = next(iter(openpyxl.load_workbook(BytesIO(data)).active.iter_rows()))
    assert [cell.data_type for cell in row][1:] == ["s"] * 4
    with zipfile.ZipFile(BytesIO(data)) as archive:  # openpyxl takes any text with an equals sign for a formula
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f" not in sheet
    assert sheet.count(b't="s"') == 5


def stripped(rows: list[list[str]]) -> list[list[str]]:
    """Without empty cells at the end and empty rows, which no reader can tell from none."""
    found = []
    for cells in rows:
        kept = list(cells)
        while kept and not kept[-1].strip(" \u00a0"):
            kept.pop()
        if kept:
            found.append(kept)
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(TEXT.filter(lambda text: text == text.strip("\n\x00")), min_size=1, max_size=5), min_size=1, max_size=5
    )
)
def test_every_text_comes_back_from_csv_exactly(rows: list[list[str]]) -> None:
    rows = [["Fnr", "Start"], *rows]
    answer = grid(write._csv(rows), frozenset({"fnr", "start"}))
    assert stripped([texts_of(cells) for _, cells in answer["rows"]]) == stripped(rows)
    assert answer["separator"] == "semicolon"
    assert answer["broken"] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), min_size=1, max_size=5))
def test_every_text_comes_back_from_a_workbook_exactly(rows: list[list[str]]) -> None:
    rows = [["Fnr", "Start"], *rows]
    answer = grid(write._xlsx([("x", rows)]), frozenset({"fnr", "start"}))
    filled = [cells[: max((at + 1 for at, cell in enumerate(cells) if cell), default=0)] for cells in rows]
    assert [texts_of(cells) for _, cells in answer["rows"]] == [cells for cells in filled if cells]


def test_every_kind_can_be_exported() -> None:
    for found in templates().values():
        assert write.exported(found, [{}], "nb", "csv").startswith(b"\xef\xbb\xbf")
        assert isinstance(found, Template)
