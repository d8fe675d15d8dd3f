"""The authorization matrix: every address of the resolver x every role and every visitor without one x whose record x
every method. What is expected comes from the table in `ways`, which knows nothing of the policies on the views."""

import pytest
from django.test import Client

from overgang.access.policies import addresses
from overgang.access.roles import roles
from tests.access.matrix import cells, deviations, unlike_missing
from tests.access.ways import ROLES, WAYS, World

pytestmark = pytest.mark.django_db


def test_every_address_has_an_entry_and_no_entry_is_left_over() -> None:
    assert {found.name for found in addresses()} == set(WAYS)


def test_every_role_is_in_the_table() -> None:
    assert set(roles()) == ROLES


@pytest.mark.parametrize("name", sorted(WAYS))
def test_the_matrix(world: World, clients: dict[str, Client], name: str) -> None:
    assert list(deviations(world, clients, name, cells(name))) == []


@pytest.mark.parametrize("name", sorted(name for name, way in WAYS.items() if way.sees))
def test_a_record_of_others_looks_like_one_that_is_not_there(
    world: World, clients: dict[str, Client], name: str
) -> None:
    assert list(unlike_missing(world, clients, name)) == []


def test_the_matrix_is_large_enough() -> None:
    assert sum(1 for name in WAYS for _ in cells(name)) > 10_000
