"""Exports of a survey tool into the stored returns: what each row would do, taken in once, and nothing else touched."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import acting
from overgang.collect.returns import keeping, surveyed
from overgang.collect.returns.interval import Interval, exactly
from overgang.collect.returns.models import Answer, Return, Round, Step, SurveyColumns, SurveyFile, Version
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.survey import UNIT, Unusable
from overgang.collect.returns.totals import sum_of, totals
from tests.collect.returns.test_checks import FITTING

pytestmark = pytest.mark.django_db
NOW = datetime(2008, 2, 1, 9, 0, tzinfo=UTC)
TODAY = date(2008, 2, 1)
ANALYST, OTHER = acting(3, "Analytiker", "analyst", ""), acting(4, "En annen", "analyst", "")
ADVISER, LEADER = acting(1, "Rådgiver", "adviser", "K1103"), acting(2, "Leder", "leader", "K1103")
ASKED = questionnaire(2007)
ITEMS = list(FITTING)
TOLD = {item: str(value) for item, value in FITTING.items()}
FRAME = ("K1103", "K1601", "K1902")


@pytest.fixture
def round_(db) -> Round:  # noqa: ARG001
    dates = {"as_of": date(2007, 12, 31), "opens": date(2008, 1, 2), "closes": date(2008, 2, 15)}
    return keeping.open_round(ANALYST, year=2007, **dates, frame=dict.fromkeys(FRAME, ""), now=NOW)


def row(unit: str, **changed: str) -> list[str]:
    told = TOLD | {item.removeprefix("q"): raw for item, raw in changed.items()}
    return [unit, *(told[item] for item in ITEMS)]


HEADER = ["Enhet", *ITEMS]


def content(*rows: list[str], header=HEADER) -> bytes:
    return "".join(";".join(cells) + "\n" for cells in (header, *rows)).encode()


@pytest.fixture
def sent(round_, tmp_path):
    """`sent(row, row)`: a file with these rows, kept for the round."""

    def send(*rows: list[str], header=HEADER, name="eksport.csv") -> SurveyFile:
        path = tmp_path / "fil"
        path.write_bytes(content(*rows, header=header))
        return surveyed.upload(ANALYST, round_, name, path, now=NOW)[0]

    return send


def outcomes(file: SurveyFile) -> dict[str, str]:
    return {row.unit: row.outcome for row in surveyed.planned(file).rows}


def taken(file: SurveyFile, choice: str = surveyed.ALL) -> SurveyFile:
    surveyed.take(ANALYST, file, choice, seen=surveyed.planned(file).mark, now=NOW)
    file.refresh_from_db()
    return file


def of(unit: str) -> Return:
    return Return.objects.get(unit=unit)


def raws(unit: str) -> dict[str, str]:
    return {answer.item: answer.raw for answer in of(unit).current.answers.all()}


def typed(unit: str, answers=TOLD) -> Version:
    return keeping.save(ADVISER, of(unit), answers, {}, seen=0, now=NOW)


def approved(unit: str) -> None:
    typed(unit)
    keeping.approve(LEADER, of(unit), number=1, seen=1, now=NOW, today=TODAY)


def test_a_row_is_a_new_answer_another_version_or_nothing(sent):
    approved("K1601")
    approved("K1902")
    file = sent(row("Stavanger", q7c="00"), row("Trondheim", q13a="7"), row("Tromsø"))
    plan = surveyed.planned(file)
    assert [(one.unit, one.outcome) for one in plan.rows] == [
        ("K1103", "new"),
        ("K1601", "changed"),
        ("K1902", "same"),
    ]
    assert plan.rows[1].changes == (("13a", TOLD["13a"], "7"),)
    taken(file)
    assert raws("K1103") == TOLD | {"7c": "00"}
    assert Answer.objects.get(version__of__unit="K1103", item="7c").answer == "dont_know"
    assert raws("K1601") == TOLD | {"13a": "7"}
    assert (of("K1601").current.number, of("K1902").current.number) == (2, 1)


def test_the_same_answers_again_do_nothing(sent):
    taken(sent(row("Stavanger"), row("Trondheim")))
    before = (Version.objects.count(), Answer.objects.count(), Step.objects.count())
    again = sent(row("Trondheim"), row("Stavanger"))
    assert set(outcomes(again).values()) == {"same"}
    taken(again)
    assert (Version.objects.count(), Answer.objects.count(), Step.objects.count()) == before


def test_the_same_file_again_is_the_same_file(sent):
    first = taken(sent(row("Stavanger")))
    assert sent(row("Stavanger"), name="et annet navn.csv").pk == first.pk
    with pytest.raises(surveyed.Moved):
        taken(first)
    assert Version.objects.count() == 1


def test_take_in_of_what_is_known_leaves_even_an_accepted_return_as_it_is(sent):
    approved("K1103")
    keeping.accept(ANALYST, of("K1103"), number=1, now=NOW)
    given = keeping.given_in(of("K1103").current)
    assert keeping.take_in(ANALYST, of("K1103"), given, reason="fil", now=NOW).number == 1
    assert of("K1103").state == "accepted"
    assert outcomes(sent(row("Stavanger"))) == {"K1103": "same"}
    assert outcomes(sent(row("Stavanger", q13a="1"))) == {"K1103": "refused"}
    other = {**TOLD, "13a": "1"}
    with pytest.raises(keeping.Moved):
        keeping.take_in(ANALYST, of("K1103"), keeping.read_return(ASKED, "K1103", other), reason="fil", now=NOW)


def test_what_cannot_be_taken_says_why_and_comes_back_in_a_file(sent):
    file = sent(
        row("Stavanger"), row("Bergen"), row("Utopia"), row("=cmd", q1="x"), row("Trondheim", q4="tre"), row("Tromsø")
    )
    approved("K1902")
    keeping.accept(ANALYST, of("K1902"), number=1, now=NOW)
    said = {one.line: (one.outcome, [fault.told("nb") for fault in one.faults]) for one in surveyed.planned(file).rows}
    assert said[3] == (
        "refused",
        ["Bergen er ikke med i utvalget for 2007: legg enheten til i runden, eller ta raden ut."],
    )
    assert said[4][0] == "refused"
    assert said[6][0] == "draft"
    assert said[6][1][1].startswith("svarene som ikke kan leses, kan legges i et utkast som Trondheim retter selv")
    assert said[7] == ("same", [])
    taken(file, surveyed.GOOD)
    assert of("K1103").current is not None
    assert of("K1601").state == "invited"
    rest = surveyed.rest(file, "nb", "Grunn")
    assert [cells[0] for cells in rest] == ["Enhet", "Bergen", "Utopia", "=cmd", "Trondheim"]
    assert all(cells[-1] for cells in rest)


def test_answers_that_cannot_be_read_wait_for_the_unit_as_they_were(sent):
    taken(sent(row("Trondheim", q4="tre", q7c="00")))
    trondheim = of("K1601")
    assert (trondheim.state, trondheim.current) == ("draft", None)
    assert keeping.draft_of(trondheim).typed == TOLD | {"4": "tre", "7c": "00"}
    assert outcomes(sent(row("Trondheim", q4="tre", q7c="00"), row("Tromsø")))["K1601"] == "draft"


def test_a_draft_of_the_units_own_is_not_lost(sent):
    own = {"1": "13", "2": "8"}
    typed("K1601", own)
    typed("K1103", own)
    file = sent(row("Trondheim", q4="tre"), row("Stavanger"))
    assert outcomes(file) == {"K1601": "refused", "K1103": "new"}
    taken(file)
    assert keeping.draft_of(of("K1601")).typed == own
    assert raws("K1103") == TOLD
    assert Step.objects.get(of__unit="K1103", what="replaced").note == "1=13; 2=8"


def test_a_file_with_some_of_the_questions_changes_those_only(sent):
    approved("K1103")
    file = sent(["Stavanger", "7", ""], header=["Enhet", "13a", "13b"])
    assert surveyed.planned(file).rows[0].changes == (("13a", TOLD["13a"], "7"),)
    taken(file)
    assert raws("K1103") == TOLD | {"13a": "7"}


def test_two_at_once_and_the_second_is_told(sent):
    file = sent(row("Stavanger"), row("Trondheim"))
    seen = surveyed.planned(file).mark
    approved("K1103")
    with pytest.raises(surveyed.Moved):
        surveyed.take(OTHER, file, surveyed.ALL, seen=seen, now=NOW)
    assert of("K1601").current is None
    taken(file)
    with pytest.raises(surveyed.Moved):
        surveyed.choose(OTHER, file, {"Enhet": UNIT, "1": "1"}, now=NOW)


def test_a_choice_of_columns_serves_the_next_file_with_the_same_header(sent):
    header = ["Hvem", *(f"kol{at}" for at in range(len(ITEMS)))]
    file = sent(row("Stavanger"), header=header)
    with pytest.raises(Unusable):
        surveyed.planned(file)
    assert surveyed.columns_of(file)[0] == tuple(header)
    columns = dict(zip(header, [UNIT, *ITEMS], strict=True))
    surveyed.choose(ANALYST, file, columns, now=NOW)
    file.refresh_from_db()
    assert outcomes(file) == {"K1103": "new"}
    assert outcomes(sent(row("Tromsø"), header=header)) == {"K1902": "new"}
    surveyed.choose(ANALYST, file, columns, now=NOW)
    assert SurveyColumns.objects.count() == 1


@pytest.fixture(scope="module")
def country():
    """Every answer of the synthetic round of 2007 as it was typed, by unit, and the units that were asked."""
    from tests.demo.conftest import built

    made, raw = built(2007), {"dont_know": "00", "zero": "0", "blank": ""}
    answers: dict[str, dict[str, str]] = {}
    for one in made.register["annual_return"].filter(year=2007).to_dicts():
        answers.setdefault(one["unit"], {})[one["item"]] = raw.get(one["answer"], str(one["value"]))
    return answers, made.register["invited"].filter(year=2007)["unit"].to_list()


@pytest.mark.xdist_group("country 2007")
def test_an_export_of_the_whole_round_of_2007_gives_the_published_sums(country, tmp_path):
    answers, invited = country
    dates = {"as_of": date(2007, 12, 31), "opens": date(2008, 1, 2), "closes": date(2008, 2, 15)}
    round_ = keeping.open_round(ANALYST, year=2007, **dates, frame=dict.fromkeys(invited, ""), now=NOW)
    header = ["Kommunenr", *(ASKED.item(item).text["nb"] for item in ITEMS)]
    rows = [[unit[1:], *(told[item] for item in ITEMS)] for unit, told in sorted(answers.items())]
    path = tmp_path / "intro2007.csv"
    path.write_bytes("\r\n".join(";".join(cells) for cells in (header, *rows)).encode("cp1252"))
    file, _ = surveyed.upload(ANALYST, round_, "intro2007.csv", path, now=NOW)
    taken(file)
    assert {row["outcome"] for row in file.report} == {"new"}
    stored = Return.objects.filter(round=round_).exclude(current=None).select_related("current__of")
    returns = [keeping.given_in(one.current) for one in stored]
    found = totals(ASKED, returns)
    assert (len(returns), Return.objects.count()) == (190, 249)
    assert [found[item].number for item in ("1", "2", "3", "4")] == [exactly(n) for n in (6834, 4780, 443, 2234)]
    reasons = sum_of(ASKED.reason_items, returns)
    assert (reasons.number, reasons.missing) == (Interval(2303, None), 44)
    typed = sum(raw == "00" for told in answers.values() for raw in told.values())
    assert typed > 0
    assert Answer.objects.filter(answer="dont_know", raw="00").count() == typed


# The pages


@pytest.fixture
def analyst(make_user, enter):
    return enter(make_user("analyst", "", name="analyst"))


def posted(client, data: bytes, name: str = "eksport.csv"):
    upload = SimpleUploadedFile(name, data)
    return client.post(reverse("returns:surveys"), {"round": "2007", "file": upload}, follow=True)


def test_from_a_file_to_taken_in_on_the_pages(round_, analyst):  # noqa: ARG001
    page = posted(analyst, content(row("Stavanger"), row("Trondheim", q4="tre"), row("Bergen")))
    html = page.content.decode()
    file = SurveyFile.objects.get()
    assert "Ta inn alle (1), og la enhetene rette resten (1)" in html
    assert "«tre» er ikke et tall" in html
    assert "Bergen er ikke med i utvalget for 2007" in html
    here = reverse("returns:survey_take", args=[file.pk])
    stale = analyst.post(here, {"choice": "all", "seen": "x"}, follow=True)
    assert "Ingenting er gjort" in stale.content.decode()
    done = analyst.post(here, {"choice": "good", "seen": surveyed.planned(file).mark}, follow=True)
    assert "Filen er tatt inn" in done.content.decode()
    rest = analyst.get(reverse("returns:survey_rest", args=[file.pk])).content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in rest] == ['"Enhet"', '"Trondheim"', '"Bergen"']
    again = posted(analyst, content(row("Stavanger"), row("Trondheim", q4="tre"), row("Bergen")))
    assert "Filen er sendt før" in again.content.decode()


def test_columns_are_chosen_on_the_page(round_, analyst):  # noqa: ARG001
    page = posted(analyst, content(["Stavanger", "12", "8"], header=["Hvem", "a", "b"]))
    assert "velg kolonnene selv" in page.content.decode()
    here = reverse("returns:survey_columns", args=[SurveyFile.objects.get().pk])
    assert "Stavanger" in analyst.get(here).content.decode()
    assert "Velg hvilken kolonne som er enheten." in analyst.post(here, {"c1": "1"}).content.decode()
    twice = analyst.post(here, {"c0": "unit", "c1": "1", "c2": "1"})
    assert "Kolonnene «a» og «b» er begge 1" in twice.content.decode()
    assert analyst.post(here, {"c0": "unit", "c1": "1", "c2": "99"}).status_code == 302
    assert SurveyFile.objects.get().columns == {"Hvem": "unit", "a": "1"}


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 400, b"%PDF-1.4 something", b"PK\x03\x04" + b"\0" * 400])
def test_a_file_that_is_none_is_refused_with_a_sentence(round_, analyst, data):  # noqa: ARG001
    page = posted(analyst, data)
    assert page.status_code == 400
    assert "ds-error-summary" in page.content.decode()
    assert not SurveyFile.objects.exists()


def test_a_file_with_too_many_rows_is_no_survey(round_, analyst):  # noqa: ARG001
    page = posted(analyst, content(*([["Stavanger", "1"]] * 2001), header=["Enhet", "1"]))
    assert "mer enn 2000 rader" in page.content.decode()


def test_a_workbook_is_taken_as_well(round_, analyst, tmp_path: Path):  # noqa: ARG001
    import xlsxwriter

    path = tmp_path / "eksport.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate((HEADER, row("Stavanger", q7c="00"))):
            sheet.write_row(line, 0, cells)
    posted(analyst, path.read_bytes(), "eksport.xlsx")
    assert outcomes(SurveyFile.objects.get()) == {"K1103": "new"}
    taken(SurveyFile.objects.get())
    assert raws("K1103")["7c"] == "00"


def test_zeros_that_a_spreadsheet_lost_are_warned_of(analyst):
    units = ("K1103", "K1601", "K1902", "K0101", "K1001", "K1201", "K1804", "K0602")
    zeros = {f"q{item}": "0" for item in ("3", "5", "6", "7a", "7b", "7c", "8a", "8b")}
    day = timezone.localdate()
    dates = {"as_of": date(2007, 12, 31), "opens": day, "closes": day + timedelta(days=9)}
    keeping.open_round(ANALYST, year=2007, **dates, frame=dict.fromkeys(units, ""), now=NOW)
    page = posted(analyst, content(*(row(unit, **zeros) for unit in units)))
    assert "kan «vet ikke» ha blitt til null" in page.content.decode()
