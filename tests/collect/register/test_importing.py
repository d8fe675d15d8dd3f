"""What an import takes and what it refuses: all of it or nothing."""

from datetime import UTC, date, datetime

import pytest

from overgang.base.errors import BadInput
from overgang.collect.register import importing, reading
from overgang.collect.register.importing import listed
from overgang.collect.register.models import Load, Person
from overgang.collect.register.numbers import ring
from overgang.collect.register.schema import TABLES
from tests.collect.conftest import PARTICIPATION, PERSON

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
READ = tuple(name for name in TABLES if name != "identity")
"""Numbers are never read back whole."""


def import_csv(folder):
    return importing.import_csv(folder, ring(), now=NOW)


def tables():
    return reading.read(ring(), READ).tables


def test_a_register_comes_in(files):
    import_csv(files)
    heights = {name: frame.height for name, frame in tables().items()}
    assert heights == {**dict.fromkeys(READ, 0), "person": 3, "participation": 4, "annual_return": 3}
    first = Person.objects.get(name="Åse Østby")
    assert (first.birth_date, first.address_grade, first.cases.count()) == (date(1980, 10, 24), 0, 2)
    assert first.cases.get(unit="B030103").participation.end is None
    assert not Load.objects.get().synthetic


def test_a_local_identifier_goes_no_further(files):
    """It may be a number that says who somebody is; keys stand in addresses and the log."""
    import_csv(files)
    keys = Person.objects.values_list("key", flat=True)
    assert all(len(key) == 16 and "A-" not in key for key in keys)


def test_a_register_in_use_is_not_replaced(files):
    import_csv(files)
    with pytest.raises(BadInput, match="goes into an empty one only"):
        import_csv(files)
    assert Person.objects.count() == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_as_they_are_sent(files, encoding, separator, newline):
    text = PERSON.replace(";", separator).replace("\n", newline) + newline
    (files / "person.csv").write_bytes(text.encode(encoding))
    import_csv(files)
    assert set(Person.objects.values_list("name", flat=True)) == {"Åse Østby", "Per Ås", "Hemmelig Person"}


WRONG = [
    ("person", "A-2;Per", "A-1;Per", "person.csv, line 3: the same local_id as in line 2"),
    ("person", "24.10.1980", "31.02.1980", "person.csv, line 2: birth_date is '31.02.1980'; write a date such as"),
    ("person", ";F;SO", ";K;SO", "person.csv, line 2: sex is 'K'; use one of M, F"),
    ("person", ";F;SO", ";F;XX", "person.csv, line 2: origin is 'XX'"),
    ("person", "none;nei", "none;kanskje", "person.csv, line 2: shielded is 'kanskje'"),
    ("person", "none;nei", "none", "person.csv, line 2: 6 values for 7 columns"),
    ("person", "A-2;", ";", "person.csv, line 3: local_id is empty"),
    ("person", ";shielded\n", ";skjermet\n", "person.csv, line 1: there is no column shielded"),
    ("person", "24.10.1980", "24.10.2010", "participation.csv, line 2: the person was 5 years old"),
    ("participation", "A-2;", "A-9;", "participation.csv, line 4: local_id belongs to nobody"),
    ("participation", "K4601", "K1201", "participation.csv, line 4: unit is Bergen (K1201), which did not exist on"),
    ("participation", "K4601", "K9999", "participation.csv, line 4: unit is 'K9999', which is no place"),
    ("participation", "B030103", "K0301", "participation.csv, line 3: unit is Oslo, which reports by district"),
    ("participation", "K4601", "F46", "participation.csv, line 4: unit is Vestland"),
    ("participation", "K1103", "", "participation.csv, line 2: unit is empty"),
    ("participation", "31.01.2017", "31.01.2015", "participation.csv, line 2: it ends 2015-01-31 and starts"),
    ("participation", "31.01.2017", "01.03.2017", "line 3: it starts 2017-03-01, while the one in line 2 still runs"),
    ("participation", "CO_WORK_GT29", "CO_WORK", "participation.csv, line 2: end_reason is 'CO_WORK'"),
    ("participation", "01.03.2017;;", "01.03.2017;;IN_MOVED", "line 3: end_reason is IN_MOVED without an end"),
    ("participation", "INTRO_2004;01.02", "INTRO;01.02", "participation.csv, line 2: regime is 'INTRO'"),
    ("participation", "automatic", "robot", "participation.csv, line 4: provenance is 'robot'"),
    ("annual_return", ";193;value", ";193;zero", "annual_return.csv, line 2: value is 193 and answer is zero"),
    (
        "annual_return",
        "7a;;dont_know",
        "7a;0;dont_know",
        "annual_return.csv, line 4: value is 0 and answer is dont_know",
    ),
    ("annual_return", "K1103;3", "K1103;1", "annual_return.csv, line 3: the same year, unit, item as in line 2"),
    ("annual_return", "7a", "seven", "annual_return.csv, line 4: item is 'seven'"),
    ("annual_return", "2007;K1103;1", "2007;K4601;1", "annual_return.csv, line 2: unit is Bergen (K4601)"),
]


@pytest.mark.parametrize(("table", "right", "wrong", "message"), WRONG, ids=[row[3][:60] for row in WRONG])
def test_a_fault_stops_the_import(files, table, right, wrong, message):
    path = files / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_csv(files)
    assert message in str(error.value)
    assert "the register is as it was" in str(error.value)
    assert not Person.objects.exists()


