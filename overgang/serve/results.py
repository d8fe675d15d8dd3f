"""The results of a year, and the list of years."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse

from overgang.base import text
from overgang.base.codes import codelist
from overgang.base.collation import collation_key
from overgang.base.cube import AT_LEAST, COUNTRY, COUNTRY_OPEN, MISSING, TOTAL, Cell, percent
from overgang.base.edition import Edition, PublishedTable
from overgang.base.places import Kind, Place, gazetteer
from overgang.serve import addresses, downloads, errors, exits, names, notes
from overgang.serve.figures import Column, KeyFigure, Row, Shown, Table, legend, shown
from overgang.serve.page import choice, page
from overgang.serve.texts import Texts
from overgang.serve.visit import Link, Visit

SORTS = ("andel", "navn", "avsluttet", "overgang", "arbeid", "utdanning")
LEAD = "lead"
ORIGINS = 15
"""Countries of origin in the page's table; the whole list is in the open data."""


@page
def years(visit: Visit) -> HttpResponse:
    """/tall-og-statistikk/resultater/"""
    t = visit.texts
    table = year_table(visit.published, t)
    return visit.page(
        "years.html",
        t["nav"]["results"],
        (),
        table=table,
        breaks=notes.breaks(visit.published, t, visit.published.years),
        legend=legend(t, table),
    )


@page
def year(visit: Visit, year: int) -> HttpResponse:
    """/tall-og-statistikk/resultater/<year>, the county table sorted by `?sorter=`."""
    edition, t = visit.published, visit.texts
    if year not in edition.years:
        links = tuple(Link(str(other), addresses.year(visit.lang, other)) for other in reversed(edition.years))
        return errors.unknown(visit, t("errors.year_heading", year=year), t["errors"]["year_lead"], links)
    results = YearResults(year, edition, t)
    counties = results.counties(choice(visit.request.GET, "sorter", SORTS, SORTS[0]))
    tables = (
        counties,
        results.by("sex"),
        results.by("age"),
        results.by("education"),
        results.outcomes(),
        results.origins(),
        results.participants(),
    )
    return visit.page(
        "year.html",
        t("results.title", year=year),
        (Link(t["nav"]["results"], addresses.results(visit.lang)),),
        year=year,
        sentences=results.sentences(),
        key_figures=results.key_figures(),
        tables={table.id.replace("-", "_"): table for table in tables if table is not None},
        comments=results.comments(),
        notes=results.notes(),
        breaks=notes.breaks(edition, t, (year,)),
        legend=legend(t, *(table for table in tables if table is not None)),
        downloads=downloads.of_year(visit, year),
        country=addresses.place(visit.lang, COUNTRY, aar=str(year)),
        places=addresses.places(visit.lang),
        before=_neighbour(visit, year, -1),
        after=_neighbour(visit, year, 1),
    )


def year_table(edition: Edition, t: Texts) -> Table:
    """The country year by year, newest first, each year a link to its page."""
    table = edition.table("exits")
    at = {year: {"place": COUNTRY_OPEN, "time": str(year)} for year in edition.years}
    rows = tuple(
        Row(
            str(year),
            exits.cells(table, t, parts=True, **at[year]),
            href=addresses.year(t.lang, year),
            marks=exits.marks_of(table, t, **at[year]),
        )
        for year in reversed(edition.years)
    )
    return Table("years", t["results"]["years_caption"], Column(t["exits"]["year"]), exits.columns(t, parts=True), rows)


def _neighbour(visit: Visit, year: int, step: int) -> Link | None:
    years = visit.published.years
    at = years.index(year) + step
    if not 0 <= at < len(years):
        return None
    return Link(visit.texts("results.title", year=years[at]), addresses.year(visit.lang, years[at]))


