"""Random numbers that do not depend on the order of work: one stream for each stage and replicate."""

from hashlib import blake2b

import numpy as np


def stream(seed: int, stage: str, replicate: int = 0) -> np.random.Generator:
    """The stream keyed by (seed, stage, replicate): the same key gives the same numbers, whatever else was drawn."""
    key = blake2b(f"{seed}/{stage}/{replicate}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big")))
