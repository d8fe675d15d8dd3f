"""What units said in words stands on the page of its year, under numbers."""

import pytest
from django.test import Client

from overgang.base.edition import Edition
from overgang.serve import addresses
from tests.serve.pages import Page

SAID = {
    "nb": ("Kommentarer fra kommunene", "Hva virker?", "Kommune 2"),
    "nn": ("Kommentarar frå kommunane", "Kva verkar?", "Kommune 2"),
    "en": ("Comments from the municipalities", "What works?", "Municipality 2"),
}


@pytest.mark.parametrize("lang", SAID)
def test_comments_stand_on_the_page_of_their_year(visitor: Client, edition: Edition, lang: str) -> None:
    html = visitor.get(addresses.year(lang, max(edition.years))).content.decode()
    text = Page(html).text
    assert all(said in text for said in SAID[lang])
    assert "Arbeid fra &lt;første&gt; dag." in html
    assert "Noe annet?" not in text


def test_a_year_without_comments_says_nothing_of_them(visitor: Client, edition: Edition) -> None:
    html = visitor.get(addresses.year("nb", min(edition.years))).content.decode()
    assert "comments-heading" not in html
