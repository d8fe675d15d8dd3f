"""The annual return in a real browser: typed by an adviser, checked while it is typed, approved by a leader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, internal_site
from tests.browser.returns_site import ELSEWHERE, THIRD, UNIT
from tests.browser.test_register import errors, no_serious_fault, sign_in
from tests.browser.test_walkthroughs import Picture, picture

__all__ = ["errors", "picture"]

pytestmark = pytest.mark.browser

SAVED = "[data-saved]"
BAD = {
    "2": ("tolv", "er ikke et tall"),
    "3": ("1,5", "er ikke et helt tall"),
    "4": ("-4", "mindre enn null"),
    "5": ("000", "kan bety både ingen og vet ikke"),
    "6": ("1 234", "skriv 1234"),
    "7a": ("07", "begynner med null"),
    "7b": ("123456", "flere enn noen kommune har hatt"),
    "7c": ("<b>2</b>", "er ikke et tall"),
}
RIGHT = {"1": "12", "2": "8", "4": "4", "10a": "3", "9a": "1"}
ITEMS = (
    *("1", "2", "3", "4", "5", "6", "7a", "7b", "7c", "8a", "8b", "9a", "9b", "10a", "11a", "11b"),
    *("12a", "12b", "12c", "13a", "13b", "13c"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an internal site with two open rounds."""
    with internal_site(tmp_path_factory.mktemp("returns"), "tests.browser.returns_site") as address:
        yield address


def form(page: Page, site: str, year: int, unit: str = UNIT) -> None:
    page.goto(f"{site}/arsrapport/{year}/{unit}/")
    expect(page.locator("h1")).to_contain_text(f"Årsrapport {year}")


def says(item: str) -> str:
    return f"#says-{item}"


def fill_all(page: Page, typed: dict[str, str]) -> None:
    for item in ITEMS:
        page.fill(f"#q-{item}", typed.get(item, "0"))


