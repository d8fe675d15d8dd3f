"""The whole flow once: the synthetic register, its snapshot, and an edition built from it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from overgang.base.cube import Tabulation
from overgang.base.edition import Edition
from overgang.base.snapshot import Snapshot
from overgang.cli import LAST_DAY, SEED, workers
from overgang.collect.export import FOLDER, freeze
from overgang.compute.tabulate import tabulate
from overgang.demo.country import generate, register
from overgang.demo.tour import SECRET
from overgang.publish import release
from overgang.publish.build import Order, build


def quiet(_: str) -> None:
    """Progress nobody reads."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def snapshot(home: Path) -> Snapshot:
    made = register(generate(SEED, quiet), SEED)
    return freeze(made, home / FOLDER, as_of=LAST_DAY, progress=quiet)


@pytest.fixture(scope="session")
def tabulation(snapshot: Snapshot) -> Tabulation:
    return tabulate(snapshot)


@pytest.fixture(scope="session")
def edition(home: Path, snapshot: Snapshot) -> Edition:
    """Built and approved."""
    found = build(Order(snapshot.folder, secret=SECRET), home / "editions", workers=workers())
    return release.approve(home / "editions", found.id, now=datetime(2026, 1, 1, tzinfo=UTC), checked=True)
