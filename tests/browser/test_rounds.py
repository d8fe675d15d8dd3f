"""A round in a real browser, with a real mail server: opened, invitations sent, a return sent, the rate seen."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE, _free_port, _wait
from tests.browser.register_site import PASSWORD
from tests.browser.test_register import errors, no_serious_fault
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
    home, root, port = tmp_path_factory.mktemp("rounds"), Path(__file__).parents[2], _free_port()
    (home / "synthetic").mkdir()
    address = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "OVERGANG_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "overgang.settings.internal",
        "OVERGANG_SMTP": f"smtp://127.0.0.1:{sink.port}",  # type: ignore[attr-defined]
        "OVERGANG_MAIL_FROM": "Overgang <svar@overgang.example>",
        "OVERGANG_ADDRESS": address,
    }
    subprocess.run([sys.executable, "-m", "tests.browser.register_site"], env=env, cwd=root, check=True)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    server = subprocess.Popen(
        [*command, "--threads", "4", "--log-level", "warning", "overgang.settings.internal_wsgi"], env=env, cwd=root
    )
    try:
        _wait(f"{address}/inn/")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def sign_in(browser: Browser, site: str, name: str, errors: list[str]) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(site)
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav[aria-label=Hovedmeny]")
    return context, page


def look(page: Page, name: str) -> None:
    """No serious fault; with OVERGANG_LOOK a picture of the page."""
    no_serious_fault(page)
    if folder := os.environ.get("OVERGANG_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_round_from_its_opening_to_its_rate(browser: Browser, site: str, sink: Sink, errors: list[str]) -> None:
    context, page = sign_in(browser, site, "arne", errors)
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
    context, page = sign_in(browser, site, "arne", errors)
    page.set_viewport_size(PHONE)
    own = ("", "ramme/", "frist/", "lukk/", "brev/", "brev/reminder/", "frist/K5001/", "svar/")
    for at in ("/runder/", "/runder/ny/", "/postmottak/", *(f"/runder/2025/{page_}" for page_ in own)):
        page.goto(site + at)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], at
        look(page, f"phone{at.replace('/', '-')}")
    assert errors == []
    context.close()
