"""The files that were sent: kept until they are done with, encrypted like the numbers in them."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from overgang.access.keys import NONCE_BYTES
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
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(ring().ciphers[ring().current]).encrypt(nonce, content, place.name.encode())
    scratch = place.with_suffix(".new")
    scratch.touch(mode=0o600)
    scratch.write_bytes(ring().current.encode() + b":" + nonce + sealed)
    scratch.replace(place)


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


def folder() -> Path:
    return Path(settings.HOME) / "imports"


def _place(batch: Batch) -> Path:
    return folder() / f"{batch.pk}.sealed"


def _content(batch: Batch) -> bytes:
    place = _place(batch)
    try:
        id, _, rest = place.read_bytes().partition(b":")
        cipher = AESGCM(ring().ciphers[id.decode("ascii", "replace")])
        return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.name.encode())
    except (FileNotFoundError, KeyError, InvalidTag):
        raise BadInput("The file of this import is no longer kept: send it again.") from None
