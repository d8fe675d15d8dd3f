"""What a finding says to the adviser: sentences.toml with its values put in, in three languages."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from overgang.base import text
from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.collect.register.rules.rule import WHAT, Values

PLACEHOLDER = re.compile(r"\{(\w+):(\w+)\}")
"""A value and the form it is written in: {end:day}, {months:months}, {reason:end_reason}."""
PLAIN = "text"
"""The key of the sentence of a rule that has only one."""
QUOTES = {"nb": "«{}»", "nn": "«{}»", "en": "“{}”"}

Texts = Mapping[str, Mapping[str, str]]


def title(rule_id: str, lang: str) -> str:
    """What a rule is called: "Avslutningsårsak mangler"."""
    return _of(rule_id)["title"][_known(lang)]


def sentence(rule_id: str, values: Values, lang: str) -> str:
    """What was found and what to do, with the values of a finding. Raises BadInput for an unknown rule or language.

    >>> sentence("DQ07", {"end": "2017-06-30"}, "nb")[:44]
    'Programmet ble avsluttet 30. juni 2017, men '
    """
    texts = _of(rule_id)
    what = str(values.get(WHAT, PLAIN))
    if what not in texts:
        raise BadInput(f"{rule_id} has no sentence {what!r}: it has {', '.join(texts)}.")
    said = PLACEHOLDER.sub(lambda match: _written(values[match[1]], match[2], lang), texts[what][_known(lang)])
    return said[0].upper() + said[1:]


def placeholders(said: str) -> frozenset[tuple[str, str]]:
    """The values a text names, each with its form."""
    return frozenset(PLACEHOLDER.findall(said))


def texts() -> Mapping[str, Texts]:
    """Rule -> title and sentences -> language -> text."""
    return _read()["rules"]


def _written(value: str | int, form: str, lang: str) -> str:
    if form == "day":
        return text.day(date.fromisoformat(str(value)), lang)
    if form == "number":
        return text.number(int(value), lang)
    if form == "plain":
        return str(value)
    if form in _read()["units"]:
        one, many = _read()["units"][form][lang]
        amount = Decimal(value)
        digits = 0 if amount == int(amount) else 1
        return f"{text.decimal(amount, digits, lang)}{text.NBSP}{one if amount == 1 else many}"
    if form == "words":
        return _listed([_read()["words"][word][lang] for word in str(value).split(",")], lang)
    labels = codelist(form)
    return QUOTES[lang].format(labels.label(str(value), lang) if value in labels else value)


def _listed(words: list[str], lang: str) -> str:
    """ "a, b og c"."""
    *most, last = words
    return f"{', '.join(most)} {_read()['and'][lang]} {last}" if most else last


def _of(rule_id: str) -> Texts:
    if rule_id not in texts():
        raise BadInput(f"There is no rule {rule_id!r}: they are DQ01 to DQ35.")
    return texts()[rule_id]


def _known(lang: str) -> str:
    if lang not in text.LANGUAGES:
        raise BadInput(f"There are no sentences in {lang!r}: choose one of {', '.join(text.LANGUAGES)}.")
    return lang


@cache
def _read() -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]]:
    return tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
