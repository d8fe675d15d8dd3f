"""The overview of a unit, with every number counted by hand."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from overgang.base.law import months_after
from overgang.collect.register.models import Handover, Leave
from overgang.collect.register.unit import figures
from tests.collect.register.unit.conftest import text
from tests.internal import OTHER, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(make_user, enter):
    return enter(make_user("adviser", OWN))


@pytest.fixture
def a_year(took_part, year) -> None:
    """Five ended: two to work or education, one not, two without a reason; the year before one of one did."""
    day = date(year, 1, 1)
    took_part(end=day, reason="CO_WORK_GT29", name="Aa")
    took_part(end=day, reason="CO_EDU_UPPER", name="Bb")
    took_part(end=day, reason="CO_OTHER", name="Cc")
    took_part(end=day, name="Dd Mangler")
    took_part(end=day, name="Ee Fortrolig", grade=7)
    took_part(end=date(year - 1, 6, 1), reason="CO_WORK_GT29", name="Ff")


@pytest.mark.usefixtures("a_year")
def test_the_result_what_it_costs_and_what_it_can_become(adviser, year) -> None:
    page = text(adviser.get("/enhet/"))
    assert f"2 av 5 som avsluttet i {year} gikk til arbeid eller utdanning." in page
    assert f"Det er 60 prosentpoeng lavere enn i {year - 1}." in page
    assert "2 avslutningsårsaker mangler." in page
    assert "Hver manglende årsak kan koste 20,0 prosentpoeng." in page
    assert "Når de er registrert, blir resultatet mellom 40 % og 80 %." in page
    assert "én person utgjør 20,0 prosentpoeng" in page
    assert "foreløpige" in page
    assert "ikke publisert" in page
    assert 'x="40" y="0.5" width="40"' in page


@pytest.mark.usefixtures("a_year")
def test_the_missing_reasons_are_listed_with_the_form_that_mends_them_but_nobody_graded(adviser) -> None:
    page = text(adviser.get("/enhet/"))
    assert "Dd Mangler" in page
    assert "/rett-avslutning/" in page
    assert "Ee Fortrolig" not in page
    assert "1 person med fortrolig adresse er ikke i listen." in page


@pytest.mark.usefixtures("a_year")
def test_exits_by_group_beside_the_year_before(adviser) -> None:
    page = text(adviser.get("/enhet/"))
    assert '<th scope="row">Fullført</th><td>3</td><td>1</td>' in page
    assert '<th scope="row">Årsak mangler</th><td>2</td><td>–</td>' in page


@pytest.mark.usefixtures("a_year")
def test_another_year_is_chosen_and_nonsense_is_none(adviser, year) -> None:
    assert f"1 av 1 som avsluttet i {year - 1}" in text(adviser.get(f"/enhet/?ar={year - 1}"))
    assert "2 av 5" in text(adviser.get("/enhet/?ar=1066"))
    assert "2 av 5" in text(adviser.get("/enhet/?ar=%00"))


def test_a_unit_without_anybody(adviser, year) -> None:
    page = text(adviser.get("/enhet/"))
    assert f"Ingen har avsluttet programmet i {year}." in page
    assert "Ingen åpne funn." in page


def test_who_takes_part_now(took_part, adviser, today) -> None:
    took_part(planned_end=months_after(today, 3))
    took_part(planned_end=months_after(today, 3) + timedelta(days=1))
    away = took_part(planned_end=today - timedelta(days=1))
    Leave.objects.create(participation=away, kind="welfare_leave", start=today, end=today)
    Leave.objects.create(participation=away, kind="welfare_leave", start=today, end=None)
    took_part(end=today, reason="CO_OTHER")
    took_part(start=today + timedelta(days=1))
    took_part(unit=OTHER)
    page = text(adviser.get("/enhet/"))
    for name, number in (
        ("Deltakere i dag", 3),
        ("Av dem i permisjon", 1),
        ("Planlagt slutt innen tre måneder", 1),
        ("Planlagt slutt er passert", 1),
    ):
        assert f"<dt>{name}</dt><dd>{number}</dd>" in page


def test_findings_by_rule_tell_of_nobody_with_a_graded_address(took_part, found, adviser, today) -> None:
    end = date(2026, 1, 5)
    found(took_part(end=end, grade=7), "DQ07", end="2020-02-02")
    assert "2. februar 2020" not in text(adviser.get("/enhet/"))
    found(took_part(end=end), "DQ07", end="2021-03-03")
    found(took_part(end=end), "DQ07", end="2021-03-03", due=today)
    page = text(adviser.get("/enhet/"))
    assert "3. mars 2021" in page
    assert "2. februar 2020" not in page
    assert "<td>3</td><td>2</td>" in page


def test_open_handovers(took_part, adviser, today) -> None:
    Handover.objects.create(case=took_part().case, to_unit=OTHER, offered=today)
    Handover.objects.create(case=took_part(unit=OTHER).case, to_unit=OWN, offered=today)
    page = text(adviser.get("/enhet/"))
    assert "1 person er tilbudt overført hit." in page
    assert "1 person herfra venter på svar fra en annen enhet." in page


@pytest.mark.parametrize(
    ("day", "focus"),
    [(date(2023, 2, 28), 2022), (date(2023, 3, 1), 2023), (date(2018, 3, 16), 2017), (date(2026, 2, 28), 2025)],
)
def test_a_year_is_in_focus_until_its_closing_day(day, focus) -> None:
    assert figures.in_focus(day) == focus


def test_the_closing_day_is_counted_down_to() -> None:
    from overgang.collect.register.unit.overview import _closing

    assert next(_closing(date(2023, 2, 27))).replace("\u00a0", " ") == (
        "Tallene for 2022 kan endres til og med 28. februar 2023. 1 dag igjen."
    )
    assert [said.replace("\u00a0", " ") for said in _closing(date(2027, 2, 18))] == [
        "Siste dag for endringer i tallene for 2026 er ikke fastsatt. Den er vanligvis 28. februar 2027, om 10 dager.",
        "Siste dag for endringer i tallene for 2027 er ikke fastsatt. Den er vanligvis 28. februar 2028, om 375 dager.",
    ]


def test_the_number_of_queries_does_not_follow_the_number_of_persons(took_part, found, adviser, year) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            adviser.get("/enhet/")
        return len(made)

    found(took_part(end=date(year, 1, 1)), "DQ07")
    few = queries()
    for _ in range(30):
        found(took_part(end=date(year, 1, 1)), "DQ07")
    assert queries() == few
    assert few <= 20


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("page", ["/enhet/", "/enhet/avsluttede/", "/enhet/frister/", "/enhet/uttrekk/"])
@pytest.mark.usefixtures("a_year")
def test_every_page_in_every_language(found, took_part, make_user, enter, language, page) -> None:
    found(took_part(), "DQ12")
    client = enter(make_user("leader", OWN, language=language))
    assert f'<html lang="{language}">' in text(client.get(page))


@pytest.mark.usefixtures("a_year")
def test_the_list_of_exits_to_print(adviser, year) -> None:
    page = text(adviser.get("/enhet/avsluttede/"))
    assert f"Avsluttede i {year}" in page
    assert "4 avslutninger" in page
    assert "Uten årsak: 1." in page
    assert "Uten deltakerbevis: 4." in page
    assert "Ordinær" in page or "Arbeid" in page
    assert "Ee Fortrolig" not in page
    assert "Ff" not in page.split("<main")[1].split("</table>")[0]
