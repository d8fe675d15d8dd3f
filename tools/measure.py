"""Our figures beside a peer's and the limit, all from one run: `make measure`, or `make measure ARGS=--quick`.

A table is printed at the end: what was measured, ours, the peer or the limit, and ours divided by that. Whatever is
compared runs in turn (A B A B) in the same minutes on the same machine; what stands there is the median, with the
least and the most. All is made anew in a temporary OVERGANG_HOME that is removed afterwards.
"""

import argparse
import http.client
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from overgang.base import edition
from overgang.base.codes import NOT_REGISTERED, codelist, end_reasons, outcome_of
from overgang.base.cube import TOTAL, Tabulation
from overgang.base.edition import POINTER, Edition
from overgang.base.errors import BadInput
from overgang.base.places import FIRST_YEAR, Kind, gazetteer
from overgang.base.snapshot import TABLES, Snapshot
from overgang.cli import LAST_DAY, SEED, home, workers
from overgang.collect.export import FOLDER, freeze
from overgang.compute import tabulate
from overgang.compute.grid import grid
from overgang.compute.indicators import survey_years, version_for
from overgang.compute.indicators.variants import variant
from overgang.compute.levels import EXITS
from overgang.compute.spells import last_full_year, read
from overgang.compute.tables import TableDesign, designs
from overgang.compute.units import UNIT_YEAR, unit_years
from overgang.control import audit, known_links, policy, protect, tables
from overgang.demo.country import Country, generate, register, write_layer
from overgang.demo.tour import SECRET
from overgang.publish import build as publishing
from overgang.publish import release
from overgang.serve import addresses
from tools import measure_disclosure, measure_import, measure_register, measure_returns, measure_screens, replicates

if TYPE_CHECKING:  # pandas is imported where it is used: the processes of `control` import this file too
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
REPETITIONS = 5
MANY, FEW = 15, 3
"""Repetitions of what takes a tenth of a second, and of what takes many seconds."""

LIBRARIES = ("duckdb", "polars", "numpy", "pandas", "pyarrow", "highspy", "django", "gunicorn")
PEER_TABLES = ("exits", "exits_by_outcome", "exits_by_sex")
LEVELS = {
    "F00": ("in_country", None),
    "F00U": ("in_country", False),
    "F00S": ("in_country", True),
    "county": ("in_county", False),
    "municipality": ("in_municipality", False),
    "city_district": ("in_unit", False),
}
"""Level -> the column that is true for the row that stands for a person there, and whether the person is shielded."""

SERVER_WORKERS, SERVER_THREADS = 2, 4
CLIENTS = 8
SECONDS = 5.0
WARM_PLACE = "K0301"
SMALL = 10
"""A figure below this is printed with two decimals."""

FLOOR = """
SELECT COUNT(*), SUM(n) FROM (SELECT
    EXTRACT(YEAR FROM s."end") AS year, p.shielded, s.unit, s."end" IS NOT NULL AS ended, s.end_reason AS reason,
    p.sex, (EXTRACT(YEAR FROM s."end") - p.birth_year) // 10 AS age, p.education, p.origin, COUNT(*) AS n
FROM read_parquet('{participation}') s JOIN read_parquet('{person}') p ON p.person = s.person
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)
"""
"""One pass over the same files, grouped by all that tables divide by: no years between start and end, no borders, no
"counts once in its county", no checks; the groups are summed where they are and not handed over. Age in tens of years,
which makes about as many groups as age groups would."""

RETURNS_FLOOR = """
SELECT SUM(n) FROM (SELECT year, item, answer, COUNT(*) AS n, SUM(value) FROM read_parquet('{annual_return}')
GROUP BY 1, 2, 3)
"""
"""The third file, which tabulation reads and checks as well, in a few groups."""

