"""Every page answers, in three languages, with nothing left open."""

import re
import string
from pathlib import Path

import pytest
from django.test import Client

from overgang.base import look
from overgang.base.cube import State
from overgang.base.edition import Edition
from overgang.base.text import LANGUAGES
from overgang.base.texts import MissingText
from overgang.serve import addresses
from overgang.serve import texts as catalogue
from tests.serve import pages
from tests.serve.pages import Page

SERVE = Path(catalogue.__file__).parent
TEMPLATES = sorted((SERVE / "templates").rglob("*.html"))
ELSEWHERE = "https://creativecommons.org/licenses/by/4.0/"
"""The one link to another host: documentation of the licence."""


@pytest.mark.parametrize("address", pages.ALL)
def test_a_page_answers_whole(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{addresses.language_of(address)}">' in html
    assert html.count("<h1") == 1
    assert "{" not in Page(html).text
    assert not re.search(r"<(h1|h2|h3|a|dt|th|caption|figcaption|button|label)\b[^>]*>\s*</\1>", html)


@pytest.mark.parametrize("address", pages.ALL)
def test_a_page_asks_no_other_host_and_runs_no_script(visitor: Client, address: str) -> None:
    html = visitor.get(address).content.decode()
    found = Page(html).addresses
    assert [link for link in found if re.match(r"[a-z]+:|//", link) and link != ELSEWHERE] == []
    assert "<script" not in html
    assert not re.search(r'\s(style|on[a-z]+)="', html)


def test_every_link_of_the_site_leads_somewhere(visitor: Client) -> None:
    found = {
        link.partition("#")[0] for page in pages.of("nn") for link in Page(visitor.get(page).content.decode()).links
    }
    local = {link for link in found if link.startswith("/")}
    dead = [link for link in sorted(local) if visitor.get(link).status_code != 200]
    assert len(local) > 100
    assert dead == []


def test_style_sheets_ask_no_other_host() -> None:
    for sheet in (*(SERVE / "static").rglob("*.css"), *look.STATIC.rglob("*.css")):
        named = re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8"))
        assert all(name.startswith(("data:", "vendor/", "#")) for name in named), sheet
        assert "sourceMappingURL" not in sheet.read_text(encoding="utf-8")


@pytest.mark.parametrize("address", pages.of("nb"))
def test_the_language_switch_keeps_the_page(visitor: Client, address: str) -> None:
    html = visitor.get(address).content.decode()
    for lang in LANGUAGES:
        there = addresses.within(lang, address).replace("&", "&amp;")
        assert f'hreflang="{lang}" href="{there}"' in html


@pytest.mark.parametrize("address", pages.ALL)
def test_every_page_says_that_the_register_is_synthetic(visitor: Client, address: str) -> None:
    said = catalogue.texts(addresses.language_of(address))("site.synthetic")
    assert said in Page(visitor.get(address).content.decode()).text


def test_security_headers(visitor: Client) -> None:
    headers = visitor.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


def test_all_texts_are_in_all_languages() -> None:
    for section, entries in catalogue.catalogue().items():
        for key, entry in entries.items():
            assert set(entry) == set(LANGUAGES), f"{section}.{key}"
            assert all(text.strip() == text and text for text in entry.values()), f"{section}.{key}"
            assert len({_places(text) for text in entry.values()}) == 1, f"{section}.{key} holds different values"


def _places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_templates_ask_only_for_texts_that_are_there() -> None:
    known = {f"{section}.{key}" for section, entries in catalogue.catalogue().items() for key in entries}
    asked = {key for file in TEMPLATES for key in re.findall(r"\bt\.([a-z_]+\.[A-Za-z_0-9]+)", file.read_text())}
    assert asked
    assert asked - known == set()


def test_no_text_is_left_unused() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in [*SERVE.glob("*.py"), *TEMPLATES])
    made_up = ("breaks.", "signs.", "country.", "dimension.", "contents.", "audit.", "problem.", "errors.", "exits.")
    composed = ("by_", "parts_", "described_", "kind_", "_from", "_to", "key_", "version_", "hits", "_caption", "fact_")
    unused = [
        f"{section}.{key}"
        for section, entries in catalogue.catalogue().items()
        for key in entries
        if f"{section}.{key}" not in code
        and f'"{key}"' not in code
        and not f"{section}.".startswith(made_up)
        and not any(part in key for part in composed)
    ]
    assert unused == []


