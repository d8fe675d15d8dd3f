"""The ways to protect an edition side by side, as a table to choose by."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from overgang.base import snapshot
from overgang.base.errors import BadInput
from overgang.compute.tabulate import tabulate
from overgang.control import policy as policies
from overgang.control.chooser import ShareError, Trial, Way, best, compare, ways
from overgang.publish.build import FIRST_YEAR, since

TRIAL_SECRET = b"keys of a trial, which nobody sees published"
"""Nothing tried here is published, and the same trial gives the same table."""

HEADS = ("", "shown", "hidden", "changed", "open sums", "leaks", "kept", "seconds")
SIZE_HEADS = ("published", "mean", "p95")


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare: the last `years` years through `year` of a snapshot, under a policy, all ways or some."""

    snapshot: Path
    year: int | None = None
    years: int = 3
    policy: str = "default"
    only: tuple[str, ...] = ()


def compare_ways(
    asked: Question,
    *,
    clock: Callable[[], float],
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Trial]:
    """Tries the ways. Raises BadInput for a way or a number of years that is none, and when there are no results."""
    chosen = _chosen(ways(policies(asked.policy)), asked.only)
    if asked.years < 1:
        raise BadInput(f"{asked.years} years cannot be compared: ask for 1 or more.")
    whole = tabulate(snapshot.read(asked.snapshot), through=asked.year)
    last = max(int(time) for time in whole.cube("exits").cells["time"].unique())
    tabulation = since(max(FIRST_YEAR, last - asked.years + 1), whole)
    return list(compare(tabulation, chosen, secret=TRIAL_SECRET, clock=clock, workers=workers, progress=progress))


def _chosen(all_ways: Sequence[Way], only: Sequence[str]) -> list[Way]:
    names = [way.name for way in all_ways]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise BadInput(f"There is no way {unknown[0]!r} to protect an edition: choose from {', '.join(names)}.")
    return [way for way in all_ways if not only or way.name in only]


def as_json(trials: Sequence[Trial]) -> str:
    """The trials as JSON, with the name of the one that keeps the most true numbers."""
    found = best(trials)
    return json.dumps({"best": found.name if found else None, "ways": [asdict(one) for one in trials]}, indent=2)


def as_table(trials: Sequence[Trial]) -> str:
    """The trials as text, a row each, and which keeps the most true numbers."""
    sizes = [error.ended for error in trials[0].errors]
    head = [*HEADS, *(name for _ in sizes for name in SIZE_HEADS)]
    rows = [head, *(_row(trial) for trial in trials)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [_line(row, widths) for row in rows]
    left = sum(widths[: len(HEADS)]) + 2 * len(HEADS)
    spans = [sum(widths[start : start + 3]) + 4 for start in range(len(HEADS), len(head), 3)]
    over = " " * left + "  ".join(size.ljust(span) for size, span in zip(sizes, spans, strict=True))
    found = best(trials)
    said = f"Of what prints true numbers only, most is kept by: {found.name} ({found.says})." if found else ""
    return "\n".join([over.rstrip(), *lines, *([said] if said else [])])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = (text.rjust(width) for text, width in zip(row, widths, strict=True))
    return "  ".join([row[0].ljust(len(name)), *numbers])


def _row(trial: Trial) -> list[str]:
    numbers = [trial.shown, trial.hidden, trial.changed, trial.open_sums, trial.findings]
    shares = [text for error in trial.errors for text in _share(error)]
    return [trial.name, *map(str, numbers), f"{100 * trial.kept:.0f} %", f"{trial.seconds:.1f}", *shares]


def _share(error: ShareError) -> tuple[str, str, str]:
    """How many of the shares are published, and their errors."""
    part = f"{100 * error.published / error.places:.0f} %" if error.places else "-"
    return part, *("-" if value is None else f"{value:.1f}" for value in (error.mean, error.p95))