class YearResults:
    """One year of an edition, as sentences and tables in one language."""

    def __init__(self, year: int, edition: Edition, t: Texts) -> None:
        self.year = year
        self.edition = edition
        self.t = t
        self.exits = edition.table("exits")

    def sentences(self) -> tuple[str, ...]:
        """The sentences of the edition about this year, the lead first."""
        found = self.edition.texts.get(str(self.year), ())
        ordered = sorted(found, key=lambda sentence: sentence["id"] != LEAD)
        return tuple(sentence[self.t.lang] for sentence in ordered)

    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Exits, the share to work or education, and the share of men and of women."""
        t, time = self.t, str(self.year)
        ended = self.exits.count(place=COUNTRY_OPEN, time=time)
        figures = [
            KeyFigure(shown(ended, t), t["results"]["key_ended"]),
            self._share(self.exits, t["results"]["key_share"]),
        ]
        if by_sex := self.edition.tables.get("exits_by_sex"):
            figures += [self._share(by_sex, t["results"][f"key_{sex}"], sex=sex) for sex in ("M", "F")]
        return tuple(figures)

    def _share(self, table: PublishedTable, label: str, **at: str) -> KeyFigure:
        t, here = self.t, {"place": COUNTRY_OPEN, "time": str(self.year), **at}
        part, whole = table.count(outcome="work_edu", **here), table.count(**here)
        base = t("place.key_base", part=text.cell(part, t.lang), whole=text.cell(whole, t.lang))
        share = shown(table.share(outcome="work_edu", **here), t, "percent")
        return KeyFigure(share, label, base if part.shown and whole.shown else "")

    def counties(self, sort: str) -> Table:
        """The county table, with the country under it. Every column heading sorts."""
        t = self.t
        rows = [CountyRow(county, self.exits, str(self.year)) for county in gazetteer().in_year(self.year, Kind.COUNTY)]
        ordered = sorted((row for row in rows if row.present), key=lambda row: row.key(sort))
        country = Row(
            t["country"]["open"],
            exits.cells(self.exits, t, parts=True, place=COUNTRY_OPEN, time=str(self.year)),
            href=addresses.place(t.lang, COUNTRY),
            strong=True,
        )
        stub, *columns = self._sortable(sort)
        return Table(
            "counties",
            t("results.counties_caption", year=self.year),
            stub,
            tuple(columns),
            (*(row.shown(t) for row in ordered), country),
        )

    def _sortable(self, sort: str) -> tuple[Column, ...]:
        """The headings of the county table: the name first, then those of `exits.cells`."""
        heads = (Column(self.t["exits"]["county"]), *exits.columns(self.t, parts=True))
        return tuple(
            replace(
                head,
                href=f"?sorter={key}#counties",
                sorted=("ascending" if key == "navn" else "descending") if key == sort else "",
            )
            for head, key in zip(heads, ("navn", "andel", "avsluttet", "overgang", "arbeid", "utdanning"), strict=True)
        )

    def by(self, dimension: str) -> Table | None:
        caption = self.t(f"results.by_{dimension}_caption", year=self.year)
        return exits.by_code(self.edition, self.t, dimension, caption, COUNTRY, self.year)

    def outcomes(self) -> Table | None:
        """What everybody did on leaving, the groups with their parts under them."""
        table = self.edition.tables.get("exits_by_outcome")
        at = {"place": COUNTRY_OPEN, "time": str(self.year)}
        if table is None or not exits.has_row(table, **at):
            return None
        t, outcomes = self.t, codelist("outcome")
        ordered = (*(code for code in outcomes if code != TOTAL), TOTAL)
        rows = tuple(
            Row(
                outcomes.label(code, t.lang),
                (
                    shown(table.share(outcome=code, **at), t, "percent", drawn=True),
                    shown(table.count(outcome=code, **at), t),
                ),
                strong=code == TOTAL,
                level=0 if code in outcomes.parts else 1,
            )
            for code in ordered
        )
        columns = (Column(t["exits"]["share_of_ended"], drawn=True), Column(t["exits"]["persons"]))
        return Table(
            "outcomes", t("results.outcomes_caption", year=self.year), Column(t["exits"]["outcome"]), columns, rows
        )

    def origins(self) -> Table | None:
        """The countries of origin most came from."""
        table = self.edition.tables.get("exits_by_origin")
        at = {"place": COUNTRY_OPEN, "time": str(self.year)}
        if table is None or not exits.has_row(table, **at):
            return None
        counted = [(table.count(origin=code, **at).value or 0, code) for code in table.codes["origin"] if code != TOTAL]
        largest = sorted((entry for entry in counted if entry[0]), key=lambda entry: (-entry[0], entry[1]))[:ORIGINS]
        if not largest:
            return None
        labels = codelist("origin")
        rows = tuple(
            Row(labels.label(code, self.t.lang), exits.cells(table, self.t, origin=code, **at)) for _, code in largest
        )
        caption = self.t("results.origins_caption", year=self.year)
        return Table("by-origin", caption, Column(self.t["exits"]["by_origin"]), exits.columns(self.t), rows)

    def participants(self) -> Table | None:
        """Where the participants of the year were, by the annual returns: in the programme, on leave, ended."""
        t, sums = self.t, notes.sums(self.edition, self.year)
        if not sums:
            return None
        stock, leave, ended = (_Sum.of(sums[name]) for name in ("stock", "on_leave", "ended"))
        whole = stock + ended
        rows = tuple(
            Row(t["results"][name], part.cells(whole, t), strong=part is whole)
            for name, part in (
                ("participants_active", stock - leave),
                ("participants_on_leave", leave),
                ("participants_ended", ended),
                ("participants_all", whole),
            )
        )
        columns = (Column(t["results"]["participants_share"], drawn=True), Column(t["exits"]["persons"]))
        caption = t("results.participants_caption", year=self.year)
        said = notes.of_sums(self.edition, t, self.year)
        return Table("participants", caption, Column(t["results"]["participants_stub"]), columns, rows, said)

    def comments(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The questions units have answered in words, with what is released of the answers."""
        asked = self.edition.comments.get(str(self.year), ())
        return [
            (
                one["text"][self.t.lang],
                [(self.t("results.comments_unit", n=answer["unit"]), answer["text"]) for answer in one["answers"]],
            )
            for one in asked
            if one["answers"]
        ]

    def notes(self) -> tuple[str, ...]:
        """What a reader must know about the year: preliminary figures, shielded persons, who answered."""
        found = (note(self.edition, self.t, self.year) for note in (notes.preliminary, notes.shielded, notes.response))
        return tuple(note for note in found if note)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of answers: at least `low`; `missing` units have no number for it."""

    low: int
    missing: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "_Sum":
        return cls(told["low"], told["missing"])

    def __add__(self, other: "_Sum") -> "_Sum":
        return _Sum(self.low + other.low, max(self.missing, other.missing))

    def __sub__(self, other: "_Sum") -> "_Sum":
        return _Sum(max(self.low - other.low, 0), max(self.missing, other.missing))

    def cells(self, whole: "_Sum", t: Texts) -> tuple[Shown, Shown]:
        """Its percent of the whole, where both are known, and the number."""
        known = not self.missing and not whole.missing and whole.low
        share = Cell(percent(self.low, whole.low)) if known else MISSING
        return shown(share, t, "percent", drawn=True), shown(Cell(self.low, marks=AT_LEAST * bool(self.missing)), t)


class CountyRow:
    """A county's cells in one year, and how they compare."""

    def __init__(self, county: Place, table: PublishedTable, time: str) -> None:
        self.county = county
        self.table = table
        self.at = {"place": county.id, "time": time}

    @property
    def present(self) -> bool:
        return exits.has_row(self.table, **self.at)

    def key(self, sort: str) -> tuple[bool, float, tuple[str, str]]:
        """The largest first, hidden ones last, equal ones by name."""
        sorts: dict[str, Callable[[], float | None]] = {
            "navn": lambda: 0.0,
            "avsluttet": lambda: self._count(TOTAL),
            "overgang": lambda: self._count("work_edu"),
            "arbeid": lambda: self._count("work"),
            "utdanning": lambda: self._count("education"),
            "andel": self._share,
        }
        value = sorts[sort]()
        return value is None, -(value or 0), collation_key(self.county.name)

    def _count(self, outcome: str) -> float | None:
        return self.table.count(outcome=outcome, **self.at).value

    def _share(self) -> float | None:
        """Unrounded where both counts are shown, so that rounding makes no ties."""
        part, whole = self._count("work_edu"), self._count(TOTAL)
        rounded = self.table.share(outcome="work_edu", **self.at).value
        return 100 * part / whole if part is not None and whole else rounded

    def shown(self, t: Texts) -> Row:
        return Row(
            names.name(self.county, t.lang),
            exits.cells(self.table, t, parts=True, **self.at),
            href=names.address(self.county, t.lang),
        )
