from functools import cache

import pytest

from overgang.demo.country import country as country_of
from overgang.demo.plan import make_plan
from tests.demo.plain import Country

OTHER = 5
"""The seed of another country."""


def silent(_stage):
    pass


@cache
def planned(seed):
    return make_plan(seed, silent)


@cache
def built(seed):
    return country_of(planned(seed), silent)


@pytest.fixture(scope="session")
def plan():
    return planned(2007)


@pytest.fixture(scope="session")
def made():
    return built(2007)


@pytest.fixture(scope="session")
def tables(made):
    return made.register


@pytest.fixture(scope="session")
def other():
    return built(OTHER).register


@pytest.fixture(scope="session")
def country(tables):
    return Country(tables)
