"""From the offer to the first day: what happens to a case before the programme runs."""

from typing import Any

from django import forms

from overgang.access.texts import texts
from overgang.base.codes import end_reasons
from overgang.base.law import Track, last_day
from overgang.base.text import short_day
from overgang.collect.register import steps
from overgang.collect.register.models import Participation
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.rules.facts import granted_months
from overgang.collect.register.screens.acts.act import About, Act
from overgang.collect.register.screens.fields import Day, Line, choice, code, codes, whole

REGIMES = codes("regime")


class Ask(Act):
    """The offer, or the claim."""

    id, slug = "ask", "tilbud"
    states = first_in = frozenset({"candidate"})
    trigger = code("trigger", radio=True)
    asked = Day()

    def stored(self) -> dict[str, Any]:
        return {"trigger": "offer", "asked": self.about.today}

    def work(self) -> Work:
        return steps.ask(self.about.case.case, **self.cleaned_data)


class Grant(Act):
    """The programme is granted. The length is the track's where none is typed."""

    id, slug = "grant", "innvilg"
    states = first_in = frozenset({"offered", "claimed"})
    decided = Day()
    track = forms.ChoiceField()
    months = whole(most=120, required=False)

    def prepare(self) -> None:
        tracks = self.about.law.tracks
        if len(tracks) == 1:
            del self.fields["track"]
        else:
            lang = self.about.seen.lang
            rows = [(track.id, f"{track.label(lang)} ({self._length(track)})") for track in tracks]
            self.fields["track"] = choice(lambda: rows)
            self.order_fields(["decided", "track", "months"])

    def stored(self) -> dict[str, Any]:
        return {"decided": self.about.today}

    def work(self) -> Work:
        law, values = self.about.law, self.cleaned_data
        track = law.track(values.get("track") or law.tracks[0].id)
        months = values["months"] or track.max
        return steps.grant(self.about.case.case, decided=values["decided"], track=track.id, months=months)

    def _length(self, track: Track) -> str:
        return texts()("register.months_most", months=track.max)


class Reject(Act):
    id, slug = "reject", "avslag"
    states = frozenset({"offered", "claimed"})
    decided = Day()
    reason = code("rejection_reason")

    def prepare(self) -> None:
        self.fields["reason"] = code("rejection_reason", on=self.about.today)

    def stored(self) -> dict[str, Any]:
        return {"decided": self.about.today}

    def work(self) -> Work:
        return steps.reject(self.about.case.case, **self.cleaned_data)


class Decline(Act):
    """The person declined."""

    id, slug = "decline", "takket-nei"
    states = frozenset({"offered"})

    def work(self) -> Work:
        return steps.decline(self.about.case.case)


class Begin(Act):
    """The first day. The planned end follows from the decision where none is typed."""

    id, slug = "begin", "start"
    states = first_in = frozenset({"granted"})
    spans = (("start", "planned_end"),)
    start = Day()
    planned_end = Day(required=False)

    @classmethod
    def open(cls, about: About) -> bool:
        """Whatever the state says: a case begins once."""
        return super().open(about) and about.case.participation is None

    @classmethod
    def why_not(cls, about: About) -> str:
        begun = about.case.participation
        return texts()("conflict.begun", day=short_day(begun.start)) if begun else ""

    def stored(self) -> dict[str, Any]:
        return {"start": self.about.today}

    def shown(self) -> list[str]:
        months = self._months()
        return [texts()("register.planned_by", months=months)] if months else []

    def work(self) -> Work:
        start, planned_end = self.cleaned_data["start"], self.cleaned_data["planned_end"]
        months = self._months()
        if planned_end is None and months:
            planned_end = last_day(start, months)
        return steps.start(self.about.case.case, start=start, planned_end=planned_end, previous=self._previous())

    def _months(self) -> int | None:
        return granted_months(self.about.seen.whole, self.about.case)

    def _previous(self) -> Participation | None:
        """What it carries on: the one that was taken over, or the person's last one here."""
        taken = Participation.objects.filter(case__handovers__new_case=self.about.case.case).first()
        own = (file.participation for file in self.about.seen.cases if file.participation and file.participation.end)
        return taken or next(own, None)


class GiveUp(Act):
    """Granted, and never begun."""

    id, slug = "give_up", "ikke-startet"
    states = frozenset({"granted"})
    decided = Day()
    reason = forms.ChoiceField()

    def prepare(self) -> None:
        groups, lang = ("permanent_stop", "interrupted"), self.about.seen.lang
        rows = [(reason.code, reason.label(lang)) for reason in end_reasons() if reason.group in groups]
        self.fields["reason"] = choice(lambda: rows)

    def stored(self) -> dict[str, Any]:
        return {"decided": self.about.today}

    def work(self) -> Work:
        return steps.give_up(self.about.case.case, **self.cleaned_data)


class Law(Act):
    """Another regime than the one proposed, with the reason why."""

    id, slug, offered = "law", "lovregime", False
    regime = choice(REGIMES)
    why = Line()

    def stored(self) -> dict[str, Any]:
        return {"regime": self.about.case.case.regime}

    def purpose(self) -> str:
        return str(self.cleaned_data["why"])

    def work(self) -> Work:
        return Work(change=[Edit(self.about.case.case, {"regime": self.cleaned_data["regime"]})])


class Facts(Act):
    """Category, offer or claim of a case, corrected."""

    id, slug, offered = "facts", "sak", False
    category = code("category")
    trigger = code("trigger", required=False)
    asked = Day(required=False)

    def stored(self) -> dict[str, Any]:
        case = self.about.case.case
        return {name: getattr(case, name) for name in self.fields}

    def work(self) -> Work:
        return Work(change=[Edit(self.about.case.case, self.cleaned_data)])


class NewCase(Act):
    """Once more for somebody whose cases here are all closed."""

    id, slug, level = "new_case", "ny-sak", "person"
    regime = choice(REGIMES)
    category = code("category")

    @classmethod
    def open(cls, about: Any) -> bool:
        return about.seen.open_case is None

    def stored(self) -> dict[str, Any]:
        latest = self.about.seen.cases[0].case if self.about.seen.cases else None
        return {"regime": latest.regime, "category": latest.category} if latest else {"category": "right_and_duty"}

    def work(self) -> Work:
        seen = self.about.seen
        unit = None if seen.actor.sees_shielded else seen.actor.place
        return Work([steps.new_case(seen.person, unit=unit, **self.cleaned_data)])
