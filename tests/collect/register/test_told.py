"""What is told of rows: whole columns at a time, and the same as if each were told by itself."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from overgang.access import bulk
from overgang.collect.register import told
from overgang.collect.register.models import Identifier, Measure, Person, Plan
from overgang.collect.register.record import MODELS

ROWS: list[list[models.Model]] = [
    [
        Person(key="a", name='Ål "Ø" \\ 100 %s\n', birth_date=date(1990, 5, 1), sex="F", origin="SY"),
        Person(key="b", birth_date=date(1990, 5, 1), sex="M", origin="SO", upper_secondary=True, address_grade=1),
        Person(key="c", birth_date=date(1991, 5, 1), sex="M", origin="SO", upper_secondary=False, address_grade=0),
    ],
    [
        Measure(participation_id=1, kind="norwegian", start=date(2024, 1, 1), hours=Decimal("15.0")),
        Measure(participation_id=True, kind="norwegian", start=date(2024, 1, 1), hours=Decimal("15.00")),
    ],
    [Plan(case_id=7, day=date(2024, 1, 1)), Plan(case_id=7, day=date(2024, 1, 1), elements=["norwegian", "a"])],
    [Identifier(person_id=3, kind="duf", cipher=b"\x00\xff", index="ab", valid=False)],
]


def plainly(row: models.Model) -> dict[str, Any]:
    """Field by field, in the words of the fields themselves."""
    said: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.attname in ("id", "version"):
            continue
        if isinstance(value, bytes):
            value = value.hex()
        said[field.attname] = [None, str(value) if isinstance(value, date | Decimal) else value]
    return said


@pytest.mark.parametrize("rows", ROWS, ids=lambda rows: type(rows[0]).__name__)
def test_many_new_rows_are_told_as_each_by_itself(rows: list[models.Model]) -> None:
    expected = [json.dumps(plainly(row), sort_keys=True, ensure_ascii=False) for row in rows]
    assert told.created(rows) == expected


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_made_as_its_constructor_makes_it(model: type[models.Model]) -> None:
    values = {"key": "k"} if model is Person else {}
    quick, slow = bulk.new(model, **values), model(**values)
    assert {**quick.__dict__, "_state": None} == {**slow.__dict__, "_state": None}
    assert (quick._state.adding, quick._state.db) == (slow._state.adding, slow._state.db)


def test_what_a_row_points_to_is_set_as_by_its_constructor() -> None:
    person = bulk.new(Person, name="Blid Vott")
    other = bulk.new(Person)
    assert bulk.new(Identifier, person=person).person is person
    assert person.key != other.key
    assert bulk.new(Plan).elements is not bulk.new(Plan).elements
