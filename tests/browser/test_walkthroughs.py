"""The walkthroughs of `docs/walkthroughs`, walked: each step is done in a browser, and its picture taken.

`OVERGANG_PICTURES=1` puts the pictures into the documents; otherwise they go to a temporary folder, and the documents
are only held to name the pictures that are taken.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_register import errors, no_serious_fault, open_person, sign_in, site

__all__ = ["errors", "site"]  # the fixtures of the register's site

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs" / "walkthroughs"
SMALLEST = 10_000
"""Bytes of a picture with something on it."""

Picture = Callable[[Page, str], None]


@pytest.fixture
def picture(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Picture]:
    """Takes a picture of a page under a name; at the end all pictures of the document must have been taken."""
    folder = DOCS / "pictures" if os.environ.get("OVERGANG_PICTURES") else tmp_path
    taken: list[str] = []

    def take(page: Page, name: str) -> None:
        no_serious_fault(page)
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        assert path.stat().st_size > SMALLEST
        taken.append(name)

    yield take
    (document,) = request.node.iter_markers("document")
    text = (DOCS / document.args[0]).read_text(encoding="utf-8")
    assert re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)", text) == taken


@pytest.mark.document("radgiver.md")
def test_an_advisers_day(browser: Browser, site: str, errors: list[str], picture: Picture) -> None:
    context, page = sign_in(browser, site, "kari", errors)
    picture(page, "arbeidsliste")

    page.click("main >> text=Rett avslutningen >> nth=0")
    picture(page, "rett-avslutning")
    page.check("#r_CO_EDU_UPPER")
    page.click("main form.form button[type=submit] >> nth=0")
    expect(page.locator(".receipt")).to_be_visible()
    picture(page, "lagret")

    page.goto(f"{site}/personer/ny/")
    picture(page, "ny-person")

    open_person(page, site, "Amina Hassan")
    picture(page, "person")
    page.click("nav.acts >> text=Avslutt program")
    picture(page, "avslutt")
    page.click("main >> text=Avbryt")
    page.click("nav.acts >> text=Flytter til en annen kommune")
    picture(page, "flytting")

    page.goto(f"{site}/filer/")
    picture(page, "filer")
    assert errors == []
    context.close()


@pytest.mark.document("leder.md")
def test_a_leaders_day(browser: Browser, site: str, errors: list[str], picture: Picture) -> None:
    context, page = sign_in(browser, site, "liv", errors)
    for path, name in (
        ("/enhet/", "enheten"),
        ("/enhet/frister/", "frister"),
        ("/enhet/uttrekk/", "uttrekk"),
        ("/brukere/", "brukere"),
        ("/logg/", "logg"),
    ):
        page.goto(f"{site}{path}")
        picture(page, name)
    assert errors == []
    context.close()
