"""XML of a workbook's part, read as it is unpacked: no document type, no entities, nothing deep, no endless tag."""

from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from overgang.collect.cells import limits
from overgang.collect.cells.refusal import Refusal

Start = Callable[[str, dict[str, str]], None]


class Enough(Exception):
    """Raised by a handler that has seen what it wanted."""


def parse(chunks: Iterable[bytes], part: str, start: Start, end: Callable[[str], None], text: Any = None) -> None:
    """Calls `start`, `end` and `text` for what is in a part. Raises Refusal for XML that is broken or hostile."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - max(parser.CurrentByteIndex, 0) > limits.TOKEN:
                raise Refusal("damaged_workbook", part=part[:80])
        parser.Parse(b"", True)
    except Enough:
        return
    except expat.ExpatError as error:
        raise Refusal("damaged_workbook", part=part[:80]) from error


def local(name: str) -> str:
    """An element's name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise Refusal("doctype")
