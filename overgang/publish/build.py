"""Building an edition: a snapshot in, a frozen folder out, through the whole flow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from overgang.base import edition, snapshot
from overgang.base.cube import COUNTRY_OPEN, SHIELDED, Tabulation
from overgang.base.edition import Edition, PublishedTable
from overgang.base.errors import BadInput
from overgang.base.snapshot import Snapshot
from overgang.base.text import LANGUAGES
from overgang.compute import indicators
from overgang.compute.answers import lacking
from overgang.compute.indicators import Break, Version
from overgang.compute.tables import designs
from overgang.compute.tabulate import tabulate
from overgang.control import Policy, Protection, audit, check_alone, known_links, protect, tables
from overgang.control import policy as policies
from overgang.publish import ledgers, prose
from overgang.publish.changes import changes
from overgang.publish.comments import Comments, read_comments
from overgang.publish.freeze import Draft, freeze, published
from overgang.publish.provenance import code_version
from overgang.publish.told import read_told

RESULT = "exit.work_edu"
STATES = ("preliminary", "final")

FIRST_YEAR = 2005
"""The first full year: every municipality had to offer the programme from September 2004, and hardly anybody had ended
by the end of that year."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: results through `year` from a snapshot, in which state, and what comes before it. `secret` is the
    key of what protection leaves to chance: without one, that of the ledger. `told` is a file of what was told
    elsewhere; `comments` are files of released comments."""

    snapshot: Path
    year: int | None = None
    state: str = "final"
    embargo: str | None = None
    predecessor: Path | None = None
    policy: str = "default"
    secret: bytes = b""
    told: Path | None = None
    comments: tuple[Path, ...] = ()


def build(order: Order, editions: Path, *, workers: int = 1, progress: Progress = lambda _: None) -> Edition:
    """Computes, protects, attacks, writes and reads back an edition. Raises BadInput, with nothing written, when the
    snapshot cannot be used or the attack finds anything."""
    if order.state not in STATES:
        raise BadInput(f"There is no state {order.state!r} of an edition: use {' or '.join(STATES)}.")
    source, policy = snapshot.read(order.snapshot), policies(order.policy)
    earlier = edition.read(order.predecessor) if order.predecessor else None
    if earlier:
        check_alone(policy.as_dict(), earlier.policy, earlier.id)
    ledger = editions.parent / ledgers.FOLDER
    known = ledgers.chain(earlier, ledger) if earlier else ()
    progress("Tabulating")
    tabulation = since(FIRST_YEAR, tabulate(source, through=order.year, progress=progress))
    comments = read_comments(order.comments, _years(tabulation), earlier)
    statements = read_told(order.told, tables(tabulation.cubes)) if order.told else ()
    progress("Protecting")
    protection = protect(
        tabulation,
        policy,
        earlier=known,
        statements=statements,
        secret=order.secret or ledgers.secret(ledger),
        workers=workers,
        progress=progress,
    )
    links = known_links(tabulation, policy)
    progress("Attacking")
    found = audit(
        tables(protection.cubes),
        tabulation.trees,
        links,
        policy,
        earlier=protection.told,
        statements=statements,
        workers=workers,
        progress=progress,
    )
    if not found.safe:
        raise BadInput(
            f"The edition leaks {len(found.findings)} cells, the first {found.findings[0]}: change the policy."
        )
    progress("Writing")
    summary = {**found.summary(), "statements": len(statements)}
    frozen = freeze(editions, _draft(order, source, tabulation, links, protection, summary, policy, earlier, comments))
    ledgers.write(ledger, frozen, tabulation)
    return frozen


def since(first: int, tabulation: Tabulation) -> Tabulation:
    """The tabulation without earlier years and without periods that hold one."""
    from_first = pl.col("time").str.slice(0, 4).cast(pl.Int64) >= first
    whole = pl.col("whole_time").str.slice(0, 4).cast(pl.Int64) >= first
    cubes = tuple(replace(cube, cells=cube.cells.filter(from_first)) for cube in tabulation.cubes)
    return replace(tabulation, cubes=cubes, links=tabulation.links.filter(from_first & whole))


def _draft(
    order: Order,
    source: Snapshot,
    tabulation: Tabulation,
    links: pl.DataFrame,
    protection: Protection,
    audited: dict[str, Any],
    policy: Policy,
    earlier: Edition | None,
    comments: Comments,
) -> Draft:
    years = _years(tabulation)
    breaks = indicators.breaks(RESULT, years)
    broken = frozenset(breaks)
    short = lacking(source, order.year)
    frozen = {cube.table: (cube.dimensions, published(cube, broken, short)) for cube in protection.cubes}
    sight = _Sight({cube.table: cube.counts for cube in protection.cubes}, frozen)
    return Draft(
        manifest={
            "format": edition.FORMAT,
            "title": _title(years),
            "reference_year": years[-1],
            "years": years,
            "state": order.state,
            "embargo": order.embargo,
            "predecessor": earlier.id if earlier else None,
            "snapshot": source.name,
            "snapshot_as_of": source.as_of.isoformat(),
            "snapshot_note": source.note,
            "synthetic": source.synthetic,
            "code_version": code_version(),
            "indicators": _definitions(breaks),
            "policy": policy.as_dict(),
            "notes": {
                "shielded": _shielded(sight, years),
                "response": _response(source),
                "lacking": _lacking(sight, short),
                "returns": _returns(source, sight, years, policy),
            },
        },
        titles={design.id: design.title for design in designs()},
        cubes=protection.cubes,
        trees=tabulation.trees,
        links=links,
        breaks=broken,
        lacking=short,
        texts={str(year): prose.sentences(sight.table, year) for year in years},
        audit={
            **audited,
            "policy": policy.id,
            "together_with": [told.edition for told in protection.told],
        },
        changes=changes(frozen, earlier),
        comments=comments,
    )


def _years(tabulation: Tabulation) -> list[int]:
    return sorted({int(time) for time in tabulation.cube("exits").cells["time"].unique()})


def _title(years: list[int]) -> dict[str, str]:
    span = f"{years[0]}–{years[-1]}"
    return {
        "nb": f"Resultater av introduksjonsprogrammet {span}",
        "nn": f"Resultat av introduksjonsprogrammet {span}",
        "en": f"Results of the introduction programme {span}",
    }


class _Sight:
    """The tables about to be frozen, looked up as the published ones will be."""

    def __init__(self, counts: dict[str, str], frozen: dict[str, tuple[tuple[str, ...], pl.DataFrame]]) -> None:
        self._tables = {}
        for name, (dimensions, frame) in frozen.items():
            table = PublishedTable(name, counts[name], dimensions, {}, Path())
            table.__dict__["frame"] = frame  # what the cached property would read from the file
            self._tables[name] = table

    def table(self, name: str) -> PublishedTable:
        return self._tables[name]


def _definitions(breaks: Mapping[int, tuple[Break, ...]]) -> dict[str, Any]:
    """What each indicator counts in each version, and why the series breaks where it is marked."""
    return {
        "indicators": [
            {
                "id": found.id,
                "label": dict(found.label),
                "formula": dict(found.formula),
                "versions": [_version(version) for version in found.version],
            }
            for found in indicators.indicators()
        ],
        "breaks": {
            str(year): {lang: " ".join(one.note[lang] for one in found) for lang in LANGUAGES}
            for year, found in breaks.items()
        },
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "id": version.id,
        "from": version.valid_from,
        "base": version.base,
        "source": version.source,
        "note": dict(version.note),
    }


def _shielded(sight: _Sight, years: list[int]) -> dict[str, Any]:
    """How many persons with shielded identity the country has beside the places, where that may be told."""
    exits = sight.table("exits")
    told = {str(year): exits.count(place=SHIELDED, time=str(year)).value for year in years}
    return {year: {"exits": n} for year, n in told.items() if n}


def _response(source: Snapshot) -> dict[str, Any]:
    """How many units were asked for the annual return and answered it, in years whose results rest on it."""
    asked, answered = (_units(source, table) for table in ("invited", "annual_return"))
    survey = indicators.survey_years("exits")
    return {
        str(year): {"answered": units, **({"invited": asked[year]} if year in asked else {})}
        for year, units in answered.items()
        if year in survey
    }


def _lacking(sight: _Sight, short: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """By year and place, how many units have no number in a sum of participants that is shown."""
    found: dict[str, dict[str, int]] = {}
    for (place, time), units in sorted(short.items()):
        if sight.table("participants").count(place=place, time=time).shown:
            found.setdefault(time, {})[place] = units
    return found


def _returns(source: Snapshot, sight: _Sight, years: list[int], policy: Policy) -> dict[str, Any]:
    """What the annual returns add up to in the country and what is to be said of it, by year. Nothing of a year in
    which a sum is small, or in which the country's own numbers, which the sums come near, are hidden."""
    told = {}
    for year in map(str, years):
        found = source.returns.get(year)
        at = {"place": COUNTRY_OPEN, "time": year}
        if found and sight.table("participants").count(**at).shown and sight.table("exits").count(**at).shown:
            sums = {name: total["low"] for name, total in found["sums"].items()}
            active = sums["stock"] - sums["on_leave"]
            if all(number >= policy.smallest for number in (*sums.values(), active)):
                told[year] = found
    return told


def _units(source: Snapshot, table: str) -> dict[int, int]:
    counted = pl.scan_parquet(source.path(table)).group_by("year").agg(pl.col("unit").n_unique())
    return dict(counted.sort("year").collect().iter_rows())
