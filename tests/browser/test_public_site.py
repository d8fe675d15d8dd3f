"""The public site in a browser: for everybody, on a phone, by keyboard, without scripts, on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from overgang.serve import addresses

pytestmark = pytest.mark.browser

PAGES = {
    "front": addresses.front("nb"),
    "years": addresses.results("nn"),
    "year": addresses.year("nb", 2016),
    "survey year": addresses.year("en", 2007),
    "country": addresses.place("nb", "F00"),
    "county": addresses.place("nb", "F50"),
    "county that ended": addresses.place("nn", "F16"),
    "city": addresses.place("nb", "K0301"),
    "small place": addresses.place("nn", "K5612"),
    "long name": addresses.place("nb", "K1514"),
    "place without figures": addresses.place("en", "K1860"),
    "search": addresses.places("nb", "trond"),
    "no hits": addresses.places("nb", "xyzzy"),
    "data": addresses.data("en"),
    "about": addresses.about("nb"),
    "accessibility": addresses.accessibility("nb"),
    "not found": "/nn/finst-ikkje",
}

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(params=PAGES.values(), ids=PAGES)
def address(request: pytest.FixtureRequest, site: str) -> str:
    return site + request.param


@pytest.mark.parametrize("kind", ["desk", "phone"])
def test_axe_finds_nothing(request: pytest.FixtureRequest, kind: str, address: str) -> None:
    page = request.getfixturevalue(kind).new_page()
    page.goto(address)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_never_scrolls_sideways(phone: BrowserContext, address: str) -> None:
    page = phone.new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_is_blocked_or_missing(desk: BrowserContext, address: str) -> None:
    page = desk.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda failed: complaints.append(failed.url))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    page.goto(address, wait_until="networkidle")
    expected = 2 if "finst-ikkje" in address else 0
    assert len(complaints) == expected, complaints
    assert page.evaluate("document.fonts.check('1rem Inter')")


def test_a_reader_finds_a_place_without_scripts(without_scripts: BrowserContext, site: str) -> None:
    page = without_scripts.new_page()
    page.goto(site)
    page.get_by_label("Kommune, bydel eller fylke").fill("trondheim")
    page.get_by_role("button", name="Søk").click()
    page.get_by_role("link", name="Trondheim").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Trondheim")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en" + addresses.place("nb", "K5001"))
    page.get_by_role("navigation", name="Choose a year").get_by_role("link", name="2018").click()
    assert page.get_by_role("heading", name="Figures for 2018").is_visible()


def test_the_county_table_is_sorted_by_links(without_scripts: BrowserContext, site: str) -> None:
    page = without_scripts.new_page()
    page.goto(site + addresses.year("nb", 2016))
    page.get_by_role("link", name="sorter etter Fylke").click()
    names = page.locator("#counties tbody th").all_inner_texts()[:-1]
    assert len(names) > 5
    assert names == sorted(names, key=lambda name: name.replace("Ø", "Z"))
    assert page.locator("#counties th[aria-sort=ascending]").inner_text().endswith("Fylke")


def test_the_keyboard_goes_first_to_the_skip_link_and_then_in_order(desk: BrowserContext, site: str) -> None:
    page = desk.new_page()
    page.goto(site + addresses.place("nb", "K5001"))
    assert [_next(page) for _ in range(4)] == ["Hopp til hovedinnhold", "Overgang", "q", "Søk"]
    assert [_next(page) for _ in range(7)] == [
        *("Bokmål", "Nynorsk", "English"),
        *("Resultater", "Steder", "Åpne data", "Om tallene"),
    ]
    page.goto(site + addresses.place("nb", "K5001"))
    page.keyboard.press("Tab")
    assert page.locator(".ds-skip-link").bounding_box()["height"] > 20
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert _next(page) == "Forside"


def _next(page: Page) -> str:
    """Presses Tab; the name of what has the focus, which must be seen to have it."""
    page.keyboard.press("Tab")
    name, width = page.evaluate(
        """() => { const e = document.activeElement, s = getComputedStyle(e);
                   const name = e.name || (e.querySelector('.brand__name') || e).innerText.trim();
                   return [name, s.outlineStyle !== 'none' || s.boxShadow !== 'none' || e.matches('.ds-skip-link')] }"""
    )
    assert width, f"{name} does not show that it has the focus"
    return name


def test_wide_tables_can_be_scrolled_by_keyboard_on_a_phone(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    page.goto(site + addresses.place("nb", "K5001"))
    region = page.get_by_role("region", name="Trondheim år for år")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=region.element_handle())


def test_a_page_on_paper(desk: BrowserContext, site: str) -> None:
    page = desk.new_page()
    page.goto(site + addresses.year("nb", 2016))
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Hovedmeny").is_visible()
    assert "Utgave-ID: edition-2024-" in page.locator(".print-only").inner_text()
    assert addresses.year("nb", 2016) in page.locator(".print-only").inner_text()
    paper = page.pdf(tagged=True, format="A4")
    assert paper.startswith(b"%PDF")
    assert len(paper) > 20_000
