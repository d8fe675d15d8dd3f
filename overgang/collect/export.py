"""The snapshot that leaves the register: pseudonyms for persons, years for birth dates, no place for the shielded."""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from overgang import __version__
from overgang.base import snapshot
from overgang.base.errors import BadInput
from overgang.base.snapshot import Snapshot
from overgang.collect.register.schema import Register
from overgang.collect.returns.annual_return import stored_return
from overgang.collect.returns.answer import State
from overgang.collect.returns.country import summary
from overgang.collect.returns.questionnaire import questionnaire
from overgang.compute.indicators import survey_years

FOLDER = "snapshots"


def freeze(register: Register, parent: Path, *, as_of: date, progress: Callable[[str], None]) -> Snapshot:
    """Freezes the register as it stood at the end of `as_of`, as a new folder in `parent`; the same state gives the
    same bytes, whatever it was read from.

    What starts later is left out, what ends later still runs. Raises BadInput if two persons get the same pseudonym.
    """
    progress("Making pseudonyms")
    tables = register.tables
    participation = _until(tables["participation"], as_of)
    person = tables["person"].join(participation.select("local_id").unique(), on="local_id", how="semi")
    known = person.select("local_id", "shielded").with_columns(person=_pseudonyms(person["local_id"], register.key))
    returned = {name: tables[name].filter(pl.col("year") <= as_of.year) for name in ("annual_return", "invited")}
    progress("Writing the snapshot")
    return snapshot.write(
        parent,
        {
            "person": person.join(known.drop("shielded"), on="local_id").with_columns(
                birth_year=pl.col("birth_date").dt.year()
            ),
            "participation": participation.join(known, on="local_id").with_columns(
                unit=pl.when(~pl.col("shielded")).then("unit")
            ),
            **returned,
        },
        as_of=as_of,
        synthetic=register.synthetic,
        note=register.note,
        code_version=__version__,
        returns=_summaries(returned["annual_return"]),
    )


def _summaries(answers: pl.DataFrame) -> Mapping[str, Any]:
    """What the returns add up to, for the years whose results rest on them."""
    found = {}
    for year in survey_years("exits"):
        by_unit: dict[str, dict[str, tuple[State, int | None]]] = {}
        rows = answers.filter(pl.col("year") == year).sort("unit", "item")
        for unit, item, answer, value in rows.select("unit", "item", "answer", "value").iter_rows():
            by_unit.setdefault(unit, {})[item] = (State(answer), value)
        if by_unit:
            asked = questionnaire(year)
            found[str(year)] = summary(asked, [stored_return(asked, unit, given) for unit, given in by_unit.items()])
    return found


def pseudonym(local_id: str, key: bytes) -> int:
    """A keyed hash as a signed 64-bit number: without the key nobody can tell whose it is."""
    return int.from_bytes(blake2b(local_id.encode(), key=key, digest_size=8).digest(), "big", signed=True)


def _pseudonyms(local_ids: pl.Series, key: bytes) -> pl.Series:
    made = pl.Series("person", [pseudonym(local_id, key) for local_id in local_ids.to_list()], dtype=pl.Int64)
    if made.n_unique() != local_ids.n_unique():
        raise BadInput(
            "Two persons of the register get the same pseudonym: make a new key for the register and export anew."
        )
    return made


def _until(participation: pl.DataFrame, as_of: date) -> pl.DataFrame:
    ended = pl.col("end") <= as_of
    return participation.filter(pl.col("start") <= as_of).with_columns(
        pl.when(ended).then(name).alias(name) for name in ("end", "end_reason", "provenance")
    )
