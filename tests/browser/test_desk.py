"""The follow-up desk in a real browser: a flagged unit is contacted, corrected and accepted; keyboard, phone, axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, internal_site
from tests.browser.register_site import PASSWORD
from tests.browser.test_register import errors, no_serious_fault
from tests.browser.test_walkthroughs import Picture, picture

__all__ = ["errors", "picture"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an internal site with two rounds of returns."""
    with internal_site(tmp_path_factory.mktemp("desk"), "tests.browser.desk_site") as address:
        yield address


def sign_in(browser: Browser, site: str, errors: list[str], viewport: dict[str, int]) -> Page:
    page = browser.new_context(viewport=viewport).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site}/inn/")
    page.fill("[name=login]", "ane")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Tilsyn')")
    page.goto(f"{site}/oppfolging/")
    return page


@pytest.mark.document("oppfolging.md")
def test_following_up_a_round(browser: Browser, site: str, errors: list[str], picture: Picture) -> None:
    page = sign_in(browser, site, errors, DESK)
    expect(page.locator("h1")).to_have_text("Oppfølging av årsrapporteringen 2008")
    picture(page, "oppfolging")
    page.locator("#liste").scroll_into_view_if_needed()
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    picture(page, "oppfolging-ko")

    page.click("main >> text=Stavanger")
    picture(page, "oppfolging-enhet")

    page.click("summary:has-text('Noter kontakt')")
    page.check("text=telefon")
    page.fill("#contact_whom", "Flyktningtjenesten")
    page.fill("#contact_note", "To personer var talt to ganger under arbeid. Riktig tall er 7.")
    page.locator("#contact").scroll_into_view_if_needed()
    picture(page, "oppfolging-kontakt")
    page.click("#contact button[type=submit]")
    expect(page.locator(".receipt")).to_contain_text("Kontakten med Stavanger er notert.")

    page.click("main >> text=Rett svar")
    page.fill("#i10a", "sju")
    page.click("text=Se endringene")
    expect(page.locator("#i10a")).to_have_value("sju")
    expect(page.locator("#i10a_error")).to_be_visible()
    page.fill("#i10a", "7")
    page.fill("#reason", "Rettet på telefon med flyktningtjenesten: to personer var talt to ganger.")
    page.click("text=Se endringene")
    picture(page, "oppfolging-rett")
    page.click("text=Lagre rettelsen")
    expect(page.locator(".history >> nth=0")).to_contain_text("9 → 7")
    page.locator("#versjoner").scroll_into_view_if_needed()
    picture(page, "oppfolging-versjoner")

    page.click("main >> button:has-text('Godta') >> nth=0")
    expect(page.locator(".receipt")).to_contain_text("Stavanger er godtatt.")
    picture(page, "oppfolging-neste")

    page.goto(f"{site}/oppfolging/2008/godta/")
    picture(page, "oppfolging-godta-alle")
    page.click("main button:has-text('Godta alle')")
    expect(page.locator("[role=status]")).to_contain_text("Godtatt:")
    assert errors == []
    page.context.close()


def test_the_keyboard_is_enough(browser: Browser, site: str, errors: list[str]) -> None:
    page = sign_in(browser, site, errors, DESK)
    page.goto(f"{site}/oppfolging/2007/K1601/")
    _tab_to(page, "Godta")
    page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_contain_text("Trondheim er godtatt.")
    _tab_to(page, "Angre")
    page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_contain_text("Trondheim er ikke lenger godtatt.")
    assert errors == []
    page.context.close()


def _tab_to(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == text:
            return
    raise AssertionError(f"no way to {text} by the keyboard")


@pytest.mark.parametrize("path", ["", "2008/", "2008/K0219/", "2008/K0219/rett/", "2007/godta/"])
def test_every_page_fits_a_phone_and_has_no_serious_fault(
    browser: Browser, site: str, errors: list[str], path: str
) -> None:
    page = sign_in(browser, site, errors, PHONE)
    page.goto(f"{site}/oppfolging/{path}")
    no_serious_fault(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert errors == []
    page.context.close()
