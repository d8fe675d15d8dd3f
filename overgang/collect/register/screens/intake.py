"""A new person, or a new case for one who is in the register already: the number first.

Of somebody who is another unit's nothing is said but that the number is known; name and birth date must be typed as
they stand there before a case is opened. With a strictly confidential person they never match, and nobody can tell.
"""

from datetime import date
from typing import Any

from django import forms
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import texts, word
from overgang.base.identity import DUF, is_valid
from overgang.base.law import regime_of, regimes
from overgang.collect.register import steps
from overgang.collect.register.models import Identifier, Permit, Person, Settlement
from overgang.collect.register.numbers import indices, kind_of, new_identifier
from overgang.collect.register.record import Work, record, writing
from overgang.collect.register.scope import STRICTLY_CONFIDENTIAL, known_to
from overgang.collect.register.screens.acts.personal import YES_NO, checked_number, sexes
from overgang.collect.register.screens.fields import Day, Line, choice, code, codes
from overgang.collect.register.screens.saving import fresh_mark, mark_of
from overgang.collect.register.screens.searching import may_search, with_number


class Named(forms.Form):
    """A form whose words are texts: `field.<name>` and `help.<name>`."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, auto_id="%s", **kwargs)
        self.prepare()
        known = texts()
        for name, field in self.fields.items():
            own = f"intake_{name}"
            field.label = known("field." + (own if own in known["field"] else name))
            if isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "ds-input"
            for key in (own, name):
                if key in known["help"]:
                    field.help_text = known(f"help.{key}")
                    break
        names = [name for name in self.fields if name in self.errors] or list(self.fields)[:1]
        self.fields[names[0]].widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Fields that depend on the language."""


class Number(Named):
    """Step one."""

    number = Line(max_length=40, required=False)
    none = forms.BooleanField(required=False)

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        return checked_number(number) if number else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("number") and not values.get("none") and "number" not in self.errors:
            self.add_error("number", word("intake.number_or_none"))
        return values


class CaseFields(Named):
    """What a case needs. The regime is the one that follows from permit and dates, unless another is chosen."""

    basis = code("permit_basis", required=False)
    decided = Day(required=False)
    arrived = Day(required=False)
    settled = Day(required=False)
    category = code("category", radio=True)
    regime = forms.ChoiceField(required=False)
    why = Line(required=False)

    def prepare(self) -> None:
        self.fields["regime"].choices = [("", texts()("intake.by_dates")), *codes("regime")()]

    def proposed(self) -> str:
        """The regime by the law; the newest where no permit is known."""
        values = self.cleaned_data
        basis, decided = values.get("basis"), values.get("decided")
        if not basis or not decided:
            return next(law.id for law in reversed(regimes()) if law.duty and law.valid_from <= self.today)
        return regime_of(basis, decided, values.get("arrived"), self.today)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if bool(values.get("basis")) != bool(values.get("decided")) and not self.errors:
            self.add_error("decided" if values.get("basis") else "basis", word("intake.permit_whole"))
        chosen = values.get("regime")
        if chosen and chosen != self.proposed() and not values.get("why"):
            self.add_error("why", word("intake.why"))
        return values

    def case(self, person: Person, actor: Actor) -> list[Any]:
        """The rows of the case: with the permit and the settlement, where they were typed."""
        values = self.cleaned_data
        unit = None if actor.sees_shielded else actor.place
        rows: list[Any] = []
        if values.get("basis"):
            rows.append(Permit(person=person, basis=values["basis"], decided=values["decided"]))
        if values.get("settled"):
            rows.append(Settlement(person=person, unit=unit, day=values["settled"]))
        law = values.get("regime") or self.proposed()
        return [*rows, steps.new_case(person, unit=unit, regime=law, category=values["category"])]


