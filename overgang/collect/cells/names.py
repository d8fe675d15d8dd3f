"""Column names as people write them, made alike: case, spaces, signs and missing Norwegian keys do not matter."""

import re
from collections.abc import Iterable

from overgang.base.collation import folded

NOT_LETTERS = re.compile(r"[\W_]+")
LONGEST = 200


def plain_name(text: str) -> str:
    """The name with nothing but its letters and digits.

    >>> plain_name("Start-dato ") == plain_name("STARTDATO") == plain_name("start_dato")
    True
    """
    return NOT_LETTERS.sub("", folded(text[:LONGEST]))


def recognised(cells: Iterable[str], names: frozenset[str]) -> int:
    """How many different names of a template are among the cells of a row."""
    return len({name for cell in cells if (name := plain_name(cell)) in names})
