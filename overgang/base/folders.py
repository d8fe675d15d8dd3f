"""Folders that are written once: built beside their place, named by their content, renamed in whole."""

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from overgang.base.errors import BadInput

CHUNK = 1 << 20


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def canonical(value: Any) -> str:
    """JSON text with one spelling for one value: sorted keys, readable, ending in a line break."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def name_of(content: Any) -> str:
    """Twelve hex digits that name a JSON value: the same content has the same name."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:12]


def read_json(path: Path, what: str) -> Any:
    """The JSON value in `path`; `what` names it in the error ("the manifest of the snapshot")."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(
            f"{path} is missing, so {what} cannot be read: make it anew, or point to another folder."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read as {what} ({error}): make it anew, or point to another folder."
        ) from None


@contextmanager
def built_beside(parent: Path) -> Iterator[Path]:
    """A fresh folder in `parent` to build in; removed if the block fails, and whatever the block did not rename
    away."""
    parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def rename_in(scratch: Path, place: Path) -> None:
    """Puts the finished folder in its place. One that stands there already has the same content by its name: kept."""
    if place.exists():
        return
    for file in scratch.rglob("*"):
        if file.is_file():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
    scratch.chmod(0o755)
    scratch.rename(place)


def secret_in(path: Path) -> str:
    """The secret kept in `path`, for its owner only; made where there is none, once, whoever else makes it just now."""
    if not path.is_file():
        with built_beside(path.parent) as scratch, suppress(FileExistsError):
            made = scratch / path.name
            made.touch(mode=0o600)
            made.write_text(secrets.token_urlsafe(50), encoding="ascii")
            os.link(made, path)
    return path.read_text(encoding="ascii")
