"""Every figure of the county tables of 2007 and 2016, from the snapshot to the page, equal to the digit."""

import json

import pytest
from django.test import Client

from overgang.base import text
from overgang.base.cube import Tabulation
from overgang.base.edition import Edition
from overgang.serve import shelf
from tests.published import rows

pytestmark = pytest.mark.xdist_group("flow")


@pytest.mark.parametrize("row", rows(2016), ids=lambda row: row["name"])
def test_the_cubes_hold_the_table_of_2016(tabulation: Tabulation, row: dict[str, str]) -> None:
    exits = tabulation.cube("exits")
    counts = [exits.value(place=row["place"], time="2016", outcome=code) for code in ("total", "work", "education")]
    assert counts == [int(row["exits"]), int(row["work"]), int(row["education"])]


@pytest.mark.parametrize("row", rows(2007), ids=lambda row: row["name"])
def test_the_cubes_hold_table_2_and_figure_2_of_2007(tabulation: Tabulation, row: dict[str, str]) -> None:
    exits = tabulation.cube("exits")
    counts = [exits.value(place=row["place"], time="2007", outcome=code) for code in ("total", "work_edu")]
    assert counts == [int(row["exits"]), int(row["work_edu"])]
    assert tabulation.cube("participants").value(place=row["place"], time="2007") == int(row["participants"])


def test_the_cubes_hold_the_national_figures(tabulation: Tabulation) -> None:
    exits, participants = tabulation.cube("exits"), tabulation.cube("participants")
    assert exits.value(place="F00", time="2007", outcome="total") == 2303
    assert exits.value(place="F00", time="2007", outcome="work_edu") == 1173
    assert participants.value(place="F00", time="2007") == 6834
    shielded = [exits.value(place="F00S", time="2016", outcome=code) for code in ("total", "work", "education")]
    assert shielded == [36, 12, 9]


@pytest.fixture
def client(edition: Edition, settings) -> Client:
    settings.EDITIONS = edition.folder.parent
    shelf._shelf = None
    return Client()


@pytest.mark.parametrize("year", [2007, 2016])
def test_every_county_row_is_served_as_published(client: Client, edition: Edition, year: int) -> None:
    answer = client.get(f"/data/{edition.id}/exits.json", {"tid": str(year)})
    assert answer.status_code == 200
    data = json.loads(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    page = client.get(f"/tall-og-statistikk/resultater/{year}").content.decode()
    for row in rows(year):
        if row["place"] == "F00":
            continue
        codes = ("total", "work_edu") if year == 2007 else ("total", "work", "education")
        printed = (row["exits"], row["work_edu"]) if year == 2007 else (row["exits"], row["work"], row["education"])
        assert [value(data, row["place"], str(year), code, "Antall") for code in codes] == list(map(int, printed))
        assert value(data, row["place"], str(year), "work_edu", "Andel") == int(row["percent"])
        line = next(part for part in page.split("<tr") if f">{row['name']}<" in part)
        for number in (*printed, row["percent"]):
            assert text.number(int(number), "nb") in line.replace("&nbsp;", text.NBSP)


def value(data: dict, place: str, time: str, outcome: str, content: str) -> int | None:
    """One value of a JSON-stat data set, by plain index arithmetic."""
    wanted = {"Region": place, "Tid": time, "Overgang": outcome, "ContentsCode": content}
    position = 0
    for name, size in zip(data["id"], data["size"], strict=True):
        index = data["dimension"][name]["category"]["index"]
        code = wanted[name]
        position = position * size + (index.index(code) if isinstance(index, list) else index[code])
    return data["value"][position]


def test_the_shielded_group_cannot_be_worked_out_from_what_is_served(edition: Edition) -> None:
    exits = edition.table("exits")
    assert exits.count(place="F00S", time="2016").value == 36
    assert exits.count(place="F00", time="2016").value == 4469
    for code in ("work", "education", "work_edu", "no_transition"):
        assert exits.count(place="F00", time="2016", outcome=code).value is None
        assert exits.count(place="F00S", time="2016", outcome=code).value is None
        counties = [exits.count(place=row["place"], time="2016", outcome=code).value for row in rows(2016)[1:]]
        assert exits.count(place="F00U", time="2016", outcome=code).value == sum(map(int, counties))
    assert edition.notes["shielded"]["2016"] == {"exits": 36}


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("", "190 av 249 kommuner og bydeler svarte (76"),
        ("/nn", "190 av 249 kommunar og bydelar svarte (76"),
        ("/en", "190 of 249 municipalities and city districts answered (76"),
    ],
)
def test_how_many_answered_of_those_who_were_asked(client: Client, edition: Edition, lang: str, says: str) -> None:
    assert edition.notes["response"] == {"2007": {"answered": 190, "invited": 249}}
    page = client.get(f"{lang}/tall-og-statistikk/resultater/2007").content.decode()
    assert says in " ".join(page.split())
