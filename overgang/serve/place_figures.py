"""The numbers of one place: its key figures, its series, and its tables."""

from dataclasses import dataclass
from functools import cached_property

from overgang.base import text
from overgang.base.collation import collation_key
from overgang.base.cube import COUNTRY, MISSING, Cell, State
from overgang.base.edition import Edition, PublishedTable
from overgang.base.periods import period_of, years_of
from overgang.base.places import Gazetteer, Kind, Place
from overgang.serve import exits, history, names, notes
from overgang.serve.figures import Column, KeyFigure, Row, Shown, Table, shown
from overgang.serve.texts import Texts
from overgang.serve.trend import Trend, trend
from overgang.serve.visit import Link

SMALL = (Kind.MUNICIPALITY, Kind.CITY_DISTRICT)


class PlaceFigures:
    """All numbers of one place that an edition holds, as tables in one language."""

    def __init__(self, place: Place, places: Gazetteer, edition: Edition, t: Texts) -> None:
        self.place = place
        self.places = places
        self.edition = edition
        self.t = t
        self.exits = edition.table("exits")

    @cached_property
    def through_time(self) -> dict[int, str]:
        """Year -> the id under which this place stands in the tables of that year."""
        return history.through_time(self.places, self.place.id, self.edition.years)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with a row for the place: those in which it had participants."""
        return tuple(
            year
            for year, id in self.through_time.items()
            if exits.has_row(self.exits, place=exits.row_of(id), time=str(year))
        )

    @property
    def latest(self) -> int | None:
        return self.years[-1] if self.years else None

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id it had in the years of the edition, the present one first."""
        return tuple(dict.fromkeys((self.place.id, *reversed(self.through_time.values()))))

    def tables(self, year: int) -> tuple[Table, ...]:
        """Every table of the page, as far as the edition has it."""
        found = (
            self.series(),
            self.three_years(),
            self.compared(year),
            self.parts(year),
            self._by("sex", year),
            self._by("age", year),
            self._by("education", year),
        )
        return tuple(table for table in found if table is not None)

    def key_figures(self, year: int) -> tuple[KeyFigure, ...]:
        """The latest numbers: how many ended, the share to work or education, and how many took part."""
        t, at = self.t, self._at(year)
        ended, moved_on = self.exits.count(**at), self.exits.count(outcome="work_edu", **at)
        share = self.exits.share(outcome="work_edu", **at)
        base = ""
        if moved_on.shown and ended.shown:
            base = t("place.key_base", part=text.cell(moved_on, t.lang), whole=text.cell(ended, t.lang))
        figures = [
            KeyFigure(shown(share, t, "percent"), t("place.key_share"), base),
            KeyFigure(shown(ended, t), t("place.key_ended", year=year)),
        ]
        if took_part := self._participants(year):
            lacks = notes.lacking(self.edition, t, year, exits.row_of(self.through_time[year]))
            figures.append(KeyFigure(took_part, t("place.key_participants", year=year), lacks))
        return tuple(figures)

    def hidden_note(self, year: int) -> str:
        """Why the share is hidden, and the next best number; empty when it is shown."""
        t, at = self.t, self._at(year)
        cells = (
            self.exits.count(**at),
            self.exits.count(outcome="work_edu", **at),
            self.exits.share(outcome="work_edu", **at),
        )
        if all(cell.state is not State.SUPPRESSED for cell in cells):
            return ""
        smallest = self.edition.policy.get("smallest", 5)
        return f"{t('place.hidden_why', smallest=smallest)} {self._next_best(year)}"

    def _next_best(self, year: int) -> str:
        t, period = self.t, period_of(year)
        cell = self._period_cell(period)
        if cell.shown:
            return t("place.next_best_period", period=_dashed(period), share=text.percent(cell.value or 0, t.lang))
        above = self.places.parent(self.through_time[year], year)
        while above is not None:
            cell = self.exits.share(place=exits.row_of(above), time=str(year), outcome="work_edu")
            if cell.shown:
                name = names.name(self.places.place(above), t.lang)
                return t("place.next_best_parent", name=name, year=year, share=text.percent(cell.value or 0, t.lang))
            above = self.places.parent(above, year)
        return ""

    def _period_cell(self, period: str) -> Cell:
        table = self.edition.tables.get("exits_three_years")
        return table.share(place=self._id_in_period(period), time=period, outcome="work_edu") if table else MISSING

    def _id_in_period(self, period: str) -> str:
        """Periods stand under the places of their last year."""
        return self.through_time.get(years_of(period)[-1], self.place.id)

    def series(self) -> Table | None:
        """All years: share, exits, to work, to education, participants."""
        if not self.years:
            return None
        t = self.t
        took_part = "participants" in self.edition.tables
        rows = []
        for year in reversed(self.years):
            last = (self._participants(year) or shown(MISSING, t),) if took_part else ()
            cells = (*exits.cells(self.exits, t, parts=True, **self._at(year)), *last)
            rows.append(Row(str(year), cells, marks=exits.marks_of(self.exits, t, **self._at(year))))
        heads = (Column(t("exits.participants")),) if took_part else ()
        caption = t("place.series_caption", name=self._name)
        columns = (*exits.columns(t, parts=True), *heads)
        return Table("series", caption, Column(t("exits.year")), columns, tuple(rows), self._series_notes())

    def _series_notes(self) -> tuple[str, ...]:
        """Under which number earlier years were published, and what the table leaves out."""
        earlier = {id: year for year, id in self.through_time.items() if id != self.place.id}
        numbers = (self.t("place.as_code", year=year, code=self.places.place(id).code) for id, year in earlier.items())
        gaps = len(self.years) < len(self.through_time)
        return (*numbers, *([self.t("place.series_missing")] if gaps else []))

    def trend(self) -> Trend | None:
        """The share over the years, beside the country's."""
        t = self.t
        country = self.place.id == COUNTRY
        if not self.years:
            return None
        said = t("place.trend_said_country" if country else "place.trend_said", name=self._name)
        return trend(
            said=f"{said} {t('place.trend_table')}",
            name=self._name,
            years=self.years,
            shares={year: self.exits.share(outcome="work_edu", **self._at(year)) for year in self.years},
            reference="" if country else t["country"]["open"],
            reference_shares=None if country else self._country_shares(),
        )

    def _country_shares(self) -> dict[int, Cell]:
        row = exits.row_of(COUNTRY)
        return {year: self.exits.share(place=row, time=str(year), outcome="work_edu") for year in self.years}

    def three_years(self) -> Table | None:
        """Three years together, for places too small to show year by year."""
        table = self.edition.tables.get("exits_three_years")
        if table is None or self.place.kind not in SMALL:
            return None
        periods = dict.fromkeys(period_of(year) for year in self.through_time)
        rows = tuple(
            Row(_dashed(period), exits.cells(table, self.t, **at), marks=exits.marks_of(table, self.t, **at))
            for period in reversed(periods)
            if exits.has_row(table, **(at := {"place": self._id_in_period(period), "time": period}))
        )
        if not rows:
            return None
        caption = self.t("place.three_years_caption", name=self._name)
        return Table("three-years", caption, Column(self.t("exits.period")), exits.columns(self.t), rows)

    def compared(self, year: int) -> Table | None:
        """The place, the places above it and the country in one year."""
        chain: list[str] = [self.through_time[year]]
        while above := self.places.parent(chain[-1], year):
            chain.append(above)
        if len(chain) == 1:
            return None
        rows = tuple(
            Row(
                self._called(found := self.places.place(id)),
                exits.cells(self.exits, self.t, place=exits.row_of(id), time=str(year)),
                href="" if index == 0 else names.address(found, self.t.lang),
                strong=index == 0,
            )
            for index, id in enumerate(chain)
        )
        caption = self.t("place.compared_caption", name=self._name, year=year)
        return Table("compared", caption, Column(self.t("exits.place")), exits.columns(self.t), rows)

    def parts(self, year: int) -> Table | None:
        """The places within this one that had participants in the year, the name in Norwegian order."""
        known = [self.places.place(id) for id in self.places.children(self.through_time[year], year)]
        inside = [part for part in known if exits.has_row(self.exits, place=part.id, time=str(year))]
        if not inside:
            return None
        kind = inside[0].kind.value
        rows = tuple(
            Row(
                names.name(part, self.t.lang),
                exits.cells(self.exits, self.t, place=part.id, time=str(year)),
                href=names.address(part, self.t.lang),
            )
            for part in sorted(inside, key=lambda part: collation_key(part.name))
        )
        notes = (self.t("place.parts_missing"),) if len(inside) < len(known) else ()
        caption = self.t(f"place.parts_{kind}_caption", name=self._name, year=year)
        return Table("parts", caption, Column(self.t(f"place.kind_{kind}")), exits.columns(self.t), rows, notes)

    def turns_back(self) -> tuple["Told", ...]:
        return tuple(_told(turn, "from", self.t) for turn in history.came_from(self.places, self.place.id))

    def turns_on(self) -> tuple["Told", ...]:
        return tuple(_told(turn, "to", self.t) for turn in history.became(self.places, self.place.id))

    @property
    def _name(self) -> str:
        return self._called(self.place)

    def _called(self, place: Place) -> str:
        """The name in a table: the country is a row, not a name."""
        return self.t["country"]["open"] if place.id == COUNTRY else names.name(place, self.t.lang)

    def _by(self, dimension: str, year: int) -> Table | None:
        caption = self.t(f"place.by_{dimension}_caption", name=self._name, year=year)
        return exits.by_code(self.edition, self.t, dimension, caption, self.through_time[year], year)

    def _at(self, year: int) -> dict[str, str]:
        return {"place": exits.row_of(self.through_time[year]), "time": str(year)}

    def _participants(self, year: int) -> Shown | None:
        table: PublishedTable | None = self.edition.tables.get("participants")
        return shown(table.count(**self._at(year)), self.t) if table else None


@dataclass(frozen=True, slots=True)
class Told:
    """A turn in a place's history as a sentence that ends in links."""

    sentence: str
    links: tuple[Link, ...]


def _told(turn: history.Turn, side: str, t: Texts) -> Told:
    sentence = t(f"place.{turn.kind}_{side}", day=text.day(turn.day, t.lang))
    links = tuple(
        Link(f"{names.name(place, t.lang)} ({place.code})", names.address(place, t.lang)) for place in turn.places
    )
    return Told(sentence, links)


def _dashed(period: str) -> str:
    return period.replace("-", "–")
