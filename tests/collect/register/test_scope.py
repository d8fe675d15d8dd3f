"""Who sees what: a unit its own cases, officers the strictly confidential, everybody else nothing."""

from datetime import UTC, date, datetime

import pytest

from overgang.access.actor import Actor, acting
from overgang.access.roles import roles
from overgang.collect.register import steps
from overgang.collect.register.models import (
    Case,
    Certificate,
    Identifier,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
)
from overgang.collect.register.record import MODELS, Work, record

NOW = datetime(2024, 6, 3, 10, 0, tzinfo=UTC)
TRONDHEIM, BERGEN = "K5001", "K4601"

pytestmark = pytest.mark.django_db


def in_role(role: str, place: str = "") -> Actor:
    return acting(0, role, role, place)


@pytest.fixture(autouse=True)
def people() -> dict[str, Person]:
    """One person in each of two units, one who is in both, one of each grade, each with a whole file."""
    found = {}
    for name, grade, units in (
        ("trondheim", 0, [TRONDHEIM]),
        ("bergen", 0, [BERGEN]),
        ("both", 0, [TRONDHEIM, BERGEN]),
        ("grade 7", 7, [TRONDHEIM]),
        ("grade 6", 6, [None]),
    ):
        person = Person(name=name, birth_date=date(1990, 5, 1), sex="F", origin="SY", address_grade=grade)
        rows: list[object] = [person, Permit(person=person, basis="asylum", decided=date(2023, 1, 1))]
        rows.append(Identifier(person=person, kind="duf", cipher=b"1:", index=name))
        for unit in units:
            case = steps.new_case(person, unit=unit, regime="INTEGR_2021")
            participation = Participation(case=case, start=date(2024, 1, 1))
            rows += [case, participation]
            rows.append(Measure(participation=participation, kind="norwegian", start=date(2024, 1, 1)))
            rows.append(Leave(participation=participation, kind="care_leave", start=date(2024, 2, 1)))
            rows.append(Certificate(participation=participation, issued=date(2024, 5, 1)))
        record(in_role("leader", TRONDHEIM), Work(rows), now=NOW)  # type: ignore[arg-type]
        found[name] = person
    return found


def names(actor: Actor) -> set[str]:
    return set(Person.objects.seen_by(actor).values_list("name", flat=True))


def test_a_unit_sees_those_with_a_case_there_and_grade_7_but_never_grade_6() -> None:
    assert names(in_role("adviser", TRONDHEIM)) == {"trondheim", "both", "grade 7"}
    assert names(in_role("adviser", BERGEN)) == {"bergen", "both"}


def test_neither_grade_stands_in_a_list() -> None:
    listed = Person.objects.listed_for(in_role("adviser", TRONDHEIM))
    assert set(listed.values_list("name", flat=True)) == {"trondheim", "both"}


def test_officers_for_the_shielded_see_them_and_nobody_else() -> None:
    officer = in_role("shielded_officer")
    assert names(officer) == {"grade 6"}
    assert [case.unit for case in Case.objects.seen_by(officer)] == [None]


@pytest.mark.parametrize("role", [id for id, role in roles().items() if "persons" not in role.may])
def test_a_role_without_persons_sees_none(role: str) -> None:
    for model in MODELS:
        assert not model._default_manager.seen_by(in_role(role)).exists()


def test_of_somebody_in_two_units_each_sees_its_own_case() -> None:
    for unit in (TRONDHEIM, BERGEN):
        cases = Case.objects.seen_by(in_role("adviser", unit)).filter(person__name="both")
        assert [case.unit for case in cases] == [unit]


@pytest.mark.parametrize("model", [model for model in MODELS if model.__name__ not in ("Person", "Settlement")])
def test_every_table_follows_the_same_rule(model: type[Measure]) -> None:
    """By a plain walk from each row to its case or person."""
    for actor in (in_role("adviser", TRONDHEIM), in_role("leader", BERGEN), in_role("shielded_officer")):
        expected = {row.pk for row in model._default_manager.all() if may_see(actor, row)}
        assert set(model._default_manager.seen_by(actor).values_list("pk", flat=True)) == expected


def may_see(actor: Actor, row: object) -> bool:
    if hasattr(row, "participation"):
        row = row.participation
    case = row if isinstance(row, Case) else getattr(row, "case", None)
    person = case.person if case else getattr(row, "person", None)
    units = {case.unit} if case else {case.unit for case in person.cases.all()}
    if actor.role.id == "shielded_officer":
        return person.address_grade == 6
    return actor.place in units and person.address_grade != 6


def test_who_acts_for_a_merged_municipality_answers_for_the_former_ones() -> None:
    """Søgne and Songdalen became a part of Kristiansand in 2020."""
    person = Person(name="former", birth_date=date(1980, 1, 1), sex="M", origin="SO")
    case = steps.new_case(person, unit="K1018", regime="INTRO_2004")
    record(in_role("adviser", "K4204"), Work([person, case]), now=NOW)
    assert names(in_role("adviser", "K4204")) == {"former"}
    assert "former" not in names(in_role("adviser", TRONDHEIM))
