"""While the programme runs: extension, leave, stops, absence, measures, and the days of the programme itself."""

from datetime import date, timedelta
from typing import Any

from django import forms

from overgang.access.texts import texts
from overgang.base.codes import codelist
from overgang.base.law import leave_limits, months_after
from overgang.base.text import short_day
from overgang.collect.register import steps
from overgang.collect.register.models import Absence
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.rules.facts import granted_months, most_months
from overgang.collect.register.screens.acts.act import About, Act
from overgang.collect.register.screens.fields import Day, Hours, Line, code, whole
from overgang.collect.register.states import ENDED

RUNNING = frozenset({"in_programme", "on_leave", "temporarily_stopped"})
BEGUN = RUNNING | ENDED
YESTERDAY = timedelta(days=1)


class Extend(Act):
    """Some months more. Beyond the limit it needs a legal basis, and is saved without as well."""

    id, slug = "extend", "forleng"
    states = frozenset({"in_programme", "on_leave"})
    decided = Day()
    months = whole(most=60)
    planned_end = Day(required=False)
    override = Line(required=False)

    def stored(self) -> dict[str, Any]:
        left = self._left()
        return {"decided": self.about.today, "months": left if left and left > 0 else None}

    def shown(self) -> list[str]:
        participation, left = self.about.case.participation, self._left()
        said = []
        if participation and participation.planned_end:
            said.append(texts()("register.planned_now", day=short_day(participation.planned_end)))
        if left is not None:
            said.append(texts()("register.months_left", months=max(left, 0)))
        return said

    def work(self) -> Work:
        values, participation = self.cleaned_data, self.about.case.participation
        assert participation is not None
        end = values["planned_end"]
        if end is None:
            end = months_after(participation.planned_end or self.about.today, values["months"])
        return steps.extend(
            self.about.case,
            decided=values["decided"],
            months=values["months"],
            planned_end=end,
            override=values["override"],
        )

    def _left(self) -> int | None:
        granted = granted_months(self.about.seen.whole, self.about.case)
        return None if granted is None else most_months(self.about.law, self.about.case) - granted


class TakeLeave(Act):
    """Leave, which moves the planned end."""

    id, slug = "leave", "permisjon"
    states = frozenset({"in_programme", "on_leave"})
    spans = (("start", "end"),)
    kind = code("leave")
    decided = Day()
    start = Day()
    end = Day()
    override = Line(required=False)

    def stored(self) -> dict[str, Any]:
        return {"decided": self.about.today, "start": self.about.today}

    def shown(self) -> list[str]:
        return leave_words(self.about.seen.lang)

    def work(self) -> Work:
        return steps.take_leave(self.about.case, moves_end=self.about.law.leave_is_added, **self.cleaned_data)


class ComeBack(Act):
    """Back from leave, earlier or later than planned; the planned end follows."""

    id, slug = "come_back", "tilbake"
    states = first_in = frozenset({"on_leave"})
    last = Day()

    def stored(self) -> dict[str, Any]:
        leave = self._leave()
        return {"last": max(self.about.today - YESTERDAY, leave.start) if leave else self.about.today}

    def clean(self) -> dict[str, Any]:
        values, leave = super().clean(), self._leave()
        if leave and values.get("last") and values["last"] < leave.start:
            self.add_error("last", texts()("register.before_leave", day=short_day(leave.start)))
        return values

    def work(self) -> Work:
        leave, last, participation = self._leave(), self.cleaned_data["last"], self.about.case.participation
        assert leave is not None
        work = steps.come_back(leave, last=last)
        if participation and participation.planned_end and leave.end and self.about.law.leave_is_added:
            moved = participation.planned_end + (last - leave.end)
            work += Work(change=[Edit(participation, {"planned_end": max(moved, participation.start)})])
        return work

    def _leave(self) -> Any:
        now = self.about.today
        running = [row for row in self.about.case.leaves if row.start <= now and (row.end is None or now <= row.end)]
        return running[-1] if running else None


class Stop(Act):
    """A stop for a time."""

    id, slug = "stop", "stans"
    states = frozenset({"in_programme", "on_leave"})
    spans = (("since", "until"),)
    decided = Day()
    since = Day()
    until = Day(required=False)

    def stored(self) -> dict[str, Any]:
        return {"decided": self.about.today, "since": self.about.today}

    def work(self) -> Work:
        return steps.stop_for_a_time(self.about.case, **self.cleaned_data)


class Resume(Act):
    """The stop is over."""

    id, slug = "resume", "gjenoppta"
    states = first_in = frozenset({"temporarily_stopped"})
    last = Day()

    def stored(self) -> dict[str, Any]:
        return {"last": max(self.about.today - YESTERDAY, self._stop().since)}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("last") and values["last"] < self._stop().since:
            self.add_error("last", texts()("register.before_stop", day=short_day(self._stop().since)))
        return values

    def work(self) -> Work:
        return steps.resume(self._stop(), last=self.cleaned_data["last"])

    def _stop(self) -> Any:
        stops = [row for row in self.about.case.decisions if row.kind == "stop_temporary" and row.since]
        return next(row for row in reversed(stops) if _covers(row.since, row.until, self.about.today))


