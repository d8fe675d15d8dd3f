"""How a hidden number was worked out: the sums a reader would do, in words.

The dual of the linear program that bounds a cell says which equations pin it and with what weight; multiplied out, the
shown numbers that remain are the arithmetic.
"""

import numpy as np

from overgang.control.program import Program, groups, region
from overgang.control.ranges import Ranges
from overgang.control.system import ANY, Bools, Ints, System
from overgang.control.unpublished import TOLD

TERMS = 12

FAR = 1 << 20
"""Farther than any count."""


def arithmetic(system: System, hidden: Bools, floor: Ints, ranges: Ranges, cell: int) -> str:
    """The upper bound of a cell as a sum of shown numbers: `exits F00 2016 work 1087 - exits F00U 2016 work 1075`."""
    equations = system.equations
    joined = groups(equations.row, equations.cell, hidden, len(equations))
    cells = next((cells for cells in joined if cell in cells), None)
    if cells is None:
        return "no equation"
    base = np.where(hidden, ranges.base, system.count)
    program = Program(region(equations, cells, base), base[cells])
    upward, nothing = np.where(cells == cell, -1.0, 0.0), np.zeros(len(cells))
    program.move(np.where(cells == cell, FAR, ANY), base[cells] - floor[cells], upward, nothing)
    duals = program.duals()
    weights = _weights(system, cells, duals)
    shown = [(w, c) for c, w in sorted(weights.items()) if not hidden[c]]
    shown.sort(key=lambda pair: -abs(pair[0] * system.count[pair[1]]))
    found = _sum(system, shown) if shown else "the least and most its neighbours can be"
    told = _told(system, cells, duals)
    return f"{found}; with {' and '.join(told)}, in whole persons" if told else found


def _rows(system: System, cells: Ints) -> Ints:
    """The equations of a region, in the order of its duals."""
    rows: Ints = np.unique(system.equations.row[np.isin(system.equations.cell, cells)])
    return rows


def _told(system: System, cells: Ints, duals: np.ndarray) -> list[str]:
    """The statements that bind: those with a price, or all about these cells where whole persons bind alone."""
    rows = _rows(system, cells)
    names = [(system.equations.names[row], abs(dual) > 1e-9) for row, dual in zip(rows.tolist(), duals, strict=True)]
    told = [(f'"{name.removeprefix(TOLD)}"', binds) for name, binds in names if name.startswith(TOLD)]
    return list(dict.fromkeys(name for name, binds in told if binds) or dict.fromkeys(name for name, _ in told[:TERMS]))


def _weights(system: System, cells: Ints, duals: np.ndarray) -> dict[int, float]:
    """What each cell is multiplied by when the equations are added with their duals."""
    equations = system.equations
    rows = _rows(system, cells)
    weight = np.zeros(len(equations))
    weight[rows] = duals
    used = np.abs(weight[equations.row]) > 1e-9
    total: dict[int, float] = {}
    for row, cell, sign in zip(equations.row[used], equations.cell[used], equations.sign[used], strict=True):
        total[int(cell)] = total.get(int(cell), 0.0) + float(weight[row] * sign)
    return {cell: value for cell, value in total.items() if abs(value) > 1e-9}


def _sum(system: System, terms: list[tuple[float, int]]) -> str:
    words = []
    for weight, cell in terms[:TERMS]:
        sign = "+" if weight > 0 else "-"
        times = "" if abs(abs(weight) - 1) < 1e-9 else f"{abs(weight):g} x "
        words.append(f"{sign} {times}{system.name(cell)} {system.count[cell]}")
    if len(terms) > TERMS:
        words.append(f"and {len(terms) - TERMS} more")
    return " ".join(words).removeprefix("+ ")
