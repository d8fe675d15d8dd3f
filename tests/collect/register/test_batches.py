"""Imports of files: what they would do is shown first, done once, all of it or nothing, and can be taken back."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from overgang.access.actor import Actor
from overgang.access.models import Event, Grant
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import limit, storage, worker
from overgang.collect.register.models import Batch, Case, Change, Identifier, Measure, Participation, Person
from overgang.collect.register.record import Edit, Work, record
from tests.collect.register.sending import (
    EXIT,
    MEASURE,
    NOW,
    PARTICIPATION,
    PERSON,
    checked,
    csv,
    dump,
    held_by,
    leave_programme,
    number,
    outcomes,
    person,
    rules,
    sent,
    start,
    told,
)
from tests.internal import DATABASE

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
UNIT, OTHER = "K5001", "K4601"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """The files of a test lie apart: several processes of a test run number their batches alike."""
    settings.HOME = tmp_path
    monkeypatch.setattr(worker, "_now", lambda: NOW)


@pytest.fixture
def adviser() -> Actor:
    return held_by("kari", UNIT)


@pytest.fixture
def neighbour() -> Actor:
    return held_by("ola", OTHER)


@pytest.fixture
def register(adviser: Actor) -> None:
    """Two persons, the first of whom took part and the second of whom takes part."""
    sent(adviser, "person", csv(PERSON, person(1), person(2, "Rask Elv")))
    sent(adviser, "participation", csv(PARTICIPATION, start(1, "01.03.2022"), start(2, "01.02.2024", "31.01.2025")))
    sent(adviser, "exit", csv(EXIT, leave_programme(1, "01.03.2022", "30.06.2023")))


def test_a_dry_run_says_what_each_row_would_do_and_writes_nothing(adviser: Actor) -> None:
    made = checked(adviser, "person", csv(PERSON, person(1), person(2, "Rask Elv")))
    assert (made.state, outcomes(made)) == ("checked", ["new", "new"])
    assert ["name", None, "Rask Elv"] in made.lines.get(line=3).told
    assert not Person.objects.exists()
    assert made.lines.get(line=2).number.endswith(number(1)[-2:])
    assert number(1) not in str([list(line.told) for line in made.lines.all()])


def test_what_was_shown_is_written_with_an_event_a_row(adviser: Actor) -> None:
    made = sent(adviser, "person", csv(PERSON, person(1), person(2, "Rask Elv")))
    assert (made.state, made.accepted, made.rejected) == ("done", 2, 0)
    assert set(Person.objects.seen_by(adviser).values_list("name", flat=True)) == {"Blid Vott", "Rask Elv"}
    assert [case.state for case in Case.objects.all()] == ["candidate"] * 2
    assert Change.objects.filter(batch=made).count() == Event.objects.filter(purpose=f"import {made.pk}").count() == 6


@pytest.mark.usefixtures("register")
def test_start_and_exit_lead_the_case_through_its_states() -> None:
    ended, running = Participation.objects.order_by("start")
    assert (ended.end, ended.end_reason, ended.hours) == (date(2023, 6, 30), "CO_WORK_GT29", Decimal("37.5"))
    assert (ended.provenance, ended.confirmed, ended.entered) == ("system", True, NOW.date())
    assert (ended.case.state, running.case.state) == ("completed", "in_programme")
    assert running.planned_end == date(2025, 1, 31)


def test_the_same_file_again_shows_the_old_batch(adviser: Actor) -> None:
    content = csv(PERSON, person(1))
    first = sent(adviser, "person", content)
    again, new = batches.submit(adviser, "person", "another name.csv", content, now=NOW)
    assert (again.pk, new, again.state) == (first.pk, False, "done")


def test_reordered_and_overlapping_files_do_only_what_is_new(adviser: Actor) -> None:
    sent(adviser, "person", csv(PERSON, person(1), person(2)))
    before = dump()
    assert outcomes(sent(adviser, "person", csv(PERSON, person(2), person(1)))) == ["same", "same"]
    assert dump() == before
    overlapping = sent(adviser, "person", csv(PERSON, person(2, "Blid Vante"), person(3)))
    assert outcomes(overlapping) == ["changed", "new"]
    assert told(overlapping)[0] == ["name", "Blid Vott", "Blid Vante"]


def test_an_empty_cell_says_nothing(adviser: Actor) -> None:
    sent(adviser, "person", csv(PERSON, person(1)))
    assert outcomes(checked(adviser, "person", csv(PERSON, person(1, "", education="")))) == ["same"]


def test_all_or_nothing_and_the_accepted_rows(adviser: Actor) -> None:
    content = csv(PERSON, person(1), person(2).replace(";F;", ";X;"))
    made = sent(adviser, "person", content)
    assert (made.state, Person.objects.count()) == ("checked", 0)
    assert batches.accept(made, "rest", now=NOW)
    worker.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.accepted, made.rejected) == ("done", 1, 1)
    assert Person.objects.count() == 1
    again, new = batches.submit(adviser, "person", "p.csv", content, now=NOW)
    assert new
    assert again.pk != made.pk


FAULTS = [
    ("participation", PARTICIPATION, start(9, "01.03.2024"), "unknown_person"),
    ("participation", PARTICIPATION, start(1, "01.03.2024", unit="4601"), "other_unit"),
    ("participation", PARTICIPATION, start(1, "01.01.2023"), "overlap"),
    ("participation", PARTICIPATION, start(1, "01.01.2022"), "overlap_later"),
    ("participation", PARTICIPATION, start(2, "01.05.2024"), "overlap_running"),
    ("participation", PARTICIPATION, start(2, "01.07.2024"), "future"),
    ("participation", PARTICIPATION, start(1, "01.03.2024", "01.02.2024"), "before"),
    ("participation", PARTICIPATION, start(1, "01.03.2024", unit="1601"), "unit_not_then"),
    ("exit", EXIT, leave_programme(2, "02.02.2024", "01.05.2024"), "no_programme"),
    ("exit", EXIT, leave_programme(2, "01.02.2024", "01.01.2024"), "before"),
    ("exit", EXIT, leave_programme(2, "01.02.2024", "01.07.2024"), "future"),
    ("exit", EXIT, leave_programme(2, "01.02.2024", "01.05.2024", "XX"), "unknown_code"),
    ("measure", MEASURE, f"{number(9)};norwegian;01.03.2024;;15", "unknown_person"),
    ("measure", MEASURE, f"{number(2)};norwegian;01.03.2024;01.02.2024;15", "before"),
    ("measure", MEASURE, f"{number(2)};norwegian;01.03.2024;;99", "out_of_range"),
    ("certificate", "number;start;issued", f"{number(2)};01.01.2020;01.02.2024", "no_programme"),
    ("permit", "number;basis;decided;until", f"{number(2)};asylum;01.03.2024;01.02.2024", "before"),
    ("settlement", "number;unit;day;agreed", f"{number(2)};4601;01.03.2024;ja", "other_unit"),
    ("decision", "number;unit;kind;decided;reason", f"{number(2)};5001;rejection;01.03.2024;", "empty_when"),
    ("person", PERSON + ";address_grade", person(5) + ";6", "strictly_confidential"),
]


@pytest.mark.parametrize(("kind", "header", "row", "rule"), FAULTS)
@pytest.mark.usefixtures("register")
def test_each_fault_has_its_rule_and_sentence(adviser: Actor, kind: str, header: str, row: str, rule: str) -> None:
    before = dump()
    made = sent(adviser, kind, csv(header, row))
    assert rule in rules(made)
    assert dump() == before
    fault = next(iter(made.report["faults"] if made.state == "refused" else made.lines.get().faults))
    assert all(fault[lang] for lang in ("nb", "nn", "en"))


def test_two_numbers_of_one_person_are_one_row_twice(adviser: Actor) -> None:
    sent(adviser, "person", csv(PERSON + ";other_number", f"{person(1)};{number(1, 'duf')}"))
    assert Identifier.objects.count() == 2
    content = csv(PARTICIPATION, start(1, "01.03.2022"), start(1, "01.03.2022").replace(number(1), number(1, "duf")))
    made = checked(adviser, "participation", content)
    assert (outcomes(made), rules(made)) == (["new", "refused"], ["duplicate"])


@pytest.mark.usefixtures("register")
def test_overlaps_within_a_file(adviser: Actor) -> None:
    made = checked(adviser, "participation", csv(PARTICIPATION, start(1, "01.02.2024"), start(1, "01.09.2023")))
    assert sorted(outcomes(made)) == ["new", "refused"]
    assert rules(made) == ["overlap_running"]


@pytest.mark.usefixtures("register")
def test_what_the_rules_find_is_told_and_not_refused(adviser: Actor) -> None:
    made = checked(adviser, "exit", csv(EXIT, leave_programme(2, "01.02.2024", "01.05.2024", "", "")))
    assert outcomes(made) == ["changed"]
    assert "DQ07" in [rule for rule, *_ in made.lines.get().findings]
    sent(adviser, "measure", csv(MEASURE, f"{number(2)};norwegian;01.01.2020;;15"))
    assert Measure.objects.exists()


@pytest.mark.usefixtures("register")
def test_other_units_are_not_there(neighbour: Actor) -> None:
    """The same sentence for a number nobody has and one another unit has; who sends the person opens a case."""
    nobody, others = (
        checked(neighbour, "participation", csv(PARTICIPATION, start(n, "01.03.2024", unit="4601"))) for n in (9, 1)
    )
    says = [batch.lines.get().faults[0]["nb"].replace(number(n)[-2:], "") for n, batch in ((9, nobody), (1, others))]
    assert says[0] == says[1]
    made = sent(neighbour, "person", csv(PERSON, person(1)))
    assert (outcomes(made), told(made)[0]) == (["new"], ["name", None, "Blid Vott"])
    assert Person.objects.count() == 2
    assert sorted(Case.objects.filter(person__name="Blid Vott").values_list("unit", flat=True)) == [OTHER, UNIT]
    assert sorted(Participation.objects.seen_by(neighbour)) == []
    assert outcomes(checked(neighbour, "person", csv(PERSON, person(1), person(8)))) == ["same", "new"]


@pytest.mark.parametrize("grade", [0, 6, 7])
@pytest.mark.usefixtures("register")
def test_somebody_of_others_under_another_name_is_refused_whatever_the_grade(neighbour: Actor, grade: int) -> None:
    Person.objects.filter(name="Blid Vott").update(address_grade=grade)
    before = dump()
    made = sent(neighbour, "person", csv(PERSON, person(1, "Feil Navn"), person(7, "Ny Person")), "rest")
    first, second = made.lines.order_by("line")
    assert (first.outcome, second.outcome) == ("refused", "new")
    assert (first.person, first.told, [fault["rule"] for fault in first.faults]) == ("", [], ["not_as_registered"])
    assert dump()["Case"].keys() - before["Case"].keys() == set(
        Case.objects.filter(person__name="Ny Person").values_list("pk", flat=True)
    )
    assert Person.objects.get(name="Blid Vott").address_grade == grade


@pytest.mark.usefixtures("register")
def test_numbers_of_others_are_tried_so_often_in_a_day(
    neighbour: Actor, adviser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four rows a day, whatever becomes of the files; then none of persons is taken until tomorrow."""
    monkeypatch.setattr(limit, "OTHERS_A_DAY", 4)
    tried = [person(1, "Feil Navn"), person(2, "Feil Navn")]
    one = checked(neighbour, "person", csv(PERSON, *tried))
    batches.accept(one, "rest", now=NOW)
    worker.run(one.pk)
    assert [row.outcome for row in one.lines.all()] == ["refused", "refused"]
    assert checked(neighbour, "person", csv(PERSON, *tried, person(7))).state == "checked"
    before = dump()
    for rows, wish in (([tried[0]], "check"), ([tried[1], person(8)], "rest"), ([person(9)], "all")):
        over = sent(neighbour, "person", csv(PERSON, *rows), wish)
        (fault,) = over.report["faults"]
        assert (over.state, fault["rule"], over.lines.exists()) == ("refused", "too_many_others", False)
        for lang, said in (("nb", "mer enn 4 rader"), ("nn", "meir enn 4 rader"), ("en", "more than 4 rows")):
            assert said in fault[lang]
    assert dump() == before
    assert checked(neighbour, "measure", csv(MEASURE, f"{number(1)};norwegian;01.03.2024;;15")).state == "checked"
    assert checked(adviser, "person", csv(PERSON, person(9))).state == "checked"
    later = NOW + timedelta(days=1)
    monkeypatch.setattr(worker, "_now", lambda: later)
    assert checked(neighbour, "person", csv(PERSON, tried[0], person(9)), now=later).state == "checked"


