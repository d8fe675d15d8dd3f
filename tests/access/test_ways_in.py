"""The ways in beside the address itself, for every address: see `probes`."""

import pytest

from overgang.collect.files import templates
from tests.access import probes
from tests.access.probes import Clients
from tests.access.ways import WAYS, World

pytestmark = pytest.mark.django_db

OURS = [name for name in sorted(WAYS) if ":" in name]
ABOUT = [name for name in OURS if WAYS[name].sees]
SHOWN = [name for name in OURS if "GET" in WAYS[name].methods]
SENT = [name for name in OURS if "POST" in WAYS[name].methods]


@pytest.mark.parametrize("name", ABOUT)
def test_a_part_of_a_path_opens_nothing(world: World, clients: Clients, name: str) -> None:
    assert list(probes.in_path(world, clients, name)) == []


@pytest.mark.parametrize("name", SHOWN)
def test_a_query_opens_nothing(world: World, clients: Clients, name: str) -> None:
    assert list(probes.in_query(world, clients, name)) == []


@pytest.mark.parametrize("name", SENT)
def test_a_body_opens_nothing(world: World, clients: Clients, name: str) -> None:
    assert list(probes.in_body(world, clients, name)) == []


@pytest.mark.parametrize("name", OURS)
def test_headers_open_nothing(world: World, clients: Clients, name: str) -> None:
    assert list(probes.in_headers(world, clients, name)) == []


def test_no_list_tells_of_others_or_of_graded_persons(world: World, clients: Clients) -> None:
    assert list(probes.in_lists(world, clients)) == []


@pytest.mark.parametrize("kind", templates())
def test_a_file_about_others_is_answered_as_one_about_nobody(world: World, clients: Clients, kind: str) -> None:
    assert list(probes.in_files(world, clients, [kind])) == []


def test_a_key_opens_its_own_units_imports_only(world: World, clients: Clients) -> None:
    assert list(probes.by_key(world, clients)) == []
