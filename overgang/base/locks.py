"""What one process at a time may do on this machine. A lock goes with its process, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody else holds the lock at `path`; then it is held until the end. Never waits."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mine = True
        except BlockingIOError:
            mine = False
        try:
            yield mine
        finally:
            if mine:  # a process that was begun meanwhile may have the file open a moment longer
                fcntl.flock(lock, fcntl.LOCK_UN)
