"""What a snapshot must not hold: codes and units nobody knows, and rows that contradict themselves.

Asked before anything is counted, so that a fault is named with its number of rows and never just left out.
"""

from collections.abc import Iterable

import duckdb

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, LAST_YEAR, gazetteer
from overgang.base.snapshot import Snapshot

AGAIN = "correct the register and export the snapshot anew"


def inspect(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Raises BadInput, naming the first thing that cannot be counted and how many rows it is in."""
    participation = f"read_parquet('{str(snapshot.path('participation')).replace(chr(39), chr(39) * 2)}')"
    _check_persons(database, snapshot, participation)
    _check_codes(database, snapshot, participation)
    _check_units(database, snapshot)
    _check_returns(database, snapshot)


def _check_persons(database: duckdb.DuckDBPyConnection, snapshot: Snapshot, participation: str) -> None:
    twice = "SELECT COUNT(*) - COUNT(DISTINCT person) FROM person"
    nobody = f"SELECT COUNT(*) FROM {participation} s WHERE s.person NOT IN (SELECT person FROM person)"
    reversed_ = f'SELECT COUNT(*) FROM {participation} WHERE "end" < start'
    for query, fault in (
        (twice, "persons in person are there twice"),
        (nobody, "rows of participation are of nobody in person"),
        (reversed_, "rows of participation end before they start"),
    ):
        ((rows,),) = database.execute(query).fetchall()
        if rows:
            raise BadInput(f"{rows} {fault} in {snapshot.folder}: {AGAIN}.")


def _check_codes(database: duckdb.DuckDBPyConnection, snapshot: Snapshot, participation: str) -> None:
    for name in ("sex", "education", "origin"):
        found = database.execute(f"SELECT {name}, COUNT(*) FROM person GROUP BY 1 ORDER BY 1").fetchall()
        _check_known(found, codelist(name).leaves, name, f"person in {snapshot.folder}")
    reasons = f"SELECT end_reason, COUNT(*) FROM {participation} WHERE end_reason IS NOT NULL GROUP BY 1 ORDER BY 1"
    found = database.execute(reasons).fetchall()
    _check_known(found, codelist("end_reason").codes, "end_reason", f"participation in {snapshot.folder}")


def _check_known(found: Iterable[tuple[str, int]], known: Iterable[str], name: str, where: str) -> None:
    codes = frozenset(known)
    for code, rows in found:
        if code not in codes:
            raise BadInput(f"{rows} rows of {where} have the {name} {code!r}, which its code list has not: {AGAIN}.")


def _check_units(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Every unit was one in the year of the start; only shielded persons have none."""
    found = database.execute(
        """SELECT s.unit, EXTRACT(YEAR FROM s.first_day) AS year, COUNT(*)
        FROM participation s JOIN person p ON p.person = s.person AND NOT p.shielded
        GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2"""
    ).fetchall()
    _check_places(found, f"participation in {snapshot.folder}")


def _check_returns(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    found = database.execute("SELECT unit, year, COUNT(*) FROM annual_return GROUP BY 1, 2 ORDER BY 1, 2").fetchall()
    where = f"annual_return in {snapshot.folder}"
    _check_places(found, where)
    twice = "SELECT unit, year, item, COUNT(*) FROM annual_return GROUP BY 1, 2, 3 HAVING COUNT(*) > 1 ORDER BY 1, 2, 3"
    for unit, year, item, rows in database.execute(twice).fetchall():
        raise BadInput(f"{rows} rows of {where} are the answer of {unit} to item {item} in {year}: keep one of them.")


def _check_places(found: Iterable[tuple[str | None, int, int]], where: str) -> None:
    known = {year: frozenset(unit.id for unit in gazetteer().units(year)) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    for unit, year, rows in found:
        if not unit:
            raise BadInput(f"{rows} rows of {where} have no unit though the person is not shielded: {AGAIN}.")
        if unit not in known[min(max(year, FIRST_YEAR), LAST_YEAR)]:
            raise BadInput(f"{rows} rows of {where} have the unit {unit}, no reporting unit in {year}: {AGAIN}.")
