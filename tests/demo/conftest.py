import pytest

from overgang.demo.country import country as country_of
from overgang.demo.country import generate
from overgang.demo.plan import make_plan
from tests.demo.plain import Country

OTHER = 5
"""The seed of another country."""


def silent(_stage):
    pass


@pytest.fixture(scope="session")
def plan():
    return make_plan(2007, silent)


@pytest.fixture(scope="session")
def made(plan):
    return country_of(plan, silent)


@pytest.fixture(scope="session")
def tables(made):
    return made.register


@pytest.fixture(scope="session")
def other():
    return generate(OTHER, silent).register


@pytest.fixture(scope="session")
def country(tables):
    return Country(tables)