WRONG_FURTHER = [
    ("invited", "2007;B030101", "2007;K1103", "invited.csv, line 3: the same year, unit as in line 2"),
    ("invited", "2007;B030101", "2007;K4601", "invited.csv, line 3: unit is Bergen (K4601)"),
    ("identity", "07868432491", "07868432492", "identity.csv, line 2: fnr ends in 92, but its check digits"),
    ("identity", "07868432491", "37868432491", "identity.csv, line 2: fnr ends in 91, but its check digits"),
    ("identity", "A-2;duf;200900595509", "A-2;duf;200205705502", "identity.csv, line 3: the same number as in lines"),
    ("identity", "A-2;duf;200900595509\n", "", "person.csv, line 3: no identity number is given"),
    ("identity", "A-2;duf", "A-2;passport", "identity.csv, line 4: kind is 'passport'; use one of fnr, dnr, duf"),
    ("case", "01.02.2015;offer", "02.02.2015;offer", "case.csv, line 2: no participation starts 2015-02-02"),
    ("case", ";offer;2022", ";wish;2022", "case.csv, line 4: trigger is 'wish'"),
    (
        "measure",
        "31.01.2017;15",
        "01.02.2017;15",
        "measure.csv, line 2: it lasts from 2015-02-01 to 2017-02",
    ),
    ("measure", "2023-05-31;30", ";30", "measure.csv, line 4: it lasts from 2022-09-01 to now, outside"),
    ("measure", "work_practice", "praksis", "measure.csv, line 4: kind is 'praksis'"),
    ("leave", "15.09.2015;", "31.08.2015;", "leave.csv, line 3: it begins during the leave in line 2"),
    ("leave", "15.09.2015;", "15.09.2014;", "leave.csv, line 3: it lasts from 2014-09-15"),
    ("absence", "2017-04-01", "2017-07-01", "absence.csv, line 3: the quarter from 2017-07-01 is outside"),
    ("stop", "temporary", "short", "stop.csv, line 2: kind is 'short'; use one of temporary, permanent"),
]


@pytest.mark.parametrize(("table", "right", "wrong", "message"), WRONG_FURTHER, ids=[r[3][:60] for r in WRONG_FURTHER])
def test_a_fault_of_a_further_table_stops_the_import(whole, table, right, wrong, message):
    path = whole / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_csv(whole)
    assert message in str(error.value)
    assert not Person.objects.exists()


def test_all_tables_come_in(whole):
    (finding,) = import_csv(whole)
    assert str(finding).startswith("participation.csv, line 4: it ended 2023-05-31 and has no end reason;")
    found = tables()
    assert {name for name, frame in found.items() if not frame.is_empty()} == set(READ)
    assert sorted(found["case"]["social_assistance"]) == [False, False, False, True]


FOUND = [
    (
        "case",
        "15.02.2017",
        "15.05.2017",
        "it ended 2017-01-31 and was entered 2017-05-15; enter within 2",
    ),
    ("case", "20.01.2015", "20.02.2015", "case.csv, line 2: asked 2015-01-10, decided 2015-02-20, start 2015-02-01"),
    (
        "case",
        "10.01.2015",
        "10.10.2014",
        "asked 2014-10-10 and started 2015-02-01; start within 3 months",
    ),
    ("measure", "A-3;norwegian;2016-01-10", "A-3;norwegian;2016-03-10", "participation.csv, line 5: no measure in the"),
    ("leave", "care_leave", "welfare_leave", "leave.csv, line 2: welfare_leave of 92 days; it may last 14"),
    (
        "participation",
        "01.02.2015;",
        "01.01.2014;",
        "line 2: it lasted from 2014-01-01 to 2017-01-31 with 0",
    ),
    (
        "person",
        "A-2;Per Ås;1990-01-02;M;UA",
        "A-2;Åse Østby;24.10.1980;F;SO",
        "line 3: has only a DUF number",
    ),
]


@pytest.mark.parametrize(("table", "right", "wrong", "message"), FOUND, ids=[row[3][:60] for row in FOUND])
def test_what_is_doubtful_is_told_and_taken_in(whole, table, right, wrong, message):
    path = whole / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    if table == "participation":
        for name in ("case", "measure", "leave", "absence"):
            (whole / f"{name}.csv").unlink()
    findings = [str(finding) for finding in import_csv(whole)]
    assert any(message in finding for finding in findings)
    assert Person.objects.count() == 3


def test_many_findings_are_counted():
    assert listed(["a"] * 20) == ["a"] * 20
    assert listed(["a"] * 22)[20:] == ["... and 2 more."]


def test_twenty_faults_are_shown_and_the_rest_counted(files):
    rows = "".join(f"B-{i};;x;F;SO;none;nei\n" for i in range(25))
    (files / "person.csv").write_text(PERSON + rows, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_csv(files)
    first, *lines = str(error.value).splitlines()
    assert "25 faults" in first
    assert len(lines) == 21
    assert lines[-1] == "... and 5 more."
    assert not Person.objects.exists()


def test_missing_files(files):
    (files / "annual_return.csv").unlink()
    import_csv(files)
    assert tables()["annual_return"].is_empty()
    (files / "person.csv").unlink()
    with pytest.raises(BadInput, match=r"person\.csv is missing"):
        import_csv(files)


def test_quoted_line_breaks_do_not_shift_the_line_numbers(files):
    broken = PARTICIPATION.replace("A-1;K1103", '"A-1\n";K1103').replace("A-2;K4601", "A-2;K9999")
    (files / "participation.csv").write_text(broken, encoding="utf-8")
    with pytest.raises(BadInput, match="line 5: unit is 'K9999'"):
        import_csv(files)
