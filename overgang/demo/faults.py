"""The errors municipalities really make, put into a register and labelled with the rule that must find each: one of the
register (DQ05, `collect.register.rules`), or of files (unknown_code, `collect.files`) for what no register can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import polars as pl

from overgang.base.errors import BadInput
from overgang.base.places import OSLO, gazetteer
from overgang.collect.register.schema import fitted
from overgang.demo.layers import UNITS
from overgang.demo.recorded import Register, label
from overgang.demo.settlement import LAST_YEAR
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

EACH = 25
"""Persons with each kind of fault."""
LONG = pl.duration(days=120)


@dataclass(frozen=True)
class Kind:
    """How one kind of fault comes to be: rows of `table` with other values in `changes`, in place of the true ones or
    (`added`) beside them; without changes the rows are missing. `row` tells rows of a person apart."""

    table: str
    rule: str
    row: str
    changes: Mapping[str, pl.Expr] = field(default_factory=dict)
    where: pl.Expr = field(default_factory=lambda: pl.lit(True))
    added: bool = False


def with_faults(rows: Spells, register: Register) -> Register:
    """The register as municipalities hold it before anybody mends it. Nobody has two faults."""
    rng = stream(rows.plan.seed, "faults", rows.replicate)
    tables = {name: fitted(name, table) for name, table in register.tables.items()}
    labels = [register.labels]
    free = _calm_persons(rng, tables)
    for name, kind in kinds().items():
        able = _able(tables[kind.table], kind)
        chosen = free.join(able, on="local_id", how="semi", maintain_order="left").head(EACH)
        free = free.join(chosen, on="local_id", how="anti", maintain_order="left")
        found = able.join(chosen, on="local_id", how="semi", maintain_order="left")
        tables[kind.table] = _put(tables[kind.table], kind, found)
        labels.append(_labels(name, kind, found))
    return Register(tables, pl.concat(labels))


def _calm_persons(rng: np.random.Generator, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Persons with one participation that has ended, in an order drawn at random."""
    rows = tables["participation"]
    once = rows.filter(pl.len().over("local_id") == 1, pl.col("end").is_not_null(), pl.col("end_reason").is_not_null())
    open_ = tables["person"].filter(~pl.col("shielded"))
    known = once.join(open_, on="local_id", how="semi", maintain_order="left")
    return known.select("local_id")[rng.permutation(known.height)]


