"""Which rows of a table an address asks for: `?sted=K1101,F11&tid=2016`."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl
from django.http import QueryDict

from overgang.base.edition import PublishedTable
from overgang.serve import dimensions
from overgang.serve.dimensions import Dimension
from overgang.serve.texts import Texts

SETTINGS = ("lang", "format")
"""Query parameters that are no dimension."""


class BadSelection(Exception):
    """The query asks for what the table does not have; the message says what it has."""


@dataclass(frozen=True)
class Selection:
    """The codes asked for, by dimension, in the table's own order; every code where a dimension is not named."""

    table: PublishedTable
    codes: Mapping[Dimension, tuple[str, ...]]

    def frame(self) -> pl.DataFrame:
        """The rows asked for, in the table's own order."""
        frame = self.table.frame
        for dimension, wanted in self.codes.items():
            if len(wanted) < len(self.table.codes[dimension.column]):
                frame = frame.filter(pl.col(dimension.column).is_in(list(wanted)))
        return frame


def read(table: PublishedTable, query: QueryDict, t: Texts) -> Selection:
    """The selection in a query. Raises BadSelection for a parameter or a code the table does not have."""
    known = dimensions.of(table)
    names = [dimension.query for dimension in known]
    if wrong := [key for key in query if key not in (*names, *SETTINGS)]:
        raise BadSelection(t("problem.parameter", name=wrong[0], known=", ".join(names)))
    return Selection(table, {dimension: _codes(table, dimension, query, t) for dimension in known})


def _codes(table: PublishedTable, dimension: Dimension, query: QueryDict, t: Texts) -> tuple[str, ...]:
    present = dimensions.codes(table, dimension)
    asked = [code for value in query.getlist(dimension.query) for code in value.split(",") if code]
    if not asked:
        return present
    for code in asked:
        if code not in present:
            near = get_close_matches(code, present, n=4, cutoff=0.4) or present[:4]
            raise BadSelection(t("problem.code", name=dimension.query, code=code, known=", ".join(near)))
    wanted = frozenset(asked)
    return tuple(code for code in present if code in wanted)