@pytest.mark.usefixtures("register")
def test_the_strictly_confidential_of_others_are_refused_under_their_own_name_too(neighbour: Actor) -> None:
    """In the words in which a wrong name is refused: nobody can tell."""
    said = []
    for grade, name in ((6, "Blid Vott"), (0, "Feil Navn")):
        Person.objects.filter(name="Blid Vott").update(address_grade=grade)
        said.append(checked(neighbour, "person", csv(PERSON, person(1, name))).lines.get().faults)
    assert said[0] == said[1]
    assert Case.objects.filter(person__name="Blid Vott", unit=OTHER).count() == 0


@pytest.mark.usefixtures("register")
def test_a_file_from_elsewhere_never_lowers_a_grade(neighbour: Actor) -> None:
    Person.objects.filter(name="Blid Vott").update(address_grade=7)
    made = sent(neighbour, "person", csv(PERSON + ";address_grade", person(1) + ";0"))
    assert (made.state, outcomes(made)) == ("done", ["new"])
    assert Person.objects.get(name="Blid Vott").address_grade == 7
    assert Person.objects.seen_by(neighbour).filter(name="Blid Vott").exists()


@pytest.mark.usefixtures("register")
def test_a_screen_edit_between_showing_and_writing_is_not_overwritten(adviser: Actor) -> None:
    made = checked(adviser, "exit", csv(EXIT, leave_programme(2, "01.02.2024", "01.05.2024")))
    record(adviser, Work(change=[Edit(Person.objects.get(name="Rask Elv"), {"name": "Rask Elvestad"})]), now=NOW)
    case = Participation.objects.get(end=None)
    record(adviser, Work(change=[Edit(case, {"end": date(2024, 4, 30), "end_reason": "IN_MOVED"})]), now=NOW)
    batches.accept(made, "all", now=NOW)
    worker.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.message) == ("checked", "moved")
    assert ["end", "2024-04-30", "2024-05-01"] in told(made)
    assert Participation.objects.get(pk=case.pk).end_reason == "IN_MOVED"
    batches.accept(made, "all", now=NOW)
    worker.run(made.pk)
    assert Participation.objects.get(pk=case.pk).end == date(2024, 5, 1)


