"""Counting in a register as it lies on disk: plain sums over its tables, nothing of what made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from overgang.base.codes import NOT_REGISTERED, codelist
from overgang.base.errors import BadInput
from overgang.base.places import COUNTRY, OSLO, gazetteer
from overgang.demo.groups import SHIELDED, Group

SMALL, MEDIUM, LARGE = 2, 40, 100
"""From how many participants on a programme has this size; one with a single participant has a class of its own."""
MONTH = 365.25 / 12
REASONS = ("7a", "7b", "7c", "8a", "8b", "9a", "9b", "10a", "11a", "11b", "12a", "12b", "12c")
SILENT = "silent"
TRANSFERS = {"social": "13a", "insurance": "13b", "other": "13c"}

SURVEYS = (2007,)
"""Years whose figures rest on the annual return."""
RECEIVED = {"social": "social_assistance", "insurance": "national_insurance", "other": "other_support"}
AIMS = {"work": "work_directed", "education": "education_directed", "other": "other_directed"}

ITEMS: Mapping[str, tuple[str, Mapping[str, Mapping[str, int]]]] = {
    "participants": ("", {"": {"1": 1}}),
    "status": ("status", {"active": {"2": 1, "3": -1}, "leave": {"3": 1}, "ended": {"4": 1}}),
    "ended": (
        "transfer",
        {kind: {item: 1} for kind, item in TRANSFERS.items()}
        | {"none": dict.fromkeys(REASONS, 1) | dict.fromkeys(TRANSFERS.values(), -1)},
    ),
}
"""Table of the annual return -> the column it is divided by, and the items that give the number for each value."""


@dataclass(frozen=True)
class Tables:
    """What is counted in: the register's persons with what they took part in, and the annual returns."""

    person: pl.DataFrame
    participation: pl.DataFrame
    annual_return: pl.DataFrame
    case: pl.DataFrame
    measure: pl.DataFrame
    invited: pl.DataFrame


class Counts:
    """Counts in a register. Above the unit a person counts once, in the place of the last participation of the year."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._last: dict[tuple[int, str], pl.DataFrame] = {}
        self._units: dict[int, pl.DataFrame] = {}

    def number(self, layer: str, table: str, year: int, place: str, group: Group) -> int:
        """How many of a table's year and place belong to the group."""
        if table == "programmes":
            return within(_at(self.programmes(year), place), group).height
        if layer == "survey_return":
            return self._returned(table, year, place, group)
        return within(self._truth(table, year, place), group).height

    def ended(self, year: int, place: str = COUNTRY) -> pl.DataFrame:
        """Persons whose last participation of the year in the place ended then."""
        return self.last(year, _level(place)).filter(pl.col("end").dt.year() == year, _is_at(place))

    def last(self, year: int, level: str) -> pl.DataFrame:
        """The last participation of the year of each person in each place of a level."""
        if (year, level) not in self._last:
            rows = self._running(year).filter(pl.col(level).is_not_null()).sort("start", "end", nulls_last=True)
            self._last[year, level] = rows.unique([level, "local_id"], keep="last", maintain_order=True)
        return self._last[year, level]

    def started(self, year: int) -> pl.DataFrame:
        """Persons whose first participation began in the year."""
        first = self._joined.group_by("local_id").agg(pl.col("start").min(), pl.col("origin").first())
        return first.filter(pl.col("start").dt.year() == year)

    def measures(self, year: int) -> pl.DataFrame:
        """The measures that ran some time of the year, with what they are directed to."""
        return self._tables.measure.filter(_touches(year)).with_columns(aim=_aim())

    def programmes(self, year: int) -> pl.DataFrame:
        """The units that were asked about a year: whether they answered, how large they are and what they answered."""
        if year not in self._units:
            self._units[year] = self._asked(year)
        return self._units[year]

    def _truth(self, table: str, year: int, place: str) -> pl.DataFrame:
        if table == "started":
            return self.started(year)
        if table == "measures":
            return self.measures(year)
        if table == "participants":
            return self.last(year, _level(place)).filter(_is_at(place))
        return self.ended(year, place)

    def _returned(self, table: str, year: int, place: str, group: Group) -> int:
        column, items = ITEMS[table]
        units = within(_at(self.programmes(year), place), {key: group[key] for key in group if key != column})
        return sum(
            weight * int(units[item].sum() or 0)
            for value, weights in items.items()
            if value in group.get(column, items)
            for item, weight in weights.items()
            if item in units.columns
        )

    def _asked(self, year: int) -> pl.DataFrame:
        answers = self._tables.annual_return.filter(pl.col("year") == year, pl.col("answer") != "blank")
        if answers.is_empty():
            raise BadInput(f"The register has no annual return of {year}: make the synthetic country anew.")
        items = answers.pivot("item", index="unit", values="value")
        asked = self._tables.invited.filter(pl.col("year") == year).select("unit").join(items, on="unit", how="left")
        reply = pl.when(pl.col("unit").is_in(answers["unit"].unique().to_list())).then("size").otherwise(pl.lit(SILENT))
        return asked.with_columns(*_places("unit"), size=_size(pl.col("1"))).with_columns(reply=reply)

    @cached_property
    def _joined(self) -> pl.DataFrame:
        received = self._tables.case.select("local_id", "start", transfer=_transfer())
        rows = self._tables.participation.join(self._tables.person, on="local_id")
        rows = rows.with_columns(reason=pl.col("end_reason").fill_null(NOT_REGISTERED), time=_time())
        return rows.join(received, on=["local_id", "start"], how="left")

    def _running(self, year: int) -> pl.DataFrame:
        """Participations that ran some time of the year, with their places of that year.

        Shielded persons have none but the country. Where units were asked about the year, those that answered count.
        """
        rows = self._joined.filter(_touches(year))
        heirs = {unit: gazetteer().carried(unit, year) for unit in rows["unit"].unique() if unit}
        unit = pl.when(~pl.col("shielded")).then(pl.col("unit").replace_strict(heirs, return_dtype=pl.String))
        rows = rows.with_columns(unit=unit).with_columns(*_places("unit"))
        if year not in SURVEYS:
            return rows.with_columns(size=pl.lit(None, pl.String))
        answered = self.programmes(year).filter(pl.col("reply") != SILENT).select("unit", "size")
        return rows.join(answered, on="unit")


