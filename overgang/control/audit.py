"""The audit: an attack on what is published, by somebody who has nothing else.

It reads protected tables as any reader could, finds one whole country that agrees with them, and then asks of every
hidden cell how little and how much it could be. It never sees a true count.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from overgang.base.cube import Tree
from overgang.control.attack import Attack
from overgang.control.certificate import Certificate, faults
from overgang.control.crew import Crew, crew
from overgang.control.earlier import Told, together
from overgang.control.first_table import Bounded, whole_table
from overgang.control.policy import Policy
from overgang.control.primary import all_or_none, hides_zero, protected_whatever_its_size
from overgang.control.program import groups, region
from overgang.control.ranges import Ranges, exposed, floors, start
from overgang.control.statements import Statement
from overgang.control.steps import Steps, how
from overgang.control.system import ANY, Bools, Equations, Ints, System, Table, assemble
from overgang.control.unpublished import TOLD, with_statements


@dataclass(frozen=True, slots=True)
class Finding:
    """One cell that a reader can narrow too far, or that should have been hidden: which, to what, and how."""

    cell: str
    kind: str
    least: int
    most: int
    how: str

    def __str__(self) -> str:
        found = f"exactly {self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"{self.cell}: {self.kind}, {found} ({self.how})"


@dataclass(frozen=True, slots=True)
class Audit:
    """What the attack tried and found, and the proof of it."""

    cells: int
    hidden: int
    equations: int
    findings: tuple[Finding, ...]
    certificate: Certificate

    @property
    def safe(self) -> bool:
        return not self.findings

    def summary(self) -> dict[str, Any]:
        """For the edition: counts only; a finding names a person's cell and stays inside."""
        return {
            "cells": self.cells,
            "hidden": self.hidden,
            "equations": self.equations,
            "findings": len(self.findings),
        }


