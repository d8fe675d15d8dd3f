"""What both sites look like: Designsystemet, the typeface, the style of the frame, and addresses of static files.

An address carries a mark of the file's content, so that browsers may keep it for a year.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
"""A folder for `STATICFILES_DIRS`."""

SHEETS = ("look/vendor/designsystemet/theme.css", "look/vendor/designsystemet/designsystemet.css", "look/frame.css")
"""The style sheets of every page, in their order."""

ICON = "look/icon.svg"


@cache
def asset(file: str, static: Path = STATIC) -> str:
    """The address of a file under a folder of static files: "look/icon.svg" -> "/static/look/icon.svg?v=1f00c2d3a4"."""
    return f"/static/{file}?v={mark([static / file])}"


def mark(files: Iterable[Path]) -> str:
    """Ten hex digits that are the same for the same content."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
