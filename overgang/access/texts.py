"""The words of the internal pages: `texts/*.toml` in every app of ours, in the language of who reads.

Templates read `t.section.key`. Python that is read later (labels and errors of forms) says `word("section.key")`, which
becomes a text only when somebody's language is known.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.functional import lazy
from django.utils.translation import get_language

from overgang.base import texts as base
from overgang.base.text import LANGUAGES
from overgang.base.texts import Texts


@cache
def folders() -> tuple[Path, ...]:
    """The folder `texts` of each app that has one."""
    found = (Path(app.path) / "texts" for app in apps.get_app_configs() if app.name.startswith("overgang."))
    return tuple(folder for folder in found if folder.is_dir())


def texts(lang: str | None = None) -> Texts:
    """All texts, in `lang` or the language of this request."""
    return base.texts(lang or language(), *folders())


def language() -> str:
    """The language of this request: nb, nn or en."""
    found = (get_language() or "nb").partition("-")[0]
    return found if found in LANGUAGES else "nb"


def _said(key: str, **values: Any) -> str:
    return texts()(key, **values)


word = lazy(_said, str)
"""A text by its key, found when it is shown: `label=word("person.name")`."""