Seconds = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `means` says in words what was measured."""

    what: str
    ours: str
    peer: str
    ratio: str
    means: str


# The table


def table(rows: Sequence[Row]) -> str:
    """The rows under their heading, every column as wide as its widest text; figures to the right."""
    lines = [
        ("what", "ours", "peer or limit", "ours / it"),
        *((row.what, row.ours, row.peer, row.ratio) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(text.rjust(w) for text, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    )


def legend(rows: Sequence[Row]) -> str:
    """What each row measures, in words."""
    return "\n".join(f"{row.what}:\n    {row.means}" for row in rows)


def figure(values: Sequence[float], unit: str) -> str:
    """The median, and the least and the most where there are several: "0.52 s (0.50-0.61)"."""
    middle = statistics.median(values)
    digits = 2 if middle < SMALL else 0 if middle >= SMALL * SMALL else 1
    spread = f" ({min(values):.{digits}f}-{max(values):.{digits}f})" if len(values) > 1 else ""
    return f"{middle:.{digits}f} {unit}{spread}"


def compared(what: str, ours: Sequence[float], peer: Sequence[float], unit: str, name: str, means: str) -> Row:
    """A row with both sides; the ratio is that of the medians."""
    ratio = statistics.median(ours) / statistics.median(peer)
    return Row(what, figure(ours, unit), f"{name} {figure(peer, unit)}", f"{ratio:.2f}", means)


def machine() -> str:
    """Where this ran: cores, memory, load before the first measurement, Python and libraries."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    load = f"{os.getloadavg()[0]:.2f}"
    known = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{workers()} cores ({model}), load {load} at the start; Python {platform.python_version()}; {known}"


# Time


