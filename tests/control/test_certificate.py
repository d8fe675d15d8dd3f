"""The proof of an audit, checked by plain sums, and proofs that are none."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from overgang.control import Audit, Certificate, audit, check, known_links, policy, protect
from overgang.control.search import Witness
from overgang.control.system import Table
from tests.control import invented

POLICY = policy()
TABULATION = invented.tabulate(invented.country(8, counties=2))
LINKS = known_links(TABULATION, POLICY)


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    return [(cube.table, cube.counts, cube.dimensions, cube.cells) for cube in protect(TABULATION, POLICY).cubes]


@pytest.fixture(scope="module")
def found(tables: list[Table]) -> Audit:
    return audit(tables, TABULATION.trees, LINKS, POLICY)


def faults(tables: list[Table], certificate: Certificate) -> tuple[str, ...]:
    return check(tables, TABULATION.trees, LINKS, POLICY, certificate)


def test_the_certificate_of_a_safe_edition_holds(tables: list[Table], found: Audit) -> None:
    assert found.safe
    assert len(found.certificate.witnesses) > 10
    assert faults(tables, found.certificate) == ()


def test_without_its_witnesses_it_proves_nothing(tables: list[Table], found: Audit) -> None:
    missing = faults(tables, replace(found.certificate, witnesses=()))
    assert len(missing) > 50
    assert "is only shown to lie between" in missing[0]


def test_each_part_of_it_matters(tables: list[Table], found: Audit) -> None:
    """Every shown number is fixed, and a witness that is a little off breaks a sum."""
    hidden = np.unique(np.concatenate([one.cells for one in found.certificate.witnesses]))
    shown = int(np.setdiff1d(np.arange(len(found.certificate.base)), hidden)[0])
    base = found.certificate.base.copy()
    base[shown] += 1
    assert any("is published as" in fault for fault in faults(tables, replace(found.certificate, base=base)))
    first, *others = found.certificate.witnesses
    off = Witness(first.cells, np.where(np.arange(len(first.by)) == 0, first.by + 1, first.by))
    changed = replace(found.certificate, witnesses=(off, *others))
    assert any(fault.startswith("witness 0 breaks a sum") for fault in faults(tables, changed))
    to_shown = Witness(np.array([shown]), np.array([1]))
    changed = replace(found.certificate, witnesses=(to_shown, *others))
    assert any(fault.startswith("witness 0 changes") for fault in faults(tables, changed))
    below = Witness(hidden[:1], -found.certificate.base[hidden[:1]] - 1)
    changed = replace(found.certificate, witnesses=(below, *others))
    assert any(fault.startswith("witness 0 changes") for fault in faults(tables, changed))
    short = replace(found.certificate, base=found.certificate.base[:-1])
    assert faults(tables, short) == (
        f"the certificate is for {len(short.base)} cells, the edition has {len(found.certificate.base)}",
    )


def test_a_leak_has_no_certificate() -> None:
    """The true tables with only the small counts hidden."""
    small = dict.fromkeys(range(POLICY.smallest))
    bare = [
        (cube.table, cube.counts, cube.dimensions, cube.cells.with_columns(pl.col("count").replace(small)))
        for cube in TABULATION.cubes
    ]
    leaking = audit(bare, TABULATION.trees, LINKS, POLICY)
    assert not leaking.safe
    assert faults(bare, leaking.certificate) != ()
