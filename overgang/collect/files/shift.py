"""Values that stand one column off: the header is right, but the values are their neighbours'."""

from collections.abc import Sequence

from overgang.collect.files.fault import Fault
from overgang.collect.files.rows import RowReader
from overgang.collect.files.templates import Field
from overgang.collect.files.values import Wrong

LOOKED_AT = 50
FITS, FITS_NOT = 0.8, 0.5
"""Shares of values that can be read: so many with the shift, and at most so many without, is a shift."""
LOOSE = ("text", "name")
"""Types that nearly everything fits, so that they say nothing."""


def shifted(rows: Sequence[tuple[int, Sequence[str]]], reader: RowReader) -> Fault | None:
    """One sentence for a whole file whose values stand a column too far to the right or the left, from some column on:
    under number;start;end stand ;number;start;end or number;x;start;end."""
    looked = [cells for _, cells in rows[:LOOKED_AT]]
    at_work = [(at, field) for at, field in reader.columns if field.type not in LOOSE]
    for first in range(len(at_work) - 1):
        part = at_work[first:]
        if len(part) < 2:
            break
        as_is = _share(looked, part, reader, 0)
        if as_is > FITS_NOT:
            continue
        for offset, side in ((1, "right"), (-1, "left")):
            if _share(looked, part, reader, offset) >= FITS:
                values = {"n": 1, "side": side, "column": part[0][1].name}
                return Fault(0, "", "", "shifted", values, reader.template.kind)
    return None


def _share(
    rows: Sequence[Sequence[str]], columns: Sequence[tuple[int, Field]], reader: RowReader, offset: int
) -> float:
    """The share of filled cells that can be read with the columns moved by `offset`."""
    filled = right = 0
    for cells in rows:
        for at, field in columns:
            if 0 <= at + offset < len(cells) and cells[at + offset].strip():
                filled += 1
                right += not isinstance(reader.readers[field.name](cells[at + offset]), Wrong)
    return right / filled if filled >= 2 * min(len(rows), 3) else 0.0