@pytest.mark.usefixtures("register")
def test_what_a_measure_is_directed_to_is_kept_and_corrected(adviser: Actor) -> None:
    header, row = f"{MEASURE};directed_to", f"{number(2)};course;01.03.2024;;15"
    sent(adviser, "measure", csv(header, f"{row};Arbeid"))
    assert Measure.objects.get().directed_to == "work"
    again = sent(adviser, "measure", csv(header, f"{row};Norsk"))
    assert (told(again), Measure.objects.get().directed_to) == ([["directed_to", "work", "language"]], "language")


def disagree(batch: Batch) -> list[tuple[str, str]]:
    """Whom the file and the register disagree about, and in what."""
    names = dict(Person.objects.values_list("key", "name"))
    return [(names[key], values["what"]) for key, _, values in batch.report["disagree"]]


@pytest.mark.usefixtures("register")
def test_a_file_of_exits_is_held_against_the_register(adviser: Actor, neighbour: Actor) -> None:
    sent(neighbour, "person", csv(PERSON, person(7)))
    sent(neighbour, "participation", csv(PARTICIPATION, start(7, "01.02.2022", unit="4601")))
    sent(neighbour, "exit", csv(EXIT, leave_programme(7, "01.02.2022", "30.06.2023", unit="4601")))
    sent(adviser, "person", csv(PERSON, person(3, "Stille Elv")))
    sent(adviser, "participation", csv(PARTICIPATION, start(3, "01.03.2022")))
    lacks = [
        leave_programme(2, "01.02.2024", "30.04.2024"),
        leave_programme(3, "01.03.2022", "01.05.2023", "CO_OTHER", ""),
    ]
    made = checked(adviser, "exit", csv(EXIT, *lacks))
    ended = {("Blid Vott", "only_here"), ("Rask Elv", "ended_there"), ("Rask Elv", "reason_there")}
    assert set(disagree(made)) == ended | {("Stille Elv", "ended_there"), ("Stille Elv", "reason_there")}
    done = sent(adviser, "exit", csv(EXIT, *lacks))
    assert disagree(done) == [("Blid Vott", "only_here")]
    same = checked(adviser, "exit", csv(EXIT, leave_programme(1, "01.03.2022", "30.06.2023", "IN_MOVED", "")))
    assert disagree(same) == [("Blid Vott", "reasons")]


