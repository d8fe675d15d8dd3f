"""Notes that belong to numbers: breaks in the series, shielded persons, and who answered the survey."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from overgang.base import text
from overgang.base.cube import BREAK, COUNTRY, COUNTRY_OPEN, PRELIMINARY
from overgang.base.edition import Edition
from overgang.serve.texts import Texts

SURVEY_YEAR = 2007


@dataclass(frozen=True, slots=True)
class Break:
    """A year from which figures should not be compared with the years before, and why."""

    year: int
    reason: str


def breaks(edition: Edition, t: Texts, years: Iterable[int]) -> tuple[Break, ...]:
    """The breaks within `years`. The edition's marks say where they are, its indicators say why."""
    broken = broken_years(edition)
    return tuple(Break(year, _reason(edition, t, year)) for year in years if year in broken)


def broken_years(edition: Edition) -> frozenset[int]:
    """The years whose country row is marked as a break."""
    exits = edition.table("exits")
    return frozenset(
        year
        for year in edition.years
        if BREAK in exits.count(place=COUNTRY_OPEN, time=str(year)).marks
        or BREAK in exits.share(place=COUNTRY_OPEN, time=str(year), outcome="work_edu").marks
    )


def _reason(edition: Edition, t: Texts, year: int) -> str:
    given = _of(_of(edition.indicators, "breaks"), str(year))
    return str(given[t.lang]) if t.lang in given else t["breaks"]["other"]


def preliminary(edition: Edition, t: Texts, year: int) -> str:
    """That the figures of the year may still change, if the country row is marked so."""
    marks = edition.table("exits").count(place=COUNTRY_OPEN, time=str(year)).marks
    return t("notes.preliminary", year=year) if PRELIMINARY in marks else ""


def shielded(edition: Edition, t: Texts, year: int) -> str:
    """How many persons the country has beside the rows shown, if the edition tells."""
    count = _of(_of(edition.notes, "shielded"), str(year)).get("exits")
    if not isinstance(count, int):
        return ""
    whole = edition.table("exits").count(place=COUNTRY, time=str(year))
    values = {"count": text.number(count, t.lang), "year": year, "whole": text.cell(whole, t.lang)}
    return t("notes.shielded" if whole.shown else "notes.shielded_only", **values)


def response(edition: Edition, t: Texts, year: int) -> str:
    """How many units answered, for a year that was a survey."""
    found = _of(_of(edition.notes, "response"), str(year))
    answered, invited = found.get("answered"), found.get("invited")
    if not isinstance(answered, int):
        return t["notes"]["survey"] if year == SURVEY_YEAR else ""
    if not isinstance(invited, int):
        return t("notes.response", answered=answered)
    return t(
        "notes.response_rate",
        answered=answered,
        invited=invited,
        rate=text.percent(round(100 * answered / invited), t.lang),
    )


def lacking(edition: Edition, t: Texts, year: int, place: str) -> str:
    """How many units have no number in a sum of participants: "3 kommuner eller bydeler mangler"."""
    units = _of(_of(edition.notes, "lacking"), str(year)).get(place)
    if not isinstance(units, int):
        return ""
    return t("notes.lacking_one" if units == 1 else "notes.lacking_many", units=text.number(units, t.lang))


def sums(edition: Edition, year: int) -> Mapping[str, Any]:
    """What the annual returns of a year add up to, if the edition tells."""
    return _of(_of(_of(edition.notes, "returns"), str(year)), "sums")


def of_sums(edition: Edition, t: Texts, year: int) -> tuple[str, ...]:
    """What is to be said of these sums: where they do not fit one another."""
    said = _of(_of(_of(edition.notes, "returns"), str(year)), "notes")
    return tuple(found for id in sorted(said) if (found := str(_of(said, id).get(t.lang, ""))))


def _of(values: Any, key: str) -> Mapping[str, Any]:
    """The mapping under `key`, or an empty one: an older edition may not tell."""
    found = values.get(key) if isinstance(values, Mapping) else None
    return found if isinstance(found, Mapping) else {}
