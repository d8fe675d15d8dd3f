"""The published figures come out when the synthetic register is counted by plain code."""

from collections import Counter

import pytest

from overgang.base.places import gazetteer
from tests.demo import plain
from tests.demo.conftest import OTHER, built
from tests.demo.plain import Country, outcomes, percent, work_edu
from tests.demo.published import COUNTIES_2007, COUNTIES_2016, SPLIT_2007

SEEDS = (2007, OTHER, 31)


@pytest.fixture(
    scope="module", params=[pytest.param(seed, marks=pytest.mark.xdist_group(f"country {seed}")) for seed in SEEDS]
)
def country(request):
    """The published figures come out whatever the seed."""
    return Country(built(request.param).register)


def by_sex(rows, sex):
    return [row for row in rows if row["person"]["sex"] == sex]


def test_county_table_of_2007(country):
    exits = country.exits(2007, plain.county)
    assert {code: (len(rows), work_edu(rows)) for code, rows in exits.items()} == {
        code: (exits_, transition) for code, (_, exits_, transition) in COUNTIES_2007.items()
    }
    assert {code: (outcomes(rows)["work"], outcomes(rows)["education"]) for code, rows in exits.items()} == SPLIT_2007


def test_reasons_of_2007(country):
    (rows,) = country.exits(2007, plain.country).values()
    counts, codes = outcomes(rows), Counter(row["end_reason"] for row in rows)
    assert (len(rows), work_edu(rows)) == (2303, 1173)
    assert [codes[code] for code in ("IN_DEATH", "PS_BEHAVIOUR", "IN_UNKNOWN")] == [4, 54, 24]
    published = {
        "work": 33,
        "education": 17,
        "primary_school": 4,
        "measures": 22,
        "health": 3,
        "no_activity": 10,
        "moved": 7,
        "other": 4,
    }
    assert {outcome: percent(counts[outcome], 2303) for outcome in published} == published
    assert sum(counts.values()) == sum(counts[outcome] for outcome in published)
    assert 0.10 < codes["CO_JS_WAGE_SUBSIDY"] / counts["work"] < 0.12


def test_size_classes_of_2007(country):
    items = {row["unit"]: row["value"] for row in country.returns if row["item"] == "1"}
    classes = {unit: (n > 1) + (n >= 40) + (n >= 100) for unit, n in items.items()}
    assert Counter(classes.values()) == {0: 3, 1: 137, 2: 39, 3: 11}
    total = Counter()
    for unit, n in items.items():
        total[max(classes[unit], 1)] += n
    assert [percent(total[k], 6834) for k in (1, 2, 3)] == [35, 34, 31]
    assert Counter(classes[unit] for unit in items if unit.startswith("B")) == {1: 1, 2: 11, 3: 2}


def test_return_of_2007(country):
    items = {(row["unit"], row["item"]): row["value"] for row in country.returns}
    units = {unit for unit, _ in items}
    assert len(units) == 190
    assert sum(unit.startswith("B") for unit in units) == 14
    assert [sum(items[unit, item] for unit in units) for item in "1234"] == [6834, 4780, 443, 2234]
    counties = Counter()
    for unit in units:
        counties[unit[1:3]] += items[unit, "1"]
    assert counties == {code: participants for code, (participants, _, _) in COUNTIES_2007.items()}
    named = {gazetteer().place(unit).name: items[unit, "1"] for unit in units}
    assert [named[name] for name in ("Bergen", "Rygge", "Høyanger", "Jølster")] == [403, 1, 1, 1]
    assert sum(n for unit, n in ((u, items[u, "1"]) for u in units) if unit.startswith("B")) == 925


def test_hard_checks_hold_in_the_return(country):
    items = {(row["unit"], row["item"]): row["value"] for row in country.returns}
    for unit in {unit for unit, _ in items}:
        participants, stock, leave, exits = (items[unit, item] for item in "1234")
        assert 0 <= leave <= stock <= participants
        assert 0 <= exits <= participants


def test_return_and_register_of_2007_differ_as_designed(country):
    items = {(row["unit"], row["item"]): row["value"] for row in country.returns}
    last = country.exits(2007, plain.county)
    ended = Counter(row["place"] for rows in last.values() for row in rows)
    people = {
        unit: len({r["local_id"] for r in country.of_year(2007) if r["place"] == unit}) for unit in country.answered
    }
    gaps = [ended[unit] - items[unit, "4"] for unit in country.answered]
    assert sum(gaps) == 2303 - 2234
    assert all(people[unit] >= ended[unit] for unit in country.answered)
    assert len({row["local_id"] for row in country.of_year(2007)}) == 4780 + 2303