def seconds(task: Callable[[], object]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def in_turn(tasks: Mapping[str, Callable[[], object]], repetitions: int) -> Seconds:
    """Seconds of each task, each run once a round: what slows the machine down slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repetitions):
        for name, task in tasks.items():
            found[name].append(seconds(task))
    return found


# 1. Tabulation


def raw_scan(database: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> int:
    """The floor: DuckDB, open already, reads, joins and groups the same Parquet once. The groups of participations."""
    query = FLOOR.format(participation=snapshot.path("participation"), person=snapshot.path("person"))
    ((groups, participations),) = database.execute(query).fetchall()
    ((answers,),) = database.execute(RETURNS_FLOOR.format(annual_return=snapshot.path("annual_return"))).fetchall()
    assert (participations, answers or 0) == (snapshot.rows["participation"], snapshot.rows["annual_return"])
    return int(groups)


def peer_designs() -> tuple[TableDesign, ...]:
    """The tables that the pandas peer makes."""
    return tuple(design for design in designs() if design.id in PEER_TABLES)


def pandas_tables(snapshot: Snapshot) -> "dict[str, pd.DataFrame]":
    """PEER_TABLES as a pandas programmer would make them: every level and code that we show, without the zeros.

    Not covered: the other tables, cells that are zero, the equations between cells, and all checks of the input.
    Units over time and the outcomes of reasons are the same small look-up tables as ours.
    """
    last = last_full_year(snapshot)
    ended = _pandas_ended(_pandas_facts(snapshot, last), last)
    return {design.id: _pandas_table(design, ended) for design in peer_designs()}


def _pandas_facts(snapshot: Snapshot, last: int) -> "pd.DataFrame":
    """A row a person, year and unit, the last participation there, and whether it is the last at each level."""
    import numpy as np
    import pandas as pd

    people = pd.read_parquet(snapshot.path("person"), columns=["person", "sex", "shielded"])
    spells = pd.read_parquet(snapshot.path("participation"), columns=["person", "unit", "start", "end", "end_reason"])
    spells = spells.merge(people, on="person")
    start, end = pd.to_datetime(spells["start"]), pd.to_datetime(spells["end"])
    over = end <= pd.Timestamp(snapshot.as_of)
    spells["unit"] = spells["unit"].where(~spells["shielded"], "")
    spells["reason"] = spells["end_reason"].where(over).fillna("")
    spells["end"] = end.where(over, pd.Timestamp("2262-01-01"))
    spells["start"] = start
    spells = spells.sort_values(["person", "start", "end", "unit", "reason"], ignore_index=True)
    first = spells["start"].dt.year.clip(lower=FIRST_YEAR).to_numpy()
    final = spells["end"].dt.year.to_numpy()
    length = np.clip(np.minimum(final, last) - first + 1, 0, None)
    there = spells[["person", "unit", "reason", "sex", "shielded"]].loc[np.repeat(spells.index, length)]
    there["year"] = np.repeat(first, length) + np.arange(length.sum()) - np.repeat(length.cumsum() - length, length)
    there["ended"] = np.repeat(final, length) == there["year"]
    there = there.rename(columns={"unit": "unit_at_start"}).merge(_units(last), on=["unit_at_start", "year"])
    return _last_of_each(_answered(there, snapshot))


def _answered(there: "pd.DataFrame", snapshot: Snapshot) -> "pd.DataFrame":
    """Without those of units that did not answer, in the years in which the annual return decides."""
    import pandas as pd

    returned = pd.read_parquet(snapshot.path("annual_return"), columns=["year", "unit"]).drop_duplicates()
    keep = ~there["year"].isin(survey_years(EXITS)) | there["shielded"]
    asked = there[~keep].reset_index().merge(returned.astype({"year": "int64"}), on=["year", "unit"])
    keep.loc[asked["index"]] = True
    return there[keep]


def _last_of_each(there: "pd.DataFrame") -> "pd.DataFrame":
    """The rows are in the order of the participations: the last of a person and year at a level stands for it."""
    there = there.drop_duplicates(["person", "year", "unit"], keep="last").copy()
    there["in_unit"] = True
    there["in_municipality"] = ~there.duplicated(["person", "year", "municipality"], keep="last")
    there["in_county"] = ~there.duplicated(["person", "year", "county"], keep="last")
    there["in_country"] = ~there.duplicated(["person", "year"], keep="last")
    return there


def _pandas_ended(there: "pd.DataFrame", last: int) -> "pd.DataFrame":
    """Those who ended, with the outcome it counts as, once for each level and place they count in."""
    import pandas as pd

    ended = there[there["ended"]].merge(_outcomes(last), on=["year", "reason"])
    levels = []
    for level, (once, shielded) in LEVELS.items():
        here = ended[once] if shielded is None else ended[once] & (ended["shielded"] == shielded)
        rows = ended.loc[here]
        if level == "city_district":
            rows = rows[rows["district"].notna()]
        place = level if level.startswith("F") else rows["district" if level == "city_district" else level]
        levels.append(rows[["year", "sex", "outcome"]].assign(place=place, level=level))
    return pd.concat(levels, ignore_index=True)


def _pandas_table(design: TableDesign, ended: "pd.DataFrame") -> "pd.DataFrame":
    """Counts by place, year and the table's codes; the finest first, then the wholes from their parts."""
    inner = list(design.dimensions[2:])
    rows = ended[ended["level"].isin(design.levels)]
    counts = rows.groupby(["place", "year", *inner], as_index=False, observed=True).size()
    for name in inner:
        wholes = _wholes(name, design.codes(name))
        counts = counts.merge(wholes, on=name).drop(columns=name).rename(columns={"whole": name})
        counts = counts.groupby(["place", "year", *inner], as_index=False)["size"].sum()
    counts["time"] = counts["year"].astype(str)
    return counts.rename(columns={"size": "count"})[[*design.dimensions, "count"]]


def _units(last: int) -> "pd.DataFrame":
    """Where each unit counts in each year; those without a unit count under ''."""
    import pandas as pd

    known = pd.DataFrame(unit_years(last).to_dict(as_series=False))
    years = range(FIRST_YEAR, last + 1)
    nowhere = {name: years if name == "year" else "" for name in UNIT_YEAR}
    return pd.concat([known, pd.DataFrame(nowhere).assign(district=None)], ignore_index=True)


def _outcomes(last: int) -> "pd.DataFrame":
    """What each reason counts as in each year; reasons that do not count in the year are not there."""
    import pandas as pd

    found = [
        (year, code, outcome_of(reason.code, version_for(EXITS, year).id))
        for year in range(FIRST_YEAR, last + 1)
        for reason in end_reasons()
        if variant(version_for(EXITS, year).base_in(year)).counts(reason.code)
        for code in ((reason.code, "") if reason.code == NOT_REGISTERED else (reason.code,))
    ]
    return pd.DataFrame(found, columns=["year", "reason", "outcome"])


def _wholes(dimension: str, shown: Iterable[str]) -> "pd.DataFrame":
    """Each leaf beside every shown code it is part of, itself among them."""
    import pandas as pd

    parts, codes = codelist(dimension).parts, frozenset(shown)

    def below(code: str) -> set[str]:
        return {code}.union(*(below(part) for part in parts.get(code, ())))

    found = [(leaf, code) for code in codes for leaf in below(code) if leaf in codelist(dimension).leaves]
    return pd.DataFrame(found, columns=[dimension, "whole"])


def country_totals(counts: Mapping[str, Mapping[tuple[str, ...], int]]) -> dict[tuple[str, str, str], int]:
    """All who ended in the country, by table, place (F00 or F00U) and year."""
    return {
        (name, key[0], key[1]): n
        for name, cells in counts.items()
        for key, n in cells.items()
        if key[0] in ("F00", "F00U") and set(key[2:]) == {TOTAL}
    }


def our_counts(tabulation: Tabulation) -> dict[str, dict[tuple[str, ...], int]]:
    """The cells of PEER_TABLES that are not zero, by their codes."""
    return {
        cube.table: {tuple(row[:-1]): row[-1] for row in cube.cells.filter(pl.col("count") > 0).iter_rows()}
        for cube in tabulation.cubes
        if cube.table in PEER_TABLES
    }


def peer_counts(tables: "Mapping[str, pd.DataFrame]") -> dict[str, dict[tuple[str, ...], int]]:
    """The same of the peer."""
    return {
        name: {tuple(row[:-1]): int(row[-1]) for row in frame.itertuples(index=False, name=None)}
        for name, frame in tables.items()
    }


def agreement(tabulation: Tabulation, tables: "Mapping[str, pd.DataFrame]") -> str:
    """Says how many cells are the same in both. Ends the run if the peer counted anything else than we did."""
    ours, theirs = our_counts(tabulation), peer_counts(tables)
    if country_totals(ours) != country_totals(theirs) or ours != theirs:
        raise SystemExit("measure: pandas and tabulate do not count the same: mend the peer, or compute.")
    cells = sum(map(len, ours.values()))
    return f"all {len(country_totals(ours))} country totals and all {cells} cells that are not zero are equal to ours"


def measure_tabulation(snapshot: Snapshot) -> tuple[list[Row], Sequence[float]]:
    """Rows for tabulating, and the seconds of the whole edition."""
    first = seconds(lambda: tabulate(snapshot))  # fills what is read once a process: code lists, places
    rows = grid(last_full_year(snapshot))
    same = agreement(tabulate(snapshot, peer_designs()), pandas_tables(snapshot))
    with duckdb.connect() as database:
        groups = raw_scan(database, snapshot)
        short = {
            "all": lambda: tabulate(snapshot),
            "scan": lambda: raw_scan(database, snapshot),
            "pass": lambda: read(snapshot, rows),
        }
        took = dict(in_turn(short, MANY))
    peer = {"three": lambda: tabulate(snapshot, peer_designs()), "pandas": lambda: pandas_tables(snapshot)}
    took |= in_turn(peer, REPETITIONS)
    return _tabulation_rows(took, first, same, groups, snapshot), took["all"]


def _tabulation_rows(took: Seconds, first: float, same: str, groups: int, snapshot: Snapshot) -> list[Row]:
    rows = f"{snapshot.rows['participation']} participations of {snapshot.rows['person']} persons"
    whole = (
        f"compute.tabulate, all {len(designs())} tables and the equations between them, from {rows}; beside it the "
        f"floor: one DuckDB scan of the same Parquet with JOIN and GROUP BY ({groups} groups, not handed over), by a "
        "database that is open already; both have run before, so that files and code lists are in memory. "
        f"The goal is at most 2. The first in a fresh process, which also reads code lists and places: {first:.2f} s."
    )
    one_pass = (
        "the part of the row above that reads the Parquet: checks, all participations as numbers; beside the same scan."
    )
    peer = (
        f"{', '.join(PEER_TABLES)}: tabulate with these designs beside a vectorised pandas program that makes the "
        f"yearly facts and groups them, all levels of place; it makes no zero cells, no equations, no checks; {same}."
    )
    return [
        compared("Tabulating the edition", took["all"], took["scan"], "s", "DuckDB scan", whole),
        compared("  of this, the one pass", took["pass"], took["scan"], "s", "DuckDB scan", one_pass),
        compared("Tabulating three tables", took["three"], took["pandas"], "s", "pandas", peer),
    ]


# 2. and 3. Protection, audit, edition


def measure_control(snapshot: Snapshot) -> tuple[list[Row], float]:
    """Rows for protecting and attacking an edition, and the seconds of both. Once each."""
    rules = policy()
    tabulation = publishing.since(publishing.FIRST_YEAR, tabulate(snapshot))
    begun = time.perf_counter()
    safe = protect(tabulation, rules, secret=SECRET, workers=workers())
    protecting = time.perf_counter() - begun
    links = known_links(tabulation, rules)
    shown = tables(safe.cubes)
    begun = time.perf_counter()
    found = audit(shown, tabulation.trees, links, rules, workers=workers())
    auditing = time.perf_counter() - begun
    hidden = f"{safe.primary} hidden for their own sake and {safe.secondary} for another's, of {safe.cells} cells"
    attacked = (
        f"control.audit on {workers()} cores, once, from what is published only: {found.hidden} hidden cells, "
        f"{found.equations} sums, {len(found.findings)} findings. No peer was run."
    )
    rate = f"{figure([protecting], 's')} = {figure([safe.cells / protecting], 'cells/s')}"
    means = f"control.protect on {workers()} cores, once: {hidden}. No peer was run."
    return [
        Row("Protecting the edition", rate, "-", "-", means),
        Row("Attacking the result", figure([auditing], "s"), "-", "-", attacked),
    ], protecting + auditing


def measure_build(snapshot: Snapshot, editions: Path, stages: float) -> tuple[Row, Edition]:
    """The row for building an edition, and the edition. `stages`: seconds of tabulating, protecting and attacking."""
    begun = time.perf_counter()
    found = publishing.build(publishing.Order(snapshot.folder, secret=SECRET), editions, workers=workers())
    took = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in found.folder.rglob("*") if path.is_file())
    means = (
        f"publish.build, once: everything from reading the snapshot to a frozen edition of {size / 1e6:.1f} MB read "
        "back; beside it the sum of tabulating, protecting and attacking as measured above."
    )
    return compared("Building the edition", [took], [stages], "s", "its stages", means), found


