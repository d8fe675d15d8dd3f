"""The published figures, as the documents print them."""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def rows(year: int, table: str = "counties") -> list[dict[str, str]]:
    """A row a county, and the country (F00) but in 2007: the county table of 2007 or 2016, or the measures of 2009."""
    with (HERE / f"{table}_{year}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
