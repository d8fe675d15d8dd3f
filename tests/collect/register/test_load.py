"""A whole register goes into the empty database, all of it or nothing, and comes out of it as the same snapshot."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import IntegrityError, connection

from overgang.access.models import Event, User
from overgang.base import snapshot
from overgang.base.errors import BadInput
from overgang.collect.export import freeze
from overgang.collect.register import reading, schema
from overgang.collect.register.load import clear, load, refuse_real
from overgang.collect.register.models import Absence, Case, Decision, Identifier, Load, Measure, Participation, Person
from overgang.collect.register.numbers import indices, number_of, ring
from overgang.collect.register.schema import Register
from tests.collect.conftest import silent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
AS_OF = date(2025, 3, 1)
READ = tuple(name for name in schema.TABLES if name != "identity")


def rows(table: str, *values: tuple) -> pl.DataFrame:
    return pl.DataFrame(values, schema=schema.empty(table).schema, orient="row")


def tables() -> dict[str, pl.DataFrame]:
    """Four persons: one with two participations in one quarter, one shielded, one without any, one who runs."""
    first, last, again = date(2022, 2, 1), date(2023, 1, 31), date(2023, 3, 1)
    return {
        "person": rows(
            "person",
            ("SYN4", "Stille Elv", date(1985, 4, 3), "M", "SY", "unknown", True),
            ("SYN1", "Rask Rev", date(1980, 10, 24), "F", "SO", "none", False),
            ("SYN2", None, date(1990, 1, 2), "M", "UA", "higher", False),
            ("SYN3", 'Blid "Vott", \\N', date(1991, 1, 2), "M", "UA", "higher", False),
        ),
        "participation": rows(
            "participation",
            ("SYN4", "K1103", "INTRO_2004", date(2016, 1, 10), date(2017, 6, 30), "IN_MOVED", "municipality"),
            ("SYN1", "K1103", "INTEGR_2021", first, last, "PS_OTHER", "municipality"),
            ("SYN1", "B030103", "INTEGR_2021", again, date(2023, 12, 31), None, "system"),
            ("SYN2", "K4601", "COLLECTIVE_PROTECTION_2022", date(2024, 9, 1), None, None, None),
        ),
        "identity": rows(
            "identity",
            ("SYN1", "fnr", "07868432491"),
            ("SYN1", "duf", "200205705502"),
            ("SYN4", "fnr", "08818620781"),
        ),
        "case": rows(
            "case",
            ("SYN1", first, "offer", date(2022, 1, 10), date(2022, 1, 20), date(2023, 2, 15), True, False, False),
            ("SYN2", date(2024, 9, 1), "claim", date(2024, 8, 1), date(2024, 8, 2), None, False, False, False),
        ),
        "measure": rows(
            "measure",
            ("SYN1", "norwegian", first, last, 15, None),
            ("SYN1", "norwegian", again, date(2023, 12, 31), 15, "work"),
            ("SYN2", "work_practice", date(2024, 9, 1), None, 30, None),
        ),
        "leave": rows("leave", ("SYN1", "care_leave", date(2022, 5, 1), date(2022, 6, 1), date(2022, 8, 31))),
        "absence": rows("absence", ("SYN1", date(2023, 1, 1), 4, 0), ("SYN1", date(2023, 1, 1), 2, 6)),
        "stop": rows(
            "stop",
            ("SYN4", "temporary", date(2016, 5, 1), date(2016, 5, 2), date(2016, 5, 30)),
            ("SYN1", "permanent", date(2023, 1, 20), date(2023, 2, 1), None),
        ),
        "annual_return": rows(
            "annual_return", (2007, "K1103", "1", 193, "value"), (2007, "K1103", "7a", None, "blank")
        ),
        "invited": rows("invited", (2007, "K1103"), (2007, "B030101")),
    }


def put(given: dict[str, pl.DataFrame] | None = None, *, synthetic: bool = True) -> Load:
    return load(given or tables(), ring(), synthetic=synthetic, note="Invented.", now=NOW)


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns, nulls_last=True)


def test_what_goes_in_comes_out():
    """But the unit of a shielded person, which the register does not keep."""
    put()
    found, given = reading.read(ring(), READ), tables()
    given["participation"] = given["participation"].with_columns(
        unit=pl.when(pl.col("local_id") != "SYN4").then("unit")
    )
    given["person"] = given["person"].with_columns(pl.col("name").fill_null(""))
    for name in READ:
        assert ordered(found.tables[name]).equals(ordered(given[name])), name
    assert (found.synthetic, found.note, found.key) == (True, "Invented.", ring().pseudonym)


def test_the_snapshot_from_the_database_is_that_of_the_tables(tmp_path):
    """Hence an edition built from either is the same."""
    put()
    own = Register(schema.whole(tables()), synthetic=True, note="Invented.", key=ring().pseudonym)
    made = freeze(own, tmp_path / "own", as_of=AS_OF, progress=silent)
    found = freeze(reading.read(ring(), schema.IN_SNAPSHOT), tmp_path / "found", as_of=AS_OF, progress=silent)
    assert found.name == made.name
    for table in snapshot.TABLES:
        assert found.path(table).read_bytes() == made.path(table).read_bytes()


def test_nothing_that_tells_who_somebody_is_leaves(tmp_path):
    put()
    User.objects.create_user("canary-user", name="Kanari Bruker")
    Measure.objects.update(provider="Kanari Kurs AS")
    Person.objects.filter(key="SYN1").update(name="Kanarifugl Ås")
    found = freeze(reading.read(ring(), schema.IN_SNAPSHOT), tmp_path, as_of=AS_OF, progress=silent)
    keys = (ring().pseudonym, ring().index, *ring().ciphers.values())
    numbers = [number_of(identifier) for identifier in Identifier.objects.all()]
    canaries = [
        *("SYN1", "SYN2", "SYN4", "Kanarifugl", "Stille Elv", "Kanari Kurs", "canary-user", "Kanari Bruker"),
        *numbers,
        *Identifier.objects.values_list("index", flat=True),
        *(key.hex() for key in keys),
    ]
    unpacked = [str(pl.read_parquet(path).to_dicts()) for path in found.folder.glob("*.parquet")]
    assert any("IN_MOVED" in text for text in unpacked)
    assert len(numbers) == 3
    for path in found.folder.iterdir():
        raw = path.read_bytes()
        assert not [canary for canary in canaries if canary.encode() in raw]
        assert not [key for key in keys if key in raw]
    assert not [canary for canary in canaries for text in unpacked if canary in text]


def test_one_event_tells_of_a_load():
    made = put()
    event = Event.objects.get()
    assert (event.action, event.object, event.user) == (Event.CREATED, f"load:{made.content[:12]}", None)
    assert event.content == made.content == schema.content(tables())
    assert made.rows["participation"] == 4


def test_cases_have_their_states_decisions_and_what_was_received():
    put()
    states = set(Case.objects.values_list("person__key", "state"))
    assert states == {
        ("SYN1", "permanent_stop"),
        ("SYN1", "interrupted"),
        ("SYN2", "in_programme"),
        ("SYN4", "interrupted"),
    }
    made = Decision.objects.filter(case__person__key="SYN1").order_by("decided")
    assert [(row.kind, row.reason) for row in made] == [
        ("grant", ""),
        ("leave", "care_leave"),
        ("stop_permanent", "PS_OTHER"),
    ]
    first, second = Participation.objects.filter(case__person__key="SYN1").order_by("start")
    assert (first.social_assistance, first.other_support) == ("yes", "no")
    assert second.social_assistance == Participation.objects.get(end=None).social_assistance == "unknown"


def test_absence_in_a_quarter_of_two_participations_belongs_to_each():
    put()
    spans = Absence.objects.order_by("start").values_list("start", "end", "authorised")
    assert list(spans) == [(date(2023, 1, 1), date(2023, 1, 31), 4), (date(2023, 3, 1), date(2023, 3, 31), 2)]


def test_numbers_are_encrypted_and_found():
    put()
    found = Identifier.objects.get(index__in=indices("078684 32491"))
    assert (found.person.key, number_of(found), found.valid) == ("SYN1", "07868432491", True)
    assert b"07868432491" not in bytes(found.cipher)


def test_rows_can_be_added_afterwards_and_every_index_is_back():
    before = shape()
    put()
    assert shape() == before
    Person.objects.create(birth_date=date(1990, 1, 1), sex="F", origin="SY")
    with pytest.raises(IntegrityError):
        Person.objects.create(key="SYN1", birth_date=date(1990, 1, 1), sex="F", origin="SY")


def shape() -> list[tuple]:
    """Every index and constraint of the database, as it was made."""
    of = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
        "postgresql": "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint UNION "
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    }
    with connection.cursor() as cursor:
        cursor.execute(of[connection.vendor])
        return cursor.fetchall()


WRONG = [
    ("identity", ("SYN2", "fnr", "07868432491"), "1 identity numbers stand twice"),
    ("identity", ("SYN9", "fnr", "08818620782"), "1 rows of identity belong to no person"),
    ("participation", ("SYN9", "K1103", "INTRO_2004", date(2016, 1, 1), None, None, None), "1 rows of participation"),
    ("measure", ("SYN2", "norwegian", date(2023, 1, 1), date(2023, 2, 1), 15, None), "1 rows of measure lie outside"),
]


@pytest.mark.parametrize(("table", "row", "message"), WRONG)
def test_tables_that_do_not_fit_together_are_refused(table, row, message):
    given = tables()
    given[table] = pl.concat([given[table], rows(table, row)])
    with pytest.raises(BadInput, match=message):
        put(given)
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_leaves_nothing():
    before = shape()
    given = tables()
    given["leave"] = pl.concat([given["leave"], given["leave"].with_columns(end=pl.col("start").dt.offset_by("-9d"))])
    with pytest.raises(IntegrityError):
        put(given)
    assert not Person.objects.exists()
    assert not Event.objects.exists()
    assert shape() == before


def test_a_register_in_use_is_never_replaced():
    put()
    with pytest.raises(BadInput, match="goes into an empty one only"):
        put()


def test_a_synthetic_register_gives_way_and_the_log_stays():
    put()
    clear(now=NOW)
    assert not Person.objects.exists()
    put()
    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == ["created", "deleted", "created"]


@pytest.mark.parametrize("loaded", [True, False])
def test_real_persons_never_give_way(loaded):
    if loaded:
        put(synthetic=False)
    else:
        Person.objects.create(birth_date=date(1990, 1, 1), sex="F", origin="SY")
    for refused in (refuse_real, lambda: clear(now=NOW)):
        with pytest.raises(BadInput, match="were not invented: nothing was changed"):
            refused()
    assert Person.objects.exists()


def test_persons_added_to_a_synthetic_register_do_not_give_way_either():
    put()
    Person.objects.create(birth_date=date(1990, 1, 1), sex="F", origin="SY")
    refuse_real()
    with pytest.raises(BadInput, match="1 persons were added"):
        clear(now=NOW)
    assert Person.objects.count() == 5
