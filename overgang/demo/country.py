"""The synthetic country as a whole: generated from a seed, with its layers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

import polars as pl

from overgang.base.folders import built_beside, canonical
from overgang.collect.register.schema import Register
from overgang.demo.histories import Tables, effects, truth
from overgang.demo.plan import Plan, make_plan
from overgang.demo.recorded import closed
from overgang.demo.returns import annual_returns
from overgang.demo.settlement import LAST_YEAR
from overgang.demo.spells import spells
from overgang.demo.targets import FOLDER as TARGETS

NOTE = (
    "Synthetic: invented people, calibrated to published figures of the introduction programme. "
    "Not for inference about Norway."
)
AS_OF = date(LAST_YEAR, 12, 31)
"""The day the synthetic register stands at."""
LAYERS = "synthetic"
"""Beside the register: what a real register has not."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Country:
    """The three layers of a replicate. `register` holds the register at the close and the annual returns; `labels` what
    is missing or late in it; `return_labels` which returns contradict themselves."""

    truth: Tables
    register: Tables
    effects: pl.DataFrame
    labels: pl.DataFrame
    return_labels: pl.DataFrame


def generate(seed: int, progress: Progress, folder: Path = TARGETS) -> Country:
    """The same seed gives the same rows; another gives other people with the same published counts.

    Raises BadInput when the target files in `folder` are wrong or cannot hold together.
    """
    return country(make_plan(seed, progress, folder), progress)


def country(plan: Plan, progress: Progress) -> Country:
    """The first replicate of a plan, in all its layers."""
    rows = spells(plan, 0, progress)
    progress("Histories")
    true = truth(rows)
    progress("The register as recorded, and the annual returns")
    recorded = closed(rows, true)
    answers, invited, return_labels = annual_returns(rows)
    tables = {**recorded.tables, "annual_return": answers, "invited": invited}
    return Country(true, tables, effects(plan), recorded.labels, return_labels)


def register(made: Country, seed: int) -> Register:
    """The register layer, as one that can be loaded or frozen."""
    return Register(made.register, synthetic=True, note=NOTE, key=synthetic_key(seed))


def write_layers(home: Path, made: Country, seed: int) -> None:
    """Writes what a real register has not, truth and labels, in `home/synthetic`: the old ones stand until the new are
    whole."""
    with built_beside(home) as scratch:
        new = scratch / LAYERS
        write_layer(new / "truth", made.truth)
        write_layer(new / "effects", {"unit": made.effects})
        write_layer(new / "labels", {"register": made.labels, "annual_return": made.return_labels})
        (new / "about.json").write_text(canonical({"note": NOTE, "seed": seed}), encoding="utf-8")
        if (home / LAYERS).exists():
            (home / LAYERS).rename(scratch / "old")
        new.rename(home / LAYERS)


def write_layer(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """A Parquet file a table, each saying that it is synthetic."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_table(folder / f"{name}.parquet", table)


def write_table(path: Path, table: pl.DataFrame) -> None:
    table.write_parquet(
        path,
        compression="zstd",
        compression_level=1,
        statistics=False,
        metadata={"note": NOTE, "synthetic": "true"},
    )


def synthetic_key(seed: int) -> bytes:
    """The key of the pseudonyms, so that a seed has one snapshot; a real register draws its own."""
    return blake2b(f"synthetic pseudonyms {seed}".encode(), digest_size=32).digest()