@pytest.mark.usefixtures("register")
def test_a_file_of_measures_is_held_against_how_many_there_are(adviser: Actor) -> None:
    rows = [f"{number(2)};{kind};01.03.2024;;15" for kind in ("norwegian", "course")]
    sent(adviser, "measure", csv(MEASURE, *rows))
    made = checked(adviser, "measure", csv(MEASURE, rows[0], f"{number(1)};course;01.04.2022;01.05.2022;15"))
    assert set(disagree(made)) == {("Rask Elv", "numbers"), ("Blid Vott", "numbers")}
    assert sorted((values["there"], values["here"]) for _, _, values in made.report["disagree"]) == [(1, 0), (1, 2)]


@pytest.mark.usefixtures("register")
def test_undo_brings_back_every_byte(adviser: Actor) -> None:
    for row in ("01.03.2024;", "01.03.2024;01.04.2024", "01.06.2024;"):
        first, last = row.split(";")
        kind = {"": "norwegian", "01.04.2024": "work_practice"}[last] if first != "01.06.2024" else "social_studies"
        sent(adviser, "measure", csv(MEASURE, f"{number(2)};{kind};{first};{last};15"))
    before = dump()
    done = [
        sent(adviser, "exit", csv(EXIT, leave_programme(2, "01.02.2024", "01.05.2024"))),
        sent(adviser, "person", csv(PERSON, person(1, "Nytt Navn"), person(4))),
    ]
    assert [batch.state for batch in done] == ["done", "done"]
    assert Measure.objects.count() == 2
    for batch in reversed(done):
        assert batches.undo(batch, now=NOW)
        worker.run(batch.pk)
        batch.refresh_from_db()
        assert batch.state == "undone", batch.report
    assert dump() == before
    assert Event.objects.filter(purpose=f"undo {done[0].pk}").exists()


