"""An act: one thing an adviser does with a person, as a form that knows when it can be done and what it writes.

Its words are data: `field.<name>` is the label of a field and `help.<name>` its help, unless the texts have
`field.<act>_<name>`; `act.<id>` is what it is called, `act.<id>_done` what is said when it is saved.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from django import forms
from django.db import models

from overgang.access.texts import texts, word
from overgang.base.law import Regime, regime
from overgang.collect.register.dossier import CaseFile
from overgang.collect.register.record import Work
from overgang.collect.register.screens.seen import Seen
from overgang.collect.register.states import State, state_on

Level = Literal["person", "case", "row"]


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about: a person, one of the cases, and where it edits one, a row."""

    seen: Seen
    file: CaseFile | None = None
    row: Any = None

    @property
    def case(self) -> CaseFile:
        """The case; an act at the level of a case has one."""
        assert self.file is not None
        return self.file

    @property
    def today(self) -> date:
        return self.seen.today

    @property
    def state(self) -> State | None:
        """The state of the case today, leave and temporary stops included."""
        return state_on(self.file, self.today) if self.file else None

    @property
    def law(self) -> Regime:
        return regime(self.case.case.regime)


class Act(forms.Form):
    """`states`: those of a case it can be done in, all when empty. `first_in`: where it is the next thing to do.
    `row`: the name of the rows it edits. `spans`: pairs of fields of which the second is not before the first.
    `inside`: fields that lie in the participation."""

    id: ClassVar[str]
    slug: ClassVar[str]
    level: ClassVar[Level] = "case"
    row: ClassVar[str] = ""
    states: ClassVar[frozenset[State]] = frozenset()
    first_in: ClassVar[frozenset[State]] = frozenset()
    spans: ClassVar[tuple[tuple[str, str], ...]] = ()
    then: ClassVar[str] = ""
    """The act that corrects what this one did: where somebody else was quicker, both versions stand there."""
    template: ClassVar[str] = "register/act.html"
    searches: ClassVar[bool] = False
    """Whether its answer tells that somebody else has what was typed: it counts as a search."""
    offered: ClassVar[bool] = True
    """Whether it stands among what can be done now; else a finding or a row leads to it."""

    def __init__(self, about: About, data: Mapping[str, Any] | None = None) -> None:
        self.about = about
        super().__init__(data, auto_id="%s")
        self.prepare()
        self.initial = self.stored()
        for name, field in self.fields.items():
            field.label = self.said("field", name)
            field.help_text = self.said("help", name) or field.help_text
            if isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "ds-input"

    @classmethod
    def open(cls, about: About) -> bool:
        """Whether it can be done now."""
        return not cls.states or about.state in cls.states

    @classmethod
    def why_not(cls, about: About) -> str:  # noqa: ARG003
        """Why it cannot be done now, where that is more than the state of the case."""
        return ""

    def prepare(self) -> None:
        """Fields that depend on what the form is about."""

    def stored(self) -> dict[str, Any]:
        """What the fields hold before anybody types: what is stored, or what is likeliest."""
        return {}

    def rows(self) -> Iterator[models.Model]:
        """The rows whose values the form shows, so that nobody overwrites what they have not seen."""
        if self.about.row is not None:
            yield self.about.row
        elif self.about.file is not None:
            yield self.about.file.case
            if self.about.file.participation is not None:
                yield self.about.file.participation

    def work(self) -> Work:
        """What is to be written, from `cleaned_data`."""
        raise NotImplementedError

    def purpose(self) -> str:
        """Why, where a reason was typed."""
        return ""

    def shown(self) -> list[str]:
        """What the adviser should know beside the fields, in sentences."""
        return []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for first, last in self.spans:
            start, end = values.get(first), values.get(last)
            if start and end and end < start:
                self.add_error(last, texts()("register.end_before_start"))
        return values

    @classmethod
    def said(cls, section: str, name: str) -> Any:
        """The label or help of a field: the form's own, or that of all."""
        known = texts()[section]
        for key in (f"{cls.id}_{name}", name):
            if key in known:
                return word(f"{section}.{key}")
        return "" if section == "help" else texts()(f"{section}.{name}")

    def focus(self) -> None:
        """The first faulty field, or the first of a fresh form, gets the cursor; a group of boxes is passed over."""
        groups = forms.RadioSelect | forms.CheckboxSelectMultiple
        lines = [name for name, field in self.fields.items() if not isinstance(field.widget, groups)]
        faulty = [name for name in self.fields if name in self.errors]
        first = faulty[:1] or lines[:1]
        if first and first[0] in lines:
            self.fields[first[0]].widget.attrs["autofocus"] = True
