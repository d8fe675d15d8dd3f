"""Signing in in a real browser: a passkey from its making to its end, and an app with its reserve codes."""

import base64
import hmac
import struct
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, internal_site
from tests.browser.register_site import PASSWORD

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An internal site that demands a second factor. A passkey belongs to a name and never to a bare address."""
    home = tmp_path_factory.mktemp("sign-in")
    with internal_site(home, "tests.browser.register_site", OVERGANG_SECOND_FACTOR="required") as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def errors() -> list[str]:
    """What scripts and the content policy complained about."""
    return []


@pytest.fixture
def page(browser: Browser, errors: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    context.close()


def by_password(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/inn/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def once_more(page: Page, address: str) -> None:
    """Opens a page that asks first who one is, once more."""
    page.goto(address)
    if page.locator("main [name=password]").count():
        page.fill("main [name=password]", PASSWORD)
        page.keyboard.press("Enter")
    elif page.locator("#mfa_webauthn_reauthenticate").count():
        page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url(address)


def sign_out(page: Page) -> None:
    page.click("text=Logg ut")
    page.wait_for_selector("#passkey_login")


def looks_well(page: Page) -> None:
    """No serious fault by axe, and no wider than a phone."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["impact"]) for each in found if each["impact"] in ("serious", "critical")] == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESK)


def test_a_passkey_from_its_making_to_its_end(page: Page, site: str, errors: list[str]) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    by_password(page, site, "kari")
    page.wait_for_url("**/totrinn")
    looks_well(page)
    once_more(page, f"{site}/inn/totrinn/nokler/ny")
    looks_well(page)
    page.fill("[name=name]", "Min nøkkel")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/totrinn/reserve")
    looks_well(page)
    (made,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert (made["rpId"], made["isResidentCredential"], made["signCount"]) == ("localhost", True, 1)

    sign_out(page)
    page.goto(f"{site}/arbeidsliste/")
    page.wait_for_selector("#passkey_login")
    page.click("#passkey_login")
    page.wait_for_selector("h1:has-text('Arbeidsliste')")
    sign_out(page)

    by_password(page, site, "kari")
    page.wait_for_selector("#mfa_webauthn_authenticate")
    looks_well(page)
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_selector("h1:has-text('Arbeidsliste')")

    page.goto(f"{site}/inn/totrinn/nokler")
    expect(page.locator("main")).to_contain_text("Min nøkkel")
    looks_well(page)
    once_more(page, page.locator("main a:has-text('Fjern')").evaluate("link => link.href"))
    looks_well(page)
    page.click("main button[type=submit]")
    page.wait_for_url("**/nokler")
    expect(page.locator("main")).not_to_contain_text("Min nøkkel")
    sign_out(page)
    page.click("#passkey_login")
    page.wait_for_load_state("networkidle")
    page.goto(f"{site}/arbeidsliste/")
    page.wait_for_selector("#passkey_login")
    assert errors == []


def code_at(secret: str, moment: float) -> str:
    """The six digits of an app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(moment // 30)), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_an_app_and_its_reserve_codes(page: Page, site: str, errors: list[str]) -> None:
    by_password(page, site, "liv")
    page.wait_for_url("**/totrinn")
    once_more(page, f"{site}/inn/totrinn/app")
    looks_well(page)
    secret = page.locator("code.secret").inner_text()
    page.fill("[name=code]", code_at(secret, time.time()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/totrinn/reserve")
    first, second, *_ = page.locator(".codes code").all_inner_texts()
    looks_well(page)
    page.goto(f"{site}/arbeidsliste/")
    page.wait_for_selector("h1:has-text('Arbeidsliste')")

    for code, opens in ((first, True), (first, False), (second, True)):
        sign_out(page) if "Logg ut" in page.content() else None
        by_password(page, site, "liv")
        page.wait_for_selector("[name=code]")
        page.fill("[name=code]", code)
        page.keyboard.press("Enter")
        if opens:
            page.wait_for_selector("h1:has-text('Arbeidsliste')")
        else:
            expect(page.locator(".ds-error-summary")).to_be_visible()
            looks_well(page)
            page.click("text=Avbryt")
            page.wait_for_selector("#passkey_login")

    sign_out(page)
    by_password(page, site, "liv")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", code_at(secret, time.time() + 30))
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Arbeidsliste')")
    page.goto(f"{site}/inn/totrinn/reserve")
    expect(page.locator("main")).not_to_contain_text(first)
    assert errors == []