def _touches(year: int) -> pl.Expr:
    return (pl.col("start").dt.year() <= year) & (pl.col("end").is_null() | (pl.col("end").dt.year() >= year))


def _places(unit: str) -> tuple[pl.Expr, ...]:
    """The larger places of a unit."""
    oslo = pl.col(unit).str.starts_with("B")
    return (
        (pl.lit("F") + pl.col(unit).str.slice(1, 2)).alias("county"),
        pl.when(oslo).then(pl.lit(OSLO)).otherwise(pl.col(unit)).alias("municipality"),
        pl.lit(COUNTRY).alias("country"),
    )


def _level(place: str) -> str:
    if place in (COUNTRY, SHIELDED):
        return "country"
    return {"F": "county", "K": "municipality", "B": "unit"}[place[0]]


def _is_at(place: str) -> pl.Expr:
    return pl.col("shielded") if place == SHIELDED else pl.col(_level(place)) == place


def _at(units: pl.DataFrame, place: str) -> pl.DataFrame:
    return units.filter(_is_at(place))


def within(rows: pl.DataFrame, group: Group) -> pl.DataFrame:
    """The rows of a group: none where the register holds nothing to tell it by."""
    if not set(group) <= set(rows.columns):
        return rows.clear()
    return rows.filter(*(pl.col(column).is_in(list(values)) for column, values in group.items()))


def _time() -> pl.Expr:
    """The time in the programme in whole months, the nearest, against two years."""
    days = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    months = (days / MONTH).round()
    return (
        pl.when(months < 24)
        .then(pl.lit("shorter"))
        .when(months > 24)
        .then(pl.lit("longer"))
        .when(months == 24)
        .then(pl.lit("two years"))
    )


def _transfer() -> pl.Expr:
    """What was received at the exit; the first of several."""
    kinds = [pl.when(pl.col(column)).then(pl.lit(kind)) for kind, column in RECEIVED.items()]
    return pl.coalesce(*kinds, pl.lit("none"))


def _aim() -> pl.Expr:
    parts = codelist("measure").parts
    kinds = {kind: aim for aim, direction in AIMS.items() for kind in parts[direction]}
    return pl.col("kind").cast(pl.String).replace_strict(kinds, default=None)


def _size(participants: pl.Expr) -> pl.Expr:
    return (
        pl.when(participants >= LARGE)
        .then(pl.lit("large"))
        .when(participants >= MEDIUM)
        .then(pl.lit("medium"))
        .when(participants >= SMALL)
        .then(pl.lit("small"))
        .when(participants == 1)
        .then(pl.lit("single"))
        .otherwise(pl.lit("no size"))
    )
