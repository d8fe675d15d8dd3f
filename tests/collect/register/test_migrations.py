"""The register's migrations over rows that are there: nothing a unit has written is lost or changed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

BEFORE, CHANGE_OF_EVENT = "0005_fewer_indexes", "0006_change_of_event"
FIELDS = {"end": [None, "2026-06-30"]}
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def to() -> Iterator[Callable[[str], Any]]:
    """`to(name)`: the database as that migration of the register leaves it, and its models. Afterwards as it was."""

    def migrate(name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([("register", name)])
        return executor.loader.project_state([("register", name)]).apps

    yield migrate
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def told(apps: Any) -> list[tuple[Any, ...]]:
    """All changes, in the order of their events."""
    rows = apps.get_model("register", "Change").objects.order_by("event")
    return list(rows.values_list("event", "person", "case", "model", "row", "fields", "batch"))


def written(apps: Any) -> list[tuple[Any, ...]]:
    """Three changes of one person, the last of no case, after an event that changed nothing: their ids are not their
    events'."""
    person = apps.get_model("register", "Person").objects.create(
        key="a" * 16, birth_date="1990-05-01", sex="F", origin="SY"
    )
    case = apps.get_model("register", "Case").objects.create(person=person, unit="K5001", regime="INTEGR_2021")
    event, change = apps.get_model("access", "Event"), apps.get_model("register", "Change")
    event.objects.create(at=AT, role="adviser", action="saw")
    for row, of in ((7, case), (8, case), (9, None)):
        about = event.objects.create(at=AT, role="adviser", action="changed", person=person.key)
        change.objects.create(event=about, person=person, case=of, model="participation", row=row, fields=FIELDS)
    return told(apps)


@pytest.mark.django_db(transaction=True)
def test_changes_are_kept_under_their_events(to) -> None:
    before = written(to(BEFORE))
    assert [row for *_, row, _, _ in before] == [7, 8, 9]
    after = to(CHANGE_OF_EVENT)
    assert told(after) == before
    change = after.get_model("register", "Change")
    assert [(row.pk, row.row) for row in change.objects.order_by("pk")] == [(row[0], row[4]) for row in before]
    again = {"event_id": before[0][0], "person_id": before[0][1], "model": "case", "row": 1, "fields": {}}
    with pytest.raises(IntegrityError), transaction.atomic():
        change.objects.create(**again)


@pytest.mark.django_db(transaction=True)
def test_changes_get_ids_of_their_own_when_it_is_taken_back(to) -> None:
    before = written(to(BEFORE))
    to(CHANGE_OF_EVENT)
    back = to(BEFORE)
    assert told(back) == before
    change, person = back.get_model("register", "Change"), before[0][1]
    event = back.get_model("access", "Event").objects.create(at=AT, role="adviser", action="changed")
    change.objects.create(event=event, person_id=person, model="case", row=1, fields={})
    assert sorted(row.pk for row in change.objects.all()) == [1, 2, 3, 4]
