"""The synthetic round of 2007 in the database and on the desk: the published sums at once, and exactly the faults that
were put in."""

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from overgang.access.actor import SYSTEM
from overgang.base.text import NBSP
from overgang.collect.register import bulk
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return, Round
from overgang.collect.returns.rows import rows_of_returns
from overgang.demo.returns import REASON_ITEMS

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("country 2007")]
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def round_2007(made, db):  # noqa: ARG001
    tables = [made.register[name].filter(year=2007) for name in ("annual_return", "invited")]
    bulk.fill(rows_of_returns(*tables))
    found = Round.objects.get(year=2007)
    keeping.examine_all(SYSTEM, found, now=NOW)
    return found


@pytest.fixture
def labelled(made):
    return {row["unit"]: (row["kind"], row["gap"]) for row in made.return_labels.filter(year=2007).to_dicts()}


@pytest.fixture
def analyst(make_user, enter, round_2007):  # noqa: ARG001
    return enter(make_user("analyst"))


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace(NBSP, "").split())


def listed(client, which):
    """The units of a list in its order, from all its pages."""
    found, side = [], 1
    while True:
        html = page(client, f"/oppfolging/2007/?liste={which}&tilstand=&side={side}")
        found += re.findall(r'<tr data-unit="(\w+)"', html)
        if 'rel="next"' not in html:
            return found
        side += 1


def test_the_published_sums_stand_on_the_front_page_at_once(analyst):
    html = page(analyst, "/oppfolging/2007/")
    tiles = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>(?:<dd class=.tiles__note.>([^<]+)</dd>)?", html)
    assert [(number, note) for _, number, note in tiles] == [
        ("190 av 249", "76%"),
        ("6834", ""),
        ("4780", ""),
        ("443", ""),
        ("2234", ""),
        ("minst 2303", "44 enheter mangler"),
    ]
    assert "Figuren har 7014 personer" in html
    assert "minst 69 flere enn de 2234" in html


def test_the_queue_lists_exactly_the_units_that_were_given_faults(analyst, labelled):
    assert set(listed(analyst, "queue")) == set(labelled)
    assert len(labelled) == 54


def test_the_queue_is_in_the_order_of_gap_times_weight(analyst, made, labelled):
    """Worked out anew, from the answers themselves."""
    values = defaultdict(dict)
    for row in made.register["annual_return"].filter(year=2007).to_dicts():
        values[row["unit"]][row["item"]] = row["value"] or 0
    exits = {u: max(items["4"], sum(items[item] for item in REASON_ITEMS)) for u, items in values.items()}

    def county(unit):
        return unit[1:3]

    whole = defaultdict(int)
    for unit, n in exits.items():
        whole[county(unit)] += n
    priority = {unit: abs(gap) * exits[unit] / whole[county(unit)] for unit, (_, gap) in labelled.items()}
    assert [round(priority[unit], 9) for unit in listed(analyst, "queue")] == sorted(
        (round(value, 9) for value in priority.values()), reverse=True
    )


def test_gross_over_and_under_reporting_stand_apart(analyst, labelled):
    html = page(analyst, "/oppfolging/2007/")
    rows = re.findall(r"klasse=(\w+).*?</th><td>([^<]+)</td><td>([^<]+)</td>", html)
    for kind, units, persons in rows:
        gaps = [abs(gap) for its, gap in labelled.values() if its == kind]
        assert (units, persons) == (str(len(gaps)), str(sum(gaps)) if kind != "not_classifiable" else "–")
    assert len(rows) == 4


def test_what_is_flagged_is_what_a_check_finds(made, round_2007):
    """Against the rules in plain words, on the answers."""
    values = defaultdict(dict)
    for row in made.register["annual_return"].filter(year=2007).to_dicts():
        values[row["unit"]][row["item"]] = row["value"]

    def wrong(items):
        low = {item: value or 0 for item, value in items.items()}
        sure = all(value is not None for value in items.values())
        reasons = sum(low[item] for item in REASON_ITEMS)
        completed = [items[item] for item in ("9a", "9b", "10a", "11a", "11b", "12a", "12b", "12c")]
        return (
            low["1"] != low["2"] + low["4"]
            or reasons > low["4"]
            or (reasons < low["4"])
            or (low["5"] > sum(v or 0 for v in completed) and None not in completed)
            or low["13a"] + low["13b"] + low["13c"] > low["4"]
            or low["5"] + low["6"] > low["4"]
            or (sure and low["12c"] and reasons - low["12c"] == low["4"])
        )

    flagged = set(Return.objects.filter(round=round_2007, state="flagged").values_list("unit", flat=True))
    assert flagged == {unit for unit, items in values.items() if wrong(items)}
    assert Return.objects.filter(round=round_2007, state="sent").count() == 190 - len(flagged)
    assert Return.objects.filter(round=round_2007, state="no_response").count() == 59


def test_the_file_has_every_return_and_no_formula(analyst):
    answer = analyst.get("/oppfolging/2007/liste.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 191
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]
    assert {len(row) for row in rows} == {10}


def test_returns_are_looked_at_once(round_2007):
    before = Return.objects.filter(round=round_2007, state="flagged").count()
    assert keeping.examine_all(SYSTEM, round_2007, now=NOW) == 0
    assert Return.objects.filter(round=round_2007, state="flagged").count() == before
