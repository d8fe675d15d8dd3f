"""Returns as tables and as rows of the models: a whole register comes in that way, and a snapshot leaves.

A table holds an answer a row, of the version that counts; free texts stay here, for they may tell whose they are.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import models
from django.db.models import F

from overgang.collect.returns.models import Answer, Return, Round, Version
from overgang.collect.returns.states import NO_RESPONSE, SENT

RAW = {"dont_know": "00", "zero": "0", "blank": ""}
"""How an answer that is no number was typed."""
NOTHING = pl.lit("{}")


def sources() -> Mapping[str, tuple[models.QuerySet[Any], Mapping[str, str], Mapping[str, pl.Expr]]]:
    """The rows a snapshot's tables are read from, and the paths to their columns: the answers of the versions that
    count, and the units that were asked."""
    counted = Answer.objects.filter(version=F("version__of__current")).exclude(answer="value", value=None)
    return {
        "annual_return": (counted, {"year": "version__of__round_id", "unit": "version__of__unit"}, {}),
        "invited": (Return.objects.all(), {"year": "round_id"}, {}),
    }


def rows_of_returns(annual_return: pl.DataFrame, invited: pl.DataFrame) -> Mapping[type[models.Model], pl.DataFrame]:
    """Rounds that are over, with a version for each unit that answered: its columns by model, in the order they can be
    written in."""
    key = ["year", "unit"]
    answered = annual_return.select(key).unique()
    asked = pl.concat([invited.select(key), answered]).unique().sort(key).with_row_index("id", 1)
    versions = asked.join(answered, on=key, how="semi", maintain_order="left").select(
        "year", "unit", of_id="id", id=pl.int_range(1, pl.len() + 1)
    )
    returns = asked.join(versions.select(*key, current_id="id"), on=key, how="left", maintain_order="left")
    years = asked["year"].unique().sort().to_list()
    return {
        Round: pl.DataFrame(
            {
                "year": years,
                "as_of": [date(year, 12, 31) for year in years],
                "opens": [date(year + 1, 1, 1) for year in years],
                "closes": [_last_day(year) for year in years],
                "closed": [f"{_last_day(year)} 22:59:59" for year in years],
            },
            schema_overrides={"year": pl.Int64, "closed": pl.String},
        ),
        Return: returns.select(
            "id",
            "unit",
            "current_id",
            round_id="year",
            added=pl.date(pl.col("year").cast(pl.Int32) + 1, 1, 1),
            state=pl.when(pl.col("current_id").is_null()).then(pl.lit(NO_RESPONSE)).otherwise(pl.lit(SENT)),
        ),
        Version: versions.select(
            "id",
            "of_id",
            sent=pl.date(pl.col("year").cast(pl.Int32) + 1, 2, 28).dt.to_string("iso") + " 12:00:00",
            typed=NOTHING,
            explained=NOTHING,
            register=NOTHING,
        ),
        Answer: annual_return.join(
            versions.select(*key, version_id="id"), on=key, how="left", maintain_order="left"
        ).select(
            "version_id",
            "item",
            "answer",
            "value",
            raw=pl.col("answer").replace_strict(RAW, default=pl.col("value").cast(pl.String)),
        ),
    }


def _last_day(year: int) -> date:
    return date(year + 1, 2, 28)
