"""Addresses of static files, with a mark of their content, so that browsers may keep them for a year."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def asset(name: str) -> str:
    """The address of a file under static/serve: "site.css" -> "/static/serve/site.css?v=1f00c2d3a4"."""
    file = f"serve/{name}"
    return f"/static/{file}?v={_mark([STATIC / file])}"


@cache
def build() -> str:
    """A mark of the code, templates and texts that make the pages: the same mark, the same page of an edition."""
    return _mark(path for path in sorted(HERE.rglob("*")) if path.suffix in {".py", ".html", ".toml", ".css"})


def _mark(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
