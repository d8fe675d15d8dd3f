"""Comments and survey files in a real browser: a unit answers with a revealing sentence, an analyst replaces it and
releases; a file whose columns are chosen is taken in. The pictures are those of docs/walkthroughs/kommentarer.md."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.comments_site import YEAR
from tests.browser.conftest import DESK, PHONE, internal_site
from tests.browser.test_register import errors, no_serious_fault, sign_in
from tests.browser.test_walkthroughs import Picture, picture

__all__ = ["errors", "picture"]

pytestmark = pytest.mark.browser

LAST = f"{date.today() + timedelta(days=14):%d.%m.%Y}"  # noqa: DTZ011
TELLING = "Vi i Trondheim har 121 deltakere, og takker Kari Nordmann på NAV Falkenborg. Flere fikk jobb hos Tine."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an internal site with a round whose results are out."""
    with internal_site(tmp_path_factory.mktemp("comments"), "tests.browser.comments_site") as address:
        yield address


def signed_in(browser: Browser, site: str, name: str, errors: list[str]) -> tuple[BrowserContext, Page]:
    return sign_in(browser, f"{site}/kommentarer/", name, errors, shows="h1:has-text('Kommentarer')")


def fits_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    no_serious_fault(page)
    page.set_viewport_size(DESK)


@pytest.mark.document("kommentarer.md")
def test_from_questions_to_what_is_published(browser: Browser, site: str, errors: list[str], picture: Picture) -> None:
    there, analyst = signed_in(browser, site, "maria", errors)
    analyst.click(f"main >> text={YEAR}")
    analyst.click("main a:has-text('Skriv spørsmålene')")
    picture(analyst, "kommentarer-sporsmal")
    fits_a_phone(analyst)
    analyst.click("main button:has-text('Lagre')")
    analyst.fill("#id_closes", LAST)
    analyst.check("text=Alle som har svart (2)")
    picture(analyst, "kommentarer-apne")
    fits_a_phone(analyst)
    analyst.click("main button:has-text('Spør enhetene')")
    expect(analyst.locator(".tiles")).to_contain_text("Spurt")

    here, adviser = signed_in(browser, site, "kari", errors)
    adviser.click(f"main >> text={YEAR}, Trondheim")
    adviser.fill("#q1", TELLING)
    adviser.click("main button:has-text('Lagre')")
    expect(adviser.locator(".hints").first).to_contain_text("«121» er det samme som et tall om enheten")
    picture(adviser, "kommentarer-svar")
    fits_a_phone(adviser)
    assert adviser.locator("button:has-text('Send inn')").count() == 0
    here.close()
    here, leader = signed_in(browser, site, "liv", errors)
    leader.click(f"main >> text={YEAR}, Trondheim")
    leader.click("main button:has-text('Send inn')")
    expect(leader.locator("main")).to_contain_text("Sendt inn")
    fits_a_phone(leader)
    here.close()

    analyst.reload()
    analyst.click("main button:has-text('Alle er inne')")
    analyst.click("main table a")
    expect(analyst.locator("h1")).to_contain_text("Kommune 1")
    expect(analyst.locator("mark")).to_have_count(5)
    picture(analyst, "kommentarer-tekst")
    analyst.click("main button:has-text('Frigi teksten')")
    expect(analyst.locator(".ds-error-summary")).to_contain_text("«121»: velg om det skal byttes ut")
    fits_a_phone(analyst)
    for at, instead in ((0, "kommunen"), (1, "mange"), (2, "dem"), (3, "NAV")):
        analyst.check(f"#replace_{at}")
        analyst.fill(f"[name=instead_{at}]", instead)
    analyst.check("#keep_4")
    analyst.fill("[name=reason_4]", "En bedrift i hele landet")
    analyst.click("main button:has-text('Frigi teksten')")
    expect(analyst.locator("main")).to_contain_text("Publiser kommentarene")
    fits_a_phone(analyst)
    analyst.click("main table a")
    expect(analyst.locator(".written--released")).to_have_text(
        "Vi i kommunen har mange deltakere, og takker dem på NAV. Flere fikk jobb hos Tine."
    )
    picture(analyst, "kommentarer-frigitt")
    analyst.click("nav.trail >> text=Kommentarer 2025")
    analyst.click("main button:has-text('Publiser kommentarene')")
    analyst.click("main a:has-text('Se det som er frigitt')")
    analyst.click("main >> text=English")
    expect(analyst.locator(".report")).to_contain_text("Municipality 1")
    picture(analyst, "kommentarer-vis")
    fits_a_phone(analyst)
    assert [error for error in errors if "400" not in error] == []
    there.close()


def test_a_file_whose_columns_are_chosen_with_the_keyboard(browser: Browser, site: str, errors: list[str]) -> None:
    there, page = signed_in(browser, site, "maria", errors)
    page.click("nav >> text=Svarfiler")
    rows = ["Hvem;Deltakere i alt;Nå;x", "Stavanger;12;8;00", "Tromsø;tre;8;0", "Bodø;1;1;1"]
    page.set_input_files(
        "#id_file", {"name": "eksport.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    fits_a_phone(page)
    page.focus("main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".ds-alert")).to_contain_text("velg kolonnene selv")
    fits_a_phone(page)
    page.focus("main a:has-text('Endre kolonnene')")
    page.keyboard.press("Enter")
    for column, keys in (("Hvem", "Enheten"), ("Deltakere i alt", "1. "), ("Nå", "2. "), ("x", "4. ")):
        page.focus(f"select[aria-label='{column}']")
        page.keyboard.type(keys)
    fits_a_phone(page)
    page.focus("main button:has-text('Les filen slik')")
    page.keyboard.press("Enter")
    expect(page.locator("main table")).to_contain_text("Bodø er ikke med i utvalget")
    fits_a_phone(page)
    page.click("main button:has-text('Ta inn alle (1), og la enhetene rette resten (1)')")
    expect(page.locator("[role=status]").first).to_contain_text("Filen er tatt inn")
    fits_a_phone(page)
    with page.expect_download() as found:
        page.click("main a:has-text('Radene som ikke ble tatt inn')")
    text = found.value.path().read_text(encoding="utf-8-sig")
    assert [line.split(";")[0] for line in text.splitlines()] == ['"Hvem"', '"Bodø"']
    assert errors == []
    there.close()


def test_a_unit_answers_with_the_keyboard_alone(browser: Browser, site: str, errors: list[str]) -> None:
    """After publication the texts are read only: Tab reaches everything that can be used."""
    here, page = signed_in(browser, site, "siri", errors)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/kommentarer/{YEAR}/svar/**")
    expect(page.locator("main")).to_contain_text("Det går ikke lenger an å svare")
    assert errors == []
    here.close()
