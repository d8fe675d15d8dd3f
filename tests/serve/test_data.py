"""Open data: the same values in every format, and hidden ones in none."""

import csv
import io
import itertools
import json
from urllib.parse import urlencode

import jsonstat_validator
import polars as pl
import pytest
from django.test import Client
from pyjstat import pyjstat

from overgang.base.edition import Edition
from overgang.serve import addresses, dimensions, jsonstat, selection, spreadsheets

TABLES = (
    *("exits", "exits_by_sex", "exits_by_age", "exits_by_outcome", "exits_by_education", "exits_by_origin"),
    *("exits_by_age_group", "exits_three_years", "participants"),
)


def get(visitor: Client, edition: Edition, table: str, kind: str, **query: str):
    return visitor.get(addresses.file(edition.id, table, kind, **query))


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize("table", TABLES)
def test_json_stat_is_valid(visitor: Client, edition: Edition, table: str, lang: str) -> None:
    dataset = get(visitor, edition, table, "json", lang=lang).json()
    jsonstat_validator.validate_jsonstat(dataset)
    assert dataset["role"] == {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]}
    assert len(dataset["value"]) == len(list(itertools.product(*map(range, dataset["size"]))))


@pytest.mark.parametrize("table", TABLES)
def test_json_stat_is_read_back_with_equal_values(visitor: Client, edition: Edition, table: str) -> None:
    body = get(visitor, edition, table, "json").content.decode()
    frame = pyjstat.Dataset.read(body).write("dataframe", naming="id")
    published = edition.table(table)
    names = {one.jsonstat: one.column for one in dimensions.of(published)}
    found = {}
    for row in frame.to_dict("records"):
        at = {column: row[name] for name, column in names.items()}
        cell = published.share(**at) if row["ContentsCode"] == "Andel" else published.count(**at)
        value = None if row["value"] != row["value"] else row["value"]
        assert value == cell.value, at
        found[row["ContentsCode"]] = found.get(row["ContentsCode"], 0) + cell.shown
    assert found["Antall"] == published.frame["count"].count()


@pytest.mark.parametrize("table", TABLES)
def test_json_stat_says_why_a_value_is_not_there(visitor: Client, edition: Edition, table: str) -> None:
    dataset = get(visitor, edition, table, "json").json()
    without = {index for index, value in enumerate(dataset["value"]) if value is None}
    said = {int(index): status for index, status in dataset["status"].items()}
    assert {index for index, status in said.items() if status in (":", "..", ".")} == without
    assert all(said[index] == "|" for index in said.keys() - without)


@pytest.mark.parametrize("table", TABLES)
def test_csv_is_the_parquet_file(visitor: Client, edition: Edition, table: str) -> None:
    parquet = pl.read_parquet(io.BytesIO(b"".join(get(visitor, edition, table, "parquet").streaming_content)))
    assert parquet.equals(edition.table(table).frame)
    head, *rows = csv.reader(get(visitor, edition, table, "csv").content.decode().splitlines())
    assert head == parquet.columns
    assert rows == [["" if value is None else str(value) for value in row] for row in parquet.iter_rows()]


def test_csv_for_excel(visitor: Client, edition: Edition) -> None:
    body = get(visitor, edition, "exits", "csv", format="excel", sted="K5612", lang="nn").content.decode()
    assert body.startswith(spreadsheets.BOM)
    head, *rows = body.removeprefix(spreadsheets.BOM).splitlines()
    assert head == (
        "stadkode;stad;år;overgang;avslutta programmet (personar);del av alle som avslutta (prosent);merknad"
    )
    assert all(row.startswith("K5612;Kautokeino;2024;") for row in rows)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_no_format_has_a_value_for_a_hidden_cell(visitor: Client, edition: Edition, kind: str) -> None:
    """Looked at the files alone: where the state says hidden there is no number beside it."""
    for table in TABLES:
        body = get(visitor, edition, table, kind).content
        if kind == "json":
            dataset = json.loads(body)
            assert all(dataset["value"][int(index)] is None for index, said in dataset["status"].items() if said == ":")
            continue
        frame = pl.read_csv(body, infer_schema_length=None)
        for content in {"count", "share"} & set(frame.columns):
            assert frame.filter(pl.col(f"{content}_state") == ":")[content].count() == 0


