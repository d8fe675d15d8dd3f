"""Expected numbers made whole so that given sums hold exactly: controlled rounding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from overgang.base.errors import BadInput
from overgang.control.program import Solver

SLACK_PRICE = 4.0
"""What a step beyond floor or ceiling costs, against at most 1 for rounding the wrong way."""

OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.01,  # the sums hold anyway; nearness to the expected need not be perfect
    "mip_max_nodes": 2000,  # a count and not a time, so that every machine finds the same
}


@dataclass(frozen=True)
class Sum:
    """A linear condition: the cells (indices), each times its weight (1 if none are given), sum to low..high."""

    name: str
    cells: np.ndarray
    low: float
    high: float
    weights: np.ndarray | None = None

    @property
    def coefficients(self) -> np.ndarray:
        return np.ones(len(self.cells)) if self.weights is None else self.weights


def rounded(expected: np.ndarray, sums: Sequence[Sum], upper: np.ndarray | None = None) -> np.ndarray:
    """Whole numbers near `expected` (>= 0, at most `upper`) for which all `sums` hold.

    Raises BadInput naming the sums that cannot hold together.
    """
    base = np.floor(np.minimum(expected, upper) if upper is not None else expected)
    solution = _solved(expected, base, sums, upper)
    if solution is None:
        raise BadInput(_clash(expected, base, sums, upper))
    n = len(expected)
    step = np.rint(solution).astype(np.int64)
    return base.astype(np.int64) + step[:n] + step[n : 2 * n] - step[2 * n : 3 * n]


def raked(expected: np.ndarray, sums: Sequence[Sum], rounds: int = 60) -> np.ndarray:
    """Scales the cells of one sum after the other until each is (nearly) in its interval. Unweighted sums only."""
    cells = expected.astype(float).copy()
    for _ in range(rounds):
        worst = 0.0
        for condition in sums:
            now = cells[condition.cells].sum()
            wanted = min(max(now, condition.low), condition.high)
            if now > 0 and wanted != now:
                cells[condition.cells] *= wanted / now
                worst = max(worst, abs(wanted - now))
        if worst < 0.01:
            break
    return cells


def apportioned(
    total: int, weights: np.ndarray, low: np.ndarray | int = 0, high: np.ndarray | int | None = None
) -> np.ndarray:
    """`total` in whole parts, near proportional to `weights`, each within low..high; largest remainders round up.

    Raises BadInput when the bounds leave no room.
    """
    least = np.broadcast_to(low, weights.shape).astype(float)
    most = np.broadcast_to(total if high is None else high, weights.shape).astype(float)
    if not least.sum() <= total <= most.sum():
        raise BadInput(
            f"{total} cannot be divided: the parts allow {least.sum():.0f} to {most.sum():.0f}; correct the targets."
        )
    parts = _filled(total, np.maximum(weights, 1e-9), least, most)
    whole = np.floor(parts + 1e-9)
    rest = int(total - whole.sum())
    order = np.argsort(-(parts - whole) + 1e6 * (whole + 1 > most), kind="stable")
    whole[order[:rest]] += 1
    return whole.astype(np.int64)


def _filled(total: int, weights: np.ndarray, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    lower, upper = 0.0, (most.max() + total + 1) / weights.min()
    for _ in range(80):
        middle = (lower + upper) / 2
        if middle == lower:
            break
        if np.minimum(np.maximum(middle * weights, least), most).sum() < total:
            lower = middle
        else:
            upper = middle
    return np.clip(lower * weights, least, most)


def _solved(expected: np.ndarray, base: np.ndarray, sums: Sequence[Sum], upper: np.ndarray | None) -> np.ndarray | None:
    """Steps from `base`: columns round up (0/1), further up and down for each cell. None if the sums cannot hold."""
    model = _model(expected, base, sums, upper)
    model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    return _run(model)


def _clash(expected: np.ndarray, base: np.ndarray, sums: Sequence[Sum], upper: np.ndarray | None) -> str:
    """Which sums would have to give way: the widest of those that clash, by a linear program with slack in each."""
    model = _model(expected, base, sums, upper)
    breadth = np.array([len(condition.cells) for condition in sums])
    before, slacks = model.num_col_, 2 * len(sums)
    model.num_col_ = before + slacks
    model.col_cost_ = np.concatenate([np.zeros(before), 1 / breadth, 1 / breadth])
    model.col_lower_ = np.zeros(before + slacks)
    model.col_upper_ = np.concatenate([model.col_upper_, np.full(slacks, np.inf)])
    _set_rows(model, sums, len(expected), slack=True)
    solution = _run(model)
    gaps = np.zeros(len(sums)) if solution is None else solution[before:].reshape(2, -1).sum(axis=0)
    missed = [f"{c.name} would be off by {gap:.0f}" for c, gap in zip(sums, gaps.tolist(), strict=True) if gap > 0.5]
    return (
        f"The target figures cannot hold together: {'; '.join(missed[:5]) or 'not in whole numbers'}. Correct them; "
        "`overgang demo targets --check` names the rows."
    )


def _model(expected: np.ndarray, base: np.ndarray, sums: Sequence[Sum], upper: np.ndarray | None) -> highspy.HighsLp:
    n = len(expected)
    room = np.full(n, 1e6) if upper is None else np.maximum(upper - base, 0)
    held = np.array([(c.coefficients * base[c.cells]).sum() for c in sums])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 3 * n, len(sums)
    model.col_cost_ = np.concatenate([1 - 2 * (expected - base), np.full(2 * n, SLACK_PRICE)])
    model.col_lower_ = np.zeros(3 * n)
    model.col_upper_ = np.concatenate([np.minimum(room, 1), np.maximum(room - 1, 0), base])
    model.row_lower_ = np.array([c.low for c in sums]) - held
    model.row_upper_ = np.array([c.high for c in sums]) - held
    _set_rows(model, sums, n, slack=False)
    return model


def _set_rows(model: highspy.HighsLp, sums: Sequence[Sum], n: int, *, slack: bool) -> None:
    m = len(sums)
    index, value = [], []
    for at, condition in enumerate(sums):
        cells, weights = condition.cells, condition.coefficients
        own = np.array([3 * n + at, 3 * n + m + at] if slack else [], dtype=np.int64)
        index.append(np.concatenate([cells, cells + n, cells + 2 * n, own]))
        value.append(np.concatenate([weights, weights, -weights, [1.0, -1.0] if slack else []]))
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = model.num_col_, m
    matrix.start_ = np.concatenate([[0], np.cumsum([len(row) for row in index])])
    matrix.index_, matrix.value_ = np.concatenate(index), np.concatenate(value)


def _run(model: highspy.HighsLp) -> np.ndarray | None:
    solver: highspy.Highs = Solver()  # type: ignore[no-untyped-call]
    for option, setting in OPTIONS.items():
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    solver.run()
    found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return np.array(solver.getSolution().col_value) if found else None
