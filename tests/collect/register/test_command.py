"""`overgang import`: files from the command line do what the pages do, for a user who may, and write when told to."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from overgang.access.models import Event, Grant, User
from overgang.base.errors import BadInput
from overgang.collect.register.batches import command, worker
from overgang.collect.register.models import Batch, Participation, Person
from tests.collect.register.sending import (
    EXIT,
    NOW,
    PARTICIPATION,
    PERSON,
    csv,
    held_by,
    leave_programme,
    person,
    start,
)

pytestmark = pytest.mark.django_db
UNIT, OTHER = "K5001", "K4601"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(worker, "_now", lambda: NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A register of two persons, one of whom has ended, in files whose names are not in the order of their rows."""
    made = tmp_path / "files"
    made.mkdir()
    (made / "exit-2023.csv").write_bytes(csv(EXIT, leave_programme(1, "01.03.2022", "30.06.2023")))
    (made / "participation.csv").write_bytes(csv(PARTICIPATION, start(1, "01.03.2022"), start(2, "01.02.2024")))
    (made / "person.csv").write_bytes(csv(PERSON, person(1), person(2, "Rask Elv")))
    (made / "about.txt").write_text("not read")
    return made


def imported(folder: Path, *, write: bool = True, rest: Path | None = None) -> tuple[bool, str]:
    said: list[str] = []
    actor = command.user("kari", None, NOW.date())
    fine = command.import_files(command.found_in([folder], None), actor, write=write, rest=rest, say=said.append)
    return fine, "\n".join(said)


def test_without_being_told_to_it_writes_nothing(folder: Path) -> None:
    held_by("kari", UNIT)
    fine, said = imported(folder, write=False)
    assert fine
    assert "person.csv: batch 1, ready to be written, 2 new, 0 changed" in said.replace(f"batch {_first()}", "batch 1")
    assert "exit-2023.csv" in said
    assert not Person.objects.exists()


def test_a_file_is_checked_as_if_those_before_it_were_written(folder: Path) -> None:
    """What they leave to be refused is refused: the person of one file, the programme of the next, its end."""
    held_by("kari", UNIT)
    assert imported(folder, write=False)[0]
    assert [batch.state for batch in Batch.objects.all()] == ["checked"] * 3
    (folder / "person.csv").write_bytes(csv(PERSON, person(2, "Rask Elv")))
    for _ in range(2):
        fine, said = imported(folder, write=False)
        assert not fine
        rejected = Batch.objects.order_by("-pk").values_list("file", "rejected")
        assert dict(reversed(rejected)) == {"person.csv": 0, "participation.csv": 1, "exit-2023.csv": 1}
        assert said.count("is not registered") == 2
    (folder / "person.csv").write_bytes(csv(PERSON, person(1), person(2, "Rask Elv")))
    assert imported(folder, write=False)[0]
    assert not Person.objects.exists()
    assert imported(folder)[0]
    assert Participation.objects.count() == 2


def test_a_folder_is_written_in_the_order_of_its_rows_also_after_it_was_checked(folder: Path) -> None:
    adviser = held_by("kari", UNIT)
    for _ in range(2):
        imported(folder, write=False)
    fine, said = imported(folder)
    assert (fine, said.count(": batch")) == (True, 3)
    ended, running = Participation.objects.order_by("start")
    assert (ended.end, running.end) == (date(2023, 6, 30), None)
    assert {batch.user_id for batch in Batch.objects.all()} == {adviser.user}
    made = Event.objects.filter(action=Event.CREATED, purpose__startswith="import")
    assert set(made.values_list("user", "role", "place")) == {(adviser.user, "adviser", UNIT)}
    before = Event.objects.count()
    assert imported(folder)[0]
    assert (Person.objects.count(), Event.objects.count()) == (2, before)


def test_the_first_file_that_is_not_taken_is_the_last(folder: Path) -> None:
    held_by("kari", UNIT)
    (folder / "participation.csv").write_bytes(csv(PARTICIPATION, start(1, "01.03.2022"), start(9, "01.02.2024")))
    fine, said = imported(folder)
    assert not fine
    assert "Not all rows can be taken, so none was written." in said
    assert "Row 3" in said
    assert "exit" not in said
    assert (Person.objects.count(), Participation.objects.count()) == (2, 0)


def test_the_rows_that_can_be_are_written_and_the_others_come_back(folder: Path, tmp_path: Path) -> None:
    held_by("kari", UNIT)
    (folder / "participation.csv").write_bytes(csv(PARTICIPATION, start(1, "01.03.2022"), start(9, "01.02.2024")))
    fine, said = imported(folder, rest=tmp_path / "back")
    assert fine
    assert Participation.objects.get().end == date(2023, 6, 30)
    (back,) = (tmp_path / "back").iterdir()
    assert str(back) in said
    assert back.stat().st_mode & 0o777 == 0o600
    header, row = back.read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith('"Why the row was not taken"')
    assert "01.02.2024" in row
    assert command.kind_of(back) == "participation"
    assert Event.objects.filter(action=Event.EXPORTED).count() == 1


def test_only_a_user_with_a_role_that_may_acts_for_one_of_its_units() -> None:
    held_by("kari", UNIT)
    held_by("ola", UNIT, "language_adviser")
    today = NOW.date()
    assert command.user("kari", UNIT, today) == command.user("kari", None, today)
    for name, unit, said in (
        ("nobody", None, "There is no user 'nobody'"),
        ("ola", None, "no role today that may import"),
        ("kari", OTHER, f"may import for {UNIT}, not for {OTHER}"),
    ):
        with pytest.raises(BadInput, match=said):
            command.user(name, unit, today)
    Grant.objects.create(user=User.objects.get(username="kari"), role="leader", place=OTHER, since=today)
    with pytest.raises(BadInput, match=f"{OTHER}, {UNIT}: say which"):
        command.user("kari", None, today)
    assert command.user("kari", OTHER, today).role.id == "leader"
    User.objects.update(is_active=False)
    with pytest.raises(BadInput, match="no user 'kari' who may sign in"):
        command.user("kari", UNIT, today)


def test_what_a_file_holds_is_told_or_stands_in_its_name(folder: Path, tmp_path: Path) -> None:
    assert [kind for _, kind in command.found_in([folder], None)] == ["person", "participation", "exit"]
    assert {kind for _, kind in command.found_in([folder], "leave")} == {"leave"}
    with pytest.raises(BadInput, match="persons"):
        command.found_in([folder], "persons")
    (folder / "list.csv").write_text("")
    with pytest.raises(BadInput, match=r"list\.csv does not say what it holds"):
        command.found_in([folder], None)
    with pytest.raises(BadInput, match="holds no CSV or xlsx file"):
        command.found_in([tmp_path / "files" / ".."], None)


def _first() -> int:
    return Batch.objects.order_by("pk").values_list("pk", flat=True)[0]
