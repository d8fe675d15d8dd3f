"""A number for each cell that only a secret gives: the same cell has the same one in every table and every edition."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from overgang.base.cube import KEY
from overgang.base.errors import BadInput
from overgang.control.system import Ints

SCALE = 1 << 32
"""Chances are whole numbers of this many, so that no machine rounds them otherwise."""

SHORTEST = 16
"""Bytes of a secret that is not guessed."""


def names(cells: pl.DataFrame) -> Iterator[str]:
    """What each cell is, as one text."""
    return ("\x1f".join(row) for row in cells.select(KEY).iter_rows())


def keys(names: Iterable[str], secret: bytes) -> Ints:
    """A number below SCALE for each name: a keyed hash of it. Raises BadInput where the secret is too short to be
    one."""
    if len(secret) < SHORTEST:
        raise BadInput(f"What is left to chance needs a secret of at least {SHORTEST} bytes, not {len(secret)}.")
    digests = (hmac.digest(secret, name.encode(), hashlib.blake2b) for name in names)
    return np.array([int.from_bytes(digest[:4]) for digest in digests], np.int64)
