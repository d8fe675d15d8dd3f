"""The key ring of this process: read again when its file has changed, so that nothing is restarted for a new key."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from overgang.access import keys
from overgang.access.keys import KeyRing


def ring() -> KeyRing:
    """The key ring as it is now. Raises BadInput when there is none."""
    try:
        found = (settings.KEYS / keys.FILE).stat()
    except FileNotFoundError:
        return keys.read(settings.KEYS)
    return _read(settings.KEYS, (found.st_mtime_ns, found.st_ino, found.st_size))


@lru_cache(maxsize=1)
def _read(home: Path, mark: tuple[int, int, int]) -> KeyRing:  # noqa: ARG001
    return keys.read(home)
