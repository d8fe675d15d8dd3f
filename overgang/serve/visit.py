"""A request for a page, and what stands on every page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from overgang.base.edition import Edition
from overgang.base.text import LANGUAGES
from overgang.serve import addresses, assets
from overgang.serve.texts import Texts, texts


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text. One without an address is the page itself."""

    text: str
    href: str = ""
    lang: str = ""
    current: bool = False


@dataclass(frozen=True)
class Visit:
    """One request for a page in one language. `edition` is None only where nothing is published."""

    request: HttpRequest
    lang: str
    edition: Edition | None

    @property
    def published(self) -> Edition:
        """The edition of a page that cannot be without one."""
        assert self.edition is not None
        return self.edition

    @cached_property
    def texts(self) -> Texts:
        return texts(self.lang)

    def page(
        self,
        template: str,
        title: str,
        crumbs: tuple[Link, ...] | None = None,
        *,
        status: int = 200,
        search: bool = True,
        **model: Any,
    ) -> HttpResponse:
        """The page: `model` beside what every page shows.

        `title` is the page's short name; `crumbs` are the pages above it, None for no trail at all; `search` says
        whether the header has the search field.
        """
        frame = {
            "lang": self.lang,
            "t": self.texts,
            "title": title,
            "crumbs": self._trail(title, crumbs),
            "nav": self._navigation(),
            "languages": self._languages(),
            "search": addresses.places(self.lang) if search else "",
            "home": addresses.front(self.lang),
            "about": addresses.about(self.lang),
            "accessibility": addresses.accessibility(self.lang),
            "edition": self.edition,
            "edition_line": self._edition_line(),
            "address": self.request.build_absolute_uri(),
            "found": status < 400,
            "css": assets.sheets(),
            "icon": assets.icon(),
        }
        return render(self.request, f"serve/{template}", frame | model, status=status)

    def _trail(self, title: str, crumbs: tuple[Link, ...] | None) -> tuple[Link, ...]:
        if crumbs is None:
            return ()
        return (Link(self.texts("site.home"), addresses.front(self.lang)), *crumbs, Link(title, current=True))

    def _navigation(self) -> tuple[Link, ...]:
        places = (
            ("nav.results", addresses.results(self.lang)),
            ("nav.places", addresses.places(self.lang)),
            ("nav.data", addresses.data(self.lang)),
            ("nav.about", addresses.about(self.lang)),
        )
        path = self.request.path
        return tuple(Link(self.texts(key), href, current=path.startswith(href)) for key, href in places)

    def _languages(self) -> tuple[Link, ...]:
        path = addresses.without_language(self.request.get_full_path())
        return tuple(
            Link(texts(lang)("site.language"), addresses.within(lang, path), lang, current=lang == self.lang)
            for lang in LANGUAGES
        )

    def _edition_line(self) -> str:
        if self.edition is None:
            return ""
        state = self.texts("site.preliminary" if self.edition.state == "preliminary" else "site.final")
        return self.texts("site.edition", year=self.edition.reference_year, state=state)
