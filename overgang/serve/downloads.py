"""Links to the open data behind a page."""

from dataclasses import dataclass

from overgang.base.edition import Edition
from overgang.serve import addresses
from overgang.serve.texts import Texts
from overgang.serve.visit import Link, Visit

AGES = ("exits_by_age", "exits_by_age_group")
OF_A_PLACE = ("exits", "exits_by_sex", *AGES, "exits_three_years", "participants")
OF_A_YEAR = ("exits", "exits_by_sex", *AGES, "exits_by_outcome", "exits_by_education", "exits_by_origin")


@dataclass(frozen=True, slots=True)
class Download:
    """One table and the files it can be had as."""

    title: str
    files: tuple[Link, ...]


def of_place(visit: Visit, ids: tuple[str, ...]) -> tuple[Download, ...]:
    """The rows of one place, under every code it had, table by table."""
    return _of(visit, OF_A_PLACE, "place", _with_shielded(ids))


def of_year(visit: Visit, year: int) -> tuple[Download, ...]:
    """All rows of a year, table by table."""
    return _of(visit, OF_A_YEAR, "time", (str(year),))


def files(edition: Edition, t: Texts, table: str, *, whole: bool = False, **query: str) -> tuple[Link, ...]:
    """The files of a table. The frozen Parquet file is the whole table, so it is offered only for that."""
    labelled = {"lang": t.lang, **query}
    found = [
        Link(t["data"]["csv"], addresses.file(edition.id, table, "csv", **query)),
        Link(t["data"]["excel"], addresses.file(edition.id, table, "csv", format="excel", **labelled)),
        Link(t["data"]["json"], addresses.file(edition.id, table, "json", **labelled)),
    ]
    if whole:
        found.append(Link(t["data"]["parquet"], addresses.file(edition.id, table, "parquet")))
    return tuple(found)


def _of(visit: Visit, tables: tuple[str, ...], column: str, wanted: tuple[str, ...]) -> tuple[Download, ...]:
    edition = visit.published
    query = {"place": "sted", "time": "tid"}[column]
    found = []
    for table in (edition.tables[name] for name in tables if name in edition.tables):
        if present := [code for code in wanted if code in table.codes[column]]:
            links = files(edition, visit.texts, table.id, **{query: ",".join(present)})
            found.append(Download(table.title.get(visit.lang, table.title["nb"]), links))
    return tuple(found)


def _with_shielded(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ("F00", "F00U", "F00S") if "F00" in ids else ids
