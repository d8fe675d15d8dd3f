"""The register on disk: a Parquet file a table, what is said of it, and the key of the pseudonyms."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from overgang.base.errors import BadInput
from overgang.base.folders import built_beside, canonical, read_json
from overgang.collect.register.schema import OPTIONAL, TABLES, empty, fitted

FOLDER = "register"
ABOUT = "register.json"
KEY = "pseudonym.key"
KEY_BYTES = 32


@dataclass(frozen=True)
class Register:
    """All tables of a register (see `schema`), whether its people are invented, and the note shown with it."""

    tables: Mapping[str, pl.DataFrame]
    synthetic: bool
    note: str
    key: bytes


def write(
    home: Path, tables: Mapping[str, pl.DataFrame], *, synthetic: bool, note: str, key: bytes | None = None
) -> None:
    """Puts a whole register in `home`, in place of the one that is there; the old one stands until the new is complete.
    The tables of `schema.OPTIONAL` may be left out.

    Without a `key` the pseudonyms keep the key they have, or get a fresh random one.
    """
    home.mkdir(parents=True, exist_ok=True)
    key = key or _known_key(home) or secrets.token_bytes(KEY_BYTES)
    with built_beside(home) as scratch:
        for name in TABLES:
            metadata = {"note": note, "synthetic": str(synthetic).lower()}
            table = tables[name] if name in tables or name not in OPTIONAL else empty(name)
            fitted(name, table).write_parquet(scratch / f"{name}.parquet", metadata=metadata)
        (scratch / ABOUT).write_text(canonical({"note": note, "synthetic": synthetic}), encoding="utf-8")
        (scratch / KEY).touch(mode=0o600)
        (scratch / KEY).write_text(key.hex() + "\n", encoding="ascii")
        swap(scratch, home / FOLDER)


def read(home: Path) -> Register:
    """Raises BadInput when `home` holds no whole register."""
    folder = home / FOLDER
    about = read_json(folder / ABOUT, "the register")
    key = _known_key(home)
    missing = [f"{name}.parquet" for name in TABLES if not (folder / f"{name}.parquet").is_file()]
    if missing or key is None:
        raise BadInput(f"{folder} lacks {', '.join(missing) or KEY}: import the register anew.")
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    return Register(tables, bool(about["synthetic"]), str(about["note"]), key)


def _known_key(home: Path) -> bytes | None:
    path = home / FOLDER / KEY
    if not path.is_file():
        return None
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise BadInput(
            f"{path} is no key: restore it from a copy; a new key would break every earlier pseudonym."
        ) from None


def swap(scratch: Path, folder: Path) -> None:
    old = scratch.with_name(scratch.name + ".old")
    if folder.exists():
        folder.rename(old)
    scratch.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