class NewPerson(CaseFields):
    """Step two, for a number that nobody has."""

    name = Line()
    birth_date = Day()
    sex = choice(sexes, radio=True)
    origin = choice(codes("origin"))
    upper_secondary = choice(YES_NO, required=False)
    field_order = ("name", "birth_date", "sex", "origin", "upper_secondary")

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        if born > self.today:
            raise forms.ValidationError(word("register.born_ahead"))
        return born

    def person(self, actor: Actor) -> Person:
        values = self.cleaned_data
        return Person(
            name=values["name"],
            birth_date=values["birth_date"],
            sex=values["sex"],
            origin=values["origin"],
            arrived=values["arrived"],
            upper_secondary={"yes": True, "no": False}.get(values["upper_secondary"]),
            address_grade=STRICTLY_CONFIDENTIAL if actor.sees_shielded else 0,
        )


class KnownPerson(CaseFields):
    """Step two, for a number that is in the register: name and birth date as they stand there."""

    name = Line()
    birth_date = Day()
    field_order = ("name", "birth_date")


@policy("register", methods=GET_AND_POST)
def intake(request: Any) -> HttpResponse:
    """The number, then the rest. The number is posted from step to step and stands in no address."""
    today = timezone.localdate()
    if request.method != "POST":
        return _shown(request, Number(today=today, initial={"number": ""}))
    first = Number(request.POST, today=today)
    if not first.is_valid():
        return _shown(request, first)
    number = first.cleaned_data["number"]
    own = with_number(request.actor, number) if number else None
    if own is not None:
        done = _sent_before(request)
        return redirect(done or f"{reverse('register:person', args=[own.key])}?{urlencode({'kjent': 1})}")
    known = Identifier.objects.filter(index__in=indices(number)).select_related("person").first() if number else None
    kind = KnownPerson if known else NewPerson
    if request.POST.get("step") != "2":
        if not may_search(request.actor):
            first.add_error(None, texts()("search.often"))
            return _shown(request, first, status=429)
        return _second(request, kind(today=today, initial=_initial(number)), number)
    form = kind(request.POST, today=today)
    if not form.is_valid():
        return _second(request, form, number)
    if isinstance(form, KnownPerson):
        assert known is not None
        typed = form.cleaned_data
        if not may_search(request.actor) or not known_to(
            request.actor, known.person, typed["name"], typed["birth_date"]
        ):
            form.add_error("name", texts()("intake.no_match"))
            return _second(request, form, number)
        return _opened(request, form, known.person, [])
    assert isinstance(form, NewPerson)
    person = form.person(request.actor)
    rows = [person, *([new_identifier(person, kind_of(number), number)] if number else [])]
    return _opened(request, form, person, rows)


def _opened(request: Any, form: CaseFields, person: Person, rows: list[Any]) -> HttpResponse:
    """Writes the rows and a case for the person, once."""
    mark = mark_of("intake", request.POST)
    with writing():
        if done := _sent_before(request):
            return redirect(done)
        work = Work([*rows, *form.case(person, request.actor)])
        try:
            record(request.actor, work, now=timezone.now(), purpose=f"{mark} {form.cleaned_data['why']}".strip())
        except IntegrityError:
            form.add_error("name", texts()("intake.meanwhile"))
            return _second(request, form, "")
    there = _sent_before(request)
    return redirect(there or reverse("register:work_list"))


def _sent_before(request: Any) -> str | None:
    """Where this same form led when it was saved, if it was."""
    mark = mark_of("intake", request.POST)
    event = Event.objects.filter(user=request.actor.user, action=Event.CREATED, purpose__startswith=mark)
    last = event.order_by("id").last()
    if last is None or not Person.objects.seen_by(request.actor).filter(key=last.person).exists():
        return None
    return f"{reverse('register:person', args=[last.person])}?{urlencode({'lagret': last.pk, 'gjort': 'intake'})}"


def _initial(number: str) -> dict[str, Any]:
    return {"category": "right_and_duty", "number": number}


def _shown(request: Any, form: Number, status: int = 200) -> HttpResponse:
    return render(request, "register/intake.html", {"title": texts()("intake.heading"), "form": form}, status=status)


def _second(request: Any, form: CaseFields, number: str) -> HttpResponse:
    model = {
        "title": texts()("intake.heading"),
        "form": form,
        "number": number,
        "none": not number,
        "known": isinstance(form, KnownPerson),
        "duf_wrong": bool(number) and kind_of(number) == DUF and not is_valid(DUF, number),
        "once": request.POST.get("once") or fresh_mark(),
    }
    return render(request, "register/intake.html", model)
