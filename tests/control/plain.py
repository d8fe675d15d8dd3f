"""A reader with patience: tries every table of whole persons, one after the other. Shares no code with `control`."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor


def ways(persons: int, boxes: int) -> Iterator[tuple[int, ...]]:
    """Every way to put so many persons into so many boxes."""
    if boxes == 1:
        yield (persons,)
        return
    for first in range(persons + 1):
        for rest in ways(persons - first, boxes - 1):
            yield (first, *rest)


def ranges(
    persons: int,
    inner: Sequence[str],
    sums: Mapping[str, Sequence[str]],
    known: Mapping[str, int],
    shares: Sequence[tuple[str, str, int]] = (),
) -> dict[str, tuple[int, int]]:
    """The least and the most each number is in any table that agrees with the known ones.

    `inner` are the numbers that break down no further and hold all `persons` between them; `sums` the others, each with
    the inner numbers it adds up, and `shares` are part, whole and the share in percent, a half rounded up.
    """
    found: dict[str, tuple[int, int]] = {}
    for way in ways(persons, len(inner)):
        table = dict(zip(inner, way, strict=True))
        table |= {whole: sum(table[part] for part in parts) for whole, parts in sums.items()}
        agrees = all(table[name] == number for name, number in known.items())
        if agrees and all(in_percent(table[part], table[whole]) == told for part, whole, told in shares):
            for name, number in table.items():
                low, high = found.get(name, (number, number))
                found[name] = (min(low, number), max(high, number))
    return found


def in_percent(part: int, whole: int) -> int | None:
    """Whole percent, half up."""
    return floor(100 * part / whole + 0.5) if whole else None
