"""The person: numbers, background, permits, settlement, and appeals."""

from typing import Any

from django import forms

from overgang.access.texts import texts
from overgang.base.codes import codelist
from overgang.base.identity import DUF, is_valid
from overgang.base.text import short_day
from overgang.collect.register import steps
from overgang.collect.register.models import Identifier, Permit, Settlement
from overgang.collect.register.numbers import indices, kind_of, new_identifier, plain
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.screens.acts.act import About, Act
from overgang.collect.register.screens.fields import Day, Line, choice, code, codes, said


def sexes() -> list[tuple[str, str]]:
    return said("sex", ("F", "M"))()


YES_NO = said("yes_no", ("yes", "no"))


class AboutPerson(Act):
    level = "person"

    def rows(self) -> Any:
        yield self.about.seen.person


class Background(AboutPerson):
    """What is known of the person from before the programme, and their name."""

    id, slug = "background", "opplysninger"
    name = Line()
    birth_date = Day()
    sex = choice(sexes, radio=True)
    origin = choice(codes("origin"))
    citizenship = choice(codes("origin"), required=False)
    marital_status = code("marital_status", required=False)
    arrived = Day(required=False)
    education = code("education")
    upper_secondary = choice(YES_NO, required=False)
    mother_tongue = Line(max_length=40, required=False)
    competence_mapped = Day(required=False)
    career_guided = Day(required=False)
    unaccompanied_minor = forms.BooleanField(required=False)
    died = Day(required=False)
    research_reserved = forms.BooleanField(required=False)
    spans = (("birth_date", "died"),)

    def stored(self) -> dict[str, Any]:
        values = {name: getattr(self.about.seen.person, name) for name in self.fields}
        return {**values, "upper_secondary": {True: "yes", False: "no", None: ""}[values["upper_secondary"]]}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("birth_date") and values["birth_date"] > self.about.today:
            self.add_error("birth_date", texts()("register.born_ahead"))
        return values

    def work(self) -> Work:
        values = dict(self.cleaned_data)
        values["upper_secondary"] = {"yes": True, "no": False}.get(values["upper_secondary"])
        return Work(change=[Edit(self.about.seen.person, values)])


class AddNumber(AboutPerson):
    """One more number the person is known by. What somebody else has cannot be given away."""

    id, slug, searches = "number", "nummer", True
    number = Line(max_length=40)

    def clean_number(self) -> str:
        return checked_number(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        number = values.get("number")
        if number:
            holder = Identifier.objects.filter(index__in=indices(number)).first()
            if holder is not None:
                own = holder.person_id == self.about.seen.person.pk
                self.add_error("number", texts()("register.number_known" if own else "register.number_taken"))
        return values

    def work(self) -> Work:
        number = self.cleaned_data["number"]
        return Work([new_identifier(self.about.seen.person, kind_of(number), number)])


class AddPermit(AboutPerson):
    id, slug = "permit", "tillatelse"
    spans = (("decided", "until"),)
    basis = code("permit_basis")
    decided = Day()
    until = Day(required=False)

    def work(self) -> Work:
        return Work([Permit(person=self.about.seen.person, **self.cleaned_data)])


class Settle(AboutPerson):
    """Settlement in the actor's own unit."""

    id, slug = "settlement", "bosetting"
    day = Day()
    agreed = choice(YES_NO, radio=True)
    moved_in = Day(required=False)

    def stored(self) -> dict[str, Any]:
        return {"agreed": "yes"}

    def work(self) -> Work:
        seen, values = self.about.seen, dict(self.cleaned_data)
        unit = None if seen.actor.sees_shielded else seen.actor.place
        agreed = values.pop("agreed") == "yes"
        return Work([Settlement(person=seen.person, unit=unit, agreed=agreed, **values)])


class Complain(Act):
    """An appeal against one of the decisions of the case."""

    id, slug = "appeal", "klage"
    decision = forms.ChoiceField()
    lodged = Day()

    @classmethod
    def open(cls, about: About) -> bool:
        return bool(about.case.decisions)

    def prepare(self) -> None:
        kinds, lang = codelist("decision"), self.about.seen.lang
        rows = [
            (str(row.pk), f"{kinds.label(row.kind, lang)} {short_day(row.decided)}")
            for row in reversed(self.about.case.decisions)
            if row.kind in kinds
        ]
        self.fields["decision"].choices = rows

    def stored(self) -> dict[str, Any]:
        return {"lodged": self.about.today}

    def work(self) -> Work:
        wanted = int(self.cleaned_data["decision"])
        decision = next(row for row in self.about.case.decisions if row.pk == wanted)
        return steps.appeal(decision, lodged=self.cleaned_data["lodged"])


def checked_number(number: str) -> str:
    """A number as it is stored. Raises ValidationError for a national number whose check digits are wrong; that a DUF
    number's are, is a finding and no more."""
    number = plain(number)
    kind = kind_of(number)
    if not number or len(number) > 24:
        raise forms.ValidationError(texts()("register.number_form"))
    if kind not in ("other", DUF) and not is_valid(kind, number):
        raise forms.ValidationError(texts()("register.number_wrong"))
    if number.isdigit() and kind == "other":
        raise forms.ValidationError(texts()("register.number_length", digits=len(number)))
    return number
