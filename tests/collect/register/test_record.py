"""Writing to the register: everything or nothing, always logged, and nobody overwrites another unawares."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError

from overgang.access import log
from overgang.access.actor import Actor, acting
from overgang.access.models import Event, User
from overgang.collect.register import steps
from overgang.collect.register.dossier import CaseFile, dossiers
from overgang.collect.register.models import Case, Change, Measure, Participation, Person
from overgang.collect.register.record import Conflict, Edit, Work, record, saw

NOW = datetime(2024, 6, 3, 10, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser() -> Actor:
    user = User.objects.create_user("kari", name="Kari")
    return acting(user.pk, user.name, "adviser", "K5001")


@pytest.fixture
def case(adviser: Actor) -> Case:
    person = Person(name="Blid Vott", birth_date=date(1990, 5, 1), sex="F", origin="SY")
    case = steps.new_case(person, unit="K5001", regime="INTEGR_2021")
    record(adviser, Work([person, case]), now=NOW)
    return case


@pytest.fixture
def running(adviser: Actor, case: Case) -> CaseFile:
    """A case whose programme began on 1 March 2024."""
    record(adviser, steps.ask(case, trigger="offer", asked=date(2024, 1, 8)), now=NOW)
    record(adviser, steps.grant(case, decided=date(2024, 2, 5)), now=NOW)
    record(adviser, steps.start(case, start=date(2024, 3, 1), planned_end=date(2025, 2, 28)), now=NOW)
    return file_of(case)


def file_of(case: Case) -> CaseFile:
    (found,) = (file for dossier in dossiers([case.person_id]) for file in dossier.cases if file.case.pk == case.pk)
    return found


def test_every_row_written_has_an_event_with_a_hash_and_its_change(adviser: Actor, case: Case) -> None:
    person = case.person
    events = list(Event.objects.order_by("id"))
    assert [(event.action, event.object) for event in events] == [
        ("created", f"person:{person.pk}"),
        ("created", f"case:{case.pk}"),
    ]
    assert {event.person for event in events} == {person.key}
    assert all(len(event.content) == 64 and event.user_id == adviser.user for event in events)
    assert Change.objects.get(event=events[1]).fields["unit"] == [None, "K5001"]


def test_an_event_holds_no_value(case: Case) -> None:
    said = " ".join(str(value) for row in Event.objects.values() for value in row.values())
    assert case.person.name not in said


def test_what_is_not_changed_is_not_told(adviser: Actor, case: Case) -> None:
    before = Event.objects.count()
    record(adviser, Work(change=[Edit(case, {"category": case.category})]), now=NOW)
    assert (Event.objects.count(), Case.objects.get().version) == (before, 1)


def test_two_editors_and_the_second_gets_both_versions(adviser: Actor, case: Case) -> None:
    mine, theirs = (Case.objects.get(pk=case.pk) for _ in range(2))
    record(adviser, Work(change=[Edit(theirs, {"category": "may_be_offered"})]), now=NOW)
    events = Event.objects.count()
    with pytest.raises(Conflict) as conflict:
        record(adviser, Work(change=[Edit(mine, {"regime": "INTRO_2004"})]), now=NOW)
    assert conflict.value.stored is not None
    assert conflict.value.stored.category == "may_be_offered"
    assert conflict.value.wanted.values == {"regime": "INTRO_2004"}
    assert (Case.objects.get().regime, Event.objects.count()) == ("INTEGR_2021", events)


def test_the_row_that_was_written_can_be_written_again(adviser: Actor, case: Case) -> None:
    for category in ("may_be_offered", "right", "right_and_duty"):
        record(adviser, Work(change=[Edit(case, {"category": category})]), now=NOW)
    assert (case.version, Case.objects.get().category) == (4, "right_and_duty")


@pytest.mark.django_db(transaction=True)
def test_everything_of_a_call_or_nothing(adviser: Actor, running: CaseFile) -> None:
    assert running.participation is not None
    of = {"participation": running.participation, "kind": "norwegian", "start": date(2024, 5, 1)}
    impossible, possible = Measure(**of, end=date(2024, 4, 1)), Measure(**of)
    events = Event.objects.count()
    with pytest.raises(IntegrityError):
        record(adviser, Work([possible, impossible]), now=NOW)
    assert (Measure.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.django_db(transaction=True)
def test_no_change_without_its_event(adviser: Actor, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("the log cannot be written")

    monkeypatch.setattr(log, "write", fails)
    with pytest.raises(OSError, match="the log"):
        record(adviser, Work(change=[Edit(case, {"category": "right"})]), now=NOW)
    assert Case.objects.get().category == "right_and_duty"


def test_looking_is_logged(adviser: Actor, case: Case) -> None:
    saw(adviser, case.person, "page", now=NOW)
    event = Event.objects.latest("id")
    assert (event.action, event.person, event.object) == ("saw", case.person.key, "page")


def test_a_double_click_ends_a_programme_once(adviser: Actor, running: CaseFile) -> None:
    again = file_of(running.case)
    exit = steps.Exit(end=date(2024, 5, 31), reason="CO_WORK_GT29", entered=date(2024, 6, 3), hours=Decimal("37.5"))
    record(adviser, steps.end(running, exit), now=NOW)
    with pytest.raises(Conflict):
        record(adviser, steps.end(again, exit), now=NOW)
    with pytest.raises(steps.NotNow):
        steps.end(file_of(running.case), exit)
    ended = Participation.objects.get()
    assert (ended.end, ended.end_reason, ended.provenance) == (date(2024, 5, 31), "CO_WORK_GT29", "municipality")


def test_what_runs_on_ends_with_the_programme(adviser: Actor, running: CaseFile) -> None:
    for first, last in ((date(2024, 3, 1), None), (date(2024, 3, 1), date(2024, 4, 1)), (date(2024, 7, 1), None)):
        work = steps.add_measure(running, kind="norwegian", start=first, end=last, hours=Decimal(10))
        record(adviser, work, now=NOW)
    exit = steps.Exit(end=date(2024, 5, 31), reason="IN_MOVED", entered=date(2024, 6, 3))
    record(adviser, steps.end(file_of(running.case), exit), now=NOW)
    assert sorted(Measure.objects.values_list("end", flat=True)) == [date(2024, 4, 1), date(2024, 5, 31)]
    assert Case.objects.get().state == "interrupted"


def test_leave_moves_the_planned_end(adviser: Actor, running: CaseFile) -> None:
    work = steps.take_leave(
        running, kind="welfare_leave", decided=date(2024, 4, 1), start=date(2024, 4, 8), end=date(2024, 4, 17)
    )
    record(adviser, work, now=NOW)
    assert Participation.objects.get().planned_end == date(2025, 3, 10)


def test_a_move_is_offered_and_taken_over(adviser: Actor, running: CaseFile) -> None:
    record(adviser, steps.hand_over(running.case, to_unit="K4601", offered=date(2024, 6, 3)), now=NOW)
    handover = running.case.handovers.get()
    other = acting(adviser.user or 0, "Ola", "adviser", "K4601")
    assert not Person.objects.seen_by(other).exists()
    record(other, steps.accept(handover, answered=date(2024, 6, 4)), now=NOW)
    new = Case.objects.get(unit="K4601")
    assert (new.person_id, new.regime, new.state) == (running.case.person_id, "INTEGR_2021", "candidate")
    assert handover.new_case_id == new.pk
    assert [case.unit for case in Case.objects.seen_by(other)] == ["K4601"]
    with pytest.raises(steps.NotNow):
        steps.accept(handover, answered=date(2024, 6, 4))


def test_a_case_goes_only_where_its_state_leads(case: Case) -> None:
    with pytest.raises(steps.NotNow):
        steps.start(case, start=date(2024, 3, 1))
    with pytest.raises(steps.NotNow):
        steps.grant(case, decided=date(2024, 3, 1))