def test_county_table_of_2016(country):
    exits = country.exits(2016, plain.county)
    found = {code: (len(rows), outcomes(rows)["work"], outcomes(rows)["education"]) for code, rows in exits.items()}
    assert found == COUNTIES_2016


def test_country_of_2016(country):
    (rows,) = country.exits(2016, plain.country).values()
    (hidden,) = country.exits(2016, plain.shielded).values()
    counts, secret = outcomes(rows), outcomes(hidden)
    assert (len(rows), counts["work"], counts["education"]) == (4469, 1087, 961)
    assert (len(hidden), secret["work"], secret["education"]) == (36, 12, 9)
    assert [percent(work_edu(by_sex(rows, sex)), len(by_sex(rows, sex))) for sex in "MF"] == [53, 36]


def test_municipalities_of_2016(country):
    enough = [rows for rows in country.exits(2016, plain.municipality).values() if len(rows) >= 5]
    assert len(enough) == 194
    assert 30 <= percent(sum(work_edu(rows) / len(rows) >= 0.55 for rows in enough), 194) <= 36  # "a third"


def test_2016_was_a_record(country):
    assert all(len(*country.exits(year, plain.country).values()) < 4469 for year in range(2004, 2016))


def test_2017(country):
    (rows,) = country.exits(2017, plain.country).values()
    counts = outcomes(rows)
    assert len(rows) == 6391
    assert [percent(counts[outcome], 6391) for outcome in ("work", "education", "primary_school")] == [25, 23, 12]
    assert [percent(work_edu(by_sex(rows, sex)), len(by_sex(rows, sex))) for sex in "MF"] == [55, 34]


def test_groups_of_2017(country):
    (rows,) = country.exits(2017, plain.country).values()

    def share(**wanted):
        chosen = [row for row in rows if all(row["person"][name] == value for name, value in wanted.items())]
        return work_edu(chosen) / len(chosen)

    assert share(sex="M", education="higher") == pytest.approx(0.7, abs=0.05)
    assert share(sex="F", education="none") < 0.1
    assert share(origin="SO") == pytest.approx(0.3, abs=0.05)
    assert share(origin="SO", sex="M") > 0.4
    assert share(origin="SO", sex="F") < 0.2


def test_best_of_hordaland_in_2017(country):
    exits = country.exits(2017, plain.municipality)
    shares = {
        gazetteer().place(unit).name: work_edu(rows) / len(rows)
        for unit, rows in exits.items()
        if unit.startswith("K12") and len(rows) >= 15
    }
    assert set(sorted(shares, key=shares.get)[-3:]) == {"Bømlo", "Fjell", "Meland"}


def test_starters_of_2022(country):
    first = {}
    for row in country.participations:
        day = first.setdefault(row["local_id"], row["start"])
        first[row["local_id"]] = min(day, row["start"])
    origins = Counter(country.persons[person]["origin"] for person, day in first.items() if day.year == 2022)
    assert origins.total() == 11166
    assert len(origins) == 63
    assert [code for code, _ in origins.most_common(5)] == ["UA", "SY", "AF", "CD", "ER"]
    assert 8000 < origins["UA"] <= 8250


def test_five_municipalities_of_2022(country):
    exits = country.exits(2022, plain.municipality)
    named = {
        "Nordre Follo": (27, 22),
        "Lørenskog": (26, 19),
        "Færder": (21, 15),
        "Kristiansand": (73, 52),
        "Tromsø": (61, 43),
    }
    found = {gazetteer().place(unit).name: (len(rows), work_edu(rows)) for unit, rows in exits.items()}
    assert {name: found[name] for name in named} == named
    assert all(k * 61 <= 43 * n for name, (n, k) in found.items() if n >= 20 and name not in named)
    (rows,) = country.exits(2022, plain.country).values()
    (before,) = country.exits(2021, plain.country).values()
    assert work_edu(rows) / len(rows) > max(0.5, work_edu(before) / len(before))


FLOW = {  # year: participants, ended, in programme 31 December
    2006: (8796, 3000, 5796), 2008: (8714, 2700, 6014), 2009: (10021, 2700, 7321), 2016: (23961, 4469, 19492),
    2017: (27500, 6391, 21109), 2018: (27067, 8800, 18267), 2022: (17650, 2800, 14850), 2023: (32549, 11400, 21149),
    2024: (34578, 17000, 17578),
}  # fmt: skip


@pytest.mark.parametrize("year", FLOW)
def test_flow(country, year):
    people = {row["local_id"] for row in country.of_year(year)}
    (ended,) = country.exits(year, plain.country).values()
    assert (len(people), len(ended), len(people) - len(ended)) == FLOW[year]
