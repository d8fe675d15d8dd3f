"""Addresses of the public site's static files, and a mark of all that makes its pages."""

from functools import cache
from pathlib import Path

from overgang.base import look

HERE = Path(__file__).parent
STATIC = HERE / "static"


def sheets() -> tuple[str, ...]:
    """The addresses of the style sheets: those of both sites, then our own."""
    return (*map(look.asset, look.SHEETS), look.asset("serve/site.css", STATIC))


def icon() -> str:
    return look.asset(look.ICON)


@cache
def build() -> str:
    """A mark of the code, templates and texts that make the pages: the same mark, the same page of an edition."""
    files = (path for folder in (look.STATIC, HERE) for path in sorted(folder.rglob("*")))
    return look.mark(path for path in files if path.suffix in {".py", ".html", ".toml", ".css"})
