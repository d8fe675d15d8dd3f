"""A reader with patience: tries every table of whole numbers, one after the other. Shares no code with `control`."""

from collections.abc import Iterator, Mapping, Sequence

Equation = tuple[str, tuple[str, ...]]
"""whole = sum of parts"""


def tables(
    known: Mapping[str, int], hidden: Sequence[str], equations: Sequence[Equation], floor: Mapping[str, int], most: int
) -> Iterator[dict[str, int]]:
    """Every table that agrees with the known numbers, with each hidden one in floor .. most."""
    order = list(hidden)

    def fits(table: Mapping[str, int]) -> bool:
        for whole, parts in equations:
            if whole in table and all(part in table for part in parts):
                if table[whole] != sum(table[part] for part in parts):
                    return False
            elif whole in table and sum(table.get(part, 0) for part in parts) > table[whole]:
                return False
        return True

    def extend(table: dict[str, int], depth: int) -> Iterator[dict[str, int]]:
        if depth == len(order):
            yield dict(table)
            return
        for value in range(floor[order[depth]], most + 1):
            table[order[depth]] = value
            if fits(table):
                yield from extend(table, depth + 1)
            del table[order[depth]]

    yield from extend(dict(known), 0)


def ranges(
    known: Mapping[str, int], hidden: Sequence[str], equations: Sequence[Equation], floor: Mapping[str, int], most: int
) -> dict[str, tuple[int, int]]:
    """The least and the most each hidden number is in any table."""
    found: dict[str, tuple[int, int]] = {}
    for table in tables(known, hidden, equations, floor, most):
        for cell in hidden:
            low, high = found.get(cell, (table[cell], table[cell]))
            found[cell] = (min(low, table[cell]), max(high, table[cell]))
    return found
