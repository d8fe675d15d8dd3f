"""Whatever order and overlap the files come in, the same rows make the same register; and taking back is exact."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overgang.collect.files import Identifier, Row, Sheet, Understood
from overgang.collect.register.batches.batch import program
from overgang.collect.register.batches.plan import Outcome, plan
from overgang.collect.register.batches.undo import undone
from overgang.collect.register.models import Batch, Person
from overgang.collect.register.record import record
from tests.collect.register.sending import NOW, dump, number

pytestmark = pytest.mark.django_db
ACTOR, TODAY = program("K5001"), NOW.date()
QUICK = settings(
    max_examples=8,
    deadline=None,
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


def write(found: Sheet, name: str) -> Batch:
    made = plan(found, ACTOR, "K5001", TODAY, findings=False)
    batch = Batch.objects.create(key=name, unit="K5001", kind=found.kind, created=NOW, moved=NOW)
    record(ACTOR, made.work, now=NOW, batch=batch, today=TODAY, known=made.touched)
    return batch


def same(found: Sheet) -> bool:
    rows = plan(found, ACTOR, "K5001", TODAY, findings=False).rows
    return {row.outcome for row in rows} <= {Outcome.SAME, Outcome.REFUSED}


@QUICK
@given(PEOPLE, PEOPLE, STARTS, st.randoms(use_true_random=False))
def test_again_reordered_and_taken_back(first, second, begun, chance) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    with transaction.atomic():
        write(persons(first), "first")
        before = dump()
        batches = [write(persons(second), "second"), write(starts(begun), "starts")]
        assert Person.objects.count() == len({one["n"] for one in (*first, *second)})
        chance.shuffle(second)
        chance.shuffle(begun)
        assert same(persons(second))
        assert same(starts(begun))
        for batch in reversed(batches):
            undone(batch, ACTOR, now=NOW, today=TODAY)
        assert dump() == before
        transaction.set_rollback(True)


@QUICK
@given(STARTS, st.randoms(use_true_random=False))
def test_rows_in_any_order_do_the_same(begun, chance) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    with transaction.atomic():
        write(persons([{"n": n, "name": "Blid Vott"} for n in range(1, 7)]), "people")
        one = plan(starts(begun), ACTOR, "K5001", TODAY, findings=False)
        mixed = list(begun)
        chance.shuffle(mixed)
        other = plan(starts(mixed), ACTOR, "K5001", TODAY, findings=False)
        taken = [
            {row for row, made in zip(rows, done.rows, strict=True) if made.outcome is Outcome.NEW}
            for rows, done in ((begun, one), (mixed, other))
        ]
        assert taken[0] == taken[1]
        transaction.set_rollback(True)
