"""A round in a real browser, with a real mail server: opened, invitations sent, a return sent, the rate seen."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, internal_site
from tests.browser.test_register import errors, no_serious_fault, sign_in
from tests.collect.returns.sink import Sink, started

__all__ = ["errors"]  # a fixture

pytestmark = pytest.mark.browser

ADDRESSES = """5001; postmottak@trondheim.example
4601; postmottak@bergen.example; nynorsk
Stavanger; feil@nowhere.example"""


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """Takes every letter but those to nowhere."""
    found = Sink(rcpt=lambda address: "550 5.1.1 No such user" if "nowhere" in address else None)
    server = started(found)
    found.port = server.port  # type: ignore[attr-defined]
    yield found
    server.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[str]:
    """The address of an internal site whose letters go to the sink."""
    settings = {
        "OVERGANG_SMTP": f"smtp://127.0.0.1:{sink.port}",  # type: ignore[attr-defined]
        "OVERGANG_MAIL_FROM": "Overgang <svar@overgang.example>",
        "OVERGANG_ADDRESS": "{address}",
    }
    home = tmp_path_factory.mktemp("rounds")
    with internal_site(home, "tests.browser.register_site", **settings) as address:
        yield address


def signed_in(browser: Browser, site: str, errors: list[str]) -> tuple[BrowserContext, Page]:
    return sign_in(browser, site, "arne", errors, shows="nav[aria-label=Hovedmeny]")


def look(page: Page, name: str) -> None:
    """No serious fault; with OVERGANG_LOOK a picture of the page."""
    no_serious_fault(page)
    if folder := os.environ.get("OVERGANG_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_round_from_its_opening_to_its_rate(browser: Browser, site: str, sink: Sink, errors: list[str]) -> None:
    context, page = signed_in(browser, site, errors)
    page.click("nav[aria-label=Hovedmeny] >> text=Innsamlingsrunder")
    look(page, "empty")
    page.click("main >> text=Åpne en runde")
    page.fill("[name=year]", "2025")
    page.fill("[name=as_of]", "31.12.2025")
    look(page, "new")
    page.click("text=Se hvem som blir spurt")
    expect(page.locator("[role=status]")).to_contain_text("Enheter som blir spurt: 1.")
    page.fill("[name=add]", "Bergen\nStavanger")
    page.fill("[name=because]", "Er med i forsøket")
    look(page, "preview")
    page.click("text=Åpne runden >> nth=0")
    expect(page.locator(".ds-alert")).to_contain_text("Runden er åpnet.")
    expect(page.locator(".big__number")).to_have_text(re.compile(r"0,0\s%"))
    look(page, "round")

    page.goto(f"{site}/postmottak/")
    page.fill("[name=text]", ADDRESSES)
    page.click("main button:has-text('Les inn')")
    expect(page.locator(".ds-alert")).to_contain_text("Adresser som er lest: 3. Nye eller endret: 3.")
    look(page, "addresses")

    page.goto(f"{site}/runder/2025/brev/")
    page.click("text=Send invitasjoner")
    expect(page.locator("main")).to_contain_text("Vi ber om årsrapporten")
    look(page, "laying")
    page.click("main button:has-text('Send brevene (3)')")
    row = page.locator("tbody tr", has_text="Invitasjon").first
    expect(row.locator("td").nth(1)).to_have_text("2", timeout=60_000)
    expect(page.locator("main")).to_contain_text("550 5.1.1 No such user", timeout=60_000)
    look(page, "letters")
    assert sorted(sink.to) == ["postmottak@bergen.example", "postmottak@trondheim.example"]

    page.goto(f"{site}/runder/2025/frist/K4601/")
    page.fill("[name=until]", "31.12.2099")
    page.fill("[name=reason]", "Ny leder i kommunen")
    page.click("main button:has-text('Gi lengre frist')")
    expect(page.locator(".ds-alert")).to_contain_text("Enheten har fått lengre frist.")
    look(page, "unit")
    page.goto(f"{site}/runder/2025/lukk/")
    look(page, "close")
    assert errors == []
    context.close()


def test_no_page_of_a_round_is_wider_than_a_phone(browser: Browser, site: str, errors: list[str]) -> None:
    context, page = signed_in(browser, site, errors)
    page.set_viewport_size(PHONE)
    own = ("", "ramme/", "frist/", "lukk/", "brev/", "brev/reminder/", "frist/K5001/", "svar/")
    for at in ("/runder/", "/runder/ny/", "/postmottak/", *(f"/runder/2025/{page_}" for page_ in own)):
        page.goto(site + at)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], at
        look(page, f"phone{at.replace('/', '-')}")
    assert errors == []
    context.close()
