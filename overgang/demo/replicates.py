"""Many replicates of a country, straight to Parquet: a folder a table, a file a replicate.

Each replicate has streams of its own, so any of them can be made alone, in any order and by any number of processes,
with the same bytes. All have the same published counts.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import polars as pl

from overgang.base.errors import BadInput
from overgang.base.folders import canonical, read_json
from overgang.demo.country import NOTE, write_table
from overgang.demo.faults import with_faults
from overgang.demo.histories import effects, truth
from overgang.demo.plan import Plan, make_plan
from overgang.demo.recorded import Register, closed
from overgang.demo.returns import annual_returns
from overgang.demo.spells import spells
from overgang.demo.targets import FOLDER as TARGETS

MOST = 2000
"""Replicates there can be: the numbers of persons and participations are 32 bits."""
TRUTH, REGISTER = LAYERS = ("truth", "register")
ABOUT = "about.json"
THREADS = "POLARS_MAX_THREADS"

Progress = Callable[[str], None]


def write_replicates(
    to: Path,
    *,
    seed: int,
    first: int,
    number: int,
    layers: Sequence[str],
    workers: int,
    progress: Progress,
    folder: Path = TARGETS,
) -> None:
    """Writes replicates `first` to `first + number - 1` into `to`; those that are there already are made anew.

    Raises BadInput when the numbers or the target files are wrong, or the folder cannot be written.
    """
    if not (number >= 1 and first >= 0 and first + number <= MOST):
        raise BadInput(f"Replicates {first} to {first + number - 1} were asked for: choose within 0 to {MOST - 1}.")
    if wrong := [layer for layer in layers if layer not in LAYERS]:
        raise BadInput(f"There is no layer {wrong[0]!r}: choose among {', '.join(LAYERS)}.")
    _check_folder(to, seed)
    plan = make_plan(seed, progress, folder)
    try:
        to.mkdir(parents=True, exist_ok=True)
        (to / ABOUT).write_text(canonical({"note": NOTE, "seed": seed}), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{to} cannot be written ({error}): choose another folder.") from None
    _write(to / "effects" / "unit.parquet", effects(plan))
    _share(plan, folder, to, range(first, first + number), layers, min(workers, number), progress)
    progress(f"{number} replicates are in {to}")


def _check_folder(to: Path, seed: int) -> None:
    """Replicates of two countries in one folder could not be told apart."""
    if not to.is_dir() or not any(to.iterdir()):
        return
    if not (to / ABOUT).is_file():
        raise BadInput(f"{to} holds something else: choose a new or empty folder.")
    found = read_json(to / ABOUT, "what is in the folder").get("seed")
    if found != seed:
        raise BadInput(f"{to} holds replicates of the seed {found}, not {seed}: choose another folder.")


def _share(
    plan: Plan, folder: Path, to: Path, wanted: range, layers: Sequence[str], workers: int, progress: Progress
) -> None:
    """This process and workers - 1 others take one replicate after the other until all are made."""
    context = get_context("spawn")
    left = context.Value("i", wanted.start)
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    others = [
        context.Process(target=_helper, args=(plan.seed, folder, to, wanted.stop, tuple(layers), left))
        for _ in range(workers - 1)
    ]
    try:
        for other in others:
            other.start()
    finally:
        os.environ.pop(THREADS) if before is None else os.environ.__setitem__(THREADS, before)
    _take(plan, to, wanted.stop, layers, left, progress)
    for other in others:
        other.join()
        if other.exitcode:
            raise BadInput(f"A process that made replicates ended with {other.exitcode}: run the command again.")


def _helper(seed: int, folder: Path, to: Path, stop: int, layers: Sequence[str], left: "Synchronized[int]") -> None:
    _take(make_plan(seed, lambda _: None, folder), to, stop, layers, left, lambda _: None)


def _take(
    plan: Plan, to: Path, stop: int, layers: Sequence[str], left: "Synchronized[int]", progress: Progress
) -> None:
    while True:
        with left.get_lock():
            replicate = left.value
            left.value += 1
        if replicate >= stop:
            return
        progress(f"Replicate {replicate}")
        write_replicate(plan, replicate, to, layers)


def write_replicate(plan: Plan, replicate: int, to: Path, layers: Sequence[str]) -> None:
    """One replicate, alone or among others."""
    rows = spells(plan, replicate)
    true = truth(rows)
    if TRUTH in layers:
        _write_tables(to / TRUTH, true, replicate)
    if REGISTER in layers:
        recorded = with_faults(rows, closed(rows, true))
        answers, invited, faults = annual_returns(rows)
        _write_register(to, recorded, {"annual_return": answers, "invited": invited}, faults, replicate)


def _write_register(
    to: Path, recorded: Register, returns: Mapping[str, pl.DataFrame], faults: pl.DataFrame, replicate: int
) -> None:
    _write_tables(to / REGISTER, {**recorded.tables, **returns}, replicate)
    _write_tables(to / "labels", {"register": recorded.labels, "annual_return": faults}, replicate)


def _write_tables(folder: Path, tables: Mapping[str, pl.DataFrame], replicate: int) -> None:
    for name, table in tables.items():
        _write(folder / name / f"{replicate:04d}.parquet", table)


def _write(path: Path, table: pl.DataFrame) -> None:
    """The file stands in its place only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    write_table(part, table)
    part.replace(path)
