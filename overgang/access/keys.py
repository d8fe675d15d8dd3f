"""Keys that lie outside the database and its copies: for encryption, for look-up, for pseudonyms.

A ring is a JSON file, readable by its owner only. `current` names the key new numbers are encrypted with; older ones
stay until everything is encrypted anew (`rotation`).
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    `pseudonym`: for the persons of a snapshot; `older_index`: what numbers may still be found by."""

    current: str
    ciphers: Mapping[str, bytes]
    index: bytes
    pseudonym: bytes
    older_index: bytes | None = None

    def encrypted(self, text: str, about: str) -> bytes:
        """AES-GCM: key id, nonce, cipher text. `about` (what the text belongs to) is authenticated, not stored: a
        cipher moved to another row does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _aes(self.ciphers[self.current]).encrypt(nonce, text.encode(), about.encode())
        return self.current.encode() + b":" + nonce + sealed

    def decrypted(self, cipher: bytes, about: str) -> str:
        """Raises BadInput when the key is not in the ring, or the cipher is not that of `about`."""
        id, rest = key_of(cipher), bytes(cipher).partition(b":")[2]
        key = self.ciphers.get(id)
        if key is None:
            raise BadInput(f"The key {id!r} is not in the key ring: put it back from its copy.")
        try:
            return _aes(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about.encode()).decode()
        except InvalidTag:
            raise BadInput(f"An encrypted number of {about} does not open: the row was changed, or the key.") from None

    def index_of(self, kind: str, number: str) -> str:
        """64 hex digits that are the same for the same number, and say nothing without the key."""
        return _hashed(self.index, kind, number)

    def indices_of(self, kind: str, number: str) -> list[str]:
        """Whatever a number may stand under, the current one first: while they are written anew there are two."""
        known = (self.index, self.older_index)
        return [_hashed(key, kind, number) for key in known if key is not None]


def key_of(cipher: bytes) -> str:
    """The id of the key a cipher was made with."""
    return bytes(cipher).partition(b":")[0].decode(errors="replace")


def new_ring(pseudonym: bytes | None = None) -> KeyRing:
    """A ring of fresh random keys; `pseudonym` where another is wanted for the persons of snapshots."""
    return KeyRing("1", {"1": _fresh()}, _fresh(), pseudonym or _fresh())


def with_new_key(ring: KeyRing) -> KeyRing:
    """The ring with one more key, which is now the current one."""
    id = str(1 + max(int(known) for known in ring.ciphers))
    return replace(ring, current=id, ciphers={**ring.ciphers, id: _fresh()})


def without_key(ring: KeyRing, id: str) -> KeyRing:
    return replace(ring, ciphers={known: key for known, key in ring.ciphers.items() if known != id})


def with_new_index(ring: KeyRing) -> KeyRing:
    """The ring with another key for look-up; the one before is kept until nothing stands under it."""
    return replace(ring, index=_fresh(), older_index=ring.index)


def without_older_index(ring: KeyRing) -> KeyRing:
    return replace(ring, older_index=None)


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
            bytes.fromhex(found["older_index"]) if "older_index" in found else None,
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
    if ring.older_index is not None:
        known["older_index"] = ring.older_index.hex()
    with scratch.open("w", encoding="ascii") as file:
        file.write(json.dumps(known, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())  # a key is on the disk before anything is encrypted with it
    scratch.replace(home / FILE)


@lru_cache(maxsize=8)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def _hashed(key: bytes, kind: str, number: str) -> str:
    return hmac.digest(key, f"{kind}:{number}".encode(), "sha256").hex()


def _fresh() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
