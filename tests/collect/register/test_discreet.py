"""What a database tells of a row in its errors reaches no log: on PostgreSQL it names the values."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string

from overgang import cli
from overgang.base.discreet import without_values
from overgang.collect.register.models import Identifier, Person

pytestmark = pytest.mark.django_db
NAME = "Kanarifugl Ås"


def incomplete() -> None:
    Person.objects.create(name=NAME, birth_date=None, sex="F", origin="SO")


def twice() -> None:
    person = Person.objects.create(name="Blid Vott", birth_date="1990-01-02", sex="F", origin="SO")
    for _ in range(2):
        Identifier.objects.create(person=person, kind="fnr", cipher=b"", index=NAME)


def no_number() -> None:
    """SQLite takes any text for a number, so there a row is left without what it needs."""
    value = f"CAST('{NAME}' AS integer)" if connection.vendor == "postgresql" else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO register_load (content, rows) VALUES ('', {value})")


@pytest.mark.parametrize("breaks", [incomplete, twice, no_number])
def test_an_error_is_logged_without_the_row(breaks: Callable[[], None], caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        breaks()
    if connection.vendor == "postgresql":
        assert NAME in str(caught.value), "else this test would prove nothing"
    cli._logged(caught.type, caught.value, caught.tb)
    line = settings.LOGGING["formatters"]["line"]
    said = import_string(line["class"])(line["format"]).format(caplog.records[-1])
    assert f"django.db.utils.{caught.type.__name__}: " in said
    assert "the command stopped" in said
    assert NAME not in said
    assert "DETAIL" not in said


def test_errors_that_are_not_of_the_database_stay_whole() -> None:
    said = "Traceback (most recent call last):\nValueError: one\ntwo\n\nDuring handling of the above"
    assert without_values(said) == said


def test_each_error_of_a_chain_is_cut() -> None:
    first = (
        'psycopg.errors.InvalidDatetimeFormat: invalid input syntax for type date: "x\n\ny"\nCONTEXT:  COPY a, line 1'
    )
    between = "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback:\n"
    last = "django.db.utils.DataError: invalid input\nDETAIL:  Failing row contains (x,\n\ny)."
    assert without_values(f"{first}{between}{last}") == (
        f"psycopg.errors.InvalidDatetimeFormat: invalid input syntax for type date{between}"
        "django.db.utils.DataError: invalid input"
    )
