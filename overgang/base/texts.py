"""The words of pages: every text in nb, nn and en, side by side in TOML files of the folders given.

A file is a page's texts; its entries are `[section.key]` with `nb`, `nn` and `en`. A text may hold named places for
values, such as `{year}`. Both sites use it: `serve.texts` and `access.texts` say where their texts are. Labels of codes
are not here but in `base.codes`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from overgang.base.text import LANGUAGES

Catalogue = Mapping[str, Mapping[str, Mapping[str, str]]]


class MissingText(LookupError):
    """A page asked for a text that is not in the catalogue. Not a KeyError, which a template would swallow."""


class Section(Mapping[str, str]):
    """The texts of one section in one language: `t.place.heading` in a template."""

    def __init__(self, name: str, texts: Mapping[str, str]) -> None:
        self._name = name
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        if key not in self._texts:
            raise MissingText(f"there is no text {self._name}.{key}")
        return self._texts[key]

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class Texts:
    """All texts in one language. Templates read `t.section.key`; Python calls `t("section.key", year=2016)`."""

    do_not_call_in_templates = True

    def __init__(self, lang: str, known: Catalogue) -> None:
        self.lang = lang
        self._sections = {
            section: Section(section, {key: entry[lang] for key, entry in entries.items()})
            for section, entries in known.items()
        }

    def __getitem__(self, section: str) -> Section:
        if section not in self._sections:
            raise MissingText(f"there is no section {section}")
        return self._sections[section]

    def __call__(self, key: str, **values: object) -> str:
        section, _, name = key.partition(".")
        text = self[section][name]
        return text.format(**values) if values else text


@cache
def texts(lang: str, *folders: Path) -> Texts:
    """The texts of some folders in `lang`: nb, nn or en."""
    if lang not in LANGUAGES:
        raise MissingText(f"there are no texts in {lang!r}")
    return Texts(lang, catalogue(*folders))


@cache
def catalogue(*folders: Path) -> Catalogue:
    """Section -> key -> language -> text, of all files together. Raises ValueError for a section that stands twice."""
    found: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for file in (file for folder in folders for file in sorted(folder.glob("*.toml"))):
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
        if twice := found.keys() & sections.keys():
            raise ValueError(f"{file} repeats the section {', '.join(sorted(twice))}")
        found |= sections
    return found
