"""Statements put beside the cells of an edition, with the cells they speak of that no table holds.

Such a cell is a part of cells that are there: it is no more than they are, and where all parts of a whole are spoken of
they make it up. Nothing else is known of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from overgang.base.cube import KEY, TOTAL, Tree
from overgang.base.errors import BadInput
from overgang.control.first_table import Bounded, whole_table
from overgang.control.policy import level
from overgang.control.program import groups, region
from overgang.control.statements import PARTS_OF, Key, Statement, turned
from overgang.control.system import ANY, UNPUBLISHED, Bools, Equations, System

TOLD = "told: "
"""The name of a statement's equation begins so."""

AT = {name: at for at, name in enumerate(KEY)}
PLACE = ("counts", "place", "time")


@dataclass(frozen=True, slots=True)
class _Row:
    """An equation by keys."""

    weights: tuple[tuple[Key, int], ...]
    low: int
    high: int | None
    name: str


def with_statements(
    system: System, statements: Sequence[Statement], trees: Iterable[Tree], links: pl.DataFrame
) -> System:
    """The system with what was told as further equations, and unpublished cells (`count` -1) at its end.

    Raises BadInput for a statement about a place and time that the system does not have.
    """
    if not statements:
        return system
    cells = {key: number for number, key in enumerate(system.cells.select(KEY).iter_rows())}
    parents = _parents(trees)
    missing = _missing(statements, cells, parents)
    number = {**cells, **{key: len(cells) + at for at, key in enumerate(missing)}}
    rows = [
        *_within_trees(missing, number, parents),
        *_within_links(missing, number, links),
        *(_Row(*turned(one), f"{TOLD}{one.says}") for one in statements),
    ]
    return System(
        cells=_with_cells(system, missing),
        count=np.concatenate([system.count, np.full(len(missing), -1, np.int64)]),
        equations=_with_rows(system.equations, rows, number),
        group=np.concatenate([system.group, np.array([_group(key, number) for key in missing], np.int64)]),
        sensitive=_with_flags(system.sensitive, len(missing)),
    )


def with_possible_counts(system: System) -> System:
    """The same with a number for each unpublished cell, some that agrees with all the true ones.

    Raises BadInput when the true counts contradict a statement.
    """
    equations, count = system.equations, system.count.copy()
    unknown: Bools = count < 0
    count[unknown] = 0
    for cells in groups(equations.row, equations.cell, unknown, len(equations)):
        area = region(equations, cells, count)
        found = whole_table(Bounded(area, np.zeros(len(cells), np.int64), np.full(len(cells), ANY, np.int64)))
        if found is not None:
            count[cells] = found
    balance = np.bincount(equations.row, equations.sign * count[equations.cell], len(equations)).astype(np.int64)
    off = (balance < equations.low) | (balance > equations.high)
    wrong = [name for name, is_off in zip(equations.names, off.tolist(), strict=True) if is_off]
    if wrong:
        says = next((name for name in wrong if name.startswith(TOLD)), wrong[0]).removeprefix(TOLD)
        raise BadInput(
            f"{says}: the counts of this edition say otherwise. Somebody was told something else, or it was copied "
            "wrongly: mend it, or leave it out."
        )
    return replace(system, count=count)


def known_by(system: System, statements: Sequence[Statement]) -> Bools:
    """Cells whose number is told as it is."""
    exact = {one.exact for one in statements} - {None}
    return np.array([key in exact for key in system.cells.select(KEY).iter_rows()], np.bool_)


Parents = Mapping[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]]
"""For a dimension and a code its wholes, each with all its parts; no parts where no table has the others."""


def _parents(trees: Iterable[Tree]) -> Parents:
    found: dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = {}
    for tree in trees:
        for whole, parts in tree.parts.items():
            for part in parts:
                found.setdefault((tree.dimension, part), []).append((whole, parts))
    outcomes = {TOTAL, *PARTS_OF, *(code for name, code in found if name == "outcome")}
    for part, wholes in PARTS_OF.items():
        here = [whole for whole in wholes if whole in outcomes] or [TOTAL]
        found.setdefault(("outcome", part), []).extend((whole, ()) for whole in here)
    return {key: tuple(wholes) for key, wholes in found.items()}


def _missing(statements: Iterable[Statement], cells: Mapping[Key, int], parents: Parents) -> list[Key]:
    """The cells spoken of that no table holds, and those between them and the tables."""
    places = {key[: len(PLACE)] for key in cells}
    found: dict[Key, None] = {}
    for one in statements:
        waiting = [key for key, _ in one.weights]
        while waiting:
            key = waiting.pop()
            if key in cells or key in found:
                continue
            if key[: len(PLACE)] not in places:
                raise BadInput(
                    f"{one.says}: the edition has no {key[0]} of {key[1]} in {key[2]}, so this can neither help nor "
                    "harm: leave it out, or mend the place or the time."
                )
            found[key] = None
            waiting += _wholes(key, one.says, parents)
    return sorted(found)