class AddMeasure(Act):
    """A measure; the one before it of the same kind gives its hours and provider."""

    id, slug = "measure", "tiltak"
    states = BEGUN
    spans = (("start", "end"),)
    kind = code("measure")
    directed_to = code("directed_to", required=False)
    start = Day()
    end = Day(required=False)
    hours = Hours(required=False)
    provider = Line(required=False)

    def stored(self) -> dict[str, Any]:
        return {"start": self.about.today}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        within(self, "start", "end")
        return values

    def work(self) -> Work:
        return steps.add_measure(self.about.case, **self.cleaned_data)


class CopyMeasures(Act):
    """The measures that run or ran last, once more from a day to a day."""

    id, slug = "copy", "kopier-tiltak"
    states = RUNNING
    spans = (("start", "end"),)
    measures = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    start = Day()
    end = Day(required=False)

    @classmethod
    def open(cls, about: About) -> bool:
        return super().open(about) and bool(about.case.measures)

    def prepare(self) -> None:
        self.fields["measures"].choices = [
            (str(row.pk), measure_words(row, self.about.seen.lang)) for row in self._last()
        ]

    def stored(self) -> dict[str, Any]:
        ends = [row.end for row in self._last() if row.end]
        start = max(ends) + timedelta(days=1) if ends else self.about.today
        return {"measures": [str(row.pk) for row in self._last()], "start": start}

    def work(self) -> Work:
        chosen, (start, end) = (
            set(self.cleaned_data["measures"]),
            (self.cleaned_data["start"], self.cleaned_data["end"]),
        )
        work = Work()
        for row in self._last():
            if str(row.pk) in chosen:
                if row.end is None or row.end >= start > row.start:
                    work += Work(change=[Edit(row, {"end": start - YESTERDAY})])
                work += steps.add_measure(
                    self.about.case,
                    kind=row.kind,
                    directed_to=row.directed_to,
                    start=start,
                    end=end,
                    hours=row.hours,
                    provider=row.provider,
                )
        return work

    def _last(self) -> list[Any]:
        """The latest of each kind."""
        latest = {row.kind: row for row in self.about.case.measures}
        return list(latest.values())


class AddAbsence(Act):
    """Hours of absence in a period: last month unless said."""

    id, slug = "absence", "fravaer"
    states = BEGUN
    spans = (("start", "end"),)
    start = Day()
    end = Day()
    authorised = whole(most=2000, required=False)
    unauthorised = whole(most=2000, required=False)
    cause = code("absence_cause", required=False)

    def stored(self) -> dict[str, Any]:
        last = self.about.today.replace(day=1) - YESTERDAY
        return {"start": last.replace(day=1), "end": last, "authorised": 0, "unauthorised": 0}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        within(self, "start", "end")
        values["authorised"], values["unauthorised"] = values.get("authorised") or 0, values.get("unauthorised") or 0
        return values

    def work(self) -> Work:
        return Work([Absence(participation=self.about.case.participation, **self.cleaned_data)])


class Days(Act):
    """The days of the programme, corrected."""

    id, slug, offered = "days", "dager", False
    states = BEGUN
    spans = (("start", "planned_end"),)
    start = Day()
    planned_end = Day(required=False)

    def stored(self) -> dict[str, Any]:
        participation = self.about.case.participation
        return {name: getattr(participation, name) for name in self.fields}

    def clean(self) -> dict[str, Any]:
        values, participation = super().clean(), self.about.case.participation
        start = values.get("start")
        if start and participation and participation.end and participation.end < start:
            self.add_error("start", texts()("register.after_last", day=short_day(participation.end)))
        return values

    def work(self) -> Work:
        participation = self.about.case.participation
        assert participation is not None
        return Work(change=[Edit(participation, self.cleaned_data)])


def within(form: Act, *names: str) -> None:
    """What is said to have been before the first day was not in the programme; a typing slip, most likely."""
    participation = form.about.case.participation
    for name in names:
        day = form.cleaned_data.get(name)
        if day and participation and day < participation.start:
            form.add_error(name, texts()("register.before_first", day=short_day(participation.start)))
            return


def measure_words(row: Any, lang: str) -> str:
    """ "Norsk, 01.03.2024–, 20 timer"."""

    known = codelist("measure")
    days = f"{short_day(row.start)}–{short_day(row.end) if row.end else ''}"
    return ", ".join(part for part in (known.label(row.kind, lang) if row.kind in known else row.kind, days) if part)


def leave_words(lang: str) -> list[str]:
    """The limits of leave, so that nobody has to look them up."""

    said = []
    for limit in leave_limits().values():
        label = codelist("leave").label(limit.kind, lang)
        if limit.working_days_a_year:
            said.append(texts(lang)("register.leave_days", kind=label, days=limit.working_days_a_year))
        elif limit.months:
            said.append(texts(lang)("register.leave_months", kind=label, months=limit.months))
    return said


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)
