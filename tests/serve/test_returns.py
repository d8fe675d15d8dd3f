"""What the annual returns add up to, on the pages and in the data: figures with their notes, and lower bounds."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client

from overgang.base import text
from overgang.base.cube import AT_LEAST, SUPPRESSED, Cell
from overgang.base.edition import read
from overgang.serve import jsonstat, selection, shelf
from overgang.serve.figures import shown
from overgang.serve.notes import lacking
from overgang.serve.texts import texts
from tests.serve.invented import build

SUMS = {"participants": 6834, "stock": 4780, "on_leave": 443, "ended": 2234, "reasons": 2303}


def notes(missing: int = 0) -> dict[str, object]:
    sums = {name: {"low": n, "high": None if missing else n, "missing": missing} for name, n in SUMS.items()}
    said = {id: {lang: f"{id} sier noe ({lang})." for lang in text.LANGUAGES} for id in ("AR20", "AR19")}
    said["AR21"] = dict.fromkeys(text.LANGUAGES, "")
    return {
        "returns": {"2007": {"units": 190, "sums": sums, "notes": said}},
        "lacking": {"2007": {"F00U": 3, "F16": 1}},
    }


@pytest.fixture
def shows(tmp_path: Path, settings):
    """Puts an edition with these notes before the visitor, and gives a page of it."""

    def show(found: dict[str, object], path: str = "/tall-og-statistikk/resultater/2007") -> str:
        settings.EDITIONS = tmp_path
        build(tmp_path, notes=found)
        shelf.forget()
        cache.clear()
        page = Client(headers={"host": "localhost"}).get(path).content.decode()
        return " ".join(page.replace(text.NBSP, "~").replace("&nbsp;", "~").split())

    return show


def row(page: str, head: str) -> str:
    return next(part for part in page.split("<tr") if f">{head}<" in part)


@pytest.mark.parametrize(
    ("head", "number", "share"),
    [
        ("I programmet", "4~337", "62~%"),
        ("I permisjon", "443", "6~%"),
        ("Har avsluttet", "2~234", "32~%"),
        ("Til sammen", "7~014", "100~%"),
    ],
)
def test_the_page_of_2007_has_the_figure_of_the_report_with_its_notes(shows, head, number, share) -> None:
    page = shows(notes())
    assert f">{number}<" in row(page, head)
    assert f">{share}<" in row(page, head)
    assert page.index("AR19 sier noe (nb).") < page.index("AR20 sier noe (nb).")


def test_the_notes_are_those_of_the_language(shows) -> None:
    assert "AR19 sier noe (en)." in shows(notes(), "/en/tall-og-statistikk/resultater/2007")


def test_where_units_are_missing_the_sums_are_at_least_and_have_no_share(shows) -> None:
    page = shows(notes(missing=3))
    assert ">minst 443<" in row(page, "I permisjon")
    assert "%" not in row(page, "I permisjon")


def test_an_edition_that_tells_no_sums_has_no_such_figure(shows) -> None:
    assert "Hvor var deltakerne?" not in shows({})


def test_a_lower_bound_is_said_in_words() -> None:
    for lang, said in (("nb", "minst 1\xa0234"), ("nn", "minst 1\xa0234"), ("en", "at least 1,234")):
        assert shown(Cell(1234, marks="|" + AT_LEAST), texts(lang)).text == said
    assert shown(SUPPRESSED, texts("nb")).text == ":"


@pytest.mark.parametrize(
    ("place", "says"),
    [("F00U", "3 kommuner eller bydeler mangler"), ("F16", "1 kommune eller bydel mangler"), ("F11", "")],
)
def test_how_many_units_a_sum_lacks(tmp_path: Path, place: str, says: str) -> None:
    edition = read(build(tmp_path, notes=notes()))
    assert lacking(edition, texts("nb"), 2007, place) == says
    assert lacking(edition, texts("nb"), 2016, place) == ""


def test_the_data_say_it_too(tmp_path: Path) -> None:
    edition = read(build(tmp_path, notes=notes()))
    chosen = selection.read(edition.table("participants"), QueryDict(), texts("nb"))
    assert jsonstat.dataset(chosen, edition, texts("nb"))["extension"]["lacking"] == {"2007": {"F00U": 3, "F16": 1}}
    chosen = selection.read(edition.table("exits"), QueryDict("tid=2007"), texts("nb"))
    assert "lacking" not in jsonstat.dataset(chosen, edition, texts("nb"))["extension"]
