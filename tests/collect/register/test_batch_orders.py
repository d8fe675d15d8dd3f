"""Whatever order and overlap the files come in, the same rows make the same register; and taking back is exact."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overgang.access.actor import Actor
from overgang.collect.files import Identifier, Row, Sheet, Understood
from overgang.collect.register.batches.plan import Outcome, plan
from overgang.collect.register.batches.undo import undone
from overgang.collect.register.models import Batch, Person
from overgang.collect.register.record import record
from tests.collect.register.sending import NOW, dump, held_by, number

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
QUICK = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
    derandomize=True,
)

PEOPLE = st.lists(
    st.fixed_dictionaries({"n": st.integers(1, 6), "name": st.sampled_from(["Blid Vott", "Rask Elv"])}),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row["n"],
)
STARTS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 900)), min_size=1, max_size=8, unique_by=lambda row: row)


@pytest.fixture
def actor() -> Actor:
    return held_by("kari", "K5001")


def sheet(kind: str, rows: list[dict[str, object]]) -> Sheet:
    made = tuple(Row(at + 2, values) for at, values in enumerate(rows))
    return Sheet(kind, made, (), Understood("csv", 1, {}), (), ())


def persons(people: list[dict[str, object]]) -> Sheet:
    return sheet(
        "person",
        [
            {
                "number": Identifier("fnr", number(one["n"])),  # type: ignore[arg-type]
                "name": one["name"],
                "birth_date": date(1990, 5, 1),
                "sex": "F",
                "origin": "SY",
            }
            for one in people
        ],
    )


def starts(given: list[tuple[int, int]]) -> Sheet:
    return sheet(
        "participation",
        [
            {
                "number": Identifier("fnr", number(n)),
                "unit": "K5001",
                "start": date(2021, 1, 1) + timedelta(days),
                "regime": "INTEGR_2021",
            }
            for n, days in given
        ],
    )


def write(found: Sheet, name: str, actor: Actor) -> Batch:
    made = plan(found, actor, "K5001", TODAY, findings=False)
    batch = Batch.objects.create(key=name, user_id=actor.user, unit="K5001", kind=found.kind, created=NOW, moved=NOW)
    record(actor, made.work, now=NOW, batch=batch, today=TODAY, known=made.touched)
    return batch


def same(found: Sheet, actor: Actor) -> bool:
    rows = plan(found, actor, "K5001", TODAY, findings=False).rows
    return {row.outcome for row in rows} <= {Outcome.SAME, Outcome.REFUSED}


@QUICK
@given(PEOPLE, PEOPLE, STARTS, st.randoms(use_true_random=False))
def test_again_reordered_and_taken_back(actor, first, second, begun, chance) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    with transaction.atomic():
        write(persons(first), "first", actor)
        before = dump()
        batches = [write(persons(second), "second", actor), write(starts(begun), "starts", actor)]
        assert Person.objects.count() == len({one["n"] for one in (*first, *second)})
        chance.shuffle(second)
        chance.shuffle(begun)
        assert same(persons(second), actor)
        assert same(starts(begun), actor)
        for batch in reversed(batches):
            undone(batch, actor, now=NOW, today=TODAY)
        assert dump() == before
        transaction.set_rollback(True)


@QUICK
@given(STARTS, st.randoms(use_true_random=False))
def test_rows_in_any_order_do_the_same(actor, begun, chance) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    with transaction.atomic():
        write(persons([{"n": n, "name": "Blid Vott"} for n in range(1, 7)]), "people", actor)
        one = plan(starts(begun), actor, "K5001", TODAY, findings=False)
        mixed = list(begun)
        chance.shuffle(mixed)
        other = plan(starts(mixed), actor, "K5001", TODAY, findings=False)
        taken = [
            {row for row, made in zip(rows, done.rows, strict=True) if made.outcome is Outcome.NEW}
            for rows, done in ((begun, one), (mixed, other))
        ]
        assert taken[0] == taken[1]
        transaction.set_rollback(True)
