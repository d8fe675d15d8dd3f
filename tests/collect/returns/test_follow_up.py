"""Who is asked first, how over- and under-reporting are told apart, and what each source says of a unit."""

from fractions import Fraction

import pytest

from overgang.collect.returns.annual_return import AnnualReturn, Beside, read_return
from overgang.collect.returns.answer import State
from overgang.collect.returns.classification import Class, Gross, gross, reporting
from overgang.collect.returns.country import notes
from overgang.collect.returns.follow_up import further, queue
from overgang.collect.returns.interval import UNKNOWN, exactly
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.sources import table
from tests.collect.returns.test_checks import FITTING

ASKED = questionnaire(2007)


def given(unit: str, **changed: str) -> AnnualReturn:
    typed = {item: str(value) for item, value in FITTING.items()}
    return read_return(ASKED, unit, typed | {item.removeprefix("q"): raw for item, raw in changed.items()})


def test_the_queue_goes_by_gap_times_weight_in_the_county() -> None:
    """3 x 33/93 before 2 x 30/93, and both after 2 x 30/30 of the only unit of another county."""
    returns = [given("K1601", q7b="1"), given("K1617", q7b="6"), given("K1638"), given("K0101", q7b="1")]
    found = queue(ASKED, returns)
    assert [entry.unit for entry in found] == ["K0101", "K1617", "K1601"]
    assert [entry.priority for entry in found] == [2, 3 * Fraction(33, 93), 2 * Fraction(30, 93)]
    assert [entry.reporting.gap for entry in found] == [-2, 3, -2]
    assert [entry.failed[0].check.id for entry in found] == ["AR07"] * 3


def test_who_does_not_know_how_many_ended_comes_first() -> None:
    found = queue(ASKED, [given("K1601", q7b="99"), given("K0101", q4="00")])
    assert [(entry.unit, entry.priority) for entry in found] == [("K0101", None), ("K1601", 96)]


def test_a_unit_that_says_nobody_ended_weighs_by_its_reasons() -> None:
    (entry,) = queue(ASKED, [given("K1601", q4="0"), given("K1638")])
    assert entry.weight == Fraction(1, 2)


def test_what_fails_another_check_has_a_queue_of_its_own() -> None:
    returns = [given("K1601", q1="101"), given("K1617", q1="104"), given("K1638", q7b="4"), given("K0101")]
    assert [entry.unit for entry in queue(ASKED, returns)] == ["K1638"]
    found = further(ASKED, returns)
    assert [(entry.unit, entry.priority) for entry in found] == [
        ("K1617", 4 * Fraction(30, 91)),
        ("K1601", Fraction(30, 91)),
    ]


def test_the_order_is_the_same_whatever_order_the_returns_come_in() -> None:
    returns = [given(unit, q7b="4") for unit in ("K1601", "K0101", "K1103", "K1102")]
    assert queue(ASKED, returns) == queue(ASKED, returns[::-1])


@pytest.mark.parametrize(
    ("changed", "kind", "gap", "unknown"),
    [
        ({"q7a": "00"}, Class.CONSISTENT, 0, 1),
        ({"q7a": "00", "q8b": "00"}, Class.CONSISTENT, 0, 2),
        ({"q7a": "00", "q7b": "4"}, Class.OVER, 1, 1),
        ({"q7a": "00", "q7b": "2"}, Class.EXPLAINED, -1, 1),
    ],
)
def test_known_reasons_for_everybody_who_ended_are_consistent_whatever_is_not_known(
    changed: dict[str, str], kind: Class, gap: int, unknown: int
) -> None:
    found = reporting(ASKED, given("K1601", **changed).answers)
    assert (found.kind, found.gap, found.unknown) == (kind, gap, unknown)


def test_the_net_hides_what_the_gross_shows() -> None:
    returns = [given("K1601", q7b="8"), given("K0101", q7b="1"), given("K1103", q7b="00"), given("K1102", q4="00")]
    found = gross(reporting(ASKED, one.answers) for one in returns)
    assert found == Gross(
        over=1, over_persons=5, under=1, under_persons=2, explained=1, explained_persons=3, not_classifiable=1
    )
    assert found.net == 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "nb",
            "Figuren har 101 personer, i programmet eller avsluttet. Det er 1 flere enn de 100 som deltok i året: "
            "svarene fra enhetene stemmer ikke overens.",
        ),
        (
            "nn",
            "Figuren har 101 personar, i programmet eller avslutta. Det er 1 fleire enn dei 100 som deltok i året: "
            "svara frå einingane stemmer ikkje overeins.",
        ),
        (
            "en",
            "The figure has 101 persons, in the programme or ended. That is 1 more than the 100 who took part in the "
            "year: the answers of the units do not agree.",
        ),
    ],
)
def test_the_note_of_figure_1_writes_itself(lang: str, said: str) -> None:
    assert notes(ASKED, [given("K1601", q2="71")])["AR19"].sentence(lang) == said


def test_where_the_sums_fit_there_is_no_note() -> None:
    assert [note.sentence("nb") for note in notes(ASKED, [given("K1601")]).values()] == ["", ""]


def test_a_note_with_answers_that_are_not_known_claims_no_more_than_is_known() -> None:
    returns = [given("K1601", q7b="00"), given("K0101")]
    assert notes(ASKED, returns)["AR20"].sentence("en") == (
        "It is not known whether the reasons (at least 57) are as many as those who ended (60). Too few, but don't "
        "know was answered too: 3 persons in 1 unit. 1 of 2 units did not answer everything the sums are made of."
    )


def test_one_table_a_unit_with_what_every_source_says() -> None:
    register = {item: exactly(value) for item, value in FITTING.items()} | {"10a": exactly(9)}
    beside = Beside(register, last={"1": exactly(90), "2": exactly(60)}, starters=exactly(39))
    rows = {row.item: row for row in table(ASKED, given("K1601", q13c="00"), beside)}
    assert list(rows) == list(ASKED.counts)
    assert {item for item, row in rows.items() if row.differs} == {"1", "10a"}
    assert (rows["1"].returned, rows["1"].last, rows["1"].expected) == (exactly(100), exactly(90), exactly(99))
    assert (rows["13c"].returned, rows["4"].expected, rows["4"].last) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_a_blank_return_is_nothing_that_can_be_counted() -> None:
    found = AnnualReturn("K1601", 2007, {})
    assert found.answer("1").state is State.BLANK
    assert reporting(ASKED, found.answers).kind is Class.NONE