def newest_edition() -> Edition | None:
    """The newest edition of the ordinary home that this code can read."""
    folders = sorted(release.known(home() / "editions"), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders:
        try:
            return edition.read(folder)
        except BadInput:
            continue
    return None


# 4. Pages


@contextmanager
def server(where: Path) -> Iterator[int]:
    """The public site on a free port of the loopback, with the home `where`; ended by its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "overgang.serve.wsgi:application", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={SERVER_WORKERS}", "--worker-class=gthread", f"--threads={SERVER_THREADS}"]
    settings = {
        "OVERGANG_HOME": str(where),
        "OVERGANG_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "overgang.settings.public",
    }
    process = subprocess.Popen([*command, "--log-level=warning"], cwd=ROOT, env=os.environ | settings)
    try:
        _wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            with closing(connected(port)) as connection:
                fetch(connection, "/healthz")
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("measure: the server did not start; its messages stand above.")


def connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def fetch(connection: http.client.HTTPConnection, path: str) -> int:
    """Asks as a browser does, reads the whole answer, and gives its bytes. Anything but 200 ends the run."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"measure: {path} answered {answer.status}")
    return len(body)


def pages_a_second(port: int, paths: Iterator[str], limit: float | None = SECONDS) -> float:
    """CLIENTS threads with a connection each take from `paths` until it is empty or `limit` seconds have gone."""
    lock, done, faults = threading.Lock(), [0] * CLIENTS, []

    def client(number: int) -> None:
        connection = connected(port)
        try:
            while (limit is None or time.perf_counter() - begun < limit) and (path := _next(paths, lock)):
                fetch(connection, path)
                done[number] += 1
        except (OSError, http.client.HTTPException, SystemExit) as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if faults:
        raise SystemExit(f"measure: {len(faults)} of {CLIENTS} clients failed, the first with {faults[0]!r}")
    return sum(done) / took


def _next(paths: Iterator[str], lock: threading.Lock) -> str | None:
    with lock:
        return next(paths, None)


def measure_pages(where: Path, found: Edition) -> list[Row]:
    """Rows for a warm page and for cold ones, beside /healthz."""
    warm = addresses.place("nb", WARM_PLACE)
    municipalities = [place.id for place in gazetteer().in_year(found.reference_year, Kind.MUNICIPALITY)]
    rates: dict[str, list[float]] = {"health": [], "warm": [], "cold": []}
    with server(where) as port:
        with closing(connected(port)) as connection:
            size = fetch(connection, warm)
        pages_a_second(port, cycle([warm]), 1)  # both workers have read the edition and made this page
        for year in found.years[-FEW:]:
            rates["health"].append(pages_a_second(port, cycle(["/healthz"])))
            rates["warm"].append(pages_a_second(port, cycle([warm])))
            cold = [addresses.place("nb", id, aar=str(year)) for id in municipalities]
            rates["cold"].append(pages_a_second(port, iter(cold), None))
    return _page_rows(rates, len(municipalities), size, found.id)


def _page_rows(rates: Mapping[str, Sequence[float]], pages: int, size: int, shown: str) -> list[Row]:
    how = (
        f"gunicorn gthread, {SERVER_WORKERS} processes x {SERVER_THREADS} threads, on loopback, the client in this "
        f"process on the same cores: {CLIENTS} threads, http.client, connections kept, gzip accepted, {shown}"
    )
    warm = f"the page of {WARM_PLACE} ({size} bytes compressed) again and again for {SECONDS:.0f} s. {how}; beside it "
    cold = (
        f"the pages of all {pages} municipalities, once each and made by no process before; another year is shown in "
    )
    return [
        compared(
            "A warm place page", rates["warm"], rates["health"], "/s", "/healthz", warm + "/healthz, the same client."
        ),
        compared(
            "Cold place pages", rates["cold"], rates["health"], "/s", "/healthz", cold + "each round. Server as above."
        ),
    ]


# 5. The synthetic register


def make(where: Path) -> tuple[Country, Snapshot]:
    """A synthetic register as files, and its snapshot, in a fresh home."""
    made = generate(SEED, _silent)
    write_layer(where / "register", made.register)
    return made, freeze(register(made, SEED), where / FOLDER, as_of=LAST_DAY, progress=_silent)


def _silent(_: str) -> None:
    """Progress is not shown while time is taken."""


def write_only(frames: Mapping[str, pl.DataFrame], where: Path) -> None:
    """The same tables as Parquet and nothing else; those of the snapshot safe on disk, as the program does it."""
    where.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        path = where / f"{name}.parquet"
        frame.write_parquet(path)
        if name.startswith("snapshot"):
            with path.open("rb") as file:
                os.fsync(file.fileno())


def measure_making(scratch: Path) -> tuple[Row, Country, Snapshot, Path]:
    """The row for making the register, the register, its snapshot, and the home both are in. The first round counts
    too."""
    homes = [scratch / f"home-{repetition}" for repetition in range(FEW)]
    found: list[tuple[Country, Snapshot]] = []
    took: dict[str, list[float]] = {"ours": [], "disk": []}
    for where in homes:
        took["ours"].append(seconds(lambda where=where: found.append(make(where))))
        frames = _written(*found[-1])
        took["disk"].append(seconds(lambda where=where, frames=frames: write_only(frames, where / "disk")))
    return _making_row(took, sum(frame.height for frame in frames.values())), *found[0], homes[0]


def _written(made: Country, snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    """All tables as they lie in the register's files and in the snapshot."""
    tables = {f"register-{name}": frame for name, frame in made.register.items()}
    return tables | {f"snapshot-{name}": pl.read_parquet(snapshot.path(name)) for name in TABLES}


def _making_row(took: Seconds, rows: int) -> Row:
    rate = rows / statistics.median(took["ours"])
    means = (
        "demo.generate, its tables as Parquet, and collect.freeze: people, programmes and outcomes calibrated to the "
        f"published figures, pseudonyms, {rows} rows written, {rate:.0f} rows/s (the layers of truth and labels not "
        "counted); "
        "beside it the same tables, already in memory, only written as Parquet, "
        f"{rows / statistics.median(took['disk']):.0f} rows/s."
    )
    return compared("Making register and snapshot", took["ours"], took["disk"], "s", "Parquet only", means)


LIMITS = {1: 3, 80: 60}
"""Seconds that so many replicates may take: one, and ten million persons."""
MEMORY = 0.5
"""GB that all processes together may take."""
QUICK_REPLICATES = 8


def measure_replicates(scratch: Path, *, quick: bool) -> list[Row]:
    """Rows for one replicate and for ten million persons (quick: one million), with what the disk alone takes."""
    many = QUICK_REPLICATES if quick else max(LIMITS)
    ones = [replicates.run(scratch / f"one-{i}", replicates=1, workers=1) for i in range(FEW)]
    all_ = replicates.run(scratch / "many", replicates=many, workers=workers())
    shutil.rmtree(scratch / "many")
    disk = [replicates.disk_only(scratch / "disk", all_.size) for _ in range(FEW)]
    one = (
        f"overgang demo register, the whole command in one process: {ones[0].persons} persons, {ones[0].rows} rows of "
        f"the truth layer; {figure([run.processor for run in ones], 's')} of the processor. The limit is for a machine "
        "that does nothing else."
    )
    whole = (
        f"The same with --replicates {many} on {workers()} cores, once: {all_.persons} persons, {all_.rows} rows, "
        f"{all_.size / 1e6:.0f} MB of Parquet; {all_.processor:.0f} s of the processor. The limit is as above."
    )
    beside = "What it wrote by the second, beside as many bytes of noise written to the same disk and nothing else."
    rate, plain = all_.size / all_.seconds / 1e6, all_.size / statistics.median(disk) / 1e6
    memory = all_.memory / 1e9
    return [
        compared("One replicate", [run.seconds for run in ones], [LIMITS[1]], "s", "limit", one),
        compared(f"{many} replicates", [all_.seconds], [LIMITS[many]], "s", "limit", whole)
        if many in LIMITS
        else Row(f"{many} replicates", figure([all_.seconds], "s"), "-", "-", whole),
        compared("  written by the second", [rate], [plain], "MB/s", "disk", beside),
        compared(
            "  memory of all processes", [memory], [MEMORY], "GB", "limit", "The most at once, shared pages once."
        ),
    ]


# The run


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="make measure", description=(__doc__ or "").splitlines()[0])
    top.add_argument(
        "--quick", action="store_true", help="neither protect nor build: serve the newest edition that is built already"
    )
    top.add_argument("--long", action="store_true", help="the large tables of disclosure control too: minutes more")
    return top


def measure(scratch: Path, *, quick: bool, long: bool, say: Callable[[str], None]) -> list[Row]:
    """Everything, in a temporary folder."""
    say("Making replicates")
    many = measure_replicates(scratch, quick=quick)
    say("Making register and snapshot")
    making, made, snapshot, where = measure_making(scratch)
    say("Loading the register into each database")
    kept = [Row(*row) for row in measure_register.rows(made, scratch)]
    say("Tabulating")
    rows, took = measure_tabulation(snapshot)
    found = newest_edition() if quick else None
    if found is None:
        say("Protecting and attacking")
        control, stages = measure_control(snapshot)
        say("Building the edition")
        built, found = measure_build(snapshot, where / "editions", stages + statistics.median(took))
        rows += [*control, built]
    else:
        shutil.copytree(found.folder, where / "editions" / found.id)
    if not quick:
        say("Protecting and attacking the tables of the benchmark")
        rows += [Row(*row) for row in measure_disclosure.rows()]
    if long:
        say("Protecting and attacking its large tables")
        rows += [Row(*row) for row in measure_disclosure.long_rows()]
    say("Importing files into the register")
    rows += [Row(*row) for row in measure_import.rows(2_000 if quick else 20_000)]
    say("Taking in returns in the last hour")
    rows += [Row(*row) for row in measure_returns.rows(80 if quick else 0)]
    say("Showing the pages of a unit to 40 users")
    rows += [Row(*row) for row in (measure_screens.rows(20, 20_000) if quick else measure_screens.rows(90))]
    (where / "editions" / POINTER).write_text(found.id + "\n", encoding="utf-8")
    say(f"Serving {found.id}")
    return [*rows, *measure_pages(where, found), making, *kept, *many]


def main(argv: Sequence[str] | None = None) -> int:
    options = parser().parse_args(argv)
    begun, here = time.monotonic(), machine()

    def say(step: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {step}", file=sys.stderr, flush=True)

    try:
        with tempfile.TemporaryDirectory(prefix="overgang-measure-") as scratch:
            rows = measure(Path(scratch), quick=options.quick, long=options.long, say=say)
    except BadInput as fault:
        raise SystemExit(f"measure: {fault}") from None
    print(f"\n{here}; {time.monotonic() - begun:.0f} s in all\n")
    print("Medians, with the least and the most of 3, 5 or 15 runs taken in turn; no brackets: run once.\n")
    print(f"{table(rows)}\n\n{legend(rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
