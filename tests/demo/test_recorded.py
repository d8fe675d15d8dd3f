"""The register as recorded: the truth less its gaps, plus faults, each labelled and each found by the rule it names."""

from collections import defaultdict

import polars as pl
import pytest

from overgang.base.identity import is_synthetic, is_valid
from overgang.collect.register import checks, schema
from overgang.collect.register.csvfiles import Row
from overgang.demo.faults import EACH, kinds, with_faults
from overgang.demo.histories import truth
from overgang.demo.recorded import LABELS, closed
from overgang.demo.spells import spells

pytestmark = pytest.mark.xdist_group("country 2007")

RULES = {rule.__name__: rule for rule in (*checks.RULES, *checks.FINDINGS)}
SAMPLE = 60
"""Persons of each kind of gap whose rows are looked at, besides all with faults."""
ELSEWHERE = {"old_enough": "participation", "within_length": "participation", "has_number": "person"}
"""Rules that find a fault of another table than they speak of."""
KEYS = {"person": "local_id", "identity": "number", "absence": "quarter"}


@pytest.fixture(scope="module")
def register(plan):
    rows = spells(plan, 0)
    return closed(rows, truth(rows))


@pytest.fixture(scope="module")
def faulty(plan, register):
    return with_faults(spells(plan, 0), register)


@pytest.fixture(scope="module")
def labels(faulty):
    """All faults, and some gaps of each kind."""
    drawn = faulty.labels.group_by("kind", maintain_order=True).head(SAMPLE)
    assert drawn.filter(pl.col("kind").is_in(list(kinds()))).height == EACH * len(kinds())
    return drawn


def persons_of(tables, labels):
    """Those labelled, those who might be the same person or hold the same number, and some others."""
    ids = set(labels["local_id"]) | set(labels["true"].drop_nulls()) | {id[:12] for id in labels["local_id"]}
    twice = tables["identity"].filter(pl.len().over("kind", "number") > 1)
    return ids | set(twice["local_id"]) | set(tables["person"]["local_id"].sample(1500, seed=1))


def rows_of(tables, ids):
    found = {}
    for name in schema.TABLES:
        table = tables.get(name, schema.empty(name))
        if "local_id" in table.columns:
            table = table.filter(pl.col("local_id").is_in(list(ids)))
        found[name] = [Row(name, line, row) for line, row in enumerate(table.iter_rows(named=True), start=2)]
    return found


def found_by(rule, rows):
    """(table, whose, which row) of each fault a rule finds."""
    by_line = {(row.file, row.line): row for table in rows.values() for row in table}
    places = defaultdict(list)
    for fault in rule(rows):
        row = by_line[fault.file, fault.line]
        key = KEYS.get(row.file, "start")
        places[row.file, row.values["local_id"]].append(str(row.values.get(key)))
    return places


def test_labels_are_as_documented(faulty):
    assert faulty.labels.columns == list(LABELS)
    for column, kind in LABELS.items():
        assert faulty.labels[column].dtype == kind.type
        assert kind.optional or faulty.labels[column].null_count() == 0
    assert set(faulty.labels["rule"].drop_nulls()) <= set(RULES)
    assert set(faulty.labels["table"]) <= set(schema.TABLES)
    of_faults = faulty.labels.filter(pl.col("kind").is_in(list(kinds())))
    whose = of_faults["local_id"].str.head(12)
    assert whose.n_unique() == len(whose), "nobody has two faults"


def test_every_label_is_found_by_the_rule_it_names(faulty, labels):
    rows = rows_of(faulty.tables, persons_of(faulty.tables, labels))
    found = {name: found_by(rule, rows) for name, rule in RULES.items()}
    for label in labels.filter(pl.col("rule").is_not_null()).iter_rows(named=True):
        rule, table, whose, row = (label[name] for name in ("rule", "table", "local_id", "row"))
        if rule in ELSEWHERE:
            assert found[rule][ELSEWHERE[rule], whose], label
        else:
            assert found[rule][table, whose], label
            assert row is None or row in found[rule][table, whose], label


def test_every_rule_for_persons_has_something_to_find(faulty):
    of_returns = {"each_item_once", "each_invited_once", "answer_fits_value"}
    of_truth = {"started_in_time"}  # late starts are no gap of the register: they happened
    assert set(faulty.labels["rule"].drop_nulls()) == set(RULES) - of_returns - of_truth


def test_no_error_is_found_where_none_was_made(register, faulty, labels):
    ids = persons_of(faulty.tables, labels)
    clean = rows_of({name: schema.fitted(name, table) for name, table in register.tables.items()}, ids)
    for rule in checks.RULES:
        assert [str(fault) for fault in rule(clean)] == []
    with_fault = set(labels.filter(pl.col("kind").is_in(list(kinds())))["local_id"].str.head(12))
    shared = faulty.tables["identity"].filter(pl.len().over("kind", "number") > 1)["local_id"]
    rows = rows_of(faulty.tables, ids)
    for rule in checks.RULES:
        whose = {place[1][:12] for place in found_by(rule, rows)}
        assert whose <= with_fault | set(shared), rule.__name__


def test_gaps_are_as_many_as_told(register, made):
    many = dict(register.labels.group_by("kind").len().iter_rows())
    ended = made.truth["participation"].filter(pl.col("end").is_not_null()).height
    assert 0.08 < many["late_reason"] / ended < 0.13
    assert 0.01 < many["missing_reason"] / ended < 0.03
    assert 0.02 < many["missing_measures"] / made.truth["participation"].height < 0.04
    assert 0.1 < many["missing_leave"] / made.truth["leave"].height < 0.14
    assert many["unlinked_numbers"] > 50


def test_a_missing_reason_is_known_to_the_truth(register):
    missing = register.labels.filter(kind="missing_reason")
    assert missing["true"].null_count() == 0
    assert missing["true"].n_unique() > 8
    assert missing["recorded"].null_count() == missing.height


def test_numbers_are_valid_synthetic_and_of_one_person(register):
    identity = register.tables["identity"].with_columns(pl.col("kind").cast(pl.String))
    assert identity.select("kind", "number").is_unique().all()
    some = identity.sample(4000, seed=1)
    assert all(is_valid(kind, number) for kind, number in some.select("kind", "number").iter_rows())
    national = identity.filter(kind="fnr")
    assert national["number"].str.slice(2, 2).cast(pl.Int16).is_between(81, 92).all()
    assert is_synthetic(national["number"][0])
    known = national.join(register.tables["person"], on="local_id")
    born = known["birth_date"].dt.strftime("%d") + (known["birth_date"].dt.month() + 80).cast(pl.String)
    assert (known["number"].str.head(4) == born).all()
    assert (known["number"].str.slice(8, 1).cast(pl.Int8) % 2 == (known["sex"] == "M")).all()


def test_names_are_an_adjective_and_a_noun(register):
    assert register.tables["person"]["name"].cast(pl.String).str.count_matches(" ").unique().to_list() == [1]
    assert register.tables["person"]["name"].n_unique() == 320
