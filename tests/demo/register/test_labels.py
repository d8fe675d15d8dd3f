"""Every gap and fault of the synthetic register is found by the rule its label names, and where none was made no error.

The rows become dossiers here in a few plain lines, and files as municipalities send them: what no register can hold
must be refused in a file.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta

import polars as pl
import pytest

from overgang.base.identity import is_valid
from overgang.collect import files
from overgang.collect.files import template
from overgang.collect.files.fault import catalogue
from overgang.collect.files.write import exported
from overgang.collect.register import schema
from overgang.collect.register.dossier import CaseFile, Dossier
from overgang.collect.register.models import (
    Absence,
    Case,
    Decision,
    Identifier,
    Leave,
    Measure,
    Participation,
    Person,
)
from overgang.collect.register.rules import RULES, run
from overgang.demo.faults import EACH, kinds, with_faults
from overgang.demo.histories import truth
from overgang.demo.recorded import closed
from overgang.demo.spells import spells

pytestmark = pytest.mark.xdist_group("country 2007")
TODAY = date(2025, 3, 1)
WHO = ("name", "birth_date", "sex", "origin")
SAMPLE = 60
"""Persons of each kind of gap whose rows are looked at, besides all with faults."""
OF_TRUTH = {"DQ12"}
"""Late starts are no gap of the register: they happened."""
MADE = {"DQ01", "DQ02", "DQ04", "DQ05", "DQ06", "DQ07", "DQ13", "DQ15", "DQ16", "DQ21", "DQ23", "DQ24"}
REFUSED = {"unknown_code", "unknown_person", "unit_not_then", "duplicate"}


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
    drawn = faulty.labels.group_by("kind", "rule", maintain_order=True).head(SAMPLE)
    assert drawn.filter(pl.col("kind").is_in(list(kinds()))).height == EACH * len(kinds())
    return drawn


@pytest.fixture(scope="module")
def others(register):
    return set(register.tables["person"]["local_id"].sample(1500, seed=1))


def rows_of(tables, ids):
    """The rows of some persons, by table and person."""
    found = {}
    for name in schema.TABLES:
        table = tables.get(name, schema.empty(name))
        if "local_id" in table.columns:
            of = found.setdefault(name, defaultdict(list))
            for row in table.filter(pl.col("local_id").is_in(list(ids))).iter_rows(named=True):
                of[row["local_id"]].append(row)
    return found


def dossiers(tables, ids):
    rows = rows_of(tables, ids)
    alike = Counter(
        tables["person"]
        .select("name", "birth_date", "sex", "origin")
        .with_columns(pl.all().cast(pl.String))
        .iter_rows()
    )
    for at, whose in enumerate(sorted(ids & set(rows["person"]))):
        person = rows["person"][whose][0]
        same = tuple(str(person[name]) for name in WHO)
        made = Dossier(Person(pk=at + 1, key=whose, **{name: person[name] for name in WHO}), alike=alike[same] > 1)
        for n, row in enumerate(rows["identity"][whose]):
            valid = is_valid(row["kind"], row["number"])
            made.identifiers.append(Identifier(pk=n + 1, person_id=at + 1, kind=row["kind"], valid=valid))
        for row in sorted(rows["participation"][whose], key=lambda row: row["start"]):
            made.cases.append(_case(100 * at + len(made.cases) + 1, at + 1, row, rows["case"][whose]))
        for name, take in (("measure", _measure), ("leave", _leave), ("absence", _absence), ("stop", _stop)):
            for row in rows[name][whose] if made.cases else ():
                take(_file(made.cases, row), row)
        for file in made.cases:
            file.decisions.sort(key=lambda one: one.decided)
            file.measures.sort(key=lambda one: one.start)
            file.leaves.sort(key=lambda one: one.start)
        yield made


def _case(id, person, row, cases):
    known = next((one for one in cases if one["start"] == row["start"]), {})
    case = Case(
        pk=id, person_id=person, unit=row["unit"], regime=row["regime"], asked=known.get("asked"), state="ended"
    )
    case.trigger = known.get("trigger", "")
    own = Participation(pk=id, case=case, **{name: row[name] for name in ("start", "end", "end_reason", "provenance")})
    own.entered = known.get("entered")
    file = CaseFile(case, participation=own)
    if known:
        file.decisions.append(Decision(pk=id, case=case, kind="grant", decided=known["decided"]))
    return file


def _file(cases, row):
    """The case whose participation a row overlaps; with a fault in its days, the first. A stop for good begins the day
    after one."""
    first = row.get("start") or row["quarter"]
    last = row.get("end") or (_last(first) if "quarter" in row else first)
    first -= timedelta(row["kind"] == "permanent" if "kind" in row else 0)
    for file in cases:
        if file.participation.start <= last and first <= (file.participation.end or TODAY):
            return file
    return cases[0]


def _last(quarter):
    return date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1) - timedelta(1)


def _measure(file, row):
    made = Measure(kind=row["kind"], start=row["start"], end=row["end"], hours=row["hours"])
    made.pk = len(file.measures) + 1
    file.measures.append(made)


def _leave(file, row):
    file.leaves.append(Leave(pk=len(file.leaves) + 1, kind=row["kind"], start=row["start"], end=row["end"]))


def _absence(file, row):
    last = _last(row["quarter"])
    file.absences.append(Absence(pk=len(file.absences) + 1, start=row["quarter"], end=last))


def _stop(file, row):
    kind, days = f"stop_{row['kind']}", {"since": row["start"], "until": row["end"]}
    file.decisions.append(Decision(pk=1000 + len(file.decisions), kind=kind, decided=row["decided"], **days))


def found_in(tables, ids):
    """Rule -> persons it finds something of."""
    found = defaultdict(set)
    for dossier in dossiers(tables, ids):
        for _, rule, _, _ in run(dossier, TODAY):
            found[rule.id].add(dossier.person.key)
    return found


def test_labels_name_rules_that_there_are(faulty):
    named = set(faulty.labels["rule"].drop_nulls())
    assert named == MADE | REFUSED
    assert set(RULES) >= MADE
    assert set(catalogue()) >= REFUSED


def test_every_label_is_found_by_the_rule_it_names(faulty, labels):
    ours = labels.filter(pl.col("rule").is_in(list(RULES)))
    found = found_in(faulty.tables, set(ours["local_id"]))
    missed = [label for label in ours.iter_rows(named=True) if label["local_id"] not in found[label["rule"]]]
    assert missed == []
    assert set(ours["rule"]) == MADE


def test_no_error_is_found_where_none_was_made(register, faulty, labels, others):
    errors = {id for id, rule in RULES.items() if rule.severity == "E"}
    gaps = defaultdict(set)
    for rule, whose in register.labels.select("rule", "local_id").iter_rows():
        gaps[rule].add(whose)
    ids = others | set(labels["local_id"].str.head(12))
    clean = found_in(register.tables, ids)
    for id in errors:
        assert clean[id] <= gaps[id], id
    with_fault = set(faulty.labels.filter(pl.col("kind").is_in(list(kinds())))["local_id"].str.head(12))
    for id, whose in found_in(faulty.tables, ids).items():
        if id in errors:
            assert whose - gaps[id] <= with_fault, id


FILE_OF = {
    "unit_of_later": "participation",
    "reason_of_another_list": "exit",
    "country_of_the_past": "person",
    "measure_of_another_list": "measure",
}


def refused(kind, rows, path):
    """The faults by line that the reader finds in a file of rows."""
    path.write_bytes(exported(template(kind), rows, "nb", "csv"))
    found = defaultdict(set)
    for fault in files.read(path, template(kind), today=TODAY).faults:
        found[fault.line].add(fault.rule)
    return found


def number_of(tables, whose):
    return tables["identity"].filter(local_id=whose)["number"][0]


@pytest.mark.parametrize(("fault", "kind"), FILE_OF.items())
def test_what_no_register_can_hold_is_refused_in_a_file(faulty, tmp_path, fault, kind):
    made = faulty.labels.filter(kind=fault)
    rows = rows_of(faulty.tables, set(made["local_id"]))[made["table"][0]]
    key = "local_id" if kind == "person" else "start"
    sent = []
    for label in made.iter_rows(named=True):
        of = [row for row in rows[label["local_id"]] if str(row[key]) == label["row"]]
        wrong = next(row for row in of if label["recorded"] in map(str, row.values()))
        sent.append({**wrong, "number": number_of(faulty.tables, label["local_id"])})
    found = refused(kind, sent, tmp_path / "file")
    assert [line for line in range(2, EACH + 2) if made["rule"][0] not in found[line]] == []


@pytest.mark.parametrize("fault", ["number_of_another", "person_twice"])
def test_a_person_or_a_number_twice_is_refused_in_a_file(faulty, tmp_path, fault):
    made = faulty.labels.filter(kind=fault)
    rows = rows_of(faulty.tables, set(faulty.tables["person"]["local_id"]))["person"]
    holders = defaultdict(list)
    for whose, number in faulty.tables["identity"].select("local_id", "number").iter_rows():
        holders[number].append(whose)
    sent = []
    for label in made.iter_rows(named=True):
        number = label["recorded"] if fault == "number_of_another" else number_of(faulty.tables, label["local_id"])
        sent += [{**row, "number": number} for whose in holders[number] for row in rows[whose]]
    assert len(sent) == 2 * EACH
    found = refused("person", sent, tmp_path / "file")
    assert all("duplicate" in found[line] for line in range(3, 2 * EACH + 2, 2))


def test_whose_identifier_is_mistyped_is_nobody(faulty):
    """A file with a row of nobody is refused: `tests/collect/register/test_batches.py`."""
    ids = set(faulty.labels.filter(rule="unknown_person")["local_id"])
    assert len(ids) == EACH
    assert not ids & set(faulty.tables["person"]["local_id"])
