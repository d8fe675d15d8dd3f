"""Which published figures cannot hold together, and by how much: an elastic linear program, explained.

Every figure may give way at a price, its *slack*. Where the least total slack is not zero the figures clash; those that
are needed for the clash, and no other, are named.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from overgang.base.errors import BadInput
from overgang.base.places import COUNTRY
from overgang.control.program import Solver
from overgang.demo.cells import Condition, System, systems
from overgang.demo.chosen import chosen
from overgang.demo.published import Contradiction, Figures, Published
from overgang.demo.rounding import OPTIONS
from overgang.demo.targets import Targets

NOTHING = 1e-6
"""Less slack than this is none: the solver works to seven digits."""
SHOWN = 6
"""How many figures of a clash are named; the others are counted."""


@dataclass(frozen=True)
class Clash:
    """Figures that cannot hold together, though they can when any one is left out; `by`: the least they are off by."""

    members: tuple[Published, ...]
    by: float


@dataclass(frozen=True)
class Forced:
    """A group whose size no document gives, and what the figures leave for it: `low` to `high` of `total`."""

    group: str
    low: int
    high: int
    total: int


def clashes(figures: Sequence[Published]) -> tuple[Clash, ...]:
    """All clashes: first those within one place, then the wider ones that remain when the earlier ones have given way.

    In each the figure that gives way is that of lowest priority; where places clash with the country that of the
    country; else that of the narrowest group.
    """
    found: list[Clash] = []
    for system in systems(figures):
        found += _clashes_of(system, figures)
    return tuple(found)


def whole_numbers(figures: Sequence[Published]) -> float:
    """How far from holding together the figures are in whole persons, at least: 0 when they can."""
    return sum(sum(_slack(system.conditions, system.size, whole=True).values()) for system in systems(figures))


def forced(figures: Sequence[Published]) -> tuple[Forced, ...]:
    """What the figures leave for the groups whose size is not published; nothing of those for which they leave all."""
    found = []
    for system in systems(figures):
        for group, cells in system.bases.items():
            low, high, total = (
                _extreme(system, some, sign) for some, sign in ((cells, 1), (cells, -1), (system.everybody, -1))
            )
            if low > NOTHING and np.isfinite(total):
                found.append(Forced(group, int(np.ceil(low - NOTHING)), int(high + NOTHING), round(total)))
    return tuple(found)


def explanation(figures: Figures, targets: Targets) -> Iterator[str]:
    """What `--check` prints. Raises BadInput in the end when figures clash that contradictions.csv does not give up."""
    yield from _told(figures, clashes(figures.all), f"{len(figures.all)} figures as published")
    used = [figure for figure in figures.all if figure.id not in figures.given_up]
    given = [*used, *chosen(targets)]
    left = clashes(given)
    numbers = f"the {len(given) - len(used)} numbers the generator is given"
    yield from _told(figures, left, f"The {len(used)} that contradictions.csv does not give up, with {numbers}")
    if left:
        raise BadInput(f"{sentence(figures, left[0])} Correct a row, or give one up in contradictions.csv.")
    if (by := whole_numbers(given)) > NOTHING:
        raise BadInput(f"The figures cannot hold together in whole persons, off by {by:.3g}: correct published.csv.")
    yield "Groups whose size is not published, and what the published figures leave for them:"
    for group in forced(used):
        yield f"  {group.group}: {group.low} to {group.high} of {group.total}"


def _told(figures: Figures, found: Sequence[Clash], which: str) -> Iterator[str]:
    yield f"{which}: {len(found) or 'no'} clash{'' if len(found) < 2 else 'es'}"
    yield from (f"  {sentence(figures, clash)}" for clash in found)


def sentence(figures: Figures, clash: Clash) -> str:
    """A clash for the person at the keyboard: what clashes, by how much, where it stands, and whether it is known."""
    named = [_said(figure) for figure in clash.members[:SHOWN]]
    more = len(clash.members) - len(named)
    known = _known(figures, clash)
    what = "; ".join([*named, *([f"and {more} more"] if more else [])])
    verb = "is no whole number of persons" if len(clash.members) == 1 else "cannot hold together"
    return (
        f"{what}: {verb}, off by {clash.by:.3g} at least ({_rows(figures, clash)}). "
        f"{f'Known as {known.id}.' if known else 'Not in contradictions.csv.'}"
    )


def _rows(figures: Figures, clash: Clash) -> str:
    files: dict[str, list[str]] = {}
    for file, row in sorted(set(map(figures.where, clash.members))):
        files.setdefault(file, []).append(str(row))
    return "; ".join(f"{file}, row{'s' * (len(rows) > 1)} {', '.join(rows)}" for file, rows in files.items())


def _said(figure: Published) -> str:
    group = " ".join(word for word in (figure.population, figure.among, figure.category) if word)
    value = f"{figure.value:g}{' %' if figure.kind == 'share' else ''}"
    if figure.kind == "count" and figure.low != figure.high:
        value = f"{figure.low} to {figure.high}"
    base = f" of {figure.base}" if figure.base and figure.kind == "share" else ""
    return f"{figure.name} {figure.year}, {group} {value}{base}"


def _known(figures: Figures, clash: Clash) -> Contradiction | None:
    """The contradiction that speaks of all members of the clash, and of the fewest other figures."""
    fitting = [row for row in figures.contradictions if all(row.covers(member) for member in clash.members)]
    return min(fitting, key=lambda row: sum(row.covers(figure) for figure in figures.all), default=None)


def _clashes_of(system: System, figures: Sequence[Published]) -> Iterator[Clash]:
    row = {figure.id: number for number, figure in enumerate(figures)}
    conditions = list(system.conditions)
    breadth = {c.figure.id: len(c.cells) for c in conditions if c.figure}
    places = dict.fromkeys(c.figure.place for c in conditions if c.figure and c.figure.place != COUNTRY)
    for place in (*places, None):
        while True:
            here = [c for c in conditions if c.figure is None or place in (c.figure.place, None)]
            members = _irreducible(here, system.size)
            if not members:
                break
            inside = [c for c in here if c.figure is None or c.figure.id in members]
            by = sum(_slack(inside, system.size).values())
            clash = sorted(members.values(), key=lambda figure: (figure.place != COUNTRY, row[figure.id]))
            yield Clash(tuple(clash), by)
            loser = max(clash, key=lambda figure: (figure.priority, figure.place == COUNTRY, -breadth[figure.id]))
            enough = _slack(here, system.size, {c.figure.id for c in here if c.figure} - {loser.id})
            wide = enough.get(loser.id, by)
            conditions = [_widened(c, wide) if c.figure == loser else c for c in conditions]


def _widened(condition: Condition, by: float) -> Condition:
    return replace(condition, low=condition.low - by, high=condition.high + by)


def _irreducible(conditions: Sequence[Condition], size: int) -> dict[str, Published]:
    """Figures that clash, none of which can be left out; empty when nothing clashes.

    Those that have slack are made hard, again and again, until the hard ones alone are impossible; then each is left
    out that is not needed.
    """
    figures = {c.figure.id: c.figure for c in conditions if c.figure}
    hard: dict[str, Published] = {}
    while slack := _slack(conditions, size, hard):
        if IMPOSSIBLE in slack:
            break
        hard |= {id: figures[id] for id in slack}
    else:
        return {}
    for id in sorted(hard, key=lambda id: -hard[id].priority):
        rest = hard.keys() - {id}
        kept = [c for c in conditions if c.figure is None or c.figure.id in rest]
        if _slack(kept, size, rest):
            del hard[id]
    return hard


IMPOSSIBLE = ""
"""Stands for the figures that may not give way."""


def _slack(
    conditions: Sequence[Condition],
    size: int,
    hard: Collection[str] = (),
    *,
    whole: bool = False,
) -> dict[str, float]:
    """The least slack, by figure; only the figures that have any. IMPOSSIBLE when the hard ones cannot all hold."""
    if not conditions:
        return {}
    elastic = [i for i, c in enumerate(conditions) if c.figure and c.figure.id not in hard]
    model = _model(conditions, size, elastic)
    if whole:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger] * size + [kinds.kContinuous] * (2 * len(elastic))
    found = _run(model)
    if found is None:
        return {IMPOSSIBLE: np.inf}
    slack: dict[str, float] = {}
    for i, gap in zip(elastic, found[size:].reshape(2, -1).sum(axis=0).tolist(), strict=True):
        figure = conditions[i].figure
        if figure and gap > NOTHING:
            slack[figure.id] = slack.get(figure.id, 0) + gap
    return slack


def _extreme(system: System, cells: np.ndarray, sign: int) -> float:
    """The least (sign 1) or most (sign -1) that some cells can sum to; infinite if nothing bounds it."""
    model = _model(system.conditions, system.size, [])
    cost = np.zeros(system.size)
    cost[cells] = sign
    model.col_cost_ = cost
    found = _run(model)
    return float(found[cells].sum()) if found is not None else np.inf


def _model(conditions: Sequence[Condition], size: int, elastic: Sequence[int]) -> highspy.HighsLp:
    """Columns: cells, then for each elastic condition what it is short by and over by. Rows: a lower, then an upper."""
    slack = {at: size + j for j, at in enumerate(elastic)}
    rows: list[tuple[np.ndarray, np.ndarray, float, float]] = []
    for i, c in enumerate(conditions):
        own = [slack[i]] if i in slack else []
        for low, high, shift, sign in ((c.low, np.inf, 0, 1.0), (-np.inf, c.high, len(elastic), -1.0)):
            if np.isfinite(low if sign > 0 else high):
                index = np.concatenate([c.cells, np.array(own, dtype=np.int64) + shift])
                rows.append((index, np.concatenate([c.weights, [sign] * len(own)]), low, high))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size + 2 * len(elastic), len(rows)
    model.col_cost_ = np.concatenate([np.zeros(size), np.ones(2 * len(elastic))])
    model.col_lower_ = np.zeros(model.num_col_)
    model.col_upper_ = np.full(model.num_col_, np.inf)
    model.row_lower_ = np.array([row[2] for row in rows])
    model.row_upper_ = np.array([row[3] for row in rows])
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = model.num_col_, len(rows)
    matrix.start_ = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])])
    matrix.index_ = np.concatenate([row[0] for row in rows])
    matrix.value_ = np.concatenate([row[1] for row in rows])
    return model


def _run(model: highspy.HighsLp) -> np.ndarray | None:
    solver: highspy.Highs = Solver()  # type: ignore[no-untyped-call]
    for option, setting in OPTIONS.items():
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    solver.run()
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    endless = solver.getModelStatus() == highspy.HighsModelStatus.kUnbounded
    return np.array(solver.getSolution().col_value) if feasible and not endless else None
