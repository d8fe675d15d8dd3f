"""The addresses of the public site that the tests visit, and how to read a page."""

from dataclasses import dataclass
from html.parser import HTMLParser

from overgang.base.text import LANGUAGES
from overgang.serve import addresses

PLACES = (
    *("F00", "F03", "F16", "F50", "K0301", "B030102", "B030115", "K5001", "K1601", "K1662", "K3020", "K3207", "K1514"),
    *("K5612", "K1151", "K3901", "F39", "K5033", "K1103"),
    # Never had a participant in the invented edition.
    "K1860",
)
YEARS = (2007, 2016, 2018, 2024)


def of(lang: str) -> tuple[str, ...]:
    """Every kind of page in one language."""
    return (
        addresses.front(lang),
        addresses.results(lang),
        *(addresses.year(lang, year) for year in YEARS),
        addresses.year(lang, 2016) + "?sorter=navn",
        addresses.places(lang),
        addresses.places(lang, "trondelag"),
        addresses.places(lang, "finnes ikke"),
        *(addresses.place(lang, place) for place in PLACES),
        addresses.place(lang, "K5612", aar="2016"),
        addresses.data(lang),
        addresses.about(lang),
        addresses.accessibility(lang),
    )


ALL = tuple(page for lang in LANGUAGES for page in of(lang))


@dataclass
class Cell:
    """A cell of a table as a reader gets it: its text, and its classes."""

    text: str
    classes: frozenset[str]
    head: bool


class Page(HTMLParser):
    """A page taken apart: its tables by id, its links, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[Cell]]] = {}
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self._table: list[list[Cell]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for key, value in attrs if key in ("href", "src", "action") and value]
        if tag == "a":
            self.links.append(given["href"] or "")
        elif tag == "table":
            self._table = self.tables.setdefault(given["id"] or "", [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table:
            self._table[-1].append(Cell("", frozenset((given.get("class") or "").split()), tag == "th"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._table and self._table[-1]:
            self._table[-1][-1].text += data

    def rows(self, table: str) -> dict[str, list[Cell]]:
        """The body rows of a table by their heading."""
        found = self.tables[table][1:]
        return {row[0].text.strip(): row[1:] for row in found}