def test_a_missing_text_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(MissingText):
        catalogue.texts("nb")("site.nonsense")
    with pytest.raises(MissingText):
        catalogue.texts("nb")["nonsense"]


@pytest.mark.parametrize("place", [place for place in pages.PLACES if place != "F00"])
def test_hidden_cells_of_a_place_are_shown_as_hidden(visitor: Client, edition: Edition, place: str) -> None:
    """Each cell of the series says what the edition says: a number where it has one, and the sign where it has none."""
    page = Page(visitor.get(addresses.place("nb", place)).content.decode())
    if "series" not in page.tables:
        return
    exits = edition.table("exits")
    for year, cells in page.rows("series").items():
        at = {"place": place, "time": year[:4]}
        if exits.count(**at).state is State.MISSING:
            continue
        expected = [
            exits.share(outcome="work_edu", **at),
            exits.count(**at),
            exits.count(outcome="work_edu", **at),
            exits.count(outcome="work", **at),
            exits.count(outcome="education", **at),
        ]
        for cell, truth in zip(cells, expected, strict=False):
            digits = re.sub(r"\D", "", cell.text)
            assert digits == ("" if truth.value in (None, 0) and cell.text[0] != "0" else str(truth.value))
            assert ("hidden" in cell.classes) == (truth.state is State.SUPPRESSED)
            assert truth.state is not State.SUPPRESSED or cell.text == ":skjult"


@pytest.mark.parametrize(
    ("place", "groups"),
    [
        ("K0301", ["18–35 år", "36 år og over"]),
        ("B030102", ["18–35 år", "36 år og over"]),
        ("F50", ["18–25 år", "26–35 år", "36–45 år", "46–55 år", "56 år og over"]),
        ("F00", ["18–25 år", "26–35 år", "36–45 år", "46–55 år", "56 år og over"]),
    ],
)
def test_ages_are_in_two_groups_below_the_county(visitor: Client, place: str, groups: list[str]) -> None:
    page = Page(visitor.get(addresses.place("nb", place)).content.decode())
    assert list(page.rows("by-age")) == [*groups, "Alle aldre"]
    table = "exits_by_age_group" if place[0] in "KB" else "exits_by_age"
    assert any(f"/{table}.csv" in link for link in page.links)


def test_a_hidden_bar_is_hatched_and_not_drawn_as_zero(visitor: Client) -> None:
    html = visitor.get(addresses.place("nb", "K0301")).content.decode()
    hidden = re.findall(r'<td class="drawn hidden">.*?</td>', html)
    assert hidden
    assert all('<rect width="' not in cell for cell in hidden)


def test_base_zero_has_no_share(visitor: Client) -> None:
    html = visitor.get(addresses.place("nb", "F39")).content.decode()
    cells = Page(html).rows("series")["2024"]
    assert cells[0].text == ".ikke mulig"
    assert cells[1].text == "–null"


def test_a_renumbered_place_has_its_series_back_in_time(visitor: Client) -> None:
    page = Page(visitor.get(addresses.place("nb", "K5001")).content.decode())
    assert [year[:4] for year in page.rows("series")] == [
        "2024",
        "2023",
        "2020",
        "2019",
        "2018",
        "2017",
        "2016",
        "2007",
    ]
    assert "nummer 1601" in page.text


