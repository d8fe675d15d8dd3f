"""What a page reads of a request, found by listening to it, and its form filled in so that it saves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone

from overgang.access.forms import DayField

OF_THE_SITE = frozenset({"csrfmiddlewaretoken"})


@contextmanager
def heard(into: set[str], beside: str = "") -> Iterator[None]:
    """The names of the parameters that are read meanwhile, of address and body alike; or only where a field of this
    name stands beside them."""

    def listening(method: Any) -> Any:
        def read(self: Any, name: Any, *args: Any) -> Any:
            if not beside or dict.__contains__(self, beside):
                into.add(name)
            return method(self, name, *args)

        return read

    with pytest.MonkeyPatch.context() as patch:
        for name in ("__getitem__", "get", "getlist", "__contains__"):
            patch.setattr(QueryDict, name, listening(getattr(QueryDict, name)))
        yield
    into -= OF_THE_SITE | {beside}


@dataclass
class Filled:
    """`body`: what saves the form. Of its fields, `typed` take no reference: a day, a number, yes or no, a code."""

    body: dict[str, Any] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


def filled(answer: Any) -> Filled:
    """The form of a page with its hidden fields, as somebody fills it in who leaves out what may be left out."""
    found = Filled(_hidden(answer))
    form = (answer.context or {}).get("form")
    if form is None:
        return found
    for name, one in form.fields.items():
        value = form[name].value()
        if value in (None, "", []) and one.required:
            value = _likely(one)
        if isinstance(one, DayField | forms.IntegerField | forms.DecimalField | forms.BooleanField) or _coded(one):
            found.typed.add(name)
        if value not in (None, "", [], False):
            found.body[name] = one.prepare_value(value) if hasattr(one, "prepare_value") else value
    return found


def _likely(one: forms.Field) -> Any:
    choices = [code for code, _ in getattr(one, "choices", ()) if code]
    if choices:
        return [str(getattr(choices[0], "value", choices[0]))] if _several(one) else choices[0]
    if isinstance(one, DayField):
        return timezone.localdate().isoformat()
    if isinstance(one, forms.IntegerField | forms.DecimalField):
        return "1"
    return "en tekst" if not isinstance(one, forms.BooleanField) else "on"


def _several(one: forms.Field) -> bool:
    return isinstance(one, forms.MultipleChoiceField)


def _coded(one: forms.Field) -> bool:
    """A choice among codes; one among rows of the database has their numbers."""
    if isinstance(one, forms.ModelChoiceField) or not isinstance(one, forms.ChoiceField):
        return False
    return not any(str(code).isdigit() for code, _ in one.choices)


def _hidden(answer: Any) -> dict[str, Any]:
    page = _Hidden()
    if "html" in answer.headers.get("Content-Type", ""):
        page.feed(answer.content.decode())
    return page.found


class _Hidden(HTMLParser):
    """The hidden fields of the form in the middle of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known: Mapping[str, str | None] = dict(attrs)
        if tag == "main":
            self.inside = True
        if self.inside and tag == "input" and known.get("type") == "hidden" and known["name"] not in OF_THE_SITE:
            self.found[str(known["name"])] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.inside = False
