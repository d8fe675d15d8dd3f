"""The published figures, as the documents print them."""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def rows(year: int) -> list[dict[str, str]]:
    """The county table of 2007 or 2016, a row a county (2016: and the country, F00)."""
    with (HERE / f"counties_{year}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
