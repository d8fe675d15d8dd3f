"""The synthetic round of 2007 through the annual return's own sums, notes and queue."""

from collections import defaultdict

import pytest

from overgang.base.text import NBSP
from overgang.collect.returns.annual_return import examined, may_be_sent, stored_return
from overgang.collect.returns.answer import State
from overgang.collect.returns.classification import gross, reporting
from overgang.collect.returns.country import notes
from overgang.collect.returns.follow_up import queue
from overgang.collect.returns.interval import Interval, exactly
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.survey import read_survey
from overgang.collect.returns.totals import by_county, sum_of, totals
from overgang.demo.returns import ITEMS, REASON_ITEMS

pytestmark = pytest.mark.xdist_group("country 2007")
ASKED = questionnaire(2007)


@pytest.fixture(scope="module")
def returns(made):
    rows = defaultdict(dict)
    for row in made.register["annual_return"].filter(year=2007).to_dicts():
        rows[row["unit"]][row["item"]] = (State(row["answer"]), row["value"])
    return tuple(stored_return(ASKED, unit, rows[unit]) for unit in sorted(rows))


def test_the_questionnaire_asks_what_the_synthetic_country_answers():
    assert tuple(item.id for item in ASKED.items) == ITEMS
    assert {item.id: item.reasons for item in ASKED.items if item.reasons} == REASON_ITEMS


def test_the_five_published_sums_come_out_at_once(made, returns):
    found = totals(ASKED, returns)
    reasons = sum_of(ASKED.reason_items, returns)
    assert (len(returns), made.register["invited"].filter(year=2007).height) == (190, 249)
    assert [found[item].number for item in ("1", "2", "3", "4")] == [exactly(n) for n in (6834, 4780, 443, 2234)]
    assert reasons.number == Interval(2303, None)
    assert (reasons.units, reasons.missing) == (190, 44)


def test_the_sums_survive_a_survey_tool_s_export(returns, tmp_path):
    path = tmp_path / "intro2007.csv"
    rows = [["Kommunenr", *(ASKED.item(item).text["nb"] for item in ITEMS)]]
    rows += [[one.unit[1:], *(one.answer(item).raw for item in ITEMS)] for one in returns]
    path.write_bytes("\r\n".join(";".join(row) for row in rows).encode("cp1252"))
    read = read_survey(path, ASKED)
    assert (len(read.returns), read.faults) == (190, ())
    assert totals(ASKED, read.returns) == totals(ASKED, returns)
    assert notes(ASKED, read.returns) == notes(ASKED, returns)


def test_counties_add_up_to_the_country(returns):
    parts = by_county(returns)
    assert len(parts) == 19
    for item, found in totals(ASKED, returns).items():
        assert sum(sum_of((item,), part).number.low for part in parts.values()) == found.number.low


def test_the_notes_say_what_the_report_printed(returns):
    said = {id: note.sentence("nb").replace(NBSP, "") for id, note in notes(ASKED, returns).items()}
    assert "7014" in said["AR19"]
    assert "6834" in said["AR19"]
    assert "minst 2303" in said["AR20"]
    assert "minst 69 flere enn de 2234" in said["AR20"]
    assert said["AR20"].endswith("44 av 190 enheter har ikke svart på alt summene er laget av.")


def test_the_queue_lists_exactly_the_units_that_were_given_faults(made, returns):
    labelled = {row["unit"]: (row["kind"], row["gap"]) for row in made.return_labels.filter(year=2007).to_dicts()}
    found = queue(ASKED, returns)
    assert {entry.unit: (entry.reporting.kind.value, entry.reporting.gap) for entry in found} == labelled
    assert len(found) == 54
    priorities = [entry.priority for entry in found]
    assert priorities == sorted(priorities, reverse=True)


def test_gross_and_net_of_2007(returns):
    apart = gross(reporting(ASKED, one.answers) for one in returns)
    assert (apart.over, apart.under + apart.explained, apart.net) == (40, 14, 69)


def test_every_return_of_2007_could_have_been_sent(returns):
    assert all(may_be_sent(examined(ASKED, one)) for one in returns)