def _wholes(key: Key, says: str, parents: Parents) -> Iterator[Key]:
    for name in KEY[len(PLACE) :]:
        code = key[AT[name]]
        if code != TOTAL:
            wholes = parents.get((name, code))
            if wholes is None:
                raise BadInput(f"{says}: {code} is no code of {name} in the edition: mend it.")
            yield from (_with(key, name, whole) for whole, _ in wholes)


def _with(key: Key, name: str, code: str) -> Key:
    return (*key[: AT[name]], code, *key[AT[name] + 1 :])


def _within_trees(missing: Iterable[Key], number: Mapping[Key, int], parents: Parents) -> Iterator[_Row]:
    """A whole is as much as those of its parts that are counted or spoken of, or more."""
    of_whole: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for (name, code), wholes in parents.items():
        for whole, codes in wholes:
            of_whole.setdefault((name, whole), set()).add(codes or (code,))
    seen: set[tuple[Key, tuple[Key, ...]]] = set()
    for key in missing:
        for name in KEY[len(PLACE) :]:
            for code in (key[AT[name]], *(whole for whole, _ in parents.get((name, key[AT[name]]), ()))):
                for codes in sorted(of_whole.get((name, code), ())):
                    above = _with(key, name, code)
                    parts = tuple(part for part in (_with(key, name, one) for one in codes) if part in number)
                    if parts and (above, parts) not in seen:
                        seen.add((above, parts))
                        complete = len(parts) == len(codes) > 1
                        yield _Row(_less(above, parts), 0, 0 if complete else None, name)


def _within_links(missing: Iterable[Key], number: Mapping[Key, int], links: pl.DataFrame) -> Iterator[_Row]:
    """The same for the places of a place and the years of a period, but for persons who are counted in several."""
    if "overlap_high" not in links.columns:
        return
    equation = ("counts", "family", "whole_place", "whole_time")
    rests: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for key in missing:
        rests.setdefault(key[: len(PLACE)], set()).add(key[len(PLACE) :])
    spoken_of = pl.DataFrame(list(rests), schema=dict.fromkeys(PLACE, pl.String), orient="row")
    wholes = spoken_of.rename({"place": "whole_place", "time": "whole_time"})
    of_parts = links.join(spoken_of, on=PLACE).select(equation)
    of_wholes = links.join(wholes, on=["counts", "whole_place", "whole_time"]).select(equation)
    joined = pl.concat([of_parts, of_wholes]).unique().sort(equation)
    for (counts, family, place, time), parts in links.join(joined, on=equation).group_by(equation, maintain_order=True):
        overlap = parts["overlap_high"][0]
        at = parts.select(PLACE).rows()
        for rest in sorted(set().union(*(rests.get(one, set()) for one in [*at, (counts, place, time)]))):
            whole, all_parts = (str(counts), str(place), str(time), *rest), [(*one, *rest) for one in at]
            told = [part for part in all_parts if part in number]
            if told and whole in number and overlap is not None:
                complete = len(told) == len(all_parts)
                yield _Row(_less(whole, told), -int(overlap), 0 if complete else None, str(family))


def _less(whole: Key, parts: Iterable[Key]) -> tuple[tuple[Key, int], ...]:
    """`whole - parts`"""
    return ((whole, 1), *((part, -1) for part in parts))


def _group(key: Key, number: Mapping[Key, int]) -> int:
    return number.get(_with(key, "outcome", TOTAL), number[key])


def _with_cells(system: System, missing: Sequence[Key]) -> pl.DataFrame:
    breakdowns = [
        next((name for name in ("origin", "education", "age", "sex") if key[AT[name]] != TOTAL), "none")
        for key in missing
    ]
    size = len(system.count)
    new = pl.DataFrame(missing, schema=dict.fromkeys(KEY, pl.String), orient="row").with_columns(
        cell=pl.int_range(size, size + len(missing), dtype=pl.UInt32),
        level=pl.Series([level(key[AT["place"]]) for key in missing], dtype=pl.String),
        breakdown=pl.Series(breakdowns, dtype=pl.String),
        tables=pl.lit(UNPUBLISHED),
        count=pl.lit(None, dtype=pl.Int64),
    )
    return pl.concat([system.cells, new.select(system.cells.columns)])


def _with_rows(equations: Equations, rows: Sequence[_Row], number: Mapping[Key, int]) -> Equations:
    members = [(at, number[key], weight) for at, row in enumerate(rows) for key, weight in row.weights]
    high = [ANY if one.high is None else one.high for one in rows]
    row, cell, weight = (np.array(column, np.int64) for column in zip(*members, strict=True))
    return replace(
        equations,
        row=np.concatenate([equations.row, len(equations) + row]),
        cell=np.concatenate([equations.cell, cell]),
        sign=np.concatenate([equations.sign, weight]),
        low=np.concatenate([equations.low, np.array([one.low for one in rows], np.int64)]),
        high=np.concatenate([equations.high, np.array(high, np.int64)]),
        names=(*equations.names, *(one.name for one in rows)),
    )


def _with_flags(sensitive: Bools | None, more: int) -> Bools | None:
    return None if sensitive is None else np.concatenate([sensitive, np.zeros(more, np.bool_)])
