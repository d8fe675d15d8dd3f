"""The ledger: the true counts behind each edition, kept inside, so that the next one can be protected together with it.

A folder an edition, with a Parquet file a table, and the secret by which some cells are hidden by chance. It is
confidential: nothing that serves reads it.
"""

from pathlib import Path

import polars as pl

from overgang.base import edition
from overgang.base.cube import Tabulation
from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.folders import built_beside, rename_in, secret_in
from overgang.control import Earlier
from overgang.publish.freeze import attackable, links_of, trees_of

FOLDER = "ledger"

SECRET = "chance.key"


def write(ledger: Path, found: Edition, tabulation: Tabulation) -> None:
    """Keeps the counts that `found` was made from."""
    with built_beside(ledger) as scratch:
        for cube in tabulation.cubes:
            cube.cells.write_parquet(scratch / f"{cube.table}.parquet", compression="zstd")
        rename_in(scratch, ledger / found.id)


def secret(ledger: Path) -> bytes:
    """The key of what is left to chance in every edition of this ledger."""
    return secret_in(ledger / SECRET).encode()


def chain(newest: Edition, ledger: Path) -> tuple[Earlier, ...]:
    """An edition and all before it, newest first, each with its true counts. Raises BadInput where one is missing,
    since what it told cannot be taken back."""
    found = [newest]
    while (before := found[-1].predecessor) is not None:
        found.append(edition.read(found[-1].folder.parent / before))
    return tuple(_earlier(one, ledger / one.id) for one in found)


def _earlier(found: Edition, folder: Path) -> Earlier:
    return Earlier(
        edition=found.id,
        shown=tuple(attackable(found.tables.values())),
        true=tuple(
            (table.id, table.counts, table.dimensions, _true(folder, table.id)) for table in found.tables.values()
        ),
        trees=trees_of(found),
        links=links_of(found),
    )


def _true(folder: Path, table: str) -> pl.DataFrame:
    path = folder / f"{table}.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(
            f"{path} cannot be read ({error}), so the new edition cannot be protected together with {folder.name}: "
            "put the ledger back."
        ) from None
