"""A workbook's zip archive: looked through before anything is unpacked, and counted while it is."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from overgang.collect.cells import limits
from overgang.collect.cells.refusal import Refusal

END, END64, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CHUNK = 1 << 16
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    NotImplementedError,
    RuntimeError,
)
MACROS = ("vbaproject.bin", "vbadata.xml")


class Archive:
    """The parts of a workbook by name. Raises Refusal for a bomb, a macro, a password, another format, damage."""

    def __init__(self, data: bytes) -> None:
        _check_end(data)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = self._zip.infolist()
        except BROKEN as error:
            raise Refusal("truncated_workbook") from error
        _check_entries(infos)
        self._infos = {info.filename.lower(): info for info in infos}
        self._read = 0
        self._check_format()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part; what all parts really unpack to is counted, whatever they say they do."""
        info = self._infos.get(name.lower())
        if info is None:
            raise Refusal("damaged_workbook", part=name[:80])
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    self._read += len(chunk)
                    if self._read > limits.UNPACKED:
                        raise Refusal("zip_bomb", megabytes=limits.UNPACKED // 1_000_000)
                    yield chunk
        except BROKEN as error:
            raise Refusal("truncated_workbook") from error

    def read(self, name: str, most: int) -> bytes:
        """A small part as a whole; longer than `most` bytes is damage."""
        found = b""
        for chunk in self.chunks(name):
            found += chunk
            if len(found) > most:
                raise Refusal("damaged_workbook", part=name[:80])
        return found

    def _check_format(self) -> None:
        names = self._infos
        if any(name.rsplit("/", 1)[-1] in MACROS or "/macrosheets/" in name for name in names):
            raise Refusal("macros")
        if "mimetype" in names:
            raise Refusal("ods" if b"opendocument" in self.read("mimetype", 1000) else "not_a_workbook")
        if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
            raise Refusal("xlsb")
        for folder, rule in (("word/", "word"), ("ppt/", "word")):
            if any(name.startswith(folder) for name in names):
                raise Refusal(rule)
        if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Refusal("not_a_workbook")
        if b"macroenabled" in self.read("[Content_Types].xml", 1_000_000).lower():
            raise Refusal("macros")


def _check_end(data: bytes) -> None:
    """The end record says how many parts there are; the standard library would make an object of each first."""
    at = data.rfind(END, max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 22:
        raise Refusal("truncated_workbook")
    here, entries = struct.unpack("<HH", data[at + 8 : at + 12])
    (size,) = struct.unpack("<I", data[at + 12 : at + 16])
    if data[at - 20 : at - 16] == LOCATOR64:
        (at64,) = struct.unpack("<Q", data[at - 12 : at - 4])
        record = data[at64 : at64 + 56]
        if len(record) < 56 or record[:4] != END64:
            raise Refusal("truncated_workbook")
        here, entries, size = struct.unpack("<QQQ", record[24:48])
    if max(here, entries) > limits.PARTS or size > limits.DIRECTORY:
        raise Refusal("too_many_parts", n=max(here, entries), most=limits.PARTS)


def _check_entries(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > limits.PARTS:
        raise Refusal("too_many_parts", n=len(infos), most=limits.PARTS)
    if not infos:
        raise Refusal("empty_file")
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise Refusal("password")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > limits.UNPACKED or (unpacked > limits.RATIO_FROM and unpacked > limits.RATIO * packed):
        raise Refusal("zip_bomb", megabytes=limits.UNPACKED // 1_000_000)
    names = [info.filename.lower() for info in infos]
    for name in names:
        if name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/"):
            raise Refusal("damaged_workbook", part=name[:80])
        if name.endswith((".zip", ".7z", ".rar", ".gz")):
            raise Refusal("nested_archive", part=name[:80])
    if len(set(names)) < len(names):
        raise Refusal("damaged_workbook", part=next(name for name in names if names.count(name) > 1)[:80])
    if any(info.compress_type not in METHODS for info in infos):
        raise Refusal("truncated_workbook")
