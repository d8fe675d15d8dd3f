"""Tables of the register's schema turned into rows of its models, whole columns at a time.

The tables name a person by `local_id` and a participation by that and a day; the models link by ids, which are given
here. Only the columns that a table fills stand here: the rest, and their order, come from the models (`bulk`).
"""

from collections.abc import Mapping

import polars as pl
from django.apps import apps
from django.db import models

from overgang.access.keys import KeyRing
from overgang.base.codes import NOT_REGISTERED, end_reasons
from overgang.base.errors import BadInput
from overgang.base.identity import is_valid
from overgang.collect.register.models import (
    Absence,
    Case,
    Decision,
    Identifier,
    Leave,
    Measure,
    Participation,
    Person,
)
from overgang.collect.register.numbers import sealed
from overgang.collect.register.schema import Tables, whole
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL
from overgang.collect.register.states import ended_as

Rows = Mapping[type[models.Model], pl.DataFrame]
"""The rows of each model: a column a field, `id` among them where others point to it."""

TRANSFERS = ("social_assistance", "national_insurance", "other_support")
QUARTER = "1q"


def rows(tables: Tables, ring: KeyRing) -> Rows:
    """The rows of all models, in the order they can be written in; `local_id` becomes the key of the person.

    Raises BadInput when a row belongs to nobody, or a number to two.
    """
    known = whole(tables)
    person = known["person"].sort("local_id").with_row_index("id", 1)
    spell = _linked("participation", known["participation"].sort("local_id", "start"), person).with_row_index("id", 1)
    spell = spell.join(known["case"], on=["local_id", "start"], how="left", maintain_order="left")
    inside = {name: _inside(name, known[name], spell) for name in ("measure", "leave", "absence", "stop")}
    return {
        Person: _persons(person),
        Identifier: _identifiers(_linked("identity", known["identity"], person), ring),
        Case: _cases(spell),
        Decision: _decisions(spell, inside["leave"], inside["stop"]),
        Participation: _participations(spell),
        Measure: inside["measure"].select(
            "participation_id", "kind", "start", "end", "hours", directed_to=pl.col("directed_to").fill_null("")
        ),
        Leave: inside["leave"].select("participation_id", "kind", "decided", "start", "end"),
        Absence: inside["absence"].select(
            "participation_id",
            "authorised",
            "unauthorised",
            start=pl.max_horizontal("quarter", "spell_start"),
            end=pl.min_horizontal(_last_of_quarter(), "spell_end"),
        ),
        **_of_other_apps(known),
    }


def _of_other_apps(known: Tables) -> Rows:
    """Tables that are another app's (`rows_of_tables` of its configuration): the annual returns."""
    found = (app.rows_of_tables(known) for app in apps.get_app_configs() if hasattr(app, "rows_of_tables"))
    return {model: frame for rows in found for model, frame in rows.items()}


def _persons(person: pl.DataFrame) -> pl.DataFrame:
    return person.select(
        "id",
        "birth_date",
        "sex",
        "origin",
        "education",
        key="local_id",
        name=pl.col("name").fill_null(""),
        address_grade=pl.when("shielded").then(STRICTLY_CONFIDENTIAL).otherwise(0),
    )


def _identifiers(number: pl.DataFrame, ring: KeyRing) -> pl.DataFrame:
    """Numbers encrypted under the person's key, as `numbers.new_identifier` does for one."""
    whole = list(zip(number["local_id"], number["kind"], number["number"], strict=True))
    made = [sealed(ring, key, kind, text) for key, kind, text in whole]
    frame = number.select(
        "person_id",
        "kind",
        cipher=pl.Series([cipher for cipher, _ in made], dtype=pl.Binary),
        index=pl.Series([index for _, index in made], dtype=pl.String),
        valid=pl.Series([is_valid(kind, text) for _, kind, text in whole], dtype=pl.Boolean),
    )
    if twice := frame.height - frame["index"].n_unique():
        raise BadInput(f"{twice} identity numbers stand twice in the tables: give each person their own.")
    return frame


