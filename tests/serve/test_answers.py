"""Status codes, caching, and what is said when something is wrong."""

import os
from pathlib import Path

import pytest
from django.test import Client

from overgang.base.edition import POINTER
from overgang.serve import addresses, shelf
from tests.serve.invented import build


@pytest.mark.parametrize("address", ["/", addresses.year("nn", 2016), addresses.place("en", "K5001"), "/data/"])
def test_an_unchanged_page_is_not_sent_again(visitor: Client, published: Path, address: str) -> None:
    first = visitor.get(address)
    tag = first.headers["ETag"]
    assert published.name in tag
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = visitor.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get(address).content == first.content


def test_pages_are_compressed_when_asked(visitor: Client) -> None:
    answer = visitor.get("/", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/finnes-ikke",
        "/tall-og-statistikk/resultater/1999",
        "/tall-og-statistikk/steder/K9999/kvalifisering/etter-intro",
    ],
)
def test_an_unknown_page_is_told_in_the_language_of_the_address(visitor: Client, lang: str, path: str) -> None:
    answer = visitor.get(addresses.within(lang, path))
    html = answer.content.decode()
    assert answer.status_code == 404
    assert f'<html lang="{lang}">' in html
    assert 'name="q"' in html


def test_an_unknown_place_suggests_others(visitor: Client) -> None:
    html = visitor.get(addresses.place("nb", "F5001")).content.decode()
    assert addresses.place("nb", "K5001") in html


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/om", "/om/"),
        (addresses.year("nb", 2016) + "/", addresses.year("nb", 2016)),
        (addresses.place("nn", "k5001"), addresses.place("nn", "K5001")),
        ("/en/tall-og-statistikk/steder/F50", addresses.place("en", "F50")),
    ],
)
def test_addresses_nearly_right_are_sent_on(visitor: Client, address: str, there: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 301
    assert answer.headers["Location"] == there


@pytest.mark.parametrize(
    "address",
    [
        "/data/../../etc/passwd",
        "/data/..%2f..%2fetc/passwd.csv",
        "/data/edition-2024-000000000000/exits.csv",
        "/data/current/exits.csv",
        "/static/../settings/public.py",
        "/static/serve/..%2f..%2f..%2fsettings/public.py",
        addresses.place("nb", "..%2f..%2fetc"),
    ],
)
def test_no_path_leads_out(visitor: Client, address: str) -> None:
    assert visitor.get(address).status_code == 404


def test_a_wrong_host_is_refused(visitor: Client) -> None:
    assert visitor.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_nothing_published_yet(visitor: Client, settings, tmp_path: Path) -> None:
    settings.EDITIONS = tmp_path
    shelf.forget()
    answer = visitor.get("/nn/")
    assert answer.status_code == 503
    assert "Ingen resultat er publiserte enno" in answer.content.decode()
    assert "overgang demo" in answer.content.decode()
    assert visitor.get("/healthz").status_code == 503
    assert visitor.get("/data/edition-2024-000000000000/exits.json").status_code == 503


def test_a_fault_of_ours_is_told_in_the_look_of_the_site(visitor: Client, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("overgang.serve.results.year_table", fail)
    answer = visitor.get("/tall-og-statistikk/resultater/")
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in answer.content.decode()


def test_health(visitor: Client, published: Path) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.content.decode()) == (200, f"ok {published.name}\n")


@pytest.fixture
def editions(tmp_path: Path, settings) -> Path:
    settings.EDITIONS = tmp_path
    shelf.forget()
    return tmp_path


FEW = frozenset({"K5001", "K1804"})


def test_a_new_edition_is_shown_from_the_moment_it_is_pointed_to(visitor: Client, editions: Path) -> None:
    first = build(editions, (2023,), FEW)
    assert first.name in visitor.get("/healthz").content.decode()
    second = build(editions, (2024,), FEW, predecessor=first.name)
    assert second.name in visitor.get("/healthz").content.decode()
    assert visitor.get(addresses.file(first.name, "exits", "csv")).status_code == 200


def test_an_edition_nobody_pointed_to_is_not_served(visitor: Client, editions: Path) -> None:
    draft = build(editions, (2023,), FEW)
    build(editions, (2024,), FEW)
    assert visitor.get(addresses.file(draft.name, "exits", "csv")).status_code == 404


def test_an_edition_under_embargo_waits_and_its_predecessor_is_shown(visitor: Client, editions: Path) -> None:
    first = build(editions, (2023,), FEW)
    held = build(editions, (2024,), FEW, predecessor=first.name, embargo="2999-01-01T08:00:00+01:00")
    assert first.name in visitor.get("/healthz").content.decode()
    assert visitor.get(addresses.file(held.name, "exits", "csv")).status_code == 404


def test_a_damaged_edition_does_not_replace_a_whole_one(visitor: Client, editions: Path) -> None:
    whole = build(editions, (2023,), FEW)
    visitor.get("/healthz")
    damaged = build(editions, (2024,), FEW)
    (damaged / "texts.json").write_text("{}", encoding="utf-8")
    os.utime(editions / POINTER)
    assert whole.name in visitor.get("/healthz").content.decode()
