"""Reads the TOML files of this folder into dataclasses."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs

from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES

DATA = Path(__file__).parent

_converter = cattrs.Converter(forbid_extra_keys=True)


def read(path: Path) -> dict[str, Any]:
    """The parsed TOML of a bundled file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def with_texts(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A row of TOML with its nb, nn and en gathered under one name."""
    rest = {key: value for key, value in row.items() if key not in LANGUAGES}
    return {**rest, name: {lang: row[lang] for lang in LANGUAGES}}


def structured[T](values: Mapping[str, Any], kind: type[T], where: str) -> T:
    """A dataclass from parsed TOML. Raises BadInput naming what is wrong in `where`."""
    try:
        return _converter.structure(values, kind)
    except cattrs.BaseValidationError as error:
        wrong = "; ".join(cattrs.transform_error(error, path=where))
        raise BadInput(f"{where} cannot be used ({wrong}): mend those values.") from None
