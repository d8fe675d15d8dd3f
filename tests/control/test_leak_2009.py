"""The statistics office's table of 2009 by county and measure hid counts of 0 to 3, and so gave away some of them."""

from dataclasses import replace

import polars as pl
import pytest

from overgang.base.cube import COUNTRY, Cube, Tabulation
from overgang.control import audit, policy, protect
from tests.published import rows

DIMENSIONS = ("place", "time", "outcome")
ROWS = rows(2009, "measures")
MEASURES = [name for name in ROWS[0] if name not in ("place", "name")]
COUNTIES = [row["place"] for row in ROWS if row["place"] != COUNTRY]
THEIRS = replace(
    policy(),
    id="0-3",
    smallest=4,
    hide_zero=("county",),
    hide_breakdown_of=(),
    whole_breakdown=(),
    keep=(),
    sensitive_outcomes=(),
)
"""The rule of that table, so far as it is told: 0 to 3 is not printed."""

LINKS = pl.DataFrame(
    [("exits", "country", COUNTRY, "2009", county, "2009") for county in COUNTIES],
    schema=["counts", "family", "whole_place", "whole_time", "place", "time"],
    orient="row",
)


def cells(printed: dict[tuple[str, str], int | None]) -> pl.DataFrame:
    found = [(place, "2009", measure, count) for (place, measure), count in printed.items()]
    schema = {**dict.fromkeys(DIMENSIONS, pl.String), "count": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row").sort(DIMENSIONS)


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], int | None]:
    return {
        (row["place"], measure): None if row[measure] == ":" else int(row[measure])
        for row in ROWS
        for measure in MEASURES
    }


def test_the_printed_table_gives_away_a_hidden_number(printed: dict[tuple[str, str], int | None]) -> None:
    links = LINKS.with_columns(overlap_low=pl.lit(0, pl.Int64), overlap_high=pl.lit(0, pl.Int64))
    findings = {
        finding.cell: finding
        for finding in audit([("measures", "exits", DIMENSIONS, cells(printed))], (), links, THEIRS).findings
    }
    oslo = findings["exits F03 2009 work_private"]
    assert (oslo.least, oslo.most) == (3, 3)
    assert "exits F00 2009 work_private 512" in oslo.how
    others = {cell.split()[-1] for cell in findings} - {"work_private"}
    assert others == set()  # every other measure hides two counties or more, or none


def test_no_edition_of_ours_prints_it_so(printed: dict[tuple[str, str], int | None]) -> None:
    """The hidden numbers are spread as evenly as the totals allow; our own policy is then asked to publish them."""
    true = {key: count for key, count in printed.items() if count is not None}
    for measure in MEASURES:
        hidden = [county for county in COUNTIES if printed[county, measure] is None]
        missing = true[COUNTRY, measure] - sum(true.get((county, measure), 0) for county in COUNTIES)
        for number, county in enumerate(hidden):
            true[county, measure] = missing // len(hidden) + (number < missing % len(hidden))
    table = Cube("measures", "exits", DIMENSIONS, cells({key: true[key] for key in printed}))
    tabulation = Tabulation((table,), (), LINKS)
    shown = protect(tabulation, policy()).cubes[0].cells
    hidden = shown.filter(pl.col("count").is_null())
    assert hidden.filter(outcome="work_private").height >= 2
    links = LINKS.with_columns(overlap_low=pl.lit(0, pl.Int64), overlap_high=pl.lit(0, pl.Int64))
    assert audit([("measures", "exits", DIMENSIONS, shown)], (), links, policy()).safe
