"""An invented edition for the tests of the public site, and a visitor."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from overgang.base.edition import Edition, read
from overgang.serve import shelf
from tests.serve.invented import build


@pytest.fixture(scope="session")
def edition_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("editions"))


@pytest.fixture(scope="session")
def edition(edition_folder: Path) -> Edition:
    return read(edition_folder)


@pytest.fixture(autouse=True)
def published(edition_folder: Path, settings) -> Iterator[Path]:
    """The site shows the invented edition."""
    settings.EDITIONS = edition_folder.parent
    shelf.forget()
    cache.clear()
    yield edition_folder
    shelf.forget()


@pytest.fixture
def visitor() -> Client:
    """A client that gets the page of an error, as a visitor does."""
    return Client(raise_request_exception=False, headers={"host": "localhost"})
