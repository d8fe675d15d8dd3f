"""Indicators: what is counted, by which definition in which year, on which base, and where its series breaks.

Everything is data in this folder, read once: a file an indicator, `breaks.toml`, `variants.toml`. Which end reasons are
work or education in a version stands with the reasons themselves, in `base.codes`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal

from overgang.base.errors import BadInput
from overgang.compute.indicators.reading import DATA, read, structured, with_texts

SHARED = ("breaks", "variants")
"""The files of this folder that are not indicators."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break in a series: `before` is the last year of the old series, `after` the first of the new."""

    id: str
    before: int
    after: int
    source: str
    note: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """Years in which the annual return is the source: who counts, on which base, and the item that is the number."""

    years: tuple[int, ...]
    population: Literal["answered", "everybody"]
    base: str = "D0"
    item: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A definition and the first year it holds for. `base` is the official denominator variant: see `variants`."""

    id: str
    valid_from: int
    source: str
    note: Mapping[str, str]
    base: str = "D0"
    survey: Survey | None = None

    def survey_in(self, year: int) -> Survey | None:
        return self.survey if self.survey and year in self.survey.years else None

    def base_in(self, year: int) -> str:
        """The official variant of a year: 2007 only exits with a stated reason (D4), later all exits (D0)."""
        survey = self.survey_in(year)
        return survey.base if survey else self.base

    def population_in(self, year: int) -> str:
        """Whose persons count: "answered", only those of units that answered, or "everybody"."""
        survey = self.survey_in(year)
        return survey.population if survey else "everybody"


@dataclass(frozen=True, slots=True)
class Indicator:
    """`part` of `whole`, both codes of outcome; a number of persons has no whole. Versions are in order of time."""

    id: str
    counts: Literal["exits", "participants"]
    unit: Literal["persons", "percent"]
    label: Mapping[str, str]
    formula: Mapping[str, str]
    part: str
    version: tuple[Version, ...]
    breaks: tuple[str, ...]
    sources: tuple[str, ...]
    whole: str | None = None


@cache
def indicators() -> tuple[Indicator, ...]:
    """All indicators, by id."""
    found = {path.stem: read(path) for path in sorted(DATA.glob("*.toml")) if path.stem not in SHARED}
    by_id = {values["id"]: values for values in found.values()}
    whole = (_indicator(_with_versions(values, by_id), f"indicators/{stem}.toml") for stem, values in found.items())
    return tuple(sorted(whole, key=lambda indicator: indicator.id))


@cache
def indicator(id: str) -> Indicator:
    """An indicator by id. Raises BadInput, naming near misses, for another."""
    known = {found.id: found for found in indicators()}
    if id not in known:
        near = get_close_matches(id, known, n=3, cutoff=0.4) or sorted(known)
        raise BadInput(f"There is no indicator {id!r}: use one such as {', '.join(near)}.")
    return known[id]


@cache
def version_for(id: str, year: int) -> Version:
    """The version that holds in a year: the latest that began by then; before the first, the first.

    >>> version_for("exit.work_edu", 2010).id, version_for("exit.work_edu", 2019).id
    ('2007', '2017')
    """
    first, *later = indicator(id).version
    return next((version for version in reversed(later) if version.valid_from <= year), first)


def breaks(id: str, years: Iterable[int]) -> Mapping[int, tuple[Break, ...]]:
    """The breaks a series of these years has, by the year that carries the mark: the first one shown after the break.

    >>> [(year, [found.id for found in there]) for year, there in breaks("exit.work_edu", (2007, 2016, 2018)).items()]
    [(2016, ['2016']), (2018, ['2017'])]
    """
    shown = sorted(set(years))
    marks: dict[int, tuple[Break, ...]] = {}
    for found in _breaks():
        later = [year for year in shown if year > found.before]
        if found.id in indicator(id).breaks and later and shown[0] <= found.before:
            marks[later[0]] = (*marks.get(later[0], ()), found)
    return marks


def survey_years(counts: str) -> tuple[int, ...]:
    """The years in which the annual return decides who counts, for "exits" or "participants"."""
    surveys = (version.survey for found in indicators() if found.counts == counts for version in found.version)
    return tuple(sorted({year for survey in surveys if survey for year in survey.years}))


@cache
def _breaks() -> tuple[Break, ...]:
    rows = (with_texts(row, "note") for row in read(DATA / "breaks.toml")["break"])
    return tuple(structured(row, Break, "indicators/breaks.toml") for row in rows)


def _with_versions(values: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An indicator `like` another has its versions and breaks, so that they are written once."""
    own = dict(values)
    model = by_id[own.pop("like")] if "like" in own else own
    return {**own, "version": [with_texts(row, "note") for row in model["version"]], "breaks": model["breaks"]}


def _indicator(values: Mapping[str, Any], where: str) -> Indicator:
    found = structured(values, Indicator, where)
    unknown = set(found.breaks) - {known.id for known in _breaks()}
    if unknown:
        raise BadInput(f"{where} names the break {min(unknown)}, which breaks.toml does not have: add it there.")
    if [v.valid_from for v in found.version] != sorted({v.valid_from for v in found.version}):
        raise BadInput(f"The versions in {where} are not in order of valid_from: sort them.")
    return found
