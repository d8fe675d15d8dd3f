"""What may be shown: the one type an edition accepts."""

from dataclasses import dataclass

import polars as pl

from overgang.base.cube import State


@dataclass(frozen=True, slots=True)
class ProtectedCube:
    """One table after disclosure control. Made by `control` alone (a test reads the code to see that it stays so).

    `cells`: the columns `dimensions` (String), `count` (Int64, empty where hidden) and `state` (String: "" or ":").
    """

    table: str
    counts: str
    dimensions: tuple[str, ...]
    cells: pl.DataFrame

    @property
    def hidden(self) -> int:
        return self.cells.filter(pl.col("state") == State.SUPPRESSED).height
