"""What stands on every internal page, as a context processor: the pages of allauth get it as ours do.

A page gives `title` and, where it has pages above it, `crumbs` (a list of `Link`). The main menu comes from the apps:
each names its entries in `navigation`, and only those the role may open are shown.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from overgang.access.actor import Actor
from overgang.access.policies import Policy, addresses
from overgang.access.texts import language, texts
from overgang.base import look
from overgang.base.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its text."""

    text: str
    href: str = ""
    current: bool = False


def frame(request: HttpRequest) -> dict[str, Any]:
    """What `access/base.html` writes out."""
    actor: Actor | None = getattr(request, "actor", None)
    lang, t = language(), texts()
    return {
        "t": t,
        "lang": lang,
        "languages": [(known, texts(known)("frame.language")) for known in LANGUAGES],
        "actor": actor,
        "acting": actor.label(lang) if actor else "",
        "nav": navigation(request, actor) if actor else [],
        "home": reverse("access:home"),
        "here": request.path,
        "sheets": sheets(),
        "icon": look.asset(look.ICON),
        "synthetic": settings.SYNTHETIC,
    }


def navigation(request: HttpRequest, actor: Actor) -> list[Link]:
    """The entries of the main menu that this actor's role may open."""
    t = texts()
    found = [(name, href) for name, href in entries() if policies()[name].gives(actor)]
    here = max((href for _, href in found if request.path.startswith(href)), key=len, default="")
    return [Link(t(f"nav.{name.replace(':', '_')}"), href, href == here) for name, href in found]


@cache
def entries() -> tuple[tuple[str, str], ...]:
    """Names and paths of the addresses that stand in the main menu, in the order of the apps."""
    return tuple((name, reverse(name)) for app in apps.get_app_configs() for name in getattr(app, "navigation", ()))


@cache
def policies() -> dict[str, Policy]:
    return {found.name: found.policy for found in addresses() if found.policy}


@cache
def sheets() -> tuple[str, ...]:
    """The style sheets of both sites, then those of our apps: `static/<app>/<app>.css`."""
    own = []
    for app in apps.get_app_configs():
        folder = getattr(app, "sheet_folder", None)
        if folder:
            own.append(look.asset(f"{app.label}/{app.label}.css", folder))
    return (*map(look.asset, look.SHEETS), *own)