def _able(table: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """One row a person the fault could be in: its place in the table, its values, and the wrong ones as `new_...`."""
    wrong = {f"new_{name}": expression for name, expression in kind.changes.items()}
    rows = table.with_row_index("at").filter(kind.where).with_columns(**wrong)
    return rows if not kind.changes else rows.unique("local_id", keep="first", maintain_order=True)


def _put(table: pl.DataFrame, kind: Kind, found: pl.DataFrame) -> pl.DataFrame:
    if not kind.changes:
        return table.with_row_index("at").join(found, on="at", how="anti", maintain_order="left").drop("at")
    wrong = found.with_columns(**{name: pl.col(f"new_{name}") for name in kind.changes})
    wrong = wrong.select("at", *(pl.col(name).cast(table.schema[name]) for name in table.columns))
    kept = table.with_row_index("at")
    if not kind.added:
        kept = kept.join(found, on="at", how="anti", maintain_order="left")
    return pl.concat([kept, wrong]).sort("at", maintain_order=True).drop("at")


def _labels(name: str, kind: Kind, found: pl.DataFrame) -> pl.DataFrame:
    changed = next(iter(kind.changes), None)
    row = f"new_{kind.row}" if kind.row in kind.changes else kind.row
    own = "new_local_id" if "local_id" in kind.changes else "local_id"
    once = found.unique("local_id", keep="first", maintain_order=True)
    return label(
        name,
        kind.rule,
        kind.table,
        once[own],
        once[row] if changed else None,
        once[f"new_{changed}"] if changed else None,
        once[changed] if changed and not kind.added else None,
    )


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of fault by name."""
    start, end, day, kind = pl.col("start"), pl.col("end"), pl.duration(days=1), pl.col("kind")
    next_digit = ((pl.col("number").str.tail(1).cast(pl.Int8) + 1) % 10).cast(pl.String)
    later = _units_of_later()
    new_unit = pl.col("unit").replace_strict({unit: new for unit, (new, _) in later.items()}, default=None)
    since = pl.col("unit").replace_strict({unit: day for unit, (_, day) in later.items()}, default=None)
    ended = end.is_not_null()
    return {
        "days_reversed": Kind("participation", "DQ05", "start", {"start": end, "end": start}, end - start > LONG),
        "reason_without_end": Kind(
            "participation", "DQ06", "start", {"end": pl.lit(None, pl.Date)}, pl.col("end_reason") != ""
        ),
        "unit_of_later": Kind("participation", "unit_not_then", "start", {"unit": new_unit}, start < since),
        "registered_in_two_districts": Kind(
            "participation",
            "DQ04",
            "start",
            {"start": start + 30 * day, "unit": pl.col("unit").replace_strict(_next_district(), default=None)},
            pl.col("unit").is_in(list(_next_district())) & (end - start > LONG),
            added=True,
        ),
        "reason_of_another_list": Kind(
            "participation", "unknown_code", "start", {"end_reason": pl.lit("CO_WORK")}, pl.col("end_reason") != ""
        ),
        "identifier_mistyped": Kind("participation", "unknown_person", "start", {"local_id": pl.col("local_id") + "0"}),
        "birth_year_mistyped": Kind(
            "person", "DQ15", "local_id", {"birth_date": pl.col("birth_date").dt.offset_by("50y")}
        ),
        "country_of_the_past": Kind("person", "unknown_code", "local_id", {"origin": pl.lit("YU")}),
        "person_twice": Kind("person", "duplicate", "local_id", {"name": pl.col("name")}, added=True),
        "check_digit_wrong": Kind(
            "identity",
            "DQ01",
            "number",
            {"number": pl.col("number").str.head(10) + next_digit},
            kind == "fnr",
        ),
        "number_of_another": Kind(
            "identity", "duplicate", "number", {"number": pl.col("number").shift(-1)}, kind == "fnr"
        ),
        "no_number": Kind("identity", "DQ01", "local_id"),
        "measure_after_end": Kind(
            "measure",
            "DQ23",
            "start",
            {"end": end + 100 * day},
            ended & (kind == "norwegian"),
        ),
        "measure_of_another_list": Kind("measure", "unknown_code", "start", {"kind": pl.lit("kurs")}),
        "leave_before_start": Kind("leave", "DQ23", "start", {"start": start - 2500 * day}),
        "leave_twice": Kind("leave", "DQ23", "start", {"start": start + 2 * day}, end - start > 5 * day, added=True),
        "absence_after_end": Kind("absence", "DQ23", "quarter", {"quarter": pl.col("quarter").dt.offset_by("6y")}),
        "decision_after_start": Kind("case", "DQ05", "start", {"decided": start + 20 * day}),
        "leave_too_long": Kind("leave", "DQ24", "start", {"kind": pl.lit("welfare_leave")}, end - start > 20 * day),
    }


def _units_of_later() -> Mapping[str, tuple[str, object]]:
    """Unit -> the unit of the last year it became, and since when that exists."""
    found = {}
    for unit in UNITS:
        try:
            new = gazetteer().carried(unit, LAST_YEAR)
        except BadInput:
            continue
        if new != unit:
            found[unit] = (new, gazetteer().place(new).valid_from)
    return found


def _next_district() -> Mapping[str, str]:
    districts = [unit for unit in UNITS if unit.startswith(f"B{OSLO[1:]}")]
    return dict(zip(districts, [*districts[1:], districts[0]], strict=True))
