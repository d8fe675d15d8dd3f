"""What whoever follows up can do with a return, each a form and one call of `keeping`."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from overgang.access.actor import Actor
from overgang.access.forms import DayField
from overgang.access.texts import word
from overgang.collect.register.screens.fields import Line, said, tidy
from overgang.collect.register.screens.fields import choice as one_of
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return
from overgang.collect.returns.states import DONE, NO_RESPONSE, SENT, WITH_DIRECTORATE

CHANNELS = ("phone", "mail", "letter", "meeting")
LONGEST = 1000
PRIVATE = re.compile(r"@|\d(?:[ .-]?\d){5,}")
"""What may be a person's address or number: it has nothing to do in the history of a unit."""


class Note(forms.CharField):
    """Some lines of text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def to_python(self, value: Any) -> str:
        lines = str(super().to_python(value)).splitlines()
        return "\n".join(filter(None, map(tidy, lines)))


class Act(forms.Form):
    """`states`: from where it can be done; `goes_on`: whether the next return is shown after it."""

    do: ClassVar[str]
    states: ClassVar[frozenset[str]]
    goes_on: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.do}_%s", **kwargs)

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:
        raise NotImplementedError


class Contact(Act):
    do = "contact"
    states = WITH_DIRECTORATE | DONE | {NO_RESPONSE}
    channel = one_of(said("desk_channel", CHANNELS), radio=True)
    whom = Line(max_length=80, help_text=word("desk.whom_help"), label=word("desk.whom"))
    note = Note(label=word("desk.note"), help_text=word("desk.note_help"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].label = word("desk.channel")

    def clean_whom(self) -> str:
        whom = str(self.cleaned_data["whom"])
        if PRIVATE.search(whom):
            raise ValidationError(word("desk.whom_private"))
        return whom

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:  # noqa: ARG002
        keeping.contact(actor, of, **self.cleaned_data, now=now)


class Accept(Act):
    do = "accept"
    states = WITH_DIRECTORATE
    goes_on = True

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:
        keeping.accept(actor, of, number=number, now=now)


class Remark(Act):
    do = "remark"
    states = WITH_DIRECTORATE
    goes_on = True
    remark = Note(label=word("desk.remark"), help_text=word("desk.remark_help"))

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:
        keeping.accept(actor, of, number=number, now=now, remark=self.cleaned_data["remark"])


class TakeBack(Act):
    do = "take_back"
    states = DONE

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:
        keeping.take_back_acceptance(actor, of, number=number, now=now)


class TakeUp(Act):
    do = "take_up"
    states = DONE | {SENT}
    reason = Note(label=word("desk.reason"), help_text=word("desk.take_up_help"))

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:  # noqa: ARG002
        keeping.take_up(actor, of, reason=self.cleaned_data["reason"], now=now)


class Reopen(Act):
    do = "reopen"
    states = WITH_DIRECTORATE | DONE | {NO_RESPONSE}
    until = DayField(label=word("desk.until"))
    reason = Note(label=word("desk.reason"), help_text=word("desk.reopen_help"))

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise ValidationError(word("desk.until_past"))
        return until

    def act(self, actor: Actor, of: Return, number: int, now: datetime) -> None:  # noqa: ARG002
        keeping.reopen(actor, of, **self.cleaned_data, now=now)


ACTS: Mapping[str, type[Act]] = {act.do: act for act in (Contact, Accept, Remark, TakeBack, TakeUp, Reopen)}
"""By the value of the button."""