def audit(
    tables: Iterable[Table],
    trees: tuple[Tree, ...],
    links: pl.DataFrame,
    policy: Policy,
    *,
    earlier: Sequence[Told] = (),
    statements: Sequence[Statement] = (),
    workers: int = 1,
    most: int = 20,
    progress: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Attacks published tables (id, counts, dimensions, cells with an empty `count` where hidden).

    `links` as in `Tabulation`, with what is published of each overlap in `overlap_low` and `overlap_high`. The
    `earlier` editions are attacked together with this one, and so is what `statements` tell elsewhere. At most `most`
    findings are explained; all are counted.
    """
    now = assemble(tables, trees, links)
    shown = _shown_but_small(now, policy)
    system = together(now, earlier, [told.system() for told in earlier]).system
    system = with_statements(system, statements, trees, links)
    hidden: Bools = system.count < 0
    floor = floors(system, policy)
    progress(f"{len(hidden)} cells, {hidden.sum()} hidden, {len(system.equations)} sums between them")
    with crew(workers) as helpers:
        ranges, clashes = _enter(system, hidden, floor, helpers)
        attack = Attack(system, hidden, floor, ranges, policy, helpers)
        if not clashes:
            attack.run()
            attack.settle()
    narrow = np.flatnonzero(exposed(system, ranges, hidden, policy)) if not clashes else np.empty(0, np.int64)
    found = [*shown, *clashes, *_explained(system, ranges, hidden, floor, narrow, most)]
    return Audit(
        cells=len(hidden),
        hidden=int(hidden.sum()),
        equations=len(system.equations),
        findings=tuple(found),
        certificate=Certificate(ranges.base, tuple(attack.witnesses)),
    )


def check(
    tables: Iterable[Table],
    trees: tuple[Tree, ...],
    links: pl.DataFrame,
    policy: Policy,
    certificate: Certificate,
    *,
    earlier: Sequence[Told] = (),
    statements: Sequence[Statement] = (),
) -> tuple[str, ...]:
    """What is wrong with the certificate of an audit of these very tables: nothing, when they are safe."""
    now = assemble(tables, trees, links)
    system = together(now, earlier, [told.system() for told in earlier]).system
    return tuple(faults(with_statements(system, statements, trees, links), policy, certificate))


def _shown_but_small(system: System, policy: Policy) -> list[Finding]:
    """Numbers that the policy hides for their own sake and that are printed all the same."""
    count = system.count
    small = (count >= 1) & (count < policy.smallest)
    zero = (count == 0) & hides_zero(system, policy)
    group = count[system.group]
    group = np.where(group < 0, ANY, group)  # a hidden group may be large: the reader cannot tell
    zero |= all_or_none(system, policy, group) & (count >= 0)
    always = protected_whatever_its_size(system, policy, group, count) & (count >= 0)
    return [
        Finding(
            system.name(cell),
            "shown though the policy hides it",
            int(count[cell]),
            int(count[cell]),
            "printed",
        )
        for cell in map(int, np.flatnonzero(small | zero | always))
    ]


def _enter(system: System, hidden: Bools, floor: Ints, helpers: Crew) -> tuple[Ranges, list[Finding]]:
    """Some whole country that agrees with everything published, and what is known beside it; or the places where none
    does, which means that numbers were changed."""
    base = np.where(hidden, 0, system.count)
    ranges = start(system, hidden, floor, base)
    known = ranges.low >= ranges.high
    base[known] = ranges.low[known]
    clashes = _impossible(system, ranges)
    equations, bound = system.equations, _in_equation(system)
    free = hidden & ~known
    base[free & ~bound] = ranges.low[free & ~bound]
    whole = list(groups(equations.row, equations.cell, free & bound, len(equations))) if not clashes else []
    jobs = [Bounded(region(equations, of, base), ranges.low[of], ranges.high[of]) for of in whole]
    for cells, entered in zip(whole, helpers.map(whole_table, jobs), strict=True):
        if entered is None:
            clashes.append(_clash(system, int(cells[0])))
        else:
            base[cells] = entered
    return Ranges(ranges.low, ranges.high, base.copy(), base.copy(), base), clashes


def _impossible(system: System, ranges: Ranges) -> list[Finding]:
    """Cells whose bounds cross, and sums of shown numbers that do not add up."""
    equations = system.equations
    crossed = np.flatnonzero(ranges.low > ranges.high)
    low, high = ranges.low[equations.cell], ranges.high[equations.cell]
    least = equations.sign * np.where(equations.sign > 0, low, high)
    most = equations.sign * np.where(equations.sign > 0, high, low)
    rows = len(equations)
    off = (np.bincount(equations.row, least, rows) > equations.high) | (
        np.bincount(equations.row, most, rows) < equations.low
    )
    members = equations.cell[off[equations.row] & ((equations.sign > 0) | _told(equations)[equations.row])]
    return [_clash(system, int(cell)) for cell in np.unique(np.concatenate([crossed, members]))]


def _told(equations: Equations) -> Bools:
    return np.array([name.startswith(TOLD) for name in equations.names], np.bool_)


def _clash(system: System, cell: int) -> Finding:
    return Finding(system.name(cell), "cannot be true together with the other numbers", -1, -1, "the sums do not close")


def _in_equation(system: System) -> Bools:
    inside = np.zeros(len(system.count), np.bool_)
    inside[system.equations.cell] = True
    return inside


def _explained(system: System, ranges: Ranges, hidden: Bools, floor: Ints, narrow: Ints, most: int) -> list[Finding]:
    findings = []
    told = _told(system.equations).any() and len(narrow)
    steps = Steps(system, hidden, floor) if told else None
    for number, cell in enumerate(map(int, narrow)):
        words = how(system, hidden, floor, ranges, cell, steps) if number < most else "as the others"
        kind = "can be worked out"
        findings.append(Finding(system.name(cell), kind, int(ranges.least[cell]), int(ranges.most[cell]), words))
    return findings
