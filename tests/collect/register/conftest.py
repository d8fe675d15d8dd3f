"""Tests of the register send small files, many of them the same."""

import pytest


@pytest.fixture(autouse=True)
def _read_once(read_once: None) -> None:
    """How files are read is tested in `tests/collect/files`."""
