"""The share over the years as a picture: an inline SVG whose lengths are percent across and pixels down.

So the text keeps its size on a phone, and nothing has to be computed in the browser. Only the lines are stretched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from overgang.base.cube import BREAK, Cell

HEIGHT = 200
TOP, BOTTOM = 12, 168
STEP = 25
ROOM = 8
"""Percentage points above the largest share, for the number that stands over the last point."""


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A year on the axis. `minor` ones are left out on narrow screens."""

    x: str
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A year whose number is hidden: hatched from top to bottom."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Trend:
    """`said` is the text alternative: what the picture shows and where its numbers stand."""

    said: str
    name: str
    reference: str
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    reference_lines: tuple[str, ...]
    breaks: tuple[str, ...]
    hidden: tuple[Band, ...]
    ticks: tuple[Tick, ...]
    grid: tuple[tuple[int, str], ...]
    height: int = HEIGHT
    top: int = TOP
    bottom: int = BOTTOM
    depth: int = BOTTOM - TOP


def trend(
    *,
    said: str,
    name: str,
    years: Sequence[int],
    shares: Mapping[int, Cell],
    reference: str = "",
    reference_shares: Mapping[int, Cell] | None = None,
) -> Trend | None:
    """A picture of `shares` by year, with a second line to compare with; None with fewer than two numbers.

    The line does not run across a break in the series, nor across a year without a number.
    """
    if sum(cell.shown for cell in shares.values()) < 2:
        return None
    scale = Scale(years, _ceiling(shares, reference_shares or {}))
    broken = {year for year in years if BREAK in shares[year].marks} if shares else set()
    return Trend(
        said=said,
        name=name,
        reference=reference,
        points=_points(scale, shares),
        lines=_lines(scale, shares, broken),
        reference_lines=_lines(scale, reference_shares or {}, broken),
        breaks=tuple(_percent(index / len(years)) for index, year in enumerate(years) if year in broken and index),
        hidden=tuple(
            Band(_percent(index / len(years)), _percent(1 / len(years)))
            for index, year in enumerate(years)
            if shares[year].state == ":"
        ),
        ticks=_ticks(years),
        grid=tuple((scale.down(value), str(value)) for value in range(0, scale.ceiling + 1, STEP)),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a year and a share stand in the picture; `ceiling` is the share at its top."""

    years: Sequence[int]
    ceiling: int

    def across(self, index: int) -> str:
        return _percent((index + 0.5) / len(self.years))

    def down(self, share: int) -> int:
        return round(BOTTOM - (BOTTOM - TOP) * share / self.ceiling)


def _ceiling(*series: Mapping[int, Cell]) -> int:
    """The next step above the largest share, so that the line has room for its last number; 100 at most."""
    largest = max(cell.value for shares in series for cell in shares.values() if cell.value is not None)
    return min(100, STEP * ((largest + ROOM) // STEP + 1))


def _points(scale: Scale, shares: Mapping[int, Cell]) -> tuple[Point, ...]:
    values = [(index, shares[year].value) for index, year in enumerate(scale.years)]
    known = [(index, value) for index, value in values if value is not None]
    last = known[-1][0]
    return tuple(
        Point(scale.across(index), scale.down(value), str(value) if index == last else "") for index, value in known
    )


def _lines(scale: Scale, shares: Mapping[int, Cell], broken: set[int]) -> tuple[str, ...]:
    """Each unbroken run of two years or more as the points of a polyline: percent across, pixels down."""
    runs: list[list[str]] = [[]]
    before = None
    for index, year in enumerate(scale.years):
        value = shares[year].value if year in shares else None
        if value is None or year in broken or (before is not None and year - before > 1):
            runs.append([])
        if value is not None:
            runs[-1].append(f"{100 * (index + 0.5) / len(scale.years):.2f},{scale.down(value)}")
        before = year
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _ticks(years: Sequence[int]) -> tuple[Tick, ...]:
    """Every year; on narrow screens only every fourth, counted from the last."""
    last = len(years) - 1
    step = 1 if len(years) <= 8 else 4
    return tuple(
        Tick(_percent((index + 0.5) / len(years)), str(year), minor=(last - index) % step != 0)
        for index, year in enumerate(years)
    )


def _percent(part: float) -> str:
    return f"{100 * part:.2f}%"
