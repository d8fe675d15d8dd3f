"""Bytes of a text file -> text, and the encoding it was in."""

import re

from overgang.collect.cells.refusal import Refusal

CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
MOST_CONTROLS = 0.02
"""Share of control characters in a text; random bytes have 11 %. Fewer are faults of their fields."""
TWICE = re.compile(
    "[ÃÂ][\u0080-\u00bf\u2018-\u201d\u2020-\u2026\u02c6\u02dc\u0152\u0153\u0160\u0161\u0178\u017d\u017e€†‡˜]"
)
"""What UTF-8 looks like when it is read as Windows-1252."""


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and its encoding as people call it. UTF-8 and UTF-16, with or without a mark, or Windows-1252.

    Raises Refusal for bytes that are no text, and for a file in which two encodings are mixed.
    """
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _as(data, codec, name), name
    if codec := _unmarked_utf16(data):
        return _as(data, codec, "UTF-16"), "UTF-16"
    controls = len(data) - len(data.translate(None, CONTROLS))
    if controls > 8 and controls > MOST_CONTROLS * len(data):
        raise Refusal("binary")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        return _windows(data, error.start), "Windows-1252"


def _as(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Refusal("wrong_encoding", encoding=name, line=_line(data, error.start)) from error


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 in Latin letters has a NUL in every other place."""
    head = data[:4000]
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd < 0.1 * half else ""


def _windows(data: bytes, first: int) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Refusal("unknown_encoding", line=_line(data, error.start)) from error
    if found := TWICE.search(text):
        raise Refusal("mixed_encodings", line=text.count("\n", 0, found.start()) + 1, other=_line(data, first))
    return text


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
