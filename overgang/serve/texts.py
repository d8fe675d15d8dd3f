"""The words of the public pages, in `texts/*.toml`."""

from pathlib import Path

from overgang.base import texts as base
from overgang.base.texts import Catalogue, Texts

FOLDER = Path(__file__).parent / "texts"


def texts(lang: str) -> Texts:
    """The texts in `lang`: nb, nn or en."""
    return base.texts(lang, FOLDER)


def catalogue() -> Catalogue:
    """Section -> key -> language -> text, of all files together."""
    return base.catalogue(FOLDER)