def _cases(spell: pl.DataFrame) -> pl.DataFrame:
    return spell.select(
        "id",
        "person_id",
        "regime",
        "asked",
        unit=pl.when(~pl.col("shielded")).then("unit"),
        trigger=pl.col("trigger").fill_null(""),
        state=pl.when(pl.col("end").is_null())
        .then(pl.lit("in_programme"))
        .otherwise(pl.col("end_reason").fill_null(NOT_REGISTERED).replace_strict(_states(), return_dtype=pl.String)),
    )


def _states() -> Mapping[str, str]:
    return {reason.code: ended_as(reason.code) for reason in end_reasons()}


def _participations(spell: pl.DataFrame) -> pl.DataFrame:
    """What was received at the exit is known of those who have ended and have a case in the tables."""
    return spell.select(
        "id",
        "start",
        "end",
        "end_reason",
        "provenance",
        "entered",
        case_id="id",
        **{
            name: pl.when(pl.col(name).is_null() | pl.col("end").is_null())
            .then(pl.lit("unknown"))
            .otherwise(pl.when(name).then(pl.lit("yes")).otherwise(pl.lit("no")))
            for name in TRANSFERS
        },
    )


def _decisions(spell: pl.DataFrame, leave: pl.DataFrame, stop: pl.DataFrame) -> pl.DataFrame:
    """The grant of each case, and the decisions on leave and stops, as `steps` makes them."""
    grants = spell.filter(pl.col("decided").is_not_null()).select(case_id="id", kind=pl.lit("grant"), decided="decided")
    leaves = leave.select(
        case_id="participation_id",
        kind=pl.lit("leave"),
        decided="decided",
        reason="kind",
        since="start",
        until="end",
    )
    stops = stop.select(
        case_id="participation_id",
        kind="stop_" + pl.col("kind"),
        decided="decided",
        reason=pl.when(pl.col("kind") == "permanent").then("spell_reason"),
        since="start",
        until="end",
    )
    made = pl.concat([grants, leaves, stops], how="diagonal")
    return made.with_columns(pl.col("reason").fill_null("")).sort("case_id", "decided", maintain_order=True)


def _linked(table: str, frame: pl.DataFrame, person: pl.DataFrame) -> pl.DataFrame:
    """The rows with `person_id` and whether the person is shielded."""
    known = person.select("local_id", "shielded", person_id="id")
    found = frame.join(known, on="local_id", how="inner", maintain_order="left")
    if lost := frame.height - found.height:
        raise BadInput(f"{lost} rows of {table} belong to no person of the tables: add the persons.")
    return found


def _inside(table: str, frame: pl.DataFrame, spell: pl.DataFrame) -> pl.DataFrame:
    """The rows with `participation_id`: the participation of the same person that they overlap. A stop for good begins
    the day after one.

    Where a quarter of absence overlaps two, each has its row, in their order.
    """
    known = spell.select(
        "local_id", participation_id="id", spell_start="start", spell_end="end", spell_reason="end_reason"
    )
    first, last = pl.col("start"), pl.col("end")
    if table == "absence":
        first, last = pl.col("quarter"), _last_of_quarter()
    elif table == "stop":
        first = pl.when(pl.col("kind") == "permanent").then(first.dt.offset_by("-1d")).otherwise(first)
    over = (
        frame.with_row_index("row")
        .with_columns(first=first, last=last.fill_null(first))
        .join(known, on="local_id", how="inner", maintain_order="left_right")
        .filter(
            pl.col("spell_start") <= pl.col("last"), pl.col("first") <= pl.col("spell_end").fill_null(pl.col("first"))
        )
    )
    turn = pl.col("row").rank("dense").over("local_id", "first") - 1 if table == "absence" else pl.lit(0)
    several = (
        over.filter(pl.col("row").is_duplicated())
        .with_columns(turn=turn, at=pl.int_range(pl.len()).over("row"), of=pl.len().over("row"))
        .filter(pl.col("at") == pl.min_horizontal("turn", pl.col("of") - 1))
    )
    found = pl.concat([over.filter(pl.col("row").is_unique()), several.select(over.columns)])
    if lost := frame.height - found.height:
        raise BadInput(f"{lost} rows of {table} lie outside every participation of their person: correct their days.")
    return found.sort("participation_id", "row")


def _last_of_quarter() -> pl.Expr:
    return pl.col("quarter").dt.offset_by(QUARTER).dt.offset_by("-1d")
