"""What a file is by its first bytes; its name says nothing."""

from overgang.collect.cells.refusal import Refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FORMATS = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rich_text"),
    (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!", "packed"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"BM", "picture"),
    (b"PAR1", "binary"),
    (b"SQLite format 3\x00", "binary"),
    (b"MZ", "binary"),
    (b"\x7fELF", "binary"),
)
HTML = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<div", b"<style", b"<script")


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip archive, as every xlsx is. Raises Refusal for what is neither that nor text."""
    if not data.strip(b" \t\r\n\xef\xbb\xbf\x00"):
        raise Refusal("empty_file")
    if data.startswith(OLE):
        raise Refusal(_ole(data))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return True
    for magic, rule in FORMATS:
        if data.startswith(magic) and (len(magic) > 2 or _looks_binary(data)):
            raise Refusal(rule)
    _refuse_markup(data)
    return False


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        return "password"
    if any(name.encode("utf-16-le") + b"\x00\x00" in data for name in ("Workbook", "Book")):
        return "old_excel"
    return "old_office"


def _looks_binary(data: bytes) -> bool:
    return b"\x00" in data[:512]


def _refuse_markup(data: bytes) -> None:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"\xff\xfe<\x00") or head.startswith(b"\xfe\xff\x00<"):
        head = head[2:].replace(b"\x00", b"")
    head = head.lower()
    if head.startswith(b"mime-version:"):
        raise Refusal("html")
    if not head.startswith(b"<"):
        if head.startswith((b"{", b"[{", b"[[", b'["')):
            raise Refusal("json")
        return
    if head.startswith(HTML) or any(mark in head for mark in (b"<html", b"<table")):
        raise Refusal("html")
    raise Refusal("xml_spreadsheet" if b"office:spreadsheet" in head or b"opendocument" in head else "xml")