def test_a_merged_place_begins_anew_and_links_back(visitor: Client) -> None:
    page = Page(visitor.get(addresses.place("nb", "F50")).content.decode())
    assert min(page.rows("series")) == "2018"
    assert addresses.place("nb", "F16") in page.links


def test_a_place_that_ended_says_so_and_links_on(visitor: Client) -> None:
    page = Page(visitor.get(addresses.place("nb", "F16")).content.decode())
    assert "Finnes ikke lenger" in page.text
    assert addresses.place("nb", "F50") in page.links


def test_breaks_are_marked_and_explained(visitor: Client) -> None:
    page = Page(visitor.get(addresses.results("nb")).content.decode())
    assert "2016|, brudd i tidsserien" in page.rows("years")
    assert "Fra spørreundersøkelse til register." in page.text
    assert "Definisjonen eller grunnlaget er endret." in page.text


def test_definitions_and_audit_are_those_of_the_edition(visitor: Client) -> None:
    text = Page(visitor.get("/om/").content.decode()).text
    assert "Lønnstilskudd er med." in text
    assert "Skjulte tall412" in text
    assert "Noen få tall skjules tilfeldig." in text


def test_a_hidden_share_says_where_the_next_best_stands(visitor: Client, edition: Edition) -> None:
    found = 0
    exits = edition.table("exits")
    for place in set(pages.PLACES) - {"F00"}:
        for year in ("2007", "2016", "2018", "2024"):
            if exits.share(place=place, time=year, outcome="work_edu").state is State.SUPPRESSED:
                page = Page(visitor.get(addresses.place("nb", place, aar=year)).content.decode())
                assert "Tall på færre enn 5 personer vises ikke" in page.text
                found += "var andelen" in page.text
    assert found


def test_counties_are_sorted_by_share_and_by_what_is_asked(visitor: Client) -> None:
    default = Page(visitor.get(addresses.year("nb", 2016)).content.decode()).rows("counties")
    shares = [int(re.sub(r"\D", "", cells[0].text) or -1) for cells in default.values()][:-1]
    assert shares == sorted(shares, reverse=True)
    by_name = Page(visitor.get(addresses.year("nb", 2016) + "?sorter=navn").content.decode()).rows("counties")
    assert list(by_name)[:2] == ["Akershus", "Finnmark"]
    assert list(by_name)[-1] == "Hele landet"


def test_the_country_is_shown_without_shielded_persons_and_says_so(visitor: Client, edition: Edition) -> None:
    page = Page(visitor.get(addresses.place("nb", "F00")).content.decode())
    open_count = edition.table("exits").count(place="F00U", time="2024").value
    assert str(open_count) in re.sub(r"\D", "", page.rows("series")["2024"][1].text)
    assert "36 personer med skjermet identitet er ikke med i tabellene" in page.text


def test_the_response_to_the_survey_is_told(visitor: Client) -> None:
    text = Page(visitor.get(addresses.year("nb", 2007)).content.decode()).text
    assert "190 av 249 kommuner og bydeler svarte (76\u00a0%)" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [("trondelag", "F50"), ("kautokeino", "K5612"), ("guovdageaidnu", "K5612"), ("5001", "K5001"), ("1601", "K1601")],
)
def test_search_finds_places(visitor: Client, query: str, expected: str) -> None:
    page = Page(visitor.get(addresses.places("nb", query)).content.decode())
    assert addresses.place("nb", expected) in page.links


def test_search_shows_a_renumbered_place_once(visitor: Client) -> None:
    page = Page(visitor.get(addresses.places("nb", "kautokeino")).content.decode())
    assert addresses.place("nb", "K2011") not in page.links


def test_search_without_hits_helps(visitor: Client) -> None:
    page = Page(visitor.get(addresses.places("nb", "<b>xyzzy</b>")).content.decode())
    assert "Ingen treff for «<b>xyzzy</b>»" in page.text
    assert "kommunenummeret med fire sifre" in page.text