def test_2007_from_bad_input_to_a_receipt(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "kari", errors)
    form(page, site, 2007)
    page.fill("#q-1", "12")
    for item, (text, sentence) in BAD.items():
        page.fill(f"#q-{item}", text)
        expect(page.locator(says(item))).to_contain_text(sentence)
        expect(page.locator(f"#q-{item}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(SAVED)).to_contain_text("Lagret kl.")
    no_serious_fault(page)
    page.reload()
    for item, (text, _) in BAD.items():
        expect(page.locator(f"#q-{item}")).to_have_value(text)

    fill_all(page, RIGHT | {"2": "13"})
    expect(page.locator(says("2"))).to_contain_text("13 er i programmet nå, men bare 12 har deltatt i året.")
    page.fill("#q-2", "8")
    expect(page.locator(says("2"))).to_be_empty()
    page.click("#s-13c >> text=Vet ikke")
    expect(page.locator("#q-13c")).to_have_value("00")
    expect(page.locator(says("13c"))).to_contain_text("«vet ikke»")
    page.fill("#q-10a", "5")
    reason = page.locator(f"{says('12c')} textarea")
    expect(page.locator(says("12c"))).to_contain_text("Årsakene er oppgitt for 6 personer, men 4 har avsluttet.")
    reason.press_sequentially("To av dem fikk to jobber, og ", delay=20)
    expect(page.locator("[data-remains]")).not_to_contain_text("forklares")
    reason.press_sequentially("begge er talt.", delay=20)
    expect(reason).to_be_focused()
    expect(reason).to_have_value("To av dem fikk to jobber, og begge er talt.")

    page.click("text=Send til lederen")
    expect(page.locator(".ds-error-summary")).to_contain_text("Sett et kryss")
    page.check("#confirmed")
    page.click("text=Send til lederen")
    expect(page.locator("main")).to_contain_text("Rapporten er sendt til lederen for godkjenning.")
    no_serious_fault(page)

    there, leader = sign_in(browser, site, "liv", errors)
    leader.click("nav >> text=Årsrapport")
    leader.click("main >> text=Se over og godkjenn")
    expect(leader.locator("main")).to_contain_text("To av dem fikk to jobber, og begge er talt.")
    no_serious_fault(leader)
    leader.dblclick("button:has-text('Godkjenn og send inn')")
    expect(leader.locator("h1")).to_contain_text("Kvittering")
    expect(leader.locator("main")).to_contain_text("vet ikke")
    expect(leader.locator("main")).to_contain_text("Godkjent av")
    no_serious_fault(leader)
    with leader.expect_download() as download:
        leader.click("text=Last ned som PDF")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    leader.click("text=Se rapporten slik den er nå")
    assert leader.locator(".return-versions > li").count() == 1
    no_serious_fault(leader)
    assert errors == []
    context.close()
    there.close()


@pytest.mark.document("arsrapport.md")
def test_the_walkthrough(browser: Browser, site: str, errors: list[str], picture: Picture) -> None:
    context, page = sign_in(browser, site, "kari", errors)
    page.click("nav >> text=Årsrapport")
    picture(page, "arsrapport")
    page.click("main table a >> nth=0")
    page.evaluate("document.querySelector('#g-1').scrollIntoView()")
    picture(page, "arsrapport-skjema")

    page.fill("#q-3", "ni")
    page.fill("#q-10a", "3")
    expect(page.locator(says("3"))).to_contain_text("er ikke et tall")
    expect(page.locator(says("10a"))).to_contain_text("i registeret 2")
    page.evaluate("document.querySelector('#s-10a').scrollIntoView()")
    page.locator(f"{says('10a')} textarea").fill("Én fikk fast jobb 30. desember og er ikke registrert ennå.")
    expect(page.locator("[data-remains]")).to_contain_text("1 må rettes eller forklares")
    picture(page, "arsrapport-kontroll")

    page.click(".return-bar >> text=Kontroller")
    picture(page, "arsrapport-gjenstar")
    page.click("#s-3 >> text=Bruk 1")
    expect(page.locator("#q-3")).to_have_value("1")
    page.fill("#q-7d", "0")
    page.locator(f"{says('7d')} textarea").fill("Årsaken er kjent nå: arbeid.")
    for item in ("13a", "13b"):
        page.fill(f"#q-{item}", "0")
    page.click("#s-13c >> text=Vet ikke")
    expect(page.locator("[data-remains]")).to_contain_text("ingenting står igjen")
    page.check("#confirmed")
    page.click("text=Send til lederen")
    expect(page.locator("main")).to_contain_text("Rapporten er sendt til lederen")
    context.close()

    context, page = sign_in(browser, site, "liv", errors)
    page.goto(f"{site}/arsrapport/2025/{UNIT}/godkjenning/")
    picture(page, "arsrapport-godkjenn")
    page.click("button:has-text('Godkjenn og send inn')")
    expect(page.locator("h1")).to_contain_text("Kvittering")
    picture(page, "arsrapport-kvittering")
    page.click("text=Se rapporten slik den er nå")
    picture(page, "arsrapport-sendt")
    assert errors == []
    context.close()


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "eva", errors)
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/arsrapport/")
    for year in (2025, 2007):
        form(page, site, year, THIRD)
        fits(page)
        page.fill("#q-4", "9" * 300)
        expect(page.locator(says("4"))).to_contain_text("flere enn noen kommune har hatt")
        fits(page)
    fill_all(page, RIGHT | {"10a": "5"})
    page.locator(f"{says('12c')} textarea").fill("x" * 300)
    page.check("#confirmed")
    page.click("text=Se over og send inn")
    expect(page.locator("h1")).to_have_text("Godkjenn årsrapporten")
    fits(page)
    page.click("button:has-text('Godkjenn og send inn')")
    expect(page.locator("h1")).to_contain_text("Kvittering")
    fits(page)
    form(page, site, 2007, THIRD)
    fits(page)
    assert errors == []
    context.close()


def fits(page: Page) -> None:
    no_serious_fault(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_with_the_keyboard_alone(browser: Browser, site: str, errors: list[str]) -> None:
    """From field to field with Tab, "vet ikke" with the space bar, and handed in with Enter: every stop is seen."""
    context, page = sign_in(browser, site, "ola", errors)
    form(page, site, 2007, ELSEWHERE)
    page.focus("#main")
    while page.evaluate("document.activeElement.id") != "q-1":
        page.keyboard.press("Tab")
    for item in ITEMS:
        assert page.evaluate("document.activeElement.id") == f"q-{item}"
        assert page.evaluate(SEEN)
        if item != "13c":
            page.keyboard.type(RIGHT.get(item, "0"))
        page.keyboard.press("Tab")
        if item == "13c":
            page.keyboard.press("Space")
            assert page.evaluate("document.activeElement.id") == "q-13c"
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "confirmed"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator(SAVED)).to_contain_text("Lagret kl.")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Rapporten er sendt til lederen for godkjenning.")
    assert errors == []
    context.close()


SEEN = """() => {
  const at = document.activeElement.getBoundingClientRect();
  return at.top >= 0 && at.bottom <= innerHeight && document.activeElement.matches(':focus-visible')
    && document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2) === document.activeElement;
}"""


def test_two_windows_and_a_line_that_breaks(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "ola", errors)
    other, second = sign_in(browser, site, "nina", errors)
    form(page, site, 2025, ELSEWHERE)
    form(second, site, 2025, ELSEWHERE)
    page.fill("#q-1", "14")
    expect(page.locator(SAVED)).to_contain_text("Lagret kl.")
    second.fill("#q-1", "15")
    expect(second.locator(SAVED)).to_contain_text("noen andre har lagret")
    second.click(".return-bar button:has-text('Lagre')")
    expect(second.locator("h1")).to_have_text("Noen andre har lagret samtidig")
    expect(second.locator(".sides tbody tr")).to_have_count(1)
    no_serious_fault(second)
    second.click(".return-bar button:has-text('Lagre')")
    expect(second.locator("#q-1")).to_have_value("15")
    expect(second.locator("h1")).to_contain_text("Årsrapport 2025")

    form(page, site, 2025, ELSEWHERE)
    context.set_offline(True)
    page.fill("#q-2", "7")
    expect(page.locator(SAVED)).to_contain_text("får ikke kontakt")
    context.set_offline(False)
    page.fill("#q-2", "8")
    expect(page.locator(SAVED)).to_contain_text("Lagret kl.")
    page.fill("#q-2", "9")
    page.goto(f"{site}/arsrapport/")
    for _ in range(20):
        form(page, site, 2025, ELSEWHERE)
        if page.input_value("#q-2") == "9":
            break
        page.wait_for_timeout(500)
    expect(page.locator("#q-2")).to_have_value("9")
    assert all("ERR_INTERNET_DISCONNECTED" in said or "409" in said for said in errors)
    context.close()
    other.close()


def test_without_scripts(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "eva", errors, java_script_enabled=False)
    form(page, site, 2025, THIRD)
    page.fill("#q-1", "to")
    page.click("#s-2 >> text=Vet ikke")
    expect(page.locator("#q-1")).to_have_value("to")
    expect(page.locator("#q-2")).to_have_value("00")
    page.click(".return-bar >> text=Kontroller")
    expect(page.locator(".ds-error-summary")).to_contain_text("«to» er ikke et tall")
    page.click("#s-1 >> text=Bruk 0")
    expect(page.locator("#q-1")).to_have_value("0")
    context.close()
