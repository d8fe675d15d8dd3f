"""The register as recorded: the truth less its gaps, plus faults, each labelled (`register/test_labels.py`)."""

import polars as pl
import pytest

from overgang.base.identity import is_synthetic, is_valid
from overgang.collect.register import schema
from overgang.demo.faults import kinds, with_faults
from overgang.demo.histories import truth
from overgang.demo.recorded import LABELS, closed
from overgang.demo.spells import spells

pytestmark = pytest.mark.xdist_group("country 2007")


@pytest.fixture(scope="module")
def register(plan):
    rows = spells(plan, 0)
    return closed(rows, truth(rows))


@pytest.fixture(scope="module")
def faulty(plan, register):
    return with_faults(spells(plan, 0), register)


def test_labels_are_as_documented(faulty):
    assert faulty.labels.columns == list(LABELS)
    for column, kind in LABELS.items():
        assert faulty.labels[column].dtype == kind.type
        assert kind.optional or faulty.labels[column].null_count() == 0
    assert set(faulty.labels["table"]) <= set(schema.TABLES)
    of_faults = faulty.labels.filter(pl.col("kind").is_in(list(kinds())))
    whose = of_faults["local_id"].str.head(12)
    assert whose.n_unique() == len(whose), "nobody has two faults"


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
