"""A case drawn on a line of time: the programme, its measures, leave and stops as bars, decisions as marks.

Plain values for a template: each lane is a line of text and a strip whose places are percent of the width, so that it
is read on a phone and on paper as well. The same is on the page as a list for those who do not see it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from overgang.base.codes import codelist
from overgang.base.text import short_day
from overgang.collect.register.dossier import CaseFile

Kind = Literal["programme", "planned", "measure", "leave", "stop", "decision"]
MARGIN = timedelta(days=20)
SHORTEST = 0.6
"""Percent of the width: a day must be seen too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` in percent. `says`: its days in words."""

    x: float
    width: float
    kind: Kind
    says: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    kind: Kind
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    year: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """`today` in percent, None when it lies outside."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """What happened from a day to a day; without `last` it still runs."""

    label: str
    kind: Kind
    first: date
    last: date | None


def timeline(file: CaseFile, *, today: date, lang: str, words: dict[str, str]) -> Timeline | None:
    """The line of a case; None when nothing in it has a day. `words`: programme, planned, stop in the language."""
    spans = list(_spans(file, lang, words))
    if not spans:
        return None
    ends = [span.last or max(today, span.first) for span in spans]
    first, last = min(span.first for span in spans) - MARGIN, max(ends) + MARGIN
    scale = Scale(first, last)
    lanes = tuple(
        Lane(label, kind, tuple(scale.bar(span, today) for span in group))
        for (label, kind), group in groupby(spans, key=lambda span: (span.label, span.kind))
    )
    ticks = tuple(Tick(scale.x(date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1))
    return Timeline(lanes, ticks, scale.x(today) if first <= today <= last else None)


@dataclass(frozen=True, slots=True)
class Scale:
    """From days to percent of the width."""

    first: date
    last: date

    def x(self, day: date) -> float:
        return round(100 * (day - self.first).days / (self.last - self.first).days, 2)

    def bar(self, span: Span, today: date) -> Bar:
        """A bar from the first day through the last; what still runs is drawn to today."""
        end = span.last or max(today, span.first)
        x = min(self.x(span.first), 100 - SHORTEST)
        width = max(self.x(end + timedelta(days=1)) - x, SHORTEST)
        says = short_day(span.first)
        if span.kind != "decision":
            says += "–" + (short_day(span.last) if span.last else "")
        return Bar(x, round(min(width, 100 - x), 2), span.kind, says, span.last is None)


def _spans(file: CaseFile, lang: str, words: dict[str, str]) -> Iterator[Span]:
    """In the order of the lanes."""
    participation = file.participation
    if participation:
        yield Span(words["programme"], "programme", participation.start, participation.end)
        if participation.planned_end and not participation.end:
            yield Span(words["planned"], "planned", participation.start, participation.planned_end)
    measures = sorted(file.measures, key=lambda measure: (measure.kind, measure.start))
    for measure in sorted(measures, key=lambda measure: min(m.start for m in measures if m.kind == measure.kind)):
        yield Span(_label("measure", measure.kind, lang), "measure", measure.start, measure.end)
    for leave in sorted(file.leaves, key=lambda leave: (leave.kind, leave.start)):
        yield Span(_label("leave", leave.kind, lang), "leave", leave.start, leave.end)
    for stop in (decision for decision in file.decisions if decision.kind == "stop_temporary" and decision.since):
        yield Span(words["stop"], "stop", stop.since, stop.until)
    if file.case.asked:
        yield Span(_label("trigger", file.case.trigger, lang), "decision", file.case.asked, file.case.asked)
    for decision in sorted(file.decisions, key=lambda decision: (decision.kind, decision.decided)):
        yield Span(_label("decision", decision.kind, lang), "decision", decision.decided, decision.decided)


def _label(name: str, code: str, lang: str) -> str:
    """The label of a code; an unknown one as it stands."""
    known = codelist(name)
    return known.label(code, lang) if code in known else code
