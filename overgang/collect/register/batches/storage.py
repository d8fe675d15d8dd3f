"""The files that were sent: kept until they are done with, encrypted like the numbers in them."""

import secrets
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from overgang.access import keys
from overgang.access.keys import NONCE_BYTES, KeyRing
from overgang.base.errors import BadInput
from overgang.collect.register.models import Batch
from overgang.collect.register.numbers import ring

KEPT = timedelta(days=30)
"""How long a file stays, for the file of rejected rows and for trying again."""


def key_of(content: bytes, kind: str, unit: str) -> str:
    """What makes a file the same as another."""
    return sha256(f"{kind}\n{unit}\n".encode() + content).hexdigest()


def keep(batch: Batch, content: bytes) -> None:
    """Seals a file under its batch, for the owner of the process only; the whole of it or nothing is there."""
    place = _place(batch)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _seal(place, content, ring())


def kept(batch: Batch) -> bool:
    return _place(batch).is_file()


@contextmanager
def opened(batch: Batch) -> Iterator[Path]:
    """The file as it was sent, in a folder of its own that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="overgang-") as folder:
        path = Path(folder) / "file"
        path.touch(mode=0o600)
        path.write_bytes(_content(batch))
        yield path


def forget(now: datetime) -> int:
    """Removes the files that are older than they are kept; the night run calls it."""
    old = [path for path in folder().glob("[0-9]*.*") if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def under() -> Counter[str]:
    """How many files lie under each key."""
    return Counter(keys.key_of(path.read_bytes()) for path in folder().glob("*.sealed"))


def renew(ring: KeyRing, done: Callable[[int], None]) -> None:
    """Seals with the current key what lies under another."""
    paths = list(folder().glob("*.sealed"))
    for path in paths:
        sealed = path.read_bytes()
        if keys.key_of(sealed) == ring.current:
            continue
        try:
            _seal(path, _unsealed(path, sealed, ring), ring)
        except (KeyError, InvalidTag):
            raise BadInput(f"{path} does not open with any key of the ring: put the key back, or remove it.") from None
    done(len(paths))


def folder() -> Path:
    return Path(settings.HOME) / "imports"


def _place(batch: Batch) -> Path:
    return folder() / f"{batch.pk}.sealed"


def _seal(place: Path, content: bytes, ring: KeyRing) -> None:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(ring.ciphers[ring.current]).encrypt(nonce, content, place.name.encode())
    scratch = place.with_suffix(".new")
    scratch.touch(mode=0o600)
    scratch.write_bytes(ring.current.encode() + b":" + nonce + sealed)
    scratch.replace(place)


def _unsealed(place: Path, sealed: bytes, ring: KeyRing) -> bytes:
    rest = sealed.partition(b":")[2]
    cipher = AESGCM(ring.ciphers[keys.key_of(sealed)])
    return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.name.encode())


def _content(batch: Batch) -> bytes:
    place = _place(batch)
    try:
        return _unsealed(place, place.read_bytes(), ring())
    except (FileNotFoundError, KeyError, InvalidTag):
        raise BadInput("The file of this import is no longer kept: send it again.") from None
