"""Every address of the site, in one place. They are kept for ever: change none, add new ones.

Norwegian bokmål stands at the root; `nn` and `en` have a prefix. Files under /data/ have no language in their path.
"""

from urllib.parse import urlencode

from overgang.base.text import LANGUAGES

ROOT_LANGUAGE = "nb"
RESULTS = "/tall-og-statistikk/resultater/"
PLACES = "/tall-og-statistikk/steder/"
CARD = "kvalifisering/etter-intro"
DATA = "/data/"
ABOUT = "/om/"
ACCESSIBILITY = "/tilgjengelighet/"


def language_of(path: str) -> str:
    """The language a path is written in: "/nn/om/" -> "nn", "/om/" -> "nb"."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in LANGUAGES and first != ROOT_LANGUAGE else ROOT_LANGUAGE


def without_language(path: str) -> str:
    """The path as it is at the root: "/nn/om/" -> "/om/"."""
    lang = language_of(path)
    return path if lang == ROOT_LANGUAGE else path.removeprefix(f"/{lang}") or "/"


def within(lang: str, path: str) -> str:
    """A path of the root, in `lang`."""
    return path if lang == ROOT_LANGUAGE else f"/{lang}{path}"


def front(lang: str) -> str:
    return within(lang, "/")


def results(lang: str) -> str:
    return within(lang, RESULTS)


def year(lang: str, year: int) -> str:
    return within(lang, f"{RESULTS}{year}")


def places(lang: str, text: str = "") -> str:
    return within(lang, PLACES + _query({"q": text} if text else {}))


def place(lang: str, place: str, **query: str) -> str:
    return within(lang, f"{PLACES}{place}/{CARD}{_query(query)}")


def data(lang: str) -> str:
    return within(lang, DATA)


def about(lang: str, part: str = "") -> str:
    return within(lang, ABOUT + (f"#{part}" if part else ""))


def accessibility(lang: str) -> str:
    return within(lang, ACCESSIBILITY)


def file(edition: str, table: str, kind: str, **query: str) -> str:
    """A download: `kind` is json, csv or parquet."""
    return f"{DATA}{edition}/{table}.{kind}{_query(query)}"


def _query(values: dict[str, str]) -> str:
    return "?" + urlencode(values, safe=",") if values else ""
