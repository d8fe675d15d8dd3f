"""The consistency tests of every edition (spec 8.5), each one rule by a name.

They read what is published and nothing else, so anybody who has an edition can run them again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED, TOTAL
from overgang.base.edition import Edition
from overgang.base.places import gazetteer
from overgang.control import Statement, audit, check
from overgang.control.policy import read_policy
from overgang.publish import prose
from overgang.publish.freeze import attackable, links_of, trees_of
from overgang.publish.told import read_told


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an edition: the rule's name, and a sentence with what was found."""

    rule: str
    says: str


Rule = Callable[[Edition], Iterator[str]]


def faults(
    found: Edition,
    *,
    told: Path | None = None,
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Fault]:
    """Every fault of an edition by every rule; none when it may be published. `told` is a file of what was told
    elsewhere, which is attacked together with it."""
    statements = read_told(told, attackable(found.tables.values())) if told else ()
    wrong = []
    for name, rule in RULES.items():
        progress(name)
        wrong += [Fault(name, says) for says in rule(found)]
    progress("attack")
    wrong += [Fault("attack", says) for says in _leaks(found, statements, workers)]
    return wrong


def _parts_make_the_whole(found: Edition) -> Iterator[str]:
    """parts = total, wherever all of them are shown"""
    for table in found.tables.values():
        for tree in trees_of(found):
            if tree.dimension not in table.dimensions:
                continue
            others = [name for name in table.dimensions if name != tree.dimension]
            for whole, parts in tree.parts.items():
                here = table.frame.filter(pl.col(tree.dimension).is_in(list(parts)))
                if here.height == 0:
                    continue
                sums = here.group_by(others).agg(
                    pl.col("count").sum().alias("sum"), pl.col("count").null_count().alias("hidden")
                )
                wholes = table.frame.filter(pl.col(tree.dimension) == whole).select(*others, "count")
                off = wholes.join(sums, on=others).filter((pl.col("hidden") == 0) & (pl.col("sum") != pl.col("count")))
                for row in off.head(3).iter_rows(named=True):
                    at = " ".join(row[name] for name in others)
                    yield f"{table.id} {at}: the parts of {whole} make {row['sum']}, not {row['count']}"


def _country_is_places_and_shielded(found: Edition) -> Iterator[str]:
    """country = distinct persons of the places + shielded persons"""
    for table in ("exits", "participants"):
        cells = found.table(table)
        for year in map(str, found.years):
            whole, places, shielded = (cells.count(place=p, time=year).value for p in (COUNTRY, COUNTRY_OPEN, SHIELDED))
            if whole is not None and places is not None and whole != places + (shielded or 0):
                yield f"{table} {year}: {whole} in the country is not {places} + {shielded or 0} shielded"


def _percentages_are_solvable(found: Edition) -> Iterator[str]:
    """every printed percentage is the rounded share of its printed counts"""
    for table in found.tables.values():
        if not table.has_share:
            continue
        group = [name for name in table.dimensions if name != "outcome"]
        wholes = table.frame.filter(pl.col("outcome") == TOTAL).select(*group, pl.col("count").alias("whole"))
        part, whole, share = pl.col("count"), pl.col("whole"), pl.col("share")
        rounds = (200 * part >= (2 * share - 1) * whole) & (200 * part < (2 * share + 1) * whole)
        shown = table.frame.join(wholes, on=group).filter(share.is_not_null())
        for row in shown.filter(~rounds.fill_null(False)).head(3).iter_rows(named=True):
            at = f"{table.id} {row['place']} {row['time']} {row['outcome']}"
            yield f"{at}: {row['share']} % is not {row['count']} of {row['whole']}"


def _one_fact_has_one_number(found: Edition) -> Iterator[str]:
    """the same fact has the same number in every table"""
    seen = pl.concat(
        [
            table.frame.filter(
                pl.all_horizontal(
                    [
                        pl.lit(True),
                        *(
                            pl.col(name) == TOTAL
                            for name in table.dimensions
                            if name not in ("place", "time", "outcome")
                        ),
                    ]
                )
            ).select(
                pl.lit(table.counts).alias("counts"),
                "place",
                "time",
                pl.col("outcome") if table.has_share else pl.lit(TOTAL).alias("outcome"),
                pl.col("count").fill_null(-1),
            )
            for table in found.tables.values()
        ]
    )
    keys = ("counts", "place", "time", "outcome")
    for row in (
        seen.group_by(keys)
        .agg(pl.col("count").unique())
        .filter(pl.col("count").list.len() > 1)
        .head(3)
        .iter_rows(named=True)
    ):
        numbers = " and ".join(map(str, sorted(row["count"])))
        yield f"{' '.join(row[key] for key in keys)} is {numbers} in different tables"


def _hidden_cells_hold_no_number(found: Edition) -> Iterator[str]:
    """a cell has a number or a state that says why not, never both, and a share is hidden with its counts"""
    for table in found.tables.values():
        frame = table.frame
        for content in ("count", "share") if table.has_share else ("count",):
            both = frame.filter(pl.col(content).is_null() == (pl.col(f"{content}_state") == ""))
            if both.height:
                yield f"{table.id}: {both.height} cells have both or neither a {content} and a state"
        if table.has_share and (bare := frame.filter(pl.col("count").is_null() & pl.col("share").is_not_null())).height:
            yield f"{table.id}: {bare.height} cells show a share of a hidden count"


def _places_exist_in_their_year(found: Edition) -> Iterator[str]:
    """every place of a year existed in it"""
    special = {COUNTRY, COUNTRY_OPEN, SHIELDED}
    for table in found.tables.values():
        for place, time in table.frame.select("place", "time").unique().iter_rows():
            if place not in special and not gazetteer().place(place).valid_in(int(time[-4:])):
                yield f"{table.id}: {place} did not exist in {time}"


def _prose_is_true(found: Edition) -> Iterator[str]:
    """every claim of every sentence holds in the tables"""
    for year, told in found.texts.items():
        for sentence in told:
            for claim in sentence["claim"]:
                if not prose.holds(claim, found.table):
                    yield f"{year} {sentence['id']}: {claim['kind']} does not hold"


RULES: dict[str, Rule] = {
    "parts make the whole": _parts_make_the_whole,
    "country is places and shielded": _country_is_places_and_shielded,
    "percentages are solvable": _percentages_are_solvable,
    "one fact has one number": _one_fact_has_one_number,
    "hidden cells hold no number": _hidden_cells_hold_no_number,
    "places exist in their year": _places_exist_in_their_year,
    "prose is true": _prose_is_true,
}


def _leaks(found: Edition, statements: Sequence[Statement], workers: int) -> Iterator[str]:
    """no difference, sum or bound of published numbers gives a hidden one away"""
    policy = read_policy(found.policy, f"{found.folder.name}/edition.json")
    tables, trees, links = tuple(attackable(found.tables.values())), trees_of(found), links_of(found)
    result = audit(tables, trees, links, policy, statements=statements, workers=workers)
    yield from map(str, result.findings)
    if result.safe and policy.method == "suppress":
        yield from check(tables, trees, links, policy, result.certificate, statements=statements)
