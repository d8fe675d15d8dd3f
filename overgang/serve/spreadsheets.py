"""A table as CSV: one for programs, one for people with Excel in Norwegian."""

import polars as pl

from overgang.serve import dimensions
from overgang.serve.selection import Selection
from overgang.serve.texts import Texts

BOM = "\ufeff"


def csv(selection: Selection) -> str:
    """UTF-8 text with comma and point, the columns of the Parquet file and nothing else."""
    return selection.frame().write_csv()


def for_excel(selection: Selection, t: Texts) -> str:
    """Semicolons, a byte order mark, labels beside codes, and the sign in the cell where there is no number."""
    frame = selection.frame()
    columns = [part for dimension in selection.codes for part in _labelled(dimension, selection, t)]
    contents = [name for name in ("count", "share") if name in frame.columns]
    heads = {"count": t["contents"][selection.table.counts], "share": t["contents"]["share"]}
    columns += [_number(name).alias(heads[name]) for name in contents]
    columns.append(pl.col("marks").alias(t["dimension"]["marks"]))
    return BOM + frame.select(columns).write_csv(separator=";", decimal_comma=True)


def _labelled(dimension: dimensions.Dimension, selection: Selection, t: Texts) -> list[pl.Expr]:
    """The label of a dimension; a place has its code in a column before."""
    column = pl.col(dimension.column)
    codes = selection.codes[dimension]
    labels = {code: dimensions.label(dimension, code, t) for code in codes}
    labelled = column.replace_strict(labels, return_dtype=pl.String).alias(dimensions.title(dimension, codes, t))
    return [column.alias(t["dimension"]["place_code"]), labelled] if dimension.role == "geo" else [labelled]


def _number(name: str) -> pl.Expr:
    return pl.coalesce(pl.col(name).cast(pl.String), pl.col(f"{name}_state"))
