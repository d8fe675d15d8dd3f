"""What units said in words about a year's results: files of released texts, as the round of comments gives them out,
and what earlier editions have of other years. A text that is published stays."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES

Comments = Mapping[str, Any]
"""Year -> its questions, each with its answers."""


def read_comments(paths: Iterable[Path], years: Iterable[int], earlier: Edition | None) -> Comments:
    """The comments of all years. Raises BadInput for a file that is none, or of a year the edition does not have."""
    known = set(years)
    found: dict[str, Any] = dict(earlier.comments) if earlier else {}
    for path in paths:
        year, questions = _read(path)
        if year not in known:
            raise BadInput(f"{path} holds comments on {year}, which the edition does not have: leave it out.")
        found[str(year)] = questions
    return {year: questions for year, questions in found.items() if int(year) in known}


def _read(path: Path) -> tuple[int, list[dict[str, Any]]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        questions = [
            {
                "number": int(one["number"]),
                "text": {lang: _text(one["text"][lang]) for lang in LANGUAGES},
                "answers": [{"unit": int(answer["unit"]), "text": _text(answer["text"])} for answer in one["answers"]],
            }
            for one in told["questions"]
        ]
        return int(told["year"]), questions
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadInput(
            f"{path} is no file of released comments ({wrong!r}): take comments.json out once they are published."
        ) from None


def _text(found: object) -> str:
    if not isinstance(found, str) or not found.strip():
        raise ValueError(f"{found!r} is no text")
    return found
