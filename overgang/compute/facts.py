"""Facts: who took part where in which year, and whose last participation ended there. The first step from a snapshot.

The SQL text is one for every engine: DuckDB here, over the snapshot's Parquet; another engine needs the same views.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from overgang.base.codes import age_group
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR
from overgang.base.snapshot import Snapshot
from overgang.compute.indicators import survey_years
from overgang.compute.inspection import inspect
from overgang.compute.units import UNIT_YEAR, unit_years

FACTS = "facts.sql"
CELLS = "cells.sql"


def last_full_year(snapshot: Snapshot) -> int:
    """The last year that was over when the register was read."""
    over = (snapshot.as_of.month, snapshot.as_of.day) == (12, 31)
    return snapshot.as_of.year if over else snapshot.as_of.year - 1


def last_year(snapshot: Snapshot, through: int | None) -> int:
    """`through`, or the snapshot's last full year. Raises BadInput for a year the snapshot does not hold in full."""
    known = min(last_full_year(snapshot), LAST_YEAR)
    if through is None:
        through = known
    if not FIRST_YEAR <= through <= known:
        raise BadInput(
            f"{snapshot.folder} of {snapshot.as_of} holds the years {FIRST_YEAR} to {known} in full, not {through}: "
            "choose one of these, or export a later snapshot."
        )
    return through


@contextmanager
def opened(snapshot: Snapshot, through: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the snapshot's tables, the tables facts.sql needs beside them, and the view `facts`.

    Raises BadInput when the snapshot holds something that cannot be counted: see `inspection`.
    """
    with tempfile.TemporaryDirectory(prefix="overgang-") as scratch, duckdb.connect() as database:
        database.execute("SET enable_progress_bar = false")
        _view_snapshot(database, snapshot)
        inspect(database, snapshot)
        for name, frame in _beside(database, through).items():
            path = Path(scratch) / f"{name}.parquet"
            frame.write_parquet(path, compression="uncompressed")
            database.execute(f"CREATE VIEW {name} AS FROM read_parquet({_quoted(path)})")
        database.execute(f"CREATE VIEW facts AS {sql(FACTS)}")
        yield database


def cells(snapshot: Snapshot, through: int) -> pl.DataFrame:
    """Facts counted by the finest combination: the columns of cells.sql, in no order."""
    with opened(snapshot, through) as database:
        return fetch(database, sql(CELLS)).with_columns(pl.col("year").cast(pl.Int64))


def write(snapshot: Snapshot, path: Path, *, through: int | None = None) -> None:
    """Writes the facts as Parquet, sorted by person, year and unit. Never to be published: they are about persons."""
    with opened(snapshot, last_year(snapshot, through)) as database:
        database.execute(f"COPY (FROM facts ORDER BY person, year, unit) TO {_quoted(path)} (FORMAT parquet)")


def fetch(database: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The result of a query. By way of a file: the two libraries share no other format without a third."""
    with tempfile.TemporaryDirectory(prefix="overgang-") as scratch:
        path = Path(scratch) / "result.parquet"
        database.execute(f"COPY ({query}) TO {_quoted(path)} (FORMAT parquet, COMPRESSION uncompressed)")
        return pl.read_parquet(path)


@cache
def sql(name: str) -> str:
    """The text of a query of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8").strip()


def _view_snapshot(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Views that keep words reserved in other engines out of the texts, and hide what happened after the snapshot."""
    past = f"\"end\" <= DATE '{snapshot.as_of.isoformat()}'"
    database.execute(f"CREATE VIEW person AS FROM read_parquet({_quoted(snapshot.path('person'))})")
    database.execute(f"CREATE VIEW annual_return AS FROM read_parquet({_quoted(snapshot.path('annual_return'))})")
    database.execute(
        f"""CREATE VIEW participation AS
        SELECT s.person, CASE WHEN p.shielded THEN '' ELSE s.unit END AS unit, s.start AS first_day,
            CASE WHEN {past} THEN s."end" END AS last_day,
            CASE WHEN {past} THEN COALESCE(s.end_reason, '') ELSE '' END AS reason
        FROM read_parquet({_quoted(snapshot.path("participation"))}) s JOIN person p ON p.person = s.person"""
    )
    database.execute("CREATE VIEW answered AS SELECT DISTINCT year, unit FROM annual_return")


def _beside(database: duckdb.DuckDBPyConnection, through: int) -> dict[str, pl.DataFrame]:
    """The small tables the facts are joined with. A person without a unit counts under the unit ''."""
    years = range(FIRST_YEAR, through + 1)
    nowhere = pl.DataFrame([("", year, "", "", "", "") for year in years], schema=UNIT_YEAR, orient="row")
    youngest, oldest = database.execute("SELECT MAX(birth_year), MIN(birth_year) FROM person").fetchall()[0]
    ages = range(FIRST_YEAR - (youngest or 0), through - (oldest or 0) + 1)
    return {
        "unit_year": pl.concat([unit_years(through), nowhere]),
        "survey": pl.DataFrame({"year": survey_years("exits")}, schema={"year": pl.Int64}),
        "age_group": pl.DataFrame({"age": ages, "code": [age_group(age) for age in ages]}),
    }


def _quoted(path: Path) -> str:
    escaped = str(path).replace("'", "''")
    return f"'{escaped}'"
