"""A lock is held by one, and goes when it is let go."""

import os
import signal
from pathlib import Path

from overgang.base.locks import alone


def test_it_is_held_by_one(tmp_path: Path) -> None:
    with alone(tmp_path / "lock") as first, alone(tmp_path / "lock") as second:
        assert (first, second) == (True, False)
    with alone(tmp_path / "lock") as again:
        assert again


def test_it_goes_though_a_child_has_the_file_open(tmp_path: Path) -> None:
    """As one has for a moment that is begun meanwhile."""
    with alone(tmp_path / "lock"):
        child = os.fork()
        if child == 0:
            signal.pause()
    try:
        with alone(tmp_path / "lock") as mine:
            assert mine
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
