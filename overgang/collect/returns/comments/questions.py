"""Questions that are suggested where a round has none yet."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from overgang.collect.returns.questionnaire import Texts


@cache
def templates() -> Sequence[Texts]:
    """The suggested questions, in order."""
    return tuple(tomllib.loads((Path(__file__).parent / "questions.toml").read_text(encoding="utf-8"))["question"])
