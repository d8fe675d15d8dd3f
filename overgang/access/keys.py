"""Keys that lie outside the database and its copies: for encryption, for look-up, for pseudonyms.

A ring is a JSON file, readable by its owner only. `current` names the key new numbers are encrypted with; older ones
stay, since numbers encrypted with them are opened with them.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from overgang.base.errors import BadInput

FILE = "keys.json"
KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """`ciphers`: AES-256 keys by id, `current` of them is used; `index`: for finding a number without reading it;
    `pseudonym`: for the persons of a snapshot."""

    current: str
    ciphers: Mapping[str, bytes]
    index: bytes
    pseudonym: bytes

    def encrypted(self, text: str, about: str) -> bytes:
        """AES-GCM: key id, nonce, cipher text. `about` (what the text belongs to) is authenticated, not stored: a
        cipher moved to another row does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _aes(self.ciphers[self.current]).encrypt(nonce, text.encode(), about.encode())
        return self.current.encode() + b":" + nonce + sealed

    def decrypted(self, cipher: bytes, about: str) -> str:
        """Raises BadInput when the key is not in the ring, or the cipher is not that of `about`."""
        id, _, rest = bytes(cipher).partition(b":")
        key = self.ciphers.get(id.decode(errors="replace"))
        if key is None:
            raise BadInput(
                f"The key {id.decode(errors='replace')!r} is not in the key ring: put it back from its copy."
            )
        try:
            return _aes(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about.encode()).decode()
        except InvalidTag:
            raise BadInput(f"An encrypted number of {about} does not open: the row was changed, or the key.") from None

    def key_of(self, cipher: bytes) -> str:
        """The id of the key a cipher was made with."""
        return bytes(cipher).partition(b":")[0].decode()

    def index_of(self, kind: str, number: str) -> str:
        """64 hex digits that are the same for the same number, and say nothing without the key."""
        return hmac.digest(self.index, f"{kind}:{number}".encode(), "sha256").hex()


def new_ring(pseudonym: bytes | None = None) -> KeyRing:
    """A ring of fresh random keys; `pseudonym` where another is wanted for the persons of snapshots."""
    return KeyRing("1", {"1": _fresh()}, _fresh(), pseudonym or _fresh())


def read(home: Path) -> KeyRing:
    """Raises BadInput when there is no whole ring: without it nothing is started, and no new one is made by itself."""
    path = home / FILE
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        ring = KeyRing(
            found["current"],
            {id: bytes.fromhex(key) for id, key in found["ciphers"].items()},
            bytes.fromhex(found["index"]),
            bytes.fromhex(found["pseudonym"]),
        )
    except FileNotFoundError:
        raise BadInput(
            f"{path} is missing: restore it from its copy, or begin a new register with `overgang setup`."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(f"{path} is no key ring: restore it from its copy; new keys would open nothing.") from None
    if ring.current not in ring.ciphers:
        raise BadInput(f"{path} lacks its current key {ring.current!r}: restore it from its copy.")
    return ring


def write(home: Path, ring: KeyRing) -> None:
    """Puts the ring in `home`, for its owner only; the old one stands until the new is whole."""
    home.mkdir(parents=True, exist_ok=True)
    scratch = home / f"{FILE}.new"
    scratch.touch(mode=0o600)
    known = {
        "current": ring.current,
        "ciphers": {id: key.hex() for id, key in ring.ciphers.items()},
        "index": ring.index.hex(),
        "pseudonym": ring.pseudonym.hex(),
    }
    scratch.write_text(json.dumps(known, indent=1) + "\n", encoding="ascii")
    scratch.replace(home / FILE)


@lru_cache(maxsize=8)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _fresh() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
