"""The glossary is the authority on words: what the code and the code lists say must be in it, and nothing beside it."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from overgang.base.codes import codelist, end_reasons
from overgang.base.collation import collation_key

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
HEAD = ["Norwegian", "in code", "meaning", "source"]

SYNONYMS = {
    "kommune": "municipality",
    "commune": "municipality",
    "bydel": "city_district",
    "borough": "city_district",
    "fylke": "county",
    "province": "county",
    "deltaker": "participant",
    "attendee": "participant",
    "trainee": "participant",
    "tiltak": "measure",
    "dropout": "interrupted",
    "metric": "indicator",
    "kpi": "indicator",
    "gender": "sex",
    "masked": "hidden",
    "redacted": "hidden",
    "publication": "edition",
    "dump": "snapshot",
}
"""Words that name nothing in our code, and the word that does."""

TWO_WORDS = {"exit_reason": "end_reason", "stop_reason": "end_reason", "reason_code": "end_reason"}

MEASURES = {
    "AddMeasure", "CopyMeasures", "EditMeasure", "LATE_MEASURES", "MEASURES", "Measure", "Measures", "NO_MEASURES",
    "WITHOUT_MEASURE", "_measure", "_measures", "add_measure", "has_measures", "measure", "measure_words", "measures",
    "measures_percent", "take_measure",
}  # fmt: skip
"""Identifiers that speak of tiltak. Numbers are counts and shares."""


def tables() -> Iterator[list[list[str]]]:
    """Each table's rows of cells, the head first, the line under the head left out."""
    for block in re.findall(r"(?:^\|.*\n)+", GLOSSARY, flags=re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
        yield [head, *rows]


def rows() -> Iterator[list[str]]:
    for _, *found in tables():
        yield from found


def code_words() -> set[str]:
    return {word for row in rows() for word in re.findall(r"`([^`]+)`", row[1])}


def identifiers() -> Iterator[tuple[str, str]]:
    """Every name in the package's source, with its file."""
    for path in sorted((ROOT / "overgang").rglob("*.py")):
        names = {path.stem}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names |= {
                found for field in ("id", "attr", "arg", "name") if isinstance(found := getattr(node, field, 0), str)
            }
        yield from ((name, str(path.relative_to(ROOT))) for name in sorted(names))


def words_of(identifier: str) -> list[str]:
    """`PublishedTable` and `published_table` are both published, table."""
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower())


def classes(module: str, names: list[str] | None = None) -> list[str]:
    loaded = importlib.import_module(module)
    if names is None:
        return [
            name
            for name, found in vars(loaded).items()
            if inspect.isclass(found) and dataclasses.is_dataclass(found) and found.__module__ == module
        ]
    return [name for name in names if inspect.isclass(getattr(loaded, name))]


def test_every_row_has_a_term_a_word_a_meaning_and_a_known_source() -> None:
    keys = set(re.findall(r"\b[A-Z]\d\d\b|\b(?:G|SSB|PLG|OWN)\b", GLOSSARY.split("Source keys:")[1].split("##")[0]))
    assert list(tables()), "the glossary has no tables"
    for head, *found in tables():
        assert head == HEAD
        assert found
        for row in found:
            assert len(row) == len(HEAD), row
            assert all(row), f"an empty cell in {row}"
            assert re.search(r"`[^`]+`", row[1]), f"no word in code for {row[0]}"
            assert row[3] in keys, f"{row[0]} has the unknown source {row[3]}"


def test_terms_are_sorted_as_a_norwegian_reader_expects_and_stand_once_in_a_table() -> None:
    for _, *found in tables():
        terms = [row[0] for row in found]
        assert terms == sorted(terms, key=collation_key)
        assert len(terms) == len(set(terms))


@pytest.mark.parametrize("name", ["outcome", "education"])
def test_every_code_is_in_the_glossary(name: str) -> None:
    assert set(codelist(name).codes) - code_words() == set()


def test_every_group_of_end_reasons_is_in_the_glossary() -> None:
    assert {reason.group for reason in end_reasons()} - code_words() == set()


@pytest.mark.parametrize("module", ["overgang.control", "overgang.base.places", "overgang.base.codes"])
def test_every_public_class_is_in_the_glossary(module: str) -> None:
    exported = importlib.import_module(module).__all__
    assert set(classes(module, exported)) - code_words() == set()


@pytest.mark.parametrize("module", ["overgang.base.cube", "overgang.base.snapshot", "overgang.base.edition"])
def test_every_dataclass_of_the_seams_is_in_the_glossary(module: str) -> None:
    found = classes(module)
    assert found
    assert set(found) - code_words() == set()


def test_no_forbidden_synonym_is_in_the_code() -> None:
    wrong = []
    for name, path in identifiers():
        words = words_of(name)
        wrong += [f"{path}: {name}: write {SYNONYMS[word]}" for word in words if word in SYNONYMS]
        pairs = ["_".join(pair) for pair in pairwise(words)]
        wrong += [f"{path}: {name}: write {TWO_WORDS[pair]}" for pair in pairs if pair in TWO_WORDS]
    assert wrong == []


def test_a_measure_is_a_tiltak_and_never_a_number() -> None:
    found = {name for name, _ in identifiers() if {"measure", "measures"} & set(words_of(name))}
    assert found <= MEASURES