def test_the_excel_file_shows_the_sign_in_place_of_the_number(visitor: Client, edition: Edition) -> None:
    body = get(visitor, edition, "exits_by_age_group", "csv", format="excel", sted="K5612").content.decode()
    rows = edition.table("exits_by_age_group").frame.filter(pl.col("place") == "K5612")
    hidden = rows["count_state"].to_list().count(":")
    assert sum(row.split(";")[5] == ":" for row in body.splitlines()[1:]) == hidden > 0


def test_a_selection_by_address(visitor: Client, edition: Edition) -> None:
    dataset = get(visitor, edition, "exits", "json", sted="F50,K5001", tid="2018,2024", overgang="total").json()
    assert dataset["size"] == [2, 2, 1, 2]
    assert list(dataset["dimension"]["Region"]["category"]["index"]) == ["F50", "K5001"]
    assert dataset["value"][0] == edition.table("exits").count(place="F50", time="2018").value


@pytest.mark.parametrize(
    ("query", "named"),
    [({"sted": "K9999"}, "K9999"), ({"tid": "1999"}, "1999"), ({"farge": "blue"}, "sted, tid, overgang")],
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_selection_that_cannot_be_made_says_what_can(
    visitor: Client, edition: Edition, kind: str, query: dict[str, str], named: str
) -> None:
    answer = get(visitor, edition, "exits", kind, **query)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert named in answer.json()["detail"]
    assert "ETag" not in answer.headers


def test_an_answer_that_is_too_large_says_how_to_make_it_smaller(
    visitor: Client, edition: Edition, monkeypatch
) -> None:
    monkeypatch.setattr(jsonstat, "LIMIT", 1000)
    answer = get(visitor, edition, "exits", "json", lang="en")
    assert answer.status_code == 400
    assert "the limit is 1,000" in answer.json()["detail"]
    assert "tid=" in answer.json()["detail"]
    assert get(visitor, edition, "exits", "json", tid="2024", sted="F50").status_code == 200
    assert "JSON-stat av hele tabellen er for stor" in visitor.get("/data/").content.decode()


def test_files_of_an_edition_may_be_kept_for_ever(visitor: Client, edition: Edition) -> None:
    for kind in ("json", "csv", "parquet"):
        answer = get(visitor, edition, "exits", kind)
        tag = answer.headers["ETag"]
        assert edition.id in tag
        assert not tag.startswith("W/")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        address = addresses.file(edition.id, "exits", kind)
        assert visitor.get(address, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["exits.exe", "nonsense.csv", "exits_by_sex.xml"])
def test_an_unknown_file_is_told_in_a_sentence(visitor: Client, edition: Edition, path: str) -> None:
    answer = visitor.get(f"/data/{edition.id}/{path}?{urlencode({'lang': 'en'})}")
    assert answer.status_code == 404
    assert "edition" in answer.json()["detail"]


def test_the_parquet_file_is_whole_or_nothing(visitor: Client, edition: Edition) -> None:
    assert get(visitor, edition, "exits", "parquet", sted="F50").status_code == 400


def test_a_place_page_offers_its_own_rows(visitor: Client, edition: Edition) -> None:
    html = visitor.get(addresses.place("nb", "K5001")).content.decode()
    link = addresses.file(edition.id, "exits", "csv", sted="K5001,K1601")
    assert link in html
    rows = pl.read_csv(visitor.get(link).content, infer_schema_length=None)
    assert set(rows["place"]) == {"K5001", "K1601"}


def test_selection_keeps_the_order_of_the_table(edition: Edition) -> None:
    table = edition.table("exits")
    whole = selection.Selection(table, {one: dimensions.codes(table, one) for one in dimensions.of(table)})
    assert whole.frame().equals(table.frame)