@pytest.mark.usefixtures("register")
def test_undo_is_refused_when_something_builds_on_the_batch() -> None:
    batch = Batch.objects.get(kind="participation")
    before = dump()
    batches.undo(batch, now=NOW)
    worker.run(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.message) == ("done", "later")
    assert batch.report["later"][0]["by"] == "Kari"
    assert dump() == before


def test_an_undone_file_can_be_sent_again(adviser: Actor) -> None:
    content = csv(PERSON, person(1))
    batch = sent(adviser, "person", content)
    batches.undo(batch, now=NOW)
    worker.run(batch.pk)
    assert not Person.objects.exists()
    assert sent(adviser, "person", content).state == "done"
    assert Person.objects.count() == 1


def test_who_lost_the_role_meanwhile_writes_nothing(adviser: Actor) -> None:
    made = checked(adviser, "person", csv(PERSON, person(1)))
    Grant.objects.filter(user=adviser.user).update(until=date(2024, 6, 1))
    batches.accept(made, "all", now=NOW)
    worker.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.message, Person.objects.count()) == ("failed", "no_right", 0)


def test_a_batch_whose_worker_died_has_stopped_and_can_be_started_again(adviser: Actor) -> None:
    made, _ = batches.submit(adviser, "person", "p.csv", csv(PERSON, person(1)), now=NOW)
    assert batches.claim(made, NOW)
    assert batches.state_of(made) == batches.STOPPED
    assert batches.again(made, now=NOW)
    worker.run(made.pk)
    made.refresh_from_db()
    assert made.state == "checked"


def test_two_clicks_write_once(adviser: Actor) -> None:
    made = checked(adviser, "person", csv(PERSON, person(1)))
    assert [batches.accept(made, "all", now=NOW) for _ in range(2)] == [True, False]


def test_the_file_is_kept_sealed_and_forgotten(adviser: Actor) -> None:
    made, _ = batches.submit(adviser, "person", "p.csv", csv(PERSON, person(1)), now=NOW)
    kept = storage.folder() / f"{made.pk}.sealed"
    assert number(1).encode() not in kept.read_bytes()
    with storage.opened(made) as path:
        assert path.read_bytes() == csv(PERSON, person(1))
    assert not path.exists()
    storage.forget(datetime(2100, 1, 1, tzinfo=UTC))
    assert not kept.exists()


def test_few_queries_for_many_rows(adviser: Actor, django_assert_max_num_queries: Any) -> None:
    from overgang.collect import files
    from overgang.collect.register.batches.plan import plan

    sent(adviser, "person", csv(PERSON, *(person(n) for n in range(1, 60))))
    made, _ = batches.submit(adviser, "person", "p.csv", csv(PERSON, *(person(n) for n in range(30, 90))), now=NOW)
    with storage.opened(made) as path:
        sheet = files.read(path, files.template("person"), today=NOW.date())
    with django_assert_max_num_queries(20):
        plan(sheet, adviser, UNIT, NOW.date())


@pytest.mark.parametrize("database", [DATABASE])
def test_killed_at_random_moments_nothing_is_partial_doubled_or_lost(database: str) -> None:
    """A few of the points of `tools/kill_import.py`, in a process of its own with its own register."""
    command = [sys.executable, "-W", "ignore", "-m", "tools.kill_import", "--points", "6", "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 partial, 0 doubled, 0 of " in done.stdout
