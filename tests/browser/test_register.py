"""The register in a real browser: an adviser's day, a move, the keyboard alone, axe, no script errors."""

from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE, internal_site
from tests.browser.register_site import PASSWORD

pytestmark = pytest.mark.browser

TODAY = f"{date.today():%d.%m.%Y}"  # noqa: DTZ011


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an internal site with invented persons."""
    with internal_site(tmp_path_factory.mktemp("register"), "tests.browser.register_site") as address:
        yield address


@pytest.fixture
def errors() -> list[str]:
    """What the pages' scripts complained about."""
    return []


def sign_in(
    browser: Browser,
    site: str,
    name: str,
    errors: list[str],
    *,
    shows: str = "h1:has-text('Arbeidsliste')",
    **options: object,
) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport=DESK, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(site)
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(shows)
    return context, page


def open_person(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/sok/")
    page.fill("#q", name)
    page.keyboard.press("Enter")
    page.click(f"text={name}")
    expect(page.locator("h1")).to_have_text(name)


def no_serious_fault(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["impact"]) for each in found if each["impact"] in ("serious", "critical")] == []


def test_from_a_new_person_to_the_end_of_the_programme(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "kari", errors)
    page.click("text=Ny person >> nth=0")
    page.check("#none")
    page.click("text=Gå videre")
    page.fill("#name", "Rahel Girma")
    page.fill("#birth_date", "04.05.1996")
    page.check("input[name=sex][value=F]")
    page.select_option("#origin", "ER")
    page.select_option("#basis", "asylum")
    page.fill("#decided", "01.02.2024")
    page.fill("#arrived", "01.11.2023")
    no_serious_fault(page)
    page.click("text=Registrer person")
    expect(page.locator(".receipt")).to_contain_text("Personen er registrert.")
    for act in ("Registrer tilbud eller krav", "Innvilg program", "Start program"):
        page.click(f"nav.acts >> text={act}")
        if page.locator("#track").count():
            page.select_option("#track", index=1)
        no_serious_fault(page)
        page.keyboard.press("Enter")
        page.wait_for_url("**lagret**")
    page.click("nav.acts >> text=Avslutt program")
    page.check("#r_CO_WORK_GT29")
    page.fill("#hours", "37,5")
    page.click("main button[type=submit]:has-text('Avslutt program')")
    expect(page.locator(".receipt")).to_contain_text("Programmet er avsluttet.")
    expect(page.locator(".case__head").first).to_contain_text("Fullført")
    no_serious_fault(page)
    page.click(".receipt >> text=Angre")
    expect(page.locator(".case__head").first).to_contain_text("I program")
    assert errors == []
    context.close()


def test_a_move_is_handed_over_and_taken(browser: Browser, site: str, errors: list[str]) -> None:
    here, page = sign_in(browser, site, "kari", errors)
    open_person(page, site, "Ahmad Al-Masri")
    page.click("nav.acts >> text=Flytter til en annen kommune")
    page.select_option("#to_unit", label="Bergen")
    page.click("text=Tilby overføring")
    expect(page.locator(".who-is")).to_contain_text("Tilbudt overført til Bergen")
    there, other = sign_in(browser, site, "ola", errors)
    expect(other.locator("main")).not_to_contain_text("Ahmad")
    other.click("main .rows a:has-text('Svar')")
    no_serious_fault(other)
    other.click("text=Ta over")
    expect(other.locator("h1")).to_have_text("Ahmad Al-Masri")
    assert errors == []
    here.close()
    there.close()


def test_with_the_keyboard_alone(browser: Browser, site: str, errors: list[str]) -> None:
    """Tab and Enter from the work list to a saved measure: every stop is seen, and the order is that of the page."""
    context, page = sign_in(browser, site, "kari", errors)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    open_person(page, site, "Amina Hassan")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Nytt tiltak":
            break
    style = "getComputedStyle(document.activeElement)"
    assert page.evaluate(f"{style}.outlineStyle + {style}.boxShadow") != "nonenone"
    page.keyboard.press("Enter")
    page.wait_for_url("**/tiltak/**")
    assert page.evaluate("document.activeElement.id") == "kind"
    page.keyboard.type("Kurs")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "directed_to"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("32.01.2026")
    page.keyboard.press("Enter")
    expect(page.locator(".ds-error-summary")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "start"
    page.keyboard.press("Control+a")
    page.keyboard.type(TODAY)
    page.keyboard.press("Enter")
    page.wait_for_url("**lagret**")
    expect(page.locator(".receipt")).to_contain_text("Tiltaket er lagret.")
    assert errors == []
    context.close()


def test_what_was_typed_comes_back_after_the_session_ended(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "liv", errors)
    open_person(page, site, "Fatuma Åsmund")
    page.click("nav.acts >> text=Nytt tiltak")
    page.fill("#provider", "Voksenopplæringen")
    context.clear_cookies(name="sessionid")
    page.click("main button[type=submit]:has-text('Lagre') >> nth=0")
    page.fill("[name=login]", "liv")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tiltak/**")
    assert page.input_value("#provider") == "Voksenopplæringen"
    context.close()


PAGES = ("/arbeidsliste/", "/sok/", "/personer/ny/")
FORMS = ("", "avslutt", "tiltak", "permisjon", "plan", "forleng", "opplysninger")


def test_no_page_is_wider_than_a_phone_and_axe_finds_nothing(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "liv", errors)
    open_person(page, site, "Dawit Haile")
    key = page.url.split("/personer/")[1].split("/")[0]
    hrefs = page.eval_on_selector_all("nav.acts a", "links => links.map(link => link.getAttribute('href'))")
    places = [*PAGES, f"/personer/{key}/", *(href for href in hrefs if href.split("/")[3] in FORMS)]
    page.set_viewport_size(PHONE)
    for place in places:
        page.goto(site + place)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place
        no_serious_fault(page)
    assert errors == []
    context.close()


def test_a_persons_page_is_printed_without_its_buttons(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "liv", errors)
    open_person(page, site, "Dawit Haile")
    page.emulate_media(media="print")
    assert page.locator("nav.acts").first.is_hidden()
    assert page.locator(".timeline").first.is_visible()
    assert page.locator(".site-footer .print-only").is_visible()
    assert len(page.pdf()) > 10_000
    context.close()
