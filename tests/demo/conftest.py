import pytest

from overgang.demo.country import generate
from tests.demo.plain import Country

OTHER = 5
"""The seed of another country."""


def silent(_stage):
    pass


@pytest.fixture(scope="session")
def tables():
    return generate(2007, silent)


@pytest.fixture(scope="session")
def other():
    return generate(OTHER, silent)


@pytest.fixture(scope="session")
def country(tables):
    return Country(tables)
